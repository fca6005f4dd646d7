"""A crowd for load tests: as many fictional people as wanted, each the same whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from random import Random
from typing import Any

from careerhub.document.text import make_slug
from careerhub.local.crowd_english import ENGLISH
from careerhub.local.crowd_tongues import OTHER_TONGUES
from careerhub.local.crowd_words import Tongue, Trade

Record = dict[str, Any]
# The months from and to, counted from the year 0; None is "until today".
Span = tuple[int, int | None]

# Careers end here, so that the crowd is the same next year.
THIS_MONTH = 2026 * 12 + 5
VISIBILITIES = ("PUBLIC", "PRIVATE", "FRIENDS")
VISIBILITY_WEIGHTS = (88, 8, 4)
# One in twelve writes in another script, as in a directory that is mostly, but not only, Latin.
OTHER_SCRIPT_EVERY = 12
EMPLOYMENT_TYPES = ("FULL_TIME", "PART_TIME", "CONTRACT", "FREELANCE")
EMPLOYMENT_WEIGHTS = (80, 10, 6, 4)
COMPANY_SIZES = ("1-10", "11-50", "51-200", "201-500", "1001-5000")
EMPLOYER_KEYS = ("company_name", "company_website", "company_size", "company_location")
CEFR = ("A2", "B1", "B2", "C1")


def make_people(count: int) -> Iterator[Record]:
    """Make `count` people one after the other; person number n is the same in every crowd."""
    for index in range(1, count + 1):
        yield make_person(index)


def make_person(index: int) -> Record:
    """Make person number `index`, from 1, in the format of the demo community's files."""
    rng = Random(f"careerhub crowd {index}")  # noqa: S311 - it picks words, not secrets
    tongue = rng.choice(OTHER_TONGUES) if rng.randrange(OTHER_SCRIPT_EVERY) == 0 else ENGLISH
    trade = rng.choice(tongue.trades)
    spans = make_spans(rng, count=rng.randint(3, 6))
    home = rng.choice(tongue.cities)
    jobs = make_jobs(rng, tongue, trade, spans, home=home[0])
    skills = make_skills(rng, trade)
    return {
        "email": f"person-{index}@crowd.example",
        "profile": make_profile(rng, tongue, index, home, make_summary_words(rng, trade, jobs, skills)),
        "links": make_links(rng, index),
        "experiences": jobs,
        "projects": [make_project(rng, tongue, trade, jobs, number) for number in range(1, rng.randint(0, 4) + 1)],
        "skills": skills,
        "education": make_education(rng, tongue, trade, before=spans[-1][0]),
        "certifications": make_certifications(rng, tongue, trade),
        "languages": make_languages(rng, tongue),
        "interests": [{"name": name, "keywords": []} for name in rng.sample(tongue.interests, rng.randint(0, 2))],
    }


def make_spans(rng: Random, *, count: int) -> list[Span]:
    """Make the months of `count` jobs, newest first."""
    spans: list[Span] = []
    end = THIS_MONTH if rng.random() < 0.85 else THIS_MONTH - rng.randint(2, 14)
    for number in range(count):
        start = end - rng.randint(9, 64)
        spans.append((start, None if number == 0 and end == THIS_MONTH else end))
        end = start - rng.choice((0, 0, 0, 1, 2, 4, 11))
    return spans


def make_levels(count: int) -> list[int]:
    """Return the seniority (0 to 3) of each of three or more jobs, newest first: nobody is demoted."""
    return [round(3 * (count - 1 - number) / (count - 1)) for number in range(count)]


def make_jobs(rng: Random, tongue: Tongue, trade: Trade, spans: list[Span], *, home: str) -> list[Record]:
    """Make somebody's jobs, newest first; three steps up in ten are promotions at the same employer."""
    jobs: list[Record] = []
    bullets = cycle(rng.sample(trade.bullets, len(trade.bullets)))
    for number, (span, level) in enumerate(zip(spans, make_levels(len(spans)), strict=True), start=1):
        said = [fill_sentence(rng, text) for text in islice(bullets, rng.randint(2, 4))]
        job = {"key": f"e{number}", "position": trade.titles[level], "responsibilities": said}
        jobs.append(job | make_job(rng, tongue, trade, span, home=home))
    for newer, older in zip(reversed(jobs[:-1]), reversed(jobs), strict=False):
        if newer["position"] != older["position"] and rng.random() < 0.3:
            newer |= {key: older[key] for key in EMPLOYER_KEYS}
    return jobs


def format_month(month: int, *, year_only: bool = False) -> str:
    """Write a count of months as `2014` or `2014-03`."""
    year, past = divmod(month, 12)
    return str(year) if year_only else f"{year}-{past + 1:02d}"


def fill_sentence(rng: Random, text: str) -> str:
    """Put numbers in the place of a sentence's slots."""
    if "{" not in text:
        return text
    numbers = {
        "n": rng.randint(12, 89),
        "pct": rng.randint(6, 48),
        "half": rng.randint(3, 9),
        "team": rng.randint(4, 24),
    }
    return text.format(**numbers)


def make_job(rng: Random, tongue: Tongue, trade: Trade, span: Span, *, home: str) -> Record:
    """Make one job of a trade in a span of months, mostly where the person lives."""
    start, end = span
    year_only = rng.random() < 0.15
    maker, kind = rng.choice(tongue.makers), rng.choice(trade.kinds)
    site = make_slug(f"{maker} {kind}") or f"maker-{tongue.makers.index(maker) + 1}"
    job: Record = {
        "company_name": f"{maker}{tongue.joint}{kind}",
        "company_website": f"https://{site}.example/",
        "company_size": rng.choice(COMPANY_SIZES),
        "industry": trade.industry,
        "company_location": home if rng.random() < 0.7 else rng.choice(tongue.cities)[0],
        "employment_type": rng.choices(EMPLOYMENT_TYPES, EMPLOYMENT_WEIGHTS)[0],
        "start": format_month(start, year_only=year_only),
        "is_current": end is None,
        "technologies": rng.sample(trade.technologies, min(len(trade.technologies), rng.randint(1, 5))),
    }
    return job if end is None else job | {"end": format_month(end, year_only=year_only)}


def make_skills(rng: Random, trade: Trade) -> list[Record]:
    """Make 8 to 14 skills: what the trade is about, and its tools."""
    known = rng.sample(trade.skills, rng.randint(min(5, len(trade.skills)), min(8, len(trade.skills))))
    wanted = rng.randint(8, 14) - len(known)
    tools = rng.sample(trade.technologies, min(len(trade.technologies), max(3, wanted)))
    skills = [make_skill(rng, name, is_primary=number < 2) for number, name in enumerate(known)]
    return skills + [make_skill(rng, name) | {"technology": name} for name in tools]


def make_skill(rng: Random, name: str, *, is_primary: bool = False) -> Record:
    """Make a skill; how long somebody has had it isn't always said."""
    skill: Record = {"name": name, "level": rng.randint(2, 5), "is_primary": is_primary}
    return skill | {"years_of_experience": rng.randint(1, 15)} if rng.random() < 0.6 else skill


def make_profile(rng: Random, tongue: Tongue, index: int, home: tuple[str, str], words: dict[str, str]) -> Record:
    """Make the head of a profile: who, what and where; `home` is a place and its country's code."""
    given, surname = rng.choice(tongue.given), rng.choice(tongue.surnames)
    slug = f"{make_slug(f'{given[1]} {surname[1]}')}-{index}"
    profile: Record = {
        "slug": slug,
        "full_name": " ".join((surname[0], given[0]) if tongue.surname_first else (given[0], surname[0])),
        "sort_name": f"{surname[0]}, {given[0]}",
        "headline": tongue.headline.format(**words),
        "summary": rng.choice(tongue.summaries).format(**words),
        "location": home[0],
        "city": home[0].replace("،", ",").split(", ")[0],
        "country_code": home[1],
        "visibility": rng.choices(VISIBILITIES, VISIBILITY_WEIGHTS)[0],
        "lang": tongue.lang,
        "contact": make_contact(rng, slug),
        "contact_private": {
            "email": f"home-{index}@private.example",
            "phone": f"+1 {rng.randint(201, 989)} 555 01{index % 100:02d}",
        },
        "is_indexable": rng.random() < 0.95,
        "allows_ai": rng.random() < 0.3,
    }
    return profile | {"open_to_work_until": f"2027-{rng.randint(1, 12):02d}-28"} if rng.random() < 0.2 else profile


def make_summary_words(rng: Random, trade: Trade, jobs: list[Record], skills: list[Record]) -> dict[str, str]:
    """Return the words that fill a headline and a summary."""
    skill, other_skill = skills[0]["name"], skills[1]["name"]
    return {
        "title": jobs[0]["position"],
        "focus": rng.choice(trade.focus),
        "years": str(THIS_MONTH // 12 - int(jobs[-1]["start"][:4])),
        "skill": skill,
        "skill_low": lower_first(skill),
        "other_skill": other_skill,
        "other_skill_low": lower_first(other_skill),
    }


def lower_first(name: str) -> str:
    """Write a skill as it stands within a sentence: `PCR` stays, `Wound care` becomes `wound care`."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def make_contact(rng: Random, slug: str) -> dict[str, str]:
    """Make what is published of somebody's contact data: often nothing, never what is private."""
    contact = {"email": f"mail@{slug}.example"} if rng.random() < 0.6 else {}
    return contact | {"website": f"https://{slug}.example/"} if rng.random() < 0.3 else contact


def make_links(rng: Random, index: int) -> list[Record]:
    """Make up to two profiles elsewhere."""
    networks = rng.sample(("GitHub", "LinkedIn", "Mastodon"), rng.randint(0, 2))
    return [
        {"network": name, "username": f"person{index}", "url": f"https://{name.lower()}.example/person{index}"}
        for name in networks
    ]


def make_project(rng: Random, tongue: Tongue, trade: Trade, jobs: list[Record], number: int) -> Record:
    """Make one project of a job; about one in seven is anonymised."""
    job = rng.choice(jobs)
    name, description = trade.projects[(number - 1) % len(trade.projects)]
    repeated = number > len(trade.projects)
    project: Record = {
        "key": f"p{number}",
        "name": fill_sentence(rng, name) + (" II" if repeated else ""),
        "description": fill_sentence(rng, description),
        "role": job["position"],
        "organization": job["company_name"],
        "start": job["start"],
        "visibility": "PUBLIC",
        "status": rng.choice(("Active", "Archived")),
        "category": rng.choice(("Production", "Production", "Internal", "Demo")),
        "achievements": [fill_sentence(rng, text) for text in rng.sample(tongue.results, rng.randint(1, 2))],
        "team_size": rng.randint(1, 25),
        "technologies": job["technologies"][:3],
        "experiences": [job["key"]],
        "is_featured": number == 1,
    }
    project |= {"end": job["end"]} if "end" in job else {"is_ongoing": True}
    return anonymize_project(rng, tongue, project) if rng.random() < 0.15 else project


def anonymize_project(rng: Random, tongue: Tongue, project: Record) -> Record:
    """Return the project as one whose client must not be named."""
    client = rng.choice(tongue.clients)
    site = make_slug(client, otherwise=f"client-{tongue.clients.index(client) + 1}")
    return project | {
        "name": f"{client}: {project['name']}",
        "description": f"{project['description']} ({client})",
        "visibility": "ANONYMOUS",
        "anonymized_company": rng.choice(tongue.withheld),
        "show_anonymized": rng.random() < 0.3,
        "clients": [client],
        "demo_url": f"https://{site}.example/",
        "duration_months": rng.randint(2, 18),
        "budget_range": rng.choice(("small", "medium", "large")),
    }


def make_education(rng: Random, tongue: Tongue, trade: Trade, *, before: int) -> list[Record]:
    """Make one or two courses of study that end before the first job."""
    courses: list[Record] = []
    end = before // 12
    # Degrees are listed from the lowest, and the newest course comes first.
    for degree in sorted(rng.sample(tongue.degrees, rng.choice((1, 1, 2))), key=tongue.degrees.index, reverse=True):
        start = end - rng.randint(2, 4)
        school, field = rng.choice(tongue.schools), rng.choice(trade.fields)
        courses.append(
            {"institution": school, "degree": degree, "field_of_study": field, "start": str(start), "end": str(end)}
        )
        end = start - rng.randint(0, 1)
    return courses


def make_certifications(rng: Random, tongue: Tongue, trade: Trade) -> list[Record]:
    """Make up to two certificates, some expired, some without an end."""
    made = []
    for name in rng.sample(trade.certificates, rng.randint(0, min(2, len(trade.certificates)))):
        issued = THIS_MONTH - rng.randint(6, 110)
        certificate = {"name": name, "issuing_organization": rng.choice(tongue.boards), "issued": format_month(issued)}
        made.append(certificate | {"expires": format_month(issued + 36)} if rng.random() < 0.6 else certificate)
    return made


def make_languages(rng: Random, tongue: Tongue) -> list[Record]:
    """Make the mother tongue and up to two others."""
    mother = {"name": tongue.mother_tongue, "tag": tongue.lang, "fluency": "", "cefr": "NATIVE"}
    others = rng.sample(tongue.languages, rng.randint(0, 2))
    return [mother] + [
        {"name": name, "tag": tag, "fluency": tongue.working_language, "cefr": rng.choice(CEFR)} for name, tag in others
    ]
