"""What people are looked for by: places, languages, seniority, whether they are open to work, and technologies.

Facets come from what a profile shows anyway, and rather say nothing than guess. Anonymised projects count for nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from careerhub.document.profile import Profile, Technology
from careerhub.document.text import make_slug

SENIORITIES = ("JUNIOR", "MID", "SENIOR", "LEAD", "EXECUTIVE")
PlaceKind = Literal["country", "region", "city", "free"]

# Letters that are more than a letter and an accent to Unicode, but not to who writes an address.
_LATIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n"}
)
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COUNTRY_OF = re.compile(r"([a-z]{2})(?:-|$)")
# Tags that were replaced, and are still written.
_LANGUAGES = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "cmn": "zh"}
# Room for a country, `region` and digits in the 63 characters of a slug.
_LONGEST = 40

# Whole words of a title, and titles in which they mean something else.
_NOT_THEIRS = re.compile(
    r"\b(?:to the|assistant|assistenz|office of|secretary|lead(?:s)? generation|(?:senior|junior) (?:care|citizens?|living|school|high|college|league))\b"
)
_WORDS = {
    "EXECUTIVE": re.compile(
        r"\b(?:c[efot]o|cio|cmo|cpo|ciso|chief [a-z ]{2,30} officer|managing director|vice president|vp|svp|evp)\b"
    ),
    "LEAD": re.compile(r"\b(?:lead|team ?lead(?:er)?|teamleit(?:er|erin|ung)|head of|engineering manager)\b"),
    "SENIOR": re.compile(
        r"\b(?:senior|sr|(?:staff|principal) (?:[a-z]+ ){0,2}(?:engineer|developer|designer|scientist|architect))\b"
    ),
    "MID": re.compile(r"\b(?:mid[ -]?level|mid[ -]?senior|intermediate|professional [iv]+)\b"),
    "JUNIOR": re.compile(
        r"\b(?:junior|jr|intern|trainee|apprentice|entry[ -]level|graduate|praktikant(?:in)?|azubi)\b"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A place people are looked for in: `slug` is ASCII and always the same, `name` is as somebody wrote it.

    A country's name is its code, `DE`. The slug of what lies in a country begins with it (`de-berlin`), that of what
    lies nowhere known with `x-`.
    """

    kind: PlaceKind
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Everything one profile is looked for by; `languages` are tags like `de`, `seniority` is '' where it isn't plain.

    `primary` are the slugs of the technologies whose skill is a main one.
    """

    places: tuple[Located, ...]
    languages: tuple[str, ...]
    seniority: str
    is_open_to_work: bool
    technologies: tuple[Technology, ...]
    primary: frozenset[str]


def find_facets(profile: Profile) -> Facets:
    """Return everything a profile is looked for by."""
    return Facets(
        places=list_places(profile),
        languages=list_languages(profile),
        seniority=find_seniority(profile),
        is_open_to_work=profile.open_to_work,
        technologies=technologies_of(profile),
        primary=frozenset(skill.technology.slug for skill in profile.skills if skill.technology and skill.is_primary),
    )


def technologies_of(profile: Profile) -> tuple[Technology, ...]:
    """Return every technology a profile's visible facts name, once each, skills first.

    Anonymised projects don't count: a technology page must not say what a card withholds.
    """
    named = [skill.technology for skill in profile.skills if skill.technology]
    for used in (
        *(job.technologies for job in profile.experiences),
        *(project.technologies for project in profile.projects),
    ):
        named += used
    return tuple(dict.fromkeys(named))


def list_places(profile: Profile) -> tuple[Located, ...]:
    """Return the country, region and city of a profile, or else its location as it is written."""
    code = profile.country_code.strip().upper()
    country = code if _COUNTRY.fullmatch(code) else ""
    inside = country.lower() or "x"
    found = [Located(kind="country", slug=inside, name=country)] if country else []
    region, city = make_place_slug(profile.region), make_place_slug(profile.city)
    # a city that is a region, like Hamburg, is one place
    if region and region != city:
        found.append(Located(kind="region", slug=f"{inside}-region-{region}", name=profile.region.strip()))
    if city:
        found.append(Located(kind="city", slug=f"{inside}-{city}", name=profile.city.strip()))
    if not found and (free := make_place_slug(profile.location)):
        found.append(Located(kind="free", slug=f"x-{free}", name=profile.location.strip()))
    return tuple(found)


def find_country(slug: str) -> str:
    """Return the code of the country a place's slug begins with, '' where it lies nowhere known."""
    found = _COUNTRY_OF.match(slug)
    return found[1].upper() if found else ""


def make_place_slug(name: str) -> str:
    """Make a slug of a place's name, the same for every way to write its case, accents and spaces.

    Whatever has letters beyond the Latin ones is named by a digest: a transliteration would be a guess.
    """
    # after folding, so that capitals of the letters below are found too
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().translate(_LATIN).split())
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    if not any(c.isalnum() for c in bare):
        return ""
    slug = make_slug(bare)
    if len(slug) <= _LONGEST and not any(c.isalnum() and not c.isascii() for c in bare):
        return slug
    # accents fall where letters have them as ornaments; elsewhere (が, й) they make another letter
    return hashlib.sha256(plain.encode()).hexdigest()[:10]


def list_languages(profile: Profile) -> tuple[str, ...]:
    """Return the tags of the languages a profile names, without country or script: `pt` for `pt-BR`."""
    tags = (language.tag.strip().lower().replace("_", "-").partition("-")[0] for language in profile.languages)
    return tuple(dict.fromkeys(_LANGUAGES.get(tag, tag) for tag in tags if _LANGUAGE.fullmatch(tag)))


def find_seniority(profile: Profile) -> str:
    """Return how senior a profile's current paid posts say somebody is, '' where they don't, or say two things.

    Only words of the titles count, such as Junior, Sr., Lead, Head of or CTO: never years, ages or what was before.
    """
    titles = (job.position for job in profile.experiences if job.is_current and job.employment_type != "VOLUNTEER")
    said = {level for title in titles if (level := read_seniority(title))}
    return said.pop() if len(said) == 1 else ""


def read_seniority(title: str) -> str:
    """Return how senior a title says somebody is; `Assistant to the CEO` says nothing."""
    words = " ".join(title.casefold().split())
    if _NOT_THEIRS.search(words):
        return ""
    return next((level for level, said in _WORDS.items() if said.search(words)), "")
