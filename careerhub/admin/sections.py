"""The lists of a profile: what each is called, its form, and how an entry is summed up in a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import get_locale

from careerhub.admin.forms import entries as forms
from careerhub.admin.forms.items import ItemForm
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.document.dates import PartialDate, make_partial_date

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One list. `key` is its table and stands in its address; `columns` are what a line about an entry needs."""

    key: str
    entity: str
    title: Any
    one: Any
    says: Any
    form: type[ItemForm]
    columns: tuple[str, ...]
    name: Callable[[Row], str]
    detail: Callable[[Row], str] = lambda _row: ""
    star: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as a list shows it."""

    id: str
    name: str
    detail: str
    is_hidden: bool
    is_star: bool
    is_anonymous: bool
    is_shown_anonymous: bool


def make_line(section: Section, row: Row) -> Line:
    """Sum an entry up."""
    is_anonymous = row.get("visibility") == "ANONYMOUS"
    return Line(
        id=row["id"],
        name=section.name(row) or _("An entry without a name"),
        detail=section.detail(row),
        is_hidden=bool(row.get("is_hidden")),
        is_star=bool(section.star and row.get(section.star)),
        is_anonymous=is_anonymous,
        is_shown_anonymous=is_anonymous and bool(row.get("show_anonymized")),
    )


def say_span(row: Row, current: str = "") -> str:
    """Say from when to when, as far as it is known."""
    start, end = say_date(row, "start_date", "start_precision"), say_date(row, "end_date", "end_precision")
    end = _("now") if current and row.get(current) else end
    return " – ".join(part for part in (start, end) if part)


def say_date(row: Row, day: str, precision: str) -> str:
    """Say a date as exactly as it is known, and no more exactly."""
    stored = row.get(day)
    if not stored:
        return ""
    moment = date.fromisoformat(stored[:10]) if isinstance(stored, str) else stored
    return say_partial(make_partial_date(moment, row.get(precision)))


def say_partial(when: PartialDate | None) -> str:
    """Say a partial date in the reader's language."""
    if when is None:
        return ""
    if when.month is None:
        return str(when.year)
    from babel.dates import format_date, format_skeleton

    locale = get_locale() or "en"
    return str(
        format_skeleton("yMMM", when.first, locale=locale)
        if when.day is None
        else format_date(when.first, format="medium", locale=locale)
    )


def _join(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _name_job(row: Row) -> str:
    position, company = row.get("position", ""), row.get("company_name", "")
    if position and company:
        return str(_("%(position)s at %(company)s", position=position, company=company))
    return str(position or company)


_SPAN = ("start_date", "start_precision", "end_date", "end_precision")
_EACH = ("is_hidden", "is_featured", "revision")

SECTIONS: dict[str, Section] = {
    section.key: section
    for section in (
        Section(
            key="experiences",
            entity="EXPERIENCE",
            title=_l("Jobs"),
            one=_l("job"),
            says=_l("Jobs, contracts, voluntary posts."),
            form=forms.ExperienceForm,
            columns=("position", "company_name", "is_current", *_SPAN, *_EACH),
            name=_name_job,
            detail=lambda row: say_span(row, "is_current"),
        ),
        Section(
            key="projects",
            entity="PROJECT",
            title=_l("Projects"),
            one=_l("project"),
            says=_l("What you made or took part in, by name or anonymised."),
            form=forms.ProjectForm,
            columns=("name", "role", "is_ongoing", "visibility", "show_anonymized", *_SPAN, *_EACH),
            name=lambda row: str(row.get("name", "")),
            detail=lambda row: _join(row.get("role"), say_span(row, "is_ongoing")),
            star="is_featured",
        ),
        Section(
            key="skills",
            entity="SKILL",
            title=_l("Skills"),
            one=_l("skill"),
            says=_l("What you can do, and how well."),
            form=forms.SkillForm,
            columns=("name", "group_name", "level", "is_primary", *_EACH),
            name=lambda row: str(row.get("name", "")),
            detail=lambda row: _join(row.get("group_name"), forms.LEVELS.get(str(row.get("level")))),
            star="is_primary",
        ),
        Section(
            key="education",
            entity="EDUCATION",
            title=_l("Education"),
            one=_l("school or course"),
            says=_l("Schools, courses of study, apprenticeships."),
            form=forms.EducationForm,
            columns=("institution", "degree", "field_of_study", *_SPAN, *_EACH),
            name=lambda row: (
                ", ".join(filter(None, (row.get("degree"), row.get("field_of_study"))))
                or str(row.get("institution", ""))
            ),
            detail=lambda row: _join(
                row.get("institution") if row.get("degree") or row.get("field_of_study") else "", say_span(row)
            ),
        ),
        Section(
            key="certifications",
            entity="CERTIFICATION",
            title=_l("Certificates"),
            one=_l("certificate"),
            says=_l("With the day they expire, if they do."),
            form=forms.CertificationForm,
            columns=("name", "issuing_organization", "issue_date", "issue_precision", *_EACH),
            name=lambda row: str(row.get("name", "")),
            detail=lambda row: _join(row.get("issuing_organization"), say_date(row, "issue_date", "issue_precision")),
        ),
        Section(
            key="achievements",
            entity="ACHIEVEMENT",
            title=_l("Achievements"),
            one=_l("achievement"),
            says=_l("Awards, publications, talks, patents."),
            form=forms.AchievementForm,
            columns=("title", "category", "issuer", "date", "date_precision", *_EACH),
            name=lambda row: str(row.get("title", "")),
            detail=lambda row: _join(
                forms.ACHIEVEMENT_CATEGORIES.get(str(row.get("category"))),
                row.get("issuer"),
                say_date(row, "date", "date_precision"),
            ),
        ),
        Section(
            key="languages",
            entity="LANGUAGE",
            title=_l("Languages"),
            one=_l("language"),
            says=_l("Languages you speak."),
            form=forms.LanguageForm,
            columns=("name", "cefr", "fluency", *_EACH),
            name=lambda row: str(row.get("name", "")),
            detail=lambda row: _join(forms.CEFR.get(str(row.get("cefr"))), row.get("fluency")),
        ),
        Section(
            key="profile_links",
            entity="PROFILE_LINK",
            title=_l("Links"),
            one=_l("link"),
            says=_l("Your website, and your profiles elsewhere."),
            form=forms.ProfileLinkForm,
            columns=("network", "username", "url", *_EACH),
            name=lambda row: str(row.get("network") or row.get("url") or row.get("username") or ""),
            detail=lambda row: str(row.get("url") or row.get("username") or "") if row.get("network") else "",
        ),
        Section(
            key="references",
            entity="REFERENCE",
            title=_l("References"),
            one=_l("reference"),
            says=_l("What people say about you."),
            form=forms.ReferenceForm,
            columns=("name", *_EACH),
            name=lambda row: str(row.get("name", "")),
        ),
        Section(
            key="interests",
            entity="INTEREST",
            title=_l("Interests"),
            one=_l("interest"),
            says=_l("What you like besides work."),
            form=forms.InterestForm,
            columns=("name", "keywords", *_EACH),
            name=lambda row: str(row.get("name", "")),
            detail=lambda row: ", ".join(str(word) for word in row.get("keywords") or ()),
        ),
    )
}
BY_ENTITY = {section.entity: section for section in SECTIONS.values()}
