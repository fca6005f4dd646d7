"""What the forms of a profile's lists share: fields named as the columns are, and what they were opened with."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import SelectMultipleField
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget

from careerhub.admin.forms.drawing import draw_input
from careerhub.admin.forms.fields import (
    BooleanField,
    CleanForm,
    LineField,
    LinesField,
    PartialDateField,
    TextField,
    check_keepable,
)
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.document.dates import PartialDate, is_before, make_partial_date
from careerhub.document.text import clean_line, clean_text

_LONGEST_NAME = 100  # of a technology
MOST_NAMES = 60


class EndField(PartialDateField):
    """The end of something that may go on: "now" is an answer."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, allows_now=True, **options)

    def process_data(self, value: Any) -> None:
        self.is_now = value == "now"
        self.data = None if self.is_now else value

    def _value(self) -> str:
        return _("now") if self.is_now and not self.raw_data else super()._value()


class NamesField(LinesField):
    """Names with commas or line ends between them: a list without repetitions."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, longest=_LONGEST_NAME, most=MOST_NAMES, **options)

    def _value(self) -> str:
        return str(self.raw_data[0]).replace("\n", ", ") if self.raw_data else ", ".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            check_keepable(valuelist[0])
            names = (clean_line(name) for name in re.split(r"[,;\n]", clean_text(valuelist[0])))
            self.data = list({name.casefold(): name for name in names if name}.values())


class ChoicesField(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=True, **options)


class ItemForm(CleanForm):
    """A form of one entry. `main` stands open, `more` behind a summary; pairs stand side by side."""

    class Meta(DefaultMeta):
        """How fields are drawn: an attribute without a value is left out, and a page of twenty fields costs little."""

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            return draw_input(field, {**(field.render_kw or {}), **render_kw})

    main: ClassVar[tuple[str | tuple[str, ...], ...]] = ()
    more: ClassVar[tuple[str | tuple[str, ...], ...]] = ()
    dates: ClassVar[Mapping[str, tuple[str, str]]] = {}
    current: ClassVar[str] = ""
    links: ClassVar[frozenset[str]] = frozenset()
    markdown: ClassVar[tuple[str, ...]] = ()

    is_hidden = BooleanField(
        _l("Hide this entry"), description=_l("It stays here, and is on no page and in no CV until you show it again.")
    )

    def __init__(self, row: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data=self._read_row(row) if row is not None else None, **options)
        for field in self:
            # what can't be kept is shown without what can't be shown, so that nothing has to be typed twice
            if field.process_errors and field.raw_data and isinstance(field, LineField | TextField):
                field.data = clean_text(str(field.raw_data[0]).replace("\0", ""))

    def read_columns(self) -> dict[str, Any]:
        """Return the row's columns; an empty choice of a column that may be NULL is None."""
        values: dict[str, Any] = {}
        for name, value in self.read().items():
            if name in self.links:
                continue
            if name in self.dates:
                day, precision = self.dates[name]
                values[day] = value.first if value else None
                values[precision] = value.precision if value else None
                if self.current and isinstance(self._fields[name], EndField):
                    values[self.current] = self._fields[name].is_now
            else:
                values[name] = value
        return values

    @classmethod
    def list_columns(cls) -> list[str]:
        """Return the columns in the order in which the form asks for them."""
        names = [name for part in (*cls.main, *cls.more) for name in ((part,) if isinstance(part, str) else part)]
        return [cls.dates[name][0] if name in cls.dates else name for name in names]

    @classmethod
    def _read_row(cls, row: Mapping[str, Any]) -> dict[str, Any]:
        values = {name: value for name, value in row.items() if value is not None}
        for name, (day, precision) in cls.dates.items():
            values[name] = make_partial_date(row.get(day), row.get(precision))
        if cls.current and row.get(cls.current):
            values["end"] = "now"
        return values

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        return self._check_dates() and is_valid

    def _check_dates(self) -> bool:
        named = [self._fields[name] for name in self.dates]
        if len(named) < 2:
            return True
        start, end = named[0], named[1]
        if (
            isinstance(start.data, PartialDate)
            and isinstance(end.data, PartialDate)
            and is_before(end.data, start.data)
        ):
            end.errors = [*end.errors, _("The end is before the start: correct one of the two.")]
            return False
        return True

    def _require_one(self, *names: str, say: str) -> bool:
        if any(self._fields[name].data for name in names):
            return True
        first = self._fields[names[0]]
        first.errors = [*first.errors, say]
        return False


def describe_version(form: ItemForm) -> str:
    """Return a fingerprint of what a form was opened with: an entry's place in its list is no part of it."""
    said = {name: _describe_value(field) for name, field in form._fields.items() if name != "csrf_token"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()[
        :32
    ]


def _describe_value(field: Any) -> Any:
    if isinstance(field, PartialDateField):
        return [field.data.iso if field.data else "", field.is_now]
    return sorted(field.data or ()) if isinstance(field, ChoicesField) else field.data
