"""Which facts stand in which CV: pure selection, never an addition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from careerhub.document.profile import CvVersion, Profile

DEFAULT_TEMPLATE = "modern"
# North America prints on Letter; everybody else on A4.
_LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cv:
    """One PDF to make: its address, how it looks, and the facts in it."""

    path: str
    title: str
    template: str
    lang: str
    paper: str
    profile: Profile


def plan_cvs(profile: Profile) -> tuple[Cv, ...]:
    """Return the profile's public CVs, the default first.

    Every profile has a default one: the version the owner made default if it is public, else all public facts.
    """
    default = next((v for v in profile.cv_versions if v.is_default), None)
    cvs = [_make_cv(profile, default, path=f"p/{profile.slug}/cv.pdf")]
    for version in profile.cv_versions:
        if version is not default:
            cvs.append(_make_cv(profile, version, path=f"p/{profile.slug}/cv/{version.slug}.pdf"))
    return tuple(cvs)


def tailor(profile: Profile, version: CvVersion) -> Profile:
    """Return the profile as this version shows it: what it selects, in its order."""
    summary = version.custom_summary or profile.summary
    return replace(
        profile,
        summary=summary if version.include_summary else "",
        experiences=_pick(profile.experiences, version.experiences),
        projects=_pick(profile.projects, version.projects),
        anonymized_projects=profile.anonymized_projects if version.projects is None else (),
        skills=_pick(profile.skills, version.skills),
        education=_pick(profile.education, version.education),
        certifications=_pick(profile.certifications, version.certifications),
        achievements=_pick(profile.achievements, version.achievements),
    )


def usual_paper(country_code: str) -> str:
    """Return the paper people of that country have in their printers."""
    return "letter" if country_code.upper() in _LETTER_COUNTRIES else "a4"


def _make_cv(profile: Profile, version: CvVersion | None, *, path: str) -> Cv:
    if version is None:
        return Cv(
            path=path,
            title="",
            template=DEFAULT_TEMPLATE,
            lang=profile.lang,
            paper=usual_paper(profile.country_code),
            profile=profile,
        )
    return Cv(
        path=path,
        title=version.name,
        template=version.template,
        lang=version.lang or profile.lang,
        paper=version.paper or usual_paper(profile.country_code),
        profile=tailor(profile, version),
    )


def _pick(items: tuple[T, ...], wanted: Sequence[int] | None) -> tuple[T, ...]:
    return items if wanted is None else tuple(items[i] for i in wanted)
