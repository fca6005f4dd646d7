"""Responsibilities to suggest for a position: from the library, the likeliest first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, bindparam, case, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from careerhub.db.models import ResponsibilityLibrary
from careerhub.errors import InputInvalid, NotFound

SENIORITIES = ("JUNIOR", "MID", "SENIOR", "LEAD", "EXECUTIVE")

_POSITION_LENGTH = 200  # the column's
_TYPED_WORDS = 10  # more words than a search box holds only cost time
# a civil engineer is 0.5 like a QA engineer, and a `sofware enginer` 0.62 like a software engineer
_LIKENESS = 0.6

# category: what people call the job
_JOBS = {
    "Software Engineer": (
        "software engineer|software developer|developer|programmer|web developer|software architect|data engineer"
        "|backend engineer|back end engineer|frontend engineer|front end engineer|full stack engineer"
        "|fullstack engineer|mobile engineer|android engineer|ios engineer|embedded engineer|systems analyst"
        "|engineering manager|cto|chief technology officer|tech lead|technical lead|staff engineer"
        "|principal engineer|solution architect|solutions architect|sde|swe"
    ),
    "Data Analyst": (
        "data analyst|business analyst|bi analyst|business intelligence analyst|bi developer|reporting analyst"
        "|analytics engineer|chief data officer"
    ),
    "Data Scientist": (
        "data scientist|machine learning engineer|ml engineer|ai engineer|machine learning scientist|statistician"
        "|machine learning researcher|ai researcher"
    ),
    "Product Manager": "product manager|product owner|product lead|chef de produit|chief product officer|cpo",
    "Designer": "designer|illustrator|art director|creative director|ux researcher|user researcher|ux writer",
    "DevOps Engineer": (
        "devops engineer|site reliability engineer|sre|platform engineer|cloud engineer|cloud architect"
        "|network engineer|infrastructure engineer|systems engineer|security engineer|sysadmin"
        "|system administrator|systems administrator|network administrator|database administrator|dba"
        "|release engineer|cio|chief information officer"
    ),
    "QA Engineer": (
        "qa engineer|tester|test engineer|test analyst|test automation engineer|engineer in test"
        "|developer in test|sdet|quality engineer|qa analyst|test manager|quality assurance engineer"
    ),
    "Nurse": (
        "nurse|rn|lpn|lvn|midwife|nursing assistant|nurse educator|healthcare assistant|health care assistant"
        "|carer|caregiver|matron|ward sister|ward manager|nurse practitioner"
    ),
    "Teacher": (
        "teacher|lecturer|tutor|instructor|teaching assistant|headteacher|school principal|head of school|educator"
    ),
    "Sales Representative": (
        "sales representative|sales rep|salesperson|sales engineer|account executive|account manager"
        "|key account manager|business developer|sales assistant|sales associate|shop assistant|sales manager"
    ),
    "Marketing Specialist": (
        "marketing specialist|marketer|copywriter|content writer|social media manager|community manager"
        "|brand manager|product marketing manager|seo specialist|market researcher|public relations officer"
        "|marketing manager|cmo|growth manager|content manager|lead generation specialist"
    ),
    "Accountant": (
        "accountant|bookkeeper|auditor|financial controller|finance controller|financial analyst|payroll clerk"
        "|payroll specialist|tax adviser|tax advisor|accounts assistant|finance manager|finance director|cfo"
        "|chief financial officer|accounts clerk"
    ),
    "HR Specialist": (
        "hr specialist|recruiter|hr manager|hr generalist|hr business partner|people partner|talent manager|chro"
        "|human resources manager|people manager|chief people officer"
    ),
    "Project Manager": (
        "project manager|program manager|programme manager|project coordinator|project lead|project assistant"
        "|scrum master|project officer|delivery manager|chef de projet"
    ),
    "Electrician": "electrician|electrical fitter|electrical technician|electrical installer|sparky",
    "Construction Worker": (
        "construction worker|builder|bricklayer|mason|carpenter|joiner|plumber|roofer|plasterer|scaffolder|welder"
        "|tiler|painter and decorator|construction manager|site manager|site supervisor|pipefitter"
        "|construction labourer|construction laborer|crane operator"
    ),
    "Chef": "chef|cook|baker|sous chef|pastry chef|kitchen porter|kitchen assistant|kitchen manager|chef de partie",
    "Hospitality Worker": (
        "hospitality worker|waiter|waitress|food server|bartender|barista|housekeeper|concierge"
        "|hotel receptionist|hotel manager|restaurant manager|front desk agent|sommelier|night porter"
        "|event manager|bar manager"
    ),
    "Customer Support Agent": (
        "customer support agent|support agent|support engineer|customer service representative|support specialist"
        "|customer success manager|call centre agent|call center agent|help desk technician|helpdesk technician"
        "|customer service manager"
    ),
    "Logistics Coordinator": (
        "logistics coordinator|warehouse operative|warehouse worker|warehouse manager|forklift operator"
        "|order picker|driver|courier|dispatcher|freight forwarder|supply chain manager|logistics manager"
        "|shipping clerk"
    ),
    "Lawyer": (
        "lawyer|solicitor|barrister|attorney|paralegal|legal counsel|general counsel|counsel|legal adviser"
        "|legal advisor|compliance officer|chief legal officer|legal assistant"
    ),
    "Researcher": (
        "researcher|scientist|professor|research assistant|research associate|research fellow|postdoc|phd student"
        "|doctoral candidate|laboratory technician|lab technician|lab assistant|principal investigator"
    ),
    "Office Administrator": (
        "office administrator|administrator|secretary|receptionist|office manager|executive assistant"
        "|assistant to|personal assistant|administrative assistant|admin assistant|office assistant|office clerk"
        "|data entry clerk"
    ),
}
# category: what names only the field it belongs to, which a job overrules: a law teacher teaches
_FIELDS = {
    "Software Engineer": (
        "software|software development|software engineering|programming|backend|frontend|full stack|fullstack"
    ),
    "Data Analyst": "analytics|business intelligence|data analysis",
    "Data Scientist": "data science|machine learning|artificial intelligence",
    "Product Manager": "product management|product",
    "Designer": "design|ux|ui|user experience",
    "DevOps Engineer": "devops|dev ops|site reliability|infrastructure|cloud|it operations|it",
    "QA Engineer": "qa|quality assurance|software testing|test automation",
    "Nurse": "nursing|midwifery",
    "Teacher": "teaching|education|school",
    "Sales Representative": "sales|business development|retail",
    "Marketing Specialist": (
        "marketing|product marketing|social media|seo|communications|public relations|advertising|brand|lead generation"
    ),
    "Accountant": "accounting|accountancy|accounts|finance|bookkeeping|payroll|audit|tax",
    "HR Specialist": "hr|human resources|recruitment|recruiting|talent acquisition|people operations|people and culture",
    "Project Manager": "project management|pmo|programme management|program management|projects",
    "Electrician": "electrics",
    "Construction Worker": "construction|carpentry|plumbing|building site",
    "Chef": "kitchen|culinary|catering|bakery",
    "Hospitality Worker": "hospitality|hotel|restaurant|housekeeping|front office|food and beverage",
    "Customer Support Agent": (
        "customer support|customer service|customer services|customer care|customer success|technical support"
        "|it support|help desk|helpdesk|call centre|call center|support"
    ),
    "Logistics Coordinator": "logistics|warehouse|supply chain|freight|shipping|transport|fulfilment|fulfillment",
    "Lawyer": "legal|law|compliance",
    "Researcher": "research|laboratory",
    "Office Administrator": "administration|office management|clerical",
}
# Whatever follows, these people learn: a management trainee manages nobody.
_BEGINNER = re.compile(
    r"\b(?:trainee|intern|internship|apprentice|apprenticeship|graduate|entry level|newly qualified"
    r"|student(?= nurse| teacher| assistant|$))\b"
)
# Words that name the job and no seniority, though one of them would: a product manager need not lead anybody.
_NEUTRAL = (
    "product manager|project manager|program manager|programme manager|account manager|case manager|office manager"
    "|community manager|social media manager|brand manager|content manager|growth manager|customer success manager"
    "|product marketing manager|key account manager|event manager|delivery manager|talent manager|people partner"
    "|business partner|partner manager|channel partner|lead generation|lead nurturing|product owner|service owner"
    "|process owner"
)
_LEVELS = {
    "JUNIOR": "junior|jr|assistant|associate|helper|porter|beginner|commis|entry",
    "MID": (
        "mid|middle|intermediate|ii|staff nurse|staff accountant|journeyman|journeyperson|chef de partie"
        "|assistant professor|research associate"
    ),
    "SENIOR": "senior|sr|experienced|iii|expert|sous chef|assistant manager|associate professor|research fellow",
    "LEAD": (
        "lead|leader|principal|head|manager|supervisor|foreman|forewoman|foreperson|charge nurse|ward sister"
        "|matron|master electrician|master builder|staff engineer|staff software|staff developer|staff data"
        "|staff product|staff designer|staff scientist|staff site|art director|creative director|deputy head"
        "|assistant director|professor|software architect|solution architect|solutions architect|cloud architect"
        "|data architect|enterprise architect|financial controller|finance controller"
    ),
    "EXECUTIVE": (
        "chief|ceo|cto|cfo|coo|cmo|cio|ciso|cpo|chro|cno|vp|svp|evp|vice president|president|director|head of"
        "|headteacher|head teacher|school principal|executive chef|general counsel|founder|owner|partner|dean"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One responsibility to offer."""

    id: str
    role_category: str
    responsibility: str
    seniority_level: str


def suggest_responsibilities(
    session: Session, position: str, *, seniority: str | None = None, typed: str = "", limit: int = 10
) -> tuple[Suggestion, ...]:
    """Return what people in this position do: of the nearest seniority first, then what was used most.

    `typed` keeps those in which each of its words begins a word. A position nobody knows gives what was typed, in any
    role, and nothing when nothing was typed.
    """
    level = check_seniority(seniority or find_seniority(position) or "MID")
    words = _plain(typed).split()[:_TYPED_WORDS]
    category = _choose_category(session, position)
    if category is None and not words:
        return ()
    entry = ResponsibilityLibrary
    said = func.plain_words(entry.responsibility)
    wanted = select(entry.id, entry.role_category, entry.responsibility, entry.seniority_level).where(
        *(said.regexp_match(rf"\m{word}") for word in words)
    )
    if category is not None:
        wanted = wanted.where(entry.role_category == category)
    # words are letters and digits: nothing in them means anything to LIKE or to a regular expression
    begins = said.startswith(" ".join(words))
    ranked = wanted.order_by(begins.desc(), _distance(level), entry.usage_count.desc(), entry.id).limit(limit)
    return tuple(Suggestion(**row) for row in session.execute(ranked).mappings())


def note_use(session: Session, suggestion_id: str) -> None:
    """Count that somebody chose a suggestion; raise NotFound when it is there no more.

    Its row is locked until the transaction ends: call this last, and for several in the order of their ids.
    """
    if not session.scalar(text("SELECT use_suggestion(:id)"), {"id": suggestion_id}):
        raise NotFound("This suggestion isn't in the library any more.")


def find_role_category(position: str) -> str | None:
    """Return the category a position belongs to by the words in it, or None when they say nothing."""
    words = f" {_plain(position)} "
    found = [
        (is_job, len(phrase.split()), words.rfind(f" {phrase} "), category)
        for category, phrase, is_job in _list_phrases()
        if f" {phrase} " in words
    ]
    # the job before the field, the longer name before the shorter, the later word before the earlier
    return max(found)[-1] if found else None


def find_seniority(position: str) -> str | None:
    """Return the seniority a position names, the highest if several, or None when it names none."""
    # an assistant to the chief executive is none
    words = _plain(position).partition(" to ")[0]
    if _BEGINNER.search(words):
        return "JUNIOR"
    found = [_LEVEL_OF[phrase] for phrase in _SENIORITY.findall(words)]
    return max(filter(None, found), key=SENIORITIES.index, default=None)


def check_seniority(seniority: str) -> str:
    """Return the seniority, or raise InputInvalid when there is no such one."""
    if seniority not in SENIORITIES:
        raise InputInvalid(f"{seniority[:40]!r} is no seniority: choose one of {', '.join(SENIORITIES)}.")
    return seniority


def _list_phrases() -> Iterator[tuple[str, str, bool]]:
    for names, is_job in ((_JOBS, True), (_FIELDS, False)):
        for category, phrases in names.items():
            yield from ((category, phrase, is_job) for phrase in phrases.split("|"))


_LEVEL_OF: dict[str, str | None] = {
    phrase: level for level, phrases in _LEVELS.items() for phrase in phrases.split("|")
} | dict.fromkeys(_NEUTRAL.split("|"))
# the longest first, and each word counts once: `vice president` and not also `president`
_SENIORITY = re.compile(rf"\b(?:{'|'.join(sorted(_LEVEL_OF, key=len, reverse=True))})\b")


def _choose_category(session: Session, position: str) -> str | None:
    """Return the library's category that is called so; else the one we know; else one called nearly so.

    Operators may add categories of their own: those are found by their names.
    """
    words = _plain(position)
    bare = " ".join(_SENIORITY.sub(" ", words).split())
    named, likeness = session.execute(_MOST_ALIKE, {"names": [words, bare]}).one_or_none() or (None, 0.0)
    if likeness == 1:
        return str(named)
    known = find_role_category(position)
    return known or (str(named) if likeness >= _LIKENESS else None)


# of as many words, or every engineer would be a QA engineer
_MOST_ALIKE = text(
    "SELECT role_category, max(similarity(plain_words(role_category), name)) AS likeness"
    " FROM (SELECT DISTINCT role_category FROM responsibilities_library) c, unnest(:names) AS n (name)"
    r" WHERE regexp_count(role_category, '\w+') = regexp_count(name, '\w+')"
    ' GROUP BY role_category ORDER BY likeness DESC, role_category COLLATE "C" LIMIT 1'
).bindparams(bindparam("names", type_=ARRAY(String)))


def _distance(level: str) -> ColumnElement[int]:
    here = SENIORITIES.index(level)
    steps = {name: abs(place - here) for place, name in enumerate(SENIORITIES)}
    return case(steps, value=ResponsibilityLibrary.seniority_level)


def _plain(words: str) -> str:
    """Return the words alone: no capitals, accents or signs."""
    letters = unicodedata.normalize("NFKD", words[:_POSITION_LENGTH].casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c))))
