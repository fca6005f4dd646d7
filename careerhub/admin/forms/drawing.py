"""How fields look: one label, one hint, its problems and its input, the same on every page.

Written here and not in a macro because a form has a dozen of them: a macro takes five times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, SelectField
from wtforms.widgets import TextArea

from careerhub.admin.languages import gettext as _

_ROWS = {"TextField": 10, "LinesField": 5, "TextAreaField": 5}
_SHORT = frozenset({"PartialDateField", "EndField", "IntegerField"})


def show_field(
    field: Any,
    *,
    type: str = "",  # noqa: A002 - the name it has in HTML
    rows: int = 0,
    wide: bool | None = None,
    autocomplete: str = "",
    lang: str = "",
    markdown: bool = False,
) -> Markup:
    """Return a whole field: label, hint, problems and input, tied together for screen readers."""
    is_box = field.type == "BooleanField"
    key, hint, problems = escape(str(field.id)), str(field.description), field.errors
    says = [f"{field.id}-hint"] if hint else []
    if problems:
        says.append(f"{field.id}-problem")
    about: dict[str, Any] = {"aria-describedby": " ".join(says) or False, "aria-invalid": "true" if problems else False}
    if not is_box:
        about |= {
            "rows": rows or _ROWS.get(field.type, False),
            "class": "short" if wide is False or (wide is None and field.type in _SHORT) else False,
            "autocomplete": autocomplete or False,
            "lang": lang or False,
            "data-markdown": "" if markdown else False,
        }
    if type:  # else each widget knows its own
        about["type"] = type
    drawn = field(**about)
    optional = ""
    if not is_box and not field.flags.required and field.type != "SelectField":
        optional = f' <span class="optional">{escape(_("(optional)"))}</span>'
    first = f' id="{key}-problem"'
    parts = [
        f'<div class="field{" box" if is_box else ""}{" wrong" if problems else ""}">',
        drawn if is_box else "",
        f'<label for="{key}">{escape(str(field.label.text))}{optional}</label>',
        f'<p class="hint" id="{key}-hint">{escape(hint)}</p>' if hint else "",
        *(f'<p class="problem"{"" if place else first}>{escape(str(said))}</p>' for place, said in enumerate(problems)),
        "" if is_box else drawn,
        "</div>",
    ]
    return Markup("\n".join(part for part in parts if part))  # noqa: S704 - every text is escaped above


def draw_input(field: Any, values: Mapping[str, Any]) -> Markup:
    """Return a field's input, as its widget would make it in several times as long; what has no value is left out."""
    flags = {name: value for name, value in vars(field.flags).items() if name in field.widget.validation_attrs}
    named = {"id": field.id, "name": field.name, **flags, **values}
    if isinstance(field, BooleanField):
        box = {**named, "type": "checkbox", "value": "y", "checked": bool(field.data)}
        return Markup(_tag("input", box))  # noqa: S704 - every value is escaped, every name is ours
    if isinstance(field, SelectField):
        options = (_option(value, label, is_chosen=chosen) for value, label, chosen, _kw in field.iter_choices())
        return Markup(f"{_tag('select', named)}{''.join(options)}</select>")  # noqa: S704 - made of tags
    if isinstance(field.widget, TextArea):
        # a browser takes the first line end of a text away
        return Markup(f"{_tag('textarea', named)}\r\n{escape(str(field._value()))}</textarea>")  # noqa: S704 - escaped
    kind = named.pop("type", "") or getattr(field.widget, "input_type", "text")
    line = {**named, "type": kind, "value": field._value()}
    return Markup(_tag("input", line))  # noqa: S704 - every value is escaped, every name is ours


def _option(value: Any, label: Any, *, is_chosen: bool) -> str:
    return f"{_tag('option', {'value': value, 'selected': is_chosen})}{escape(str(label))}</option>"


def _tag(name: str, values: Mapping[str, Any]) -> str:
    said = (
        f" {n}" if v is True else f' {n}="{escape(str(v))}"'
        for n, v in values.items()
        if v is not None and v is not False
    )
    return f"<{name}{''.join(said)}>"
