"""The first steps: one short form each. What is typed is kept as it was typed until the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import RadioField, StringField
from wtforms.validators import Optional, ValidationError

from careerhub.admin.forms.fields import CleanForm, LineField, LinesField, PartialDateField, SelectField, TextField
from careerhub.admin.forms.profile import VISIBILITY_NAMES, list_countries, list_languages
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.document.dates import PartialDate
from careerhub.editing.drafts import Finished
from careerhub.editing.profiles import check_slug
from careerhub.errors import InputInvalid


class NameForm(CleanForm):
    """Who somebody is."""

    full_name = LineField(_l("Name"), longest=200, required=_l("Enter your name."))
    headline = LineField(_l("Headline"), longest=200, description=_l("What you do, in one line."))


class PlaceForm(CleanForm):
    """Where somebody is, and the language of the page."""

    city = LineField(_l("City"), longest=100)
    region = LineField(_l("Region or state"), longest=100)
    country_code = SelectField(_l("Country"), [Optional()], default="")
    lang = SelectField(_l("Language of your page"), default="en", description=_l("The language you write in."))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.country_code.choices = [("", "–"), *list_countries()]
        self.lang.choices = list_languages()


class SpanForm(CleanForm):
    """Something that began and perhaps ended."""

    start_date = PartialDateField(_l("From"), description=_l("As you know it: 2019, March 2019 or 2019-03-31."))
    end_date = PartialDateField(_l("Until"), allows_now=True, description=_l('A date, or "now".'))

    def validate_end_date(self, field: PartialDateField) -> None:
        start, end = self.start_date.data, field.data
        if start and end and end.last < start.first:
            raise ValidationError(_("This is before it began."))

    def is_empty(self) -> bool:
        """Tell whether nothing was said."""
        return not any(self.read().values())

    def read_span(self) -> dict[str, Any]:
        """Return the columns of the dates."""
        return {**_split("start", self.start_date.data), **_split("end", self.end_date.data)}


class JobForm(SpanForm):
    """The job somebody has, or had last."""

    position = LineField(_l("Position"), longest=200)
    company_name = LineField(_l("Employer"), longest=200)
    description = TextField(_l("What you do there"), description=_l("A few sentences. Markdown works."))

    def validate_position(self, field: LineField) -> None:
        if not field.data and not self.company_name.data and not self.is_empty():
            raise ValidationError(_("Enter a position or an employer."))

    def read_row(self) -> dict[str, Any]:
        """Return the columns of the job."""
        return (
            self.read("position", "company_name", "description")
            | self.read_span()
            | {"is_current": self.end_date.is_now}
        )


class EducationForm(SpanForm):
    """A school, a course of study or an apprenticeship."""

    institution = LineField(_l("School or university"), longest=200)
    degree = LineField(_l("Degree"), longest=100)
    field_of_study = LineField(_l("Subject"), longest=200)

    def validate_institution(self, field: LineField) -> None:
        if not field.data and not self.degree.data and not self.field_of_study.data and not self.is_empty():
            raise ValidationError(_("Enter a school, a degree or a subject."))

    def read_row(self) -> dict[str, Any]:
        """Return the columns of the education."""
        return self.read("institution", "degree", "field_of_study") | self.read_span()


class SkillsForm(CleanForm):
    """What somebody can do."""

    skills = LinesField(_l("Skills"), longest=100, most=50, description=_l("One a line."))


class PhotoForm(CleanForm):
    """Nothing to fill in: the photo has a page of its own."""


class EndForm(CleanForm):
    """The address of the page, and who may see it."""

    slug = StringField(
        _l("Address of your page"),
        description=_l("1 to 63 small letters a to z, digits and hyphens. You can leave it empty for now."),
    )
    visibility = RadioField(_l("Who may see your page"), [Optional()], default="PRIVATE")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.visibility.choices = list(VISIBILITY_NAMES.items())

    def validate_slug(self, field: StringField) -> None:
        try:
            if wanted := (field.data or "").strip():
                check_slug(wanted)
        except InputInvalid:
            said = _("An address has 1 to 63 small letters a to z, digits and hyphens. No hyphen first or last.")
            raise ValidationError(said) from None


FORMS: dict[str, type[CleanForm]] = {
    "name": NameForm,
    "place": PlaceForm,
    "job": JobForm,
    "education": EducationForm,
    "skills": SkillsForm,
    "photo": PhotoForm,
    "address": EndForm,
}


_ABOUT_PROFILE = ("name", "place")


def fill_form(step: str, answers: Mapping[str, str]) -> CleanForm:
    """Make the form of a step from what was typed."""
    return FORMS[step](MultiDict(answers), meta={"csrf": False})


def read_answers(step: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed into the fields of a step, as it was typed."""
    return {name: typed[name] for name in fill_form(step, {})._fields if name in typed}


def read_finished(answers: Mapping[str, Mapping[str, str]]) -> Finished | tuple[str, str]:
    """Return what all answers together become, or the step that has a problem and the problem."""
    forms: dict[str, Any] = {step: fill_form(step, said) for step, said in answers.items()}
    for step, form in forms.items():
        # of the profile's own fields only those that were changed are among the answers: others aren't looked at
        names = answers[step] if step in _ABOUT_PROFILE else form._fields
        if not form.validate() and (wrong := next((form[n] for n in names if form[n].errors), None)):
            return step, f"{wrong.label.text}: {wrong.errors[0]}"
    profile: dict[str, Any] = {}
    for step in _ABOUT_PROFILE:
        if step in forms:
            profile |= forms[step].read(*answers[step])
    rows = [
        (table, forms[step].read_row())
        for step, table in (("job", "experiences"), ("education", "education"))
        if step in forms and not forms[step].is_empty()
    ]
    end = forms.get("address")
    return Finished(
        profile=profile,
        rows=rows,
        skills=forms["skills"].skills.data or () if "skills" in forms else (),
        slug=(end.slug.data or "").strip() if end else "",
        visibility=(end.visibility.data or "") if end else "",
    )


def _split(name: str, day: PartialDate | None) -> dict[str, Any]:
    return {f"{name}_date": day.first if day else None, f"{name}_precision": day.precision if day else None}
