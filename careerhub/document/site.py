"""The site index: what the shared pages (directory, technologies, feed, sitemap) may know about everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from careerhub.document.profile import Profile, Technology


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person in a list."""

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


def make_entry(profile: Profile) -> Entry:
    """Make the line that lists show of a profile; its technologies are those of its visible facts."""
    return Entry(
        slug=profile.slug,
        full_name=profile.full_name,
        headline=profile.headline,
        location=profile.location,
        lang=profile.lang,
        open_to_work=profile.open_to_work,
        is_indexable=profile.is_indexable,
        changed_on=profile.changed_on,
        technologies=technologies_of(profile),
        projects=tuple(project.slug for project in profile.projects),
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
