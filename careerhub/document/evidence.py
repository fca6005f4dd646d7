"""Where a person used a technology, and for how long at least: only what the document says, and no more than is known.

Anonymised projects don't count, as on the technologies' pages: a sum could tell of a card what it withholds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

from careerhub.document.dates import PartialDate
from careerhub.document.profile import Profile, Technology

_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The time of one post or project; a date that isn't known is None."""

    start: PartialDate | None
    end: PartialDate | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Posts (paid or voluntary) and projects that used one technology; years are None where no date is known."""

    experiences: int
    projects: int
    first_year: int | None
    last_year: int | None
    until_now: bool
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedYears:
    """What a skill's two columns might say; None where nothing is certain."""

    years_of_experience: int | None
    started_using_year: int | None


def collect_evidence(profile: Profile, *, among: Set[str] | None = None) -> Mapping[str, Evidence]:
    """Return the evidence of every technology (or those `among`) that a visible post or project used, by its slug."""
    posts: dict[str, list[Use]] = {}
    projects: dict[str, list[Use]] = {}
    for post in profile.experiences:
        use = Use(start=post.start, end=post.end, is_current=post.is_current)
        _note(posts, post.technologies, use, among)
    for project in profile.projects:
        use = Use(start=project.start, end=project.end, is_current=project.is_ongoing)
        _note(projects, project.technologies, use, among)
    return {slug: _make_evidence(posts.get(slug, []), projects.get(slug, [])) for slug in posts | projects}


def count_certain_months(evidence: Evidence, *, today: date) -> int:
    """Return how many whole months of use are certain until today; the same day never counts twice."""
    return sum(_count_months(first, after) for first, after in list_certain_stretches(evidence.uses, today=today))


def suggest_years(evidence: Evidence, *, today: date) -> SuggestedYears:
    """Return values to propose for a skill that says nothing of its own; they are never stored by themselves."""
    years = count_certain_months(evidence, today=today) // _MONTHS_A_YEAR
    return SuggestedYears(years_of_experience=years or None, started_using_year=evidence.first_year)


def list_certain_stretches(uses: Iterable[Use], *, today: date) -> tuple[tuple[date, date], ...]:
    """Return the time certainly covered, in order and without overlaps: each first day, and the day after the last."""
    merged: list[tuple[date, date]] = []
    for first, after in sorted(filter(None, (_find_certain(use, today) for use in uses))):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(after, merged[-1][1]))
        else:
            merged.append((first, after))
    return tuple(merged)


def _find_certain(use: Use, today: date) -> tuple[date, date] | None:
    """Return the time one use covers whatever its dates mean: from the latest possible start to the earliest end."""
    if use.start is None or (use.end is None and not use.is_current):
        return None
    last = today if use.end is None else min(use.end.first, today)
    return (use.start.last, last + timedelta(days=1)) if use.start.last <= last else None


def _count_months(first: date, after: date) -> int:
    months = (after.year - first.year) * _MONTHS_A_YEAR + after.month - first.month
    return months - (after.day < first.day)


def _note(uses: dict[str, list[Use]], technologies: Iterable[Technology], use: Use, among: Set[str] | None) -> None:
    for slug in {technology.slug for technology in technologies}:
        if among is None or slug in among:
            uses.setdefault(slug, []).append(use)


def _make_evidence(posts: list[Use], projects: list[Use]) -> Evidence:
    uses = (*posts, *projects)
    years = [when.year for use in uses for when in (use.start, use.end) if when]
    return Evidence(
        experiences=len(posts),
        projects=len(projects),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        until_now=any(use.is_current for use in uses),
        uses=uses,
    )
