"""The forms of a profile's ten lists: dates are read from what people type."""

from __future__ import annotations

import re
from typing import Any

from wtforms import ValidationError
from wtforms.widgets import TextInput

from careerhub.admin.forms.fields import (
    BooleanField,
    LineField,
    LinesField,
    PartialDateField,
    SelectField,
    TextField,
    WebAddressField,
    choices_of,
    number_field,
)
from careerhub.admin.forms.items import ChoicesField, EndField, ItemForm, NamesField
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l

_MOST_LINES = 60
_LARGEST_INTEGER = 2**31 - 1
_TAG = re.compile(r"([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?")

EMPLOYMENT_TYPES = {
    "FULL_TIME": _l("Full time"),
    "PART_TIME": _l("Part time"),
    "CONTRACT": _l("Contract"),
    "FREELANCE": _l("Freelance"),
    "SELF_EMPLOYED": _l("Self-employed"),
    "INTERNSHIP": _l("Internship"),
    "APPRENTICESHIP": _l("Apprenticeship"),
    "TEMPORARY": _l("Temporary"),
    "VOLUNTEER": _l("Voluntary work"),
}
VISIBILITIES = {"PUBLIC": _l("By name"), "ANONYMOUS": _l("Anonymised")}
STATUSES = {"Active": _l("Active"), "Staging": _l("Being tested"), "Archived": _l("Archived")}
PROJECT_CATEGORIES = {"Production": _l("In use"), "Internal": _l("Internal"), "Demo": _l("A demonstration")}
BUDGETS = {"small": _l("Small"), "medium": _l("Medium"), "large": _l("Large")}
LEVELS = {
    "1": _l("1 – beginner"),
    "2": _l("2 – basic"),
    "3": _l("3 – good"),
    "4": _l("4 – very good"),
    "5": _l("5 – expert"),
}
CEFR = {
    "NATIVE": _l("Native speaker"),
    "C2": _l("C2 – near native"),
    "C1": _l("C1 – fluent"),
    "B2": _l("B2 – good"),
    "B1": _l("B1 – independent"),
    "A2": _l("A2 – basic"),
    "A1": _l("A1 – beginner"),
}
ACHIEVEMENT_CATEGORIES = {
    "AWARD": _l("Award"),
    "PUBLICATION": _l("Publication"),
    "SPEAKING": _l("Talk"),
    "PATENT": _l("Patent"),
    "TEST_SCORE": _l("Test result"),
    "ORGANIZATION": _l("Membership"),
    "OTHER": _l("Something else"),
}
_DATE_HINT = _l("For example 2019, Mar 2019 or 2019-03-31.")
_END_HINT = _l("The same, or now.")
_LINES_HINT = _l("One on each line.")
_MARKDOWN_HINT = _l("You can use Markdown: **bold**, *italic*, lists with a hyphen, [links](https://example.org).")
_NAMES_HINT = _l("With commas between them, or one on each line.")


class ExperienceForm(ItemForm):
    """A job, a contract or a voluntary post."""

    main = (
        "position",
        "company_name",
        ("start", "end"),
        "employment_type",
        "description",
        "responsibilities",
        "technologies",
    )
    more = ("company_location", "company_website", ("industry", "company_size"), "is_hidden")
    dates = {"start": ("start_date", "start_precision"), "end": ("end_date", "end_precision")}  # noqa: RUF012
    current = "is_current"
    links = frozenset({"technologies"})
    markdown = ("description",)

    position = LineField(_l("Position"), longest=200, description=_l("What your job was called."))
    company_name = LineField(_l("Company or organisation"), longest=200)
    start = PartialDateField(_l("Start"), description=_DATE_HINT)
    end = EndField(_l("End"), description=_END_HINT)
    employment_type = SelectField(
        _l("Kind of job"), choices=choices_of(EMPLOYMENT_TYPES, otherwise=_l("Not said")), default=""
    )
    description = TextField(_l("What it was about"), description=_MARKDOWN_HINT)
    responsibilities = LinesField(
        _l("What you did"), most=_MOST_LINES, description=_l("One thing on each line; each becomes a bullet point.")
    )
    technologies = NamesField(
        _l("Technologies"),
        widget=TextInput(),
        render_kw={"data-complete": "several"},
        description=_l("Names or short names of our catalogue, such as Python or JS, with commas between them."),
    )
    company_location = LineField(_l("Place"), longest=100)
    company_website = WebAddressField(_l("The company’s web address"))
    industry = LineField(_l("Industry"), longest=100)
    company_size = LineField(_l("Size of the company"), longest=50)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        say = _("Enter a position or a company: a job needs at least one of the two.")
        return self._require_one("position", "company_name", say=say) and is_valid


class ProjectForm(ItemForm):
    """A project, shown by name or without its client's."""

    main = (
        "name", "role", "organization", ("start", "end"), "description", "visibility", "anonymized_company", "show_anonymized",
        "technologies", "experiences",
    )  # fmt: skip
    more = (
        "achievements", "challenges", "clients", "keywords", ("status", "category"), ("team_size", "users_count"),
        ("budget_range", "duration_months"), "demo_url", "github_url", "documentation_url", "is_featured", "is_hidden",
    )  # fmt: skip
    dates = {"start": ("start_date", "start_precision"), "end": ("end_date", "end_precision")}  # noqa: RUF012
    current = "is_ongoing"
    links = frozenset({"technologies", "experiences"})
    markdown = ("description",)

    name = LineField(_l("Name"), longest=200, required=_l("Enter the project’s name."))
    role = LineField(_l("Your role"), longest=100)
    organization = LineField(_l("For whom"), longest=200, description=_l("A company, a club, or nobody but yourself."))
    start = PartialDateField(_l("Start"), description=_DATE_HINT)
    end = EndField(_l("End"), description=_END_HINT)
    description = TextField(_l("What it was about"), description=_MARKDOWN_HINT)
    visibility = SelectField(
        _l("How it is shown"),
        choices=choices_of(VISIBILITIES),
        default="PUBLIC",
        description=_l(
            "By name: your page shows all of it. Anonymised: your page never shows its name, description, dates to the month,"
            " client, links or texts. At most it shows your role, the public label below, the years, technologies, and size"
            " of team, use and budget as a range."
        ),
    )
    anonymized_company = LineField(
        _l("Public label of the company"),
        longest=200,
        description=_l("What everybody may read in its place, such as “A large insurer”. Don’t name it here."),
    )
    show_anonymized = BooleanField(
        _l("Show it on my page without its name"),
        description=_l("Only for anonymised projects. Without this, nobody but you sees anything of it."),
    )
    technologies = NamesField(
        _l("Technologies"),
        widget=TextInput(),
        render_kw={"data-complete": "several"},
        description=_l("With commas between them. What our catalogue doesn’t know is kept as a keyword."),
    )
    experiences = ChoicesField(_l("Done in these jobs"))
    achievements = LinesField(_l("What was achieved"), most=_MOST_LINES, description=_LINES_HINT)
    challenges = LinesField(_l("What was difficult"), most=_MOST_LINES, description=_LINES_HINT)
    clients = LinesField(_l("Clients"), most=_MOST_LINES, description=_LINES_HINT)
    keywords = NamesField(_l("Keywords"), description=_NAMES_HINT)
    status = SelectField(_l("State"), choices=choices_of(STATUSES), default="Active")
    category = SelectField(_l("Kind"), choices=choices_of(PROJECT_CATEGORIES), default="Production")
    team_size = number_field(_l("People in the team"), least=1, most=1_000_000)
    users_count = number_field(_l("People who use it"), least=0, most=_LARGEST_INTEGER)
    budget_range = SelectField(_l("Budget"), choices=choices_of(BUDGETS, otherwise=_l("Not said")), default="")
    duration_months = number_field(_l("Months it took"), least=0, most=1200)
    demo_url = WebAddressField(_l("Web address of a demonstration"))
    github_url = WebAddressField(_l("Web address of the source code"))
    documentation_url = WebAddressField(_l("Web address of the documentation"))
    is_featured = BooleanField(_l("Show it first"), description=_l("Featured projects come first on your page."))

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        if self.visibility.data != "ANONYMOUS":
            return is_valid
        say = _("Enter what everybody may read in place of the company’s name.")
        return self._require_one("anonymized_company", say=say) and is_valid

    def read_columns(self) -> dict[str, Any]:
        values = super().read_columns()
        return {**values, "budget_range": values["budget_range"] or None}


class SkillForm(ItemForm):
    """Something a person can do."""

    main = ("name", "level", "group_name")
    more = (("years_of_experience", "started_using_year"), "is_primary", "is_hidden")

    name = LineField(
        _l("Skill"),
        longest=100,
        required=_l("Enter the skill’s name."),
        render_kw={"data-complete": "one"},
        description=_l("A technology of our catalogue, or anything else you can do."),
    )
    level = SelectField(_l("How well"), choices=choices_of(LEVELS, otherwise=_l("Not said")), default="")
    group_name = LineField(_l("Group"), longest=100, description=_l("Skills of one group stand together."))
    years_of_experience = number_field(_l("Years of experience"), least=0, most=80)
    started_using_year = number_field(_l("Since which year"), least=1900, most=2200)
    is_primary = BooleanField(_l("One of my main skills"))

    def read_columns(self) -> dict[str, Any]:
        values = super().read_columns()
        return {**values, "level": int(values["level"]) if values["level"] else None}


class EducationForm(ItemForm):
    """A school, a course of study or an apprenticeship."""

    main = ("institution", "degree", "field_of_study", ("start", "end"), "description")
    more = ("grade", "courses", "url", "is_hidden")
    dates = {"start": ("start_date", "start_precision"), "end": ("end_date", "end_precision")}  # noqa: RUF012
    markdown = ("description",)

    institution = LineField(_l("School or university"), longest=200)
    degree = LineField(_l("Degree"), longest=100)
    field_of_study = LineField(_l("Field of study"), longest=200)
    start = PartialDateField(_l("Start"), description=_DATE_HINT)
    end = PartialDateField(_l("End"), description=_l("The same. Leave it empty while it goes on."))
    description = TextField(_l("What it was about"), description=_MARKDOWN_HINT)
    grade = LineField(_l("Grade"), longest=200)
    courses = LinesField(_l("Courses"), most=_MOST_LINES, description=_LINES_HINT)
    url = WebAddressField(_l("Web address"))

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        say = _("Enter a school, a degree or a field of study: at least one of the three.")
        return self._require_one("institution", "degree", "field_of_study", say=say) and is_valid


class CertificationForm(ItemForm):
    """A certificate."""

    main = ("name", "issuing_organization", ("issue", "expiry"))
    more = ("credential_id", "credential_url", "is_hidden")
    dates = {"issue": ("issue_date", "issue_precision"), "expiry": ("expiry_date", "expiry_precision")}  # noqa: RUF012

    name = LineField(_l("Certificate"), longest=200, required=_l("Enter the certificate’s name."))
    issuing_organization = LineField(_l("Issued by"), longest=200)
    issue = PartialDateField(_l("Issued"), description=_DATE_HINT)
    expiry = PartialDateField(_l("Good until"), description=_l("The same. Leave it empty if it doesn’t expire."))
    credential_id = LineField(_l("Number of the certificate"), longest=100)
    credential_url = WebAddressField(_l("Web address where it can be checked"))


class AchievementForm(ItemForm):
    """An award, a publication, a talk, a patent …"""

    main = ("title", "category", "issuer", "date", "description")
    more = ("authors", "identifier", "url", "is_hidden")
    dates = {"date": ("date", "date_precision")}  # noqa: RUF012
    markdown = ("description",)

    title = LineField(_l("Title"), longest=200, required=_l("Enter a title."))
    category = SelectField(_l("Kind"), choices=choices_of(ACHIEVEMENT_CATEGORIES), default="OTHER")
    issuer = LineField(_l("By whom, or where"), longest=200)
    date = PartialDateField(_l("When"), description=_DATE_HINT)
    description = TextField(_l("What it was about"), description=_MARKDOWN_HINT)
    authors = LinesField(_l("Authors"), most=_MOST_LINES, description=_LINES_HINT)
    identifier = LineField(_l("Number"), longest=100, description=_l("A DOI, an ISBN, the number of a patent."))
    url = WebAddressField(_l("Web address"))


class LanguageForm(ItemForm):
    """A language spoken."""

    main = ("name", "cefr")
    more = ("fluency", "tag", "is_hidden")

    name = LineField(_l("Language"), longest=100, required=_l("Enter the language’s name."))
    cefr = SelectField(_l("How well"), choices=choices_of(CEFR, otherwise=_l("Not said")), default="")
    fluency = LineField(_l("In your own words"), longest=100)
    tag = LineField(_l("Language code"), longest=35, description=_l("Such as en, de or pt-BR."))

    def validate_tag(self, field: Any) -> None:
        if not _TAG.fullmatch(field.data or ""):
            raise ValidationError(_("A code like en, de or pt-BR."))


class ReferenceForm(ItemForm):
    """What somebody said about this person."""

    main = ("name", "reference")
    more = ("is_hidden",)
    markdown = ("reference",)

    name = LineField(
        _l("Who"),
        longest=200,
        required=_l("Enter who said it."),
        description=_l("Everybody may read it: ask them before you add it."),
    )
    reference = TextField(_l("What they say"), description=_MARKDOWN_HINT)


class InterestForm(ItemForm):
    """An interest and words about it."""

    main = ("name", "keywords")
    more = ("is_hidden",)

    name = LineField(_l("Interest"), longest=200, required=_l("Enter an interest."))
    keywords = NamesField(_l("Words about it"), description=_NAMES_HINT)


class ProfileLinkForm(ItemForm):
    """A profile elsewhere, or a page of one's own."""

    main = ("network", "url", "username")
    more = ("is_hidden",)

    network = LineField(_l("Where"), longest=100, description=_l("Such as GitHub, Mastodon, or Website."))
    url = WebAddressField(_l("Web address"))
    username = LineField(_l("User name"), longest=200)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        say = _("Enter a web address or a user name: a link needs at least one of the two.")
        return self._require_one("url", "username", say=say) and is_valid
