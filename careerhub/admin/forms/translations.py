"""Texts in other languages, read from their page: each becomes a text, or a sentence about what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from careerhub.admin.forms.fields import LONGEST_TEXT, check_keepable
from careerhub.admin.languages import gettext as _
from careerhub.document.text import clean_line, clean_text
from careerhub.editing.translations import Key, Source

_LONGEST_LINE = 1000
_MOST_LINES = 100
# Markdown of several lines; everything else is one line, or a list of them
LONG = frozenset({"summary", "description"})


def name_input(key: Key) -> str:
    """Return what the field of a text is called in the form."""
    return f"text.{'.'.join(key)}"


def read_texts(sent: MultiDict[str, str], sources: Iterable[Source]) -> tuple[dict[Key, str], dict[Key, str]]:
    """Return the texts that were sent, and what is wrong with some of them."""
    texts: dict[Key, str] = {}
    problems: dict[Key, str] = {}
    for source in sources:
        typed = sent.get(name_input(source.key))
        if typed is None:
            continue
        texts[source.key] = typed
        try:
            check_keepable(typed)
            texts[source.key] = _read(typed, source)
        except ValueError as error:
            problems[source.key] = str(error)
    return texts, problems


def _read(typed: str, source: Source) -> str:
    if source.is_list:
        lines = [line for line in map(clean_line, clean_text(typed).split("\n")) if line]
        if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
            raise ValueError(_("At most 100 lines of at most 1,000 characters each."))
        return "\n".join(lines)
    is_long = source.key.field in LONG
    said = clean_text(typed).strip() if is_long else clean_line(typed)
    most = LONGEST_TEXT if is_long else _LONGEST_LINE
    if len(said) > most:
        raise ValueError(_("A text has at most %(most)s characters.", most=most))
    return said
