"""Search what the public may see: people, jobs, projects, technologies; and one's own entries, hidden ones too.

The database folds accents, case and scripts, of indexes and queries alike, and ranks; here a query is only cleaned.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from careerhub.errors import InputInvalid

# As long as the longest name, title or headline: nothing longer can be found in one.
LONGEST_QUERY = 200
# What a search box may wait for.
TIMEOUT_MS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFound:
    """A person; `why` names where it was found: name, skill, headline, experience, project, summary or several."""

    slug: str
    full_name: str
    headline: str
    place: str
    why: str
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceFound:
    """A job of somebody."""

    slug: str
    full_name: str
    position: str
    company_name: str
    is_current: bool
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFound:
    """A project of somebody; its page is the person's slug and its own."""

    slug: str
    full_name: str
    project_slug: str
    name: str
    role: str
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnologyFound:
    """A technology of the catalogue; `alias` is the other name that was found, or empty."""

    slug: str
    name: str
    alias: str
    category: str
    layer: str
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFound:
    """An entry of the actor's own profile: its table, its id, its title."""

    kind: str
    id: str
    title: str


def search_people(
    session: Session, query: str, *, limit: int = 20, timeout_ms: int = TIMEOUT_MS
) -> tuple[PersonFound, ...]:
    """Find people who are PUBLIC, best first; by names that look alike when words find too few."""
    return tuple(PersonFound(**row) for row in _search(session, "people", query, limit, timeout_ms))


def search_experiences(
    session: Session, query: str, *, limit: int = 20, timeout_ms: int = TIMEOUT_MS
) -> tuple[ExperienceFound, ...]:
    """Find jobs of people who are PUBLIC, best first."""
    return tuple(ExperienceFound(**row) for row in _search(session, "experiences", query, limit, timeout_ms))


def search_projects(
    session: Session, query: str, *, limit: int = 20, timeout_ms: int = TIMEOUT_MS
) -> tuple[ProjectFound, ...]:
    """Find projects of people who are PUBLIC, best first; never an anonymised one."""
    return tuple(ProjectFound(**row) for row in _search(session, "projects", query, limit, timeout_ms))


def search_technologies(
    session: Session, query: str, *, limit: int = 20, timeout_ms: int = TIMEOUT_MS
) -> tuple[TechnologyFound, ...]:
    """Complete the name of a technology, symbols as they are: "c+" is the beginning of C++."""
    return tuple(TechnologyFound(**row) for row in _search(session, "technologies", query, limit, timeout_ms))


def search_own(session: Session, query: str, *, limit: int = 20) -> tuple[OwnFound, ...]:
    """Find entries of the actor's own profile whose title has these letters anywhere, those that begin with them first."""
    rows = session.execute(_OWN, {"query": clean_query(query), "limit": max(0, min(limit, 100))}).mappings()
    return tuple(OwnFound(**row) for row in rows)


def clean_query(query: str) -> str:
    """Return the query in one line and one form of Unicode; raise InputInvalid for an empty or a too long one."""
    plain = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in query)
    cleaned = " ".join(unicodedata.normalize("NFC", plain).split())
    if not cleaned:
        raise InputInvalid("Say what to search for: the query is empty.")
    if len(cleaned) > LONGEST_QUERY:
        raise InputInvalid(f"A query has at most {LONGEST_QUERY} characters; this one has {len(cleaned):,}.")
    return cleaned


def _search(session: Session, kind: str, query: str, limit: int, timeout_ms: int) -> list[RowMapping]:
    # the database returns a hundred at most, whatever is asked for
    values: dict[str, Any] = {"query": clean_query(query), "limit": max(0, min(limit, 100))}
    with _timed(session, timeout_ms):
        return list(session.execute(text(f"SELECT * FROM search_{kind}(:query, :limit)"), values).mappings())


@contextmanager
def _timed(session: Session, timeout_ms: int) -> Iterator[None]:
    """Let no statement take longer than this; what was allowed before comes back, unless one did."""
    setting = text("SELECT current_setting('statement_timeout'), set_config('statement_timeout', :limit, true)")
    before = session.execute(setting, {"limit": str(timeout_ms)}).scalar_one()
    yield
    session.execute(setting, {"limit": before})


# Row security shows the actor's own rows alone; the profile's id lets their index be used.
_OWN = text(
    "SELECT kind, id, title FROM ("
    + " UNION ALL ".join(
        f"SELECT '{table}' AS kind, id, {title} AS title, display_order FROM {table} WHERE profile_id = (SELECT own_profile())"
        for table, title in {
            "experiences": "concat_ws(' · ', nullif(position, ''), nullif(company_name, ''))",
            "projects": "name",
            "skills": "name",
            "education": "concat_ws(' · ', nullif(degree, ''), nullif(field_of_study, ''), nullif(institution, ''))",
            "certifications": "name",
            "achievements": "title",
            "languages": "name",
            "interests": "name",
        }.items()
    )
    + ") own, LATERAL (SELECT CASE search_words(:query) WHEN '' THEN strpos(lower(title), lower(:query))"
    " ELSE strpos(search_words(title), search_words(:query)) END AS place) found"
    " WHERE place > 0 ORDER BY place, kind, display_order, id LIMIT :limit"
)
