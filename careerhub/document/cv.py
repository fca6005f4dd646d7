"""Which facts stand in which CV: pure selection, never an addition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from careerhub.document.profile import CvText, CvVersion, Profile
from careerhub.document.translations import find_language, translate

DEFAULT_TEMPLATE = "modern"
# North America prints on Letter; everybody else on A4.
_LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE"})

# The sections of a CV as they stand when nobody says otherwise. Jobs and voluntary posts are both experiences.
SECTIONS = (
    "summary",
    "experiences",
    "projects",
    "skills",
    "education",
    "certifications",
    "achievements",
    "languages",
    "interests",
    "references",
)
# Texts of an entry that one CV may say differently; those of LINES are lists.
TEXTS = {
    "experiences": ("position", "description", "responsibilities"),
    "projects": ("role", "description", "achievements"),
    "education": ("description",),
    "achievements": ("description",),
}
LINES = frozenset({("experiences", "responsibilities"), ("projects", "achievements")})
# What people may wish for; a CV that can't be read at that length stays longer.
MOST_PAGES = 2

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cv:
    """One PDF to make: its address, how it looks, and the facts in it.

    `is_translated`: its language isn't the one the profile was written in. `profile.photo` is the photo it shows; `photo` are that one's bytes as WebP, empty until somebody loads them.
    """

    path: str
    title: str
    template: str
    lang: str
    paper: str
    profile: Profile
    order: tuple[str, ...] = SECTIONS
    pages: int | None = None
    is_translated: bool = False
    photo: bytes = field(default=b"", repr=False)


def plan_cvs(profile: Profile) -> tuple[Cv, ...]:
    """Return the profile's public CVs, the default first.

    Every profile has a default one: the version the owner made default if it is public, else all public facts.
    """
    default = next((v for v in profile.cv_versions if v.is_default), None)
    others = (make_cv(profile, version) for version in profile.cv_versions if version is not default)
    return (make_cv(profile, default), *others)


def make_cv(profile: Profile, version: CvVersion | None) -> Cv:
    """Return the CV of one version, or with None the one that everybody has: all public facts.

    A version in one of the profile's other languages says what is there in that language.
    """
    if version is None:
        return Cv(
            path=name_cv(profile, None),
            title="",
            template=DEFAULT_TEMPLATE,
            lang=profile.lang,
            paper=usual_paper(profile.country_code),
            profile=replace(profile, photo=None),
        )
    if lang := find_language(profile, version.lang):
        profile = translate(profile, lang)
    return Cv(
        path=name_cv(profile, version),
        title=version.name,
        template=version.template,
        lang=version.lang or profile.lang,
        paper=version.paper or usual_paper(profile.country_code),
        profile=tailor(profile, version),
        order=order_sections(version.order),
        pages=version.pages,
        is_translated=bool(lang),
    )


def name_cv(profile: Profile, version: CvVersion | None) -> str:
    """Return the path of a CV."""
    if version is None or version.is_default:
        return f"p/{profile.slug}/cv.pdf"
    return f"p/{profile.slug}/cv/{version.slug}.pdf"


def with_photo(cv: Cv, photos: Mapping[str, bytes]) -> Cv:
    """Return the CV with the bytes of the photo it shows, of those by SHA-256; one that shows none stays as it is."""
    photo = cv.profile.photo
    return replace(cv, photo=photos.get(photo.largest.sha256, b"")) if photo else cv


def tailor(profile: Profile, version: CvVersion) -> Profile:
    """Return the profile as this version shows it: what it selects, in its order and its words."""
    summary = version.custom_summary or profile.summary
    profile = _reword(profile, version.texts)
    shows_anonymized = version.projects is None if version.anonymized_projects is None else version.anonymized_projects
    return replace(
        profile,
        photo=profile.photo if version.has_photo else None,
        headline=version.custom_headline or profile.headline,
        summary=summary if version.include_summary else "",
        experiences=_pick(profile.experiences, version.experiences),
        projects=_pick(profile.projects, version.projects),
        anonymized_projects=profile.anonymized_projects if shows_anonymized else (),
        skills=_pick(profile.skills, version.skills),
        education=_pick(profile.education, version.education),
        certifications=_pick(profile.certifications, version.certifications),
        achievements=_pick(profile.achievements, version.achievements),
        languages=_pick(profile.languages, version.languages),
        references=_pick(profile.references, version.references),
        interests=_pick(profile.interests, version.interests),
    )


def order_sections(wanted: Sequence[str]) -> tuple[str, ...]:
    """Return every section once: those that are wanted first, the others in their usual order."""
    named = [section for section in wanted if section in SECTIONS]
    return tuple(dict.fromkeys((*named, *SECTIONS)))


def usual_paper(country_code: str) -> str:
    """Return the paper people of that country have in their printers."""
    return "letter" if country_code.upper() in _LETTER_COUNTRIES else "a4"


def _reword(profile: Profile, texts: Sequence[CvText]) -> Profile:
    """Return the profile with the texts that a CV says differently."""
    becomes: dict[str, list[Any]] = {}
    for said in texts:
        if said.field in TEXTS.get(said.section, ()):
            entries = becomes.setdefault(said.section, list(getattr(profile, said.section)))
            is_list = (said.section, said.field) in LINES
            value = said.lines if is_list else said.text
            if value:
                entries[said.position] = replace(entries[said.position], **{said.field: value})
    changes: dict[str, Any] = {section: tuple(entries) for section, entries in becomes.items()}
    return replace(profile, **changes)


def _pick(items: tuple[T, ...], wanted: Sequence[int] | None) -> tuple[T, ...]:
    return items if wanted is None else tuple(items[i] for i in wanted)
