"""What people choose for a CV, read from its form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import DataRequired, Regexp

from careerhub.admin.forms.fields import (
    LONGEST_TEXT,
    BooleanField,
    CleanForm,
    LineField,
    SelectField,
    TextField,
    check_keepable,
)
from careerhub.document.cv import LINES, TEXTS
from careerhub.document.text import clean_line, clean_text
from careerhub.editing.cvs import LISTS, Choices, Entry

_LONGEST_LINE = 1000
_MOST_LINES = 100
# one step of a section or an entry: `section:skills:up`, `entry:skills:<id>:down`
_MOVE = re.compile(r"(?:section:(\w+)|entry:(\w+):(\w+)):(up|down)")

SECTION_NAMES = {
    "summary": _l("Summary"),
    "experiences": _l("Experience"),
    "projects": _l("Projects"),
    "skills": _l("Skills"),
    "education": _l("Education"),
    "certifications": _l("Certificates"),
    "achievements": _l("Achievements"),
    "languages": _l("Languages"),
    "interests": _l("Interests"),
    "references": _l("References"),
}
TEXT_NAMES = {
    "position": _l("Position"),
    "role": _l("Role"),
    "description": _l("Description"),
    "responsibilities": _l("Responsibilities, one a line"),
    "achievements": _l("Achievements, one a line"),
}


class NewCvForm(CleanForm):
    """A new CV: only its name."""

    name = LineField(
        _l("Name"),
        longest=100,
        required=_l("Give it a name, so that you find it again"),
        validators=[DataRequired(_l("Give it a name, so that you find it again"))],
        description=_l('For you and for who sees your public CVs, for example "Engineering".'),
    )


class CvForm(CleanForm):
    """The fields of a CV that aren't choices among its entries."""

    name = LineField(
        _l("Name"), longest=100, required=_l("Give it a name"), validators=[DataRequired(_l("Give it a name"))]
    )
    slug = LineField(
        _l("Address"),
        longest=63,
        validators=[
            Regexp(r"^$|^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", message=_l("Use a to z, 0 to 9 and hyphens only"))
        ],
        description=_l("The last part of the PDF's address. If you change it, the old address stops working."),
    )
    template = SelectField(_l("Template"))
    lang = SelectField(
        _l("Language"),
        description=_l("Of the headings, and of your texts where they are there in that language."),
    )
    paper = SelectField(_l("Paper"))
    pages = SelectField(
        _l("Length"),
        description=_l("Text and margins become a little smaller until it fits, never below 9 points."),
    )
    is_public = BooleanField(_l("Public"), description=_l("Your page links to it. Otherwise only you see it, here."))
    photo = BooleanField(_l("With photo"))
    headline = LineField(_l("Headline for this CV"), longest=500)
    include_summary = BooleanField(_l("Show the summary"))
    summary = TextField(_l("Summary for this CV"))
    anonymized_projects = BooleanField(_l("Show my anonymised projects"))

    def choose_among(self, templates: Mapping[str, str], languages: Mapping[str, str]) -> None:
        """Fill the lists to choose from: templates by what each is for, languages by their names."""
        self.template.choices = [(name, _name_template(name, said)) for name, said in templates.items()]
        self.lang.choices = [("", _("As your profile")), *languages.items()]
        self.paper.choices = [("", _("Usual in your country")), ("a4", "A4"), ("letter", "Letter")]
        self.pages.choices = [("", _("As long as it takes")), ("1", _("One page")), ("2", _("At most two pages"))]


def _name_template(name: str, described: str) -> str:
    title = name.replace("-", " ").capitalize()
    return f"{title} – {_(described)}" if described else title


def name_languages(tags: Sequence[str]) -> dict[str, str]:
    """Return the languages of CVs by their tags, each by its name in the reader's language."""
    from babel import Locale, UnknownLocaleError

    names = {}
    for tag in tags:
        try:
            names[tag] = Locale.parse(tag, sep="-").get_display_name(get_locale()) or tag
        except (UnknownLocaleError, ValueError):
            names[tag] = tag
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def read_form(
    form: CvForm, sent: MultiDict[str, str], entries: Mapping[str, Sequence[Entry]], *, has_anonymized: bool
) -> Choices:
    """Return the choices of a form; what can't be kept is noted in `form.form_errors`."""
    texts: dict[str, Any] = {"headline": form.headline.data or "", "summary": form.summary.data or ""}
    texts |= dict(_read_texts(form, sent))
    picked = {
        section: list(dict.fromkeys(sent.getlist(f"pick.{section}")))
        # a section that the page didn't show, because it had nothing, goes on having everything
        for section in LISTS
        if entries[section] or sent.getlist(f"pick.{section}")
    }
    order = sent.getlist("order") or list(SECTION_NAMES)
    move_one(sent.get("move", ""), picked, order)
    return Choices(
        picked=picked,
        order=order,
        texts=texts,
        include_summary=bool(form.include_summary.data),
        # the page asks only who has some: for others it stays as it is
        anonymized_projects=bool(form.anonymized_projects.data) if has_anonymized else None,
        photo=bool(form.photo.data),
        pages=int(form.pages.data) if form.pages.data else None,
    )


def move_one(move: str, picked: Mapping[str, list[str]], order: list[str]) -> str:
    """Move a section or an entry by one place; return what was moved, '' for nothing."""
    found = _MOVE.fullmatch(move)
    if not found:
        return ""
    section, of_section, entry, direction = found.groups()
    names, name = (order, section) if section else (picked.get(of_section, []), entry)
    if name in names:
        here = names.index(name)
        there = here - 1 if direction == "up" else here + 1
        if 0 <= there < len(names):
            names[here], names[there] = names[there], names[here]
    return str(name)


def _read_texts(form: CvForm, sent: MultiDict[str, str]) -> Iterator[tuple[str, str | list[str]]]:
    for key, value in sent.items():
        kind, _dot, path = key.partition(".")
        parts = path.split("/")
        if kind != "text" or len(parts) != 3 or parts[2] not in TEXTS.get(parts[0], ()):
            continue
        try:
            check_keepable(value)
        except ValueError as error:
            form.form_errors.append(str(error))
            continue
        if len(value) > LONGEST_TEXT:
            form.form_errors.append(_("A text has at most %(most)s characters.", most=LONGEST_TEXT))
        elif (parts[0], parts[2]) in LINES:
            lines = [line for line in map(clean_line, clean_text(value).split("\n")) if line]
            if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
                form.form_errors.append(_("At most 100 lines of at most 1,000 characters each."))
            else:
                yield path, lines
        elif parts[2] in ("position", "role"):
            yield path, clean_line(value)[:200]
        else:
            yield path, clean_text(value).strip()
