"""Fields: every text is cleaned the way the rest of the house cleans it, and bounded as its column is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from careerhub.admin.forms.dates import AmbiguousDate, means_now, read_typed_date
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.document.dates import NoSuchDate, PartialDate
from careerhub.document.text import clean_line, clean_text, is_web_address

__all__ = [
    "BooleanField",
    "CleanForm",
    "IntegerField",
    "LineField",
    "LinesField",
    "PartialDateField",
    "SelectField",
    "SubmitField",
    "TextField",
    "WebAddressField",
]

LONGEST_TEXT = 20_000
_UNKEEPABLE = _l("This has a character that can't be kept: type it again instead of pasting it.")


class CleanForm(FlaskForm):
    """A form of the admin. `read()` gives its values by name, without the buttons."""

    def read(self, *names: str) -> dict[str, Any]:
        """Return the values of the fields that change something, or of those that are named."""
        ours = names or tuple(
            n for n, f in self._fields.items() if not isinstance(f, SubmitField) and n != "csrf_token"
        )
        return {name: self._fields[name].data for name in ours}


class LineField(StringField):
    """One line of text."""

    def __init__(
        self, label: Any = None, *, longest: int, required: Any = "", validators: Sequence[Any] = (), **options: Any
    ) -> None:
        checks = [InputRequired(required) if required else Optional(), Length(max=longest), *validators]
        options.setdefault("default", "")
        super().__init__(label, checks, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            check_keepable(valuelist[0])
            self.data = clean_line(valuelist[0])


class TextField(TextAreaField):
    """A longer text: Markdown, where its page says so."""

    def __init__(self, label: Any = None, *, longest: int = LONGEST_TEXT, required: Any = "", **options: Any) -> None:
        checks = [InputRequired(required) if required else Optional(), Length(max=longest)]
        options.setdefault("default", "")
        super().__init__(label, checks, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            check_keepable(valuelist[0])
            self.data = clean_text(valuelist[0]).strip()


class LinesField(TextAreaField):
    """Several short texts, each on a line of its own: a list of strings."""

    def __init__(self, label: Any = None, *, longest: int = 1000, most: int = 100, **options: Any) -> None:
        self._longest, self._most = longest, most
        options.setdefault("default", list)
        super().__init__(label, **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            check_keepable(valuelist[0])
            lines = (clean_line(line) for line in clean_text(valuelist[0]).split("\n"))
            self.data = [line for line in lines if line]

    def pre_validate(self, _form: Any) -> None:
        if len(self.data or ()) > self._most:
            raise ValidationError(_("At most %(most)s lines.", most=self._most))
        if any(len(line) > self._longest for line in self.data or ()):
            raise ValidationError(_("A line has at most %(most)s characters.", most=self._longest))


class WebAddressField(LineField):
    """An address of the web: http or https, with a host and without a user name."""

    def __init__(self, label: Any = None, *, longest: int = 500, **options: Any) -> None:
        super().__init__(label, longest=longest, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        # what people type without a scheme has one
        if self.data and "://" not in self.data and "." in self.data and not self.data.startswith(("/", "\\")):
            scheme = self.data.partition(":")[0]
            if ":" not in self.data or (scheme.rpartition(".")[2].isalpha() and "." in scheme):
                self.data = f"https://{self.data}"

    def pre_validate(self, _form: Any) -> None:
        if self.data and not is_web_address(self.data):
            raise ValidationError(_("An address like https://example.org"))


class PartialDateField(StringField):
    """A date as people know it: "2019", "Mar 2019", "now". `data` is a PartialDate, None for nothing or "now".

    `is_now` tells whether somebody wrote "now", where `allows_now`.
    """

    data: PartialDate | None

    def __init__(self, label: Any = None, *, allows_now: bool = False, **options: Any) -> None:
        super().__init__(label, [Optional()], **options)
        self._allows_now = allows_now
        self.is_now = False

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.iso if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data, self.is_now = None, False
        if not typed:
            return
        # as the hint of the field says it, in the reader's language
        if self._allows_now and (means_now(typed) or typed.casefold() == _("now").casefold()):
            self.is_now = True
            return
        try:
            self.data = read_typed_date(typed)
        except AmbiguousDate as error:
            said = _(
                '"%(typed)s" may be two days: write %(one)s or %(other)s.',
                typed=typed[:40],
                one=error.day_first.iso,
                other=error.month_first.iso,
            )
            raise ValueError(said) from error
        except NoSuchDate as error:
            said = _('"%(typed)s" is no date: write 2019, March 2019 or 2019-03-31.', typed=typed[:40])
            raise ValueError(said) from error


def check_keepable(text: str) -> None:
    """Raise ValueError for what no text can hold: the database refuses it."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError(str(_UNKEEPABLE))


def number_field(label: Any, *, least: int, most: int, **options: Any) -> IntegerField:
    """Make a field for a whole number that may stay empty."""
    return IntegerField(label, [Optional(), NumberRange(min=least, max=most)], **options)


def choices_of(names: dict[str, Any], *, otherwise: Any = None) -> Callable[[], list[tuple[str, Any]]]:
    """Return choices for a SelectField; `otherwise` labels the empty one."""
    first = [("", otherwise)] if otherwise is not None else []
    return lambda: first + list(names.items())
