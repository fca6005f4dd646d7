"""How a profile's facts are grouped on its page: pure arrangement of what the document says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from careerhub.document.dates import PartialDate
from careerhub.document.evidence import Evidence, collect_evidence
from careerhub.document.profile import Achievement, Experience, Language, Profile, Skill
from careerhub.render.labels import Labels

_KINDS = {"AWARD": "awards", "PUBLICATION": "publications", "SPEAKING": "talks", "PATENT": "patents"}
_OTHER_KIND = "other_achievements"
_KIND_ORDER = (*_KINDS.values(), _OTHER_KIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """Posts held one after another at one employer."""

    name: str
    website: str
    location: str
    posts: tuple[Experience, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillGroup:
    """Skills under one heading; the heading is empty for those without a group."""

    name: str
    skills: tuple[Skill, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvidence:
    """Where a skill was used, in words, and when, in years: what today's date can't change."""

    uses: str
    start: PartialDate | None
    end: PartialDate | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementGroup:
    """Achievements of one kind; `key` is the label of its heading."""

    key: str
    achievements: tuple[Achievement, ...]


def is_voluntary(experience: Experience) -> bool:
    """Tell whether a post was unpaid."""
    return experience.employment_type.upper() in ("VOLUNTEER", "VOLUNTEERING")


def list_jobs(profile: Profile) -> tuple[Experience, ...]:
    """Return the posts that aren't voluntary."""
    return tuple(e for e in profile.experiences if not is_voluntary(e))


def list_voluntary(profile: Profile) -> tuple[Experience, ...]:
    """Return the voluntary posts."""
    return tuple(e for e in profile.experiences if is_voluntary(e))


def group_by_employer(experiences: Iterable[Experience]) -> tuple[Employer, ...]:
    """Put promotions together: neighbours in the list with the same employer."""
    groups = []
    for name, same in groupby(experiences, key=lambda e: e.company_name):
        # Two posts without an employer are two posts, not a career somewhere.
        posts = tuple(same)
        groups += [_make_employer(posts)] if name else [_make_employer((post,)) for post in posts]
    return tuple(groups)


def group_skills(skills: Iterable[Skill]) -> tuple[SkillGroup, ...]:
    """Group skills in the order their groups first appear; those without a group come last."""
    groups: dict[str, list[Skill]] = {}
    for skill in skills:
        groups.setdefault(skill.group, []).append(skill)
    names = sorted(groups, key=lambda name: not name)
    return tuple(SkillGroup(name=name, skills=tuple(groups[name])) for name in names)


def show_evidence(profile: Profile, labels: Labels) -> dict[str, ShownEvidence]:
    """Return what proves a profile's skills, by their technology's slug; other technologies are left out."""
    slugs = {skill.technology.slug for skill in profile.skills if skill.technology}
    found = collect_evidence(profile, among=slugs)
    return {slug: _write_evidence(found[slug], labels) for slug in sorted(found)}


def name_languages(languages: Iterable[Language], labels: Labels) -> tuple[Language, ...]:
    """Return the languages somebody speaks as the reader's language calls them, where their tags say which they are."""
    return tuple(
        replace(each, name=labels.title_language(each.tag), fluency="" if each.cefr else each.fluency)
        if each.tag and labels.language_name(each.tag) != each.tag
        else each
        for each in languages
    )


def group_achievements(achievements: Iterable[Achievement]) -> tuple[AchievementGroup, ...]:
    """Group achievements by kind: awards, publications, talks, patents, the rest."""
    groups: dict[str, list[Achievement]] = {}
    for achievement in achievements:
        groups.setdefault(_KINDS.get(achievement.category.upper(), _OTHER_KIND), []).append(achievement)
    # "More" is said after something.
    alone = "achievements" if len(groups) == 1 else _OTHER_KIND
    return tuple(
        AchievementGroup(key=alone if key == _OTHER_KIND else key, achievements=tuple(groups[key]))
        for key in _KIND_ORDER
        if key in groups
    )


def _write_evidence(evidence: Evidence, labels: Labels) -> ShownEvidence:
    counted = (("project_count", evidence.projects), ("position_count", evidence.experiences))
    return ShownEvidence(
        uses=labels.comma.join(labels.count(key, count) for key, count in counted if count),
        start=PartialDate(year=evidence.first_year) if evidence.first_year else None,
        end=PartialDate(year=evidence.last_year) if evidence.last_year else None,
        is_current=evidence.until_now,
    )


def _make_employer(posts: tuple[Experience, ...]) -> Employer:
    first = posts[0]
    shared = len({post.company_location for post in posts}) == 1
    return Employer(
        name=first.company_name,
        website=next((post.company_website for post in posts if post.company_website), ""),
        location=first.company_location if shared else "",
        posts=posts,
    )
