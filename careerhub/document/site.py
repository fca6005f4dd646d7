"""The site index: what the shared pages (directory, technologies, feed, sitemap) may know about everybody."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from careerhub.document.facets import Located, find_facets
from careerhub.document.profile import Profile, Technology

# The lists a person may be in: the directory, the sitemap, those open to work, and one a facet, in these folders.
DIRECTORY = ""
SITEMAP = "sitemaps"
OPEN_TO_WORK = "open-to-work"
TECHNOLOGIES, PLACES, LANGUAGES, SENIORITY = FACETS = ("technologies/", "places/", "languages/", "seniority/")
# Written before the consonant they are spoken and sorted after.
_LEADING_VOWELS = "เแโใไເແໂໃໄ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person in a list; `initial` is what their sort name begins with."""

    slug: str
    full_name: str
    headline: str
    location: str
    lang: str
    open_to_work: bool
    is_indexable: bool
    changed_on: date
    technologies: tuple[Technology, ...]
    projects: tuple[str, ...]
    initial: str = "#"
    places: tuple[Located, ...] = ()
    languages: tuple[str, ...] = ()
    seniority: str = ""
    primary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person as lists show them: the texts that stand there, rendered, and their place in the order.

    `card` stands in the directory, `line` in lists of facets, `urls` in the sitemap: where these are equal, so are
    the pages. `keys` are what the search finds them by.
    """

    entry: Entry
    sort_key: bytes
    card: str
    line: str
    urls: str
    keys: tuple[str, ...] = ()


class Membership(NamedTuple):
    """A list somebody is in, and what it is called because of them."""

    path: str
    name: str


def make_entry(profile: Profile) -> Entry:
    """Make the line that lists show of a profile; its facets are those of its visible facts."""
    facets = find_facets(profile)
    return Entry(
        slug=profile.slug,
        full_name=profile.full_name,
        headline=profile.headline,
        location=profile.location,
        lang=profile.lang,
        open_to_work=profile.open_to_work,
        is_indexable=profile.is_indexable,
        changed_on=profile.changed_on,
        technologies=facets.technologies,
        projects=tuple(project.slug for project in profile.projects),
        initial=find_initial(profile.sort_name),
        places=facets.places,
        languages=facets.languages,
        seniority=facets.seniority,
        primary=tuple(t.slug for t in facets.technologies if t.slug in facets.primary),
    )


def list_memberships(entry: Entry) -> tuple[Membership, ...]:
    """Return the lists a person is in: each once, whatever it is called."""
    named = {f"{TECHNOLOGIES}{technology.slug}": technology.name for technology in entry.technologies}
    named |= {f"{PLACES}{place.slug}": place.name for place in entry.places}
    named |= {f"{LANGUAGES}{tag}": tag for tag in entry.languages}
    if entry.seniority:
        named[f"{SENIORITY}{entry.seniority.lower()}"] = entry.seniority
    sitemap = (Membership(SITEMAP, ""),) if entry.is_indexable else ()
    available = (Membership(OPEN_TO_WORK, ""),) if entry.open_to_work else ()
    return (Membership(DIRECTORY, ""), *sitemap, *available, *(Membership(path, name) for path, name in named.items()))


def is_facet(path: str) -> bool:
    """Tell whether a list is of a facet with several values: its page is there as long as somebody is in it."""
    return path.startswith(FACETS)


def date_in_feed(path: str, entry: Entry) -> str:
    """Return the day that a list's own feed shows of somebody, '' where it has none or mustn't show them."""
    return entry.changed_on.isoformat() if entry.is_indexable and path.startswith(TECHNOLOGIES) else ""


def weigh(slug: str) -> int:
    """Return the number that decides whether a page of a list begins with this person: 63 bits, as good as random."""
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:8], "big") >> 1


def find_initial(name: str) -> str:
    """Return the letter a name is looked for under: without accents, in capitals; '#' where it is none.

    Han characters are thousands: they share one.
    """
    first = unicodedata.normalize("NFD", name.lstrip(_LEADING_VOWELS + " "))[:1]
    if unicodedata.name(first, "").startswith("CJK") if first else False:
        return "漢"
    return first.upper()[:1] if first.isalpha() else "#"
