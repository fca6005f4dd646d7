"""Read one object of a file into the columns of a table: what fits, what is kept aside, what people must know."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import String, Table

from careerhub.document.dates import NoSuchDate, PartialDate, is_before, is_now, read_partial_date
from careerhub.document.text import clean_line, clean_text, is_web_address
from careerhub.moving.plan import Note

# What the CHECKs of the schema allow a text column and a list column (the list with its punctuation).
MAX_TEXT = 20_000
MAX_LIST = 99_000
_SHOWN = 60
_DATE_LENGTH = 60  # no date is longer; what is needn't be searched for one
_BARE_HOST = re.compile(r"(?!-)[\w-]+(\.[\w-]+)*\.[a-z]{2,}([/?#].*)?", re.IGNORECASE)


def is_empty(value: Any) -> bool:
    """Tell whether a value says nothing: null, "", blanks, [] or {}."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def say(value: Any) -> str | None:
    """Return the text of a text, number or boolean; None for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


class Entry:
    """An object while it is read: each value is taken once, and what nobody took is kept."""

    def __init__(self, place: str, raw: Mapping[str, Any], table: Table) -> None:
        self.place = place
        self.left = {key: value for key, value in raw.items() if not is_empty(value)}
        self.values: dict[str, Any] = {}
        self.aside: dict[str, Any] = {}
        self.notes: list[Note] = []
        self.technologies: tuple[str, ...] = ()
        self.table = table

    @property
    def extras(self) -> dict[str, Any]:
        return {**self.left, **self.aside}

    def take(self, *names: str) -> tuple[str, Any]:
        """Take the first value there is under one of these names; return it with its name."""
        name = next((name for name in names if name in self.left), names[0])
        return name, self.left.pop(name, None)

    def keep(self, name: str, value: Any, reason: str) -> None:
        """Keep a value aside and say why."""
        self.aside[name] = value
        self.note(name, f"{reason}: kept aside, not shown")

    def note(self, name: str, reason: str) -> None:
        """Say something about a value of this entry."""
        self.notes.append(Note(place=f"{self.place}.{name}", reason=reason))

    def line(self, column: str, *names: str) -> None:
        """Read a column of one line."""
        self.values[column] = self._read(column, clean_line, names)

    def text(self, column: str, *names: str) -> None:
        """Read a column of text with lines."""
        self.values[column] = self._read(column, lambda said: clean_text(said).strip(), names)

    def address(self, column: str, *names: str) -> None:
        """Read a web address: http(s) only; an address that lacks its scheme gets https."""
        name, value = self.take(*names)
        self.values[column] = self.read_address(name, value)

    def texts(self, column: str, *names: str) -> None:
        """Read a list of texts."""
        name, value = self.take(*names)
        self.values[column] = self.read_texts(name, value, clean=lambda said: clean_text(said).strip())

    def lines(self, *names: str) -> tuple[str, ...]:
        """Read a list of words, each a line, once each."""
        name, value = self.take(*names)
        return tuple(dict.fromkeys(self.read_texts(name, value, clean=clean_line)))

    def date(self, column: str, precision: str, *names: str) -> PartialDate | None:
        """Read a date into its two columns; what isn't one is kept aside."""
        name, value = self.take(*names)
        when = self._read_date(name, value)
        self._set_date(column, precision, when)
        return when

    def period(self, *, current: str | None) -> None:
        """Read startDate and endDate. `current` is the flag that stands for an end that hasn't come."""
        start = self.date("start_date", "start_precision", "startDate")
        name, value = self.take("endDate")
        said = (say(value) or "").strip()
        is_said_open = bool(said) and is_now(said)
        if is_said_open and current is None:
            self.aside[name] = value
        end = None if is_said_open else self._read_date(name, value)
        if end and start and is_before(end, start):
            self.keep(name, value, f"{said} is before the start {start.iso}")
            end = None
        self._set_date("end_date", "end_precision", end)
        if current:
            is_open = is_empty(value) and start is not None
            self.values[current] = is_open or (is_said_open and (start is not None or said.isalpha()))

    def read_address(self, name: str, value: Any) -> str:
        """Return a web address that is safe to link to, or "" after keeping the text aside."""
        if is_empty(value):
            return ""
        said = say(value)
        if said is None:
            self.keep(name, value, "this isn't an address")
            return ""
        # an apostrophe is lawful in an address, but not in the database's pattern for one
        wanted = clean_line(said).replace("'", "%27")
        if _BARE_HOST.fullmatch(wanted) and is_safe_address(f"https://{wanted}"):
            self.note(name, f"taken as https://{_short(wanted)}")
            return f"https://{wanted}"
        if is_safe_address(wanted):
            return wanted
        self.keep(name, value, f"refused as a link: {_why_unsafe(wanted)}")
        return ""

    def read_texts(self, name: str, value: Any, *, clean: Any) -> list[str]:
        """Return a list's texts; a single text is a list of one, what isn't text is kept aside."""
        if is_empty(value):
            return []
        items = value if isinstance(value, list) else [value]
        strange = [item for item in items if not is_empty(item) and say(item) is None]
        texts = [cleaned for item in items if (cleaned := clean(say(item) or ""))]
        if strange:
            self.keep(name, strange, f"{len(strange):,} of {len(items):,} aren't text")
        # written as PostgreSQL writes it, which is what the column's limit counts
        if len(json.dumps(texts, ensure_ascii=False)) > MAX_LIST:
            self.keep(name, value, f"{len(texts):,} texts are too long together")
            return []
        return texts

    def _read(self, column: str, clean: Any, names: tuple[str, ...]) -> str:
        name, value = self.take(*names)
        said = "" if is_empty(value) else say(value)
        if said is None:
            self.keep(name, value, "this isn't text")
            return ""
        cleaned = str(clean(said))
        limit = find_limit(self.table, column)
        if len(cleaned) > limit:
            self.keep(name, value, f"{len(cleaned):,} characters, {limit:,} fit")
            return ""
        return cleaned

    def _read_date(self, name: str, value: Any) -> PartialDate | None:
        if is_empty(value):
            return None
        said = clean_line(say(value) or "")
        try:
            if not 0 < len(said) <= _DATE_LENGTH:
                raise NoSuchDate("this is not a date")
            return read_partial_date(said)
        except NoSuchDate as error:
            self.keep(name, value, str(error) if _short(said) in str(error) else f"{_short(said)!r}: {error}")
            return None

    def _set_date(self, column: str, precision: str, when: PartialDate | None) -> None:
        self.values |= {column: when.first if when else None, precision: when.precision if when else None}


def find_limit(table: Table, column: str) -> int:
    """Return how many characters a column holds."""
    kind = table.c[column].type
    return kind.length if isinstance(kind, String) and kind.length else MAX_TEXT


def is_safe_address(text: str) -> bool:
    """Tell whether page and database both take this as a link; no invisible characters either."""
    return is_web_address(text) and not any(unicodedata.category(c) in ("Cf", "Zs", "Co", "Cn") for c in text)


def _why_unsafe(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "it isn't a web address"
    if parts.scheme and parts.scheme.lower() not in ("http", "https"):
        return f"{_short(parts.scheme)}: is neither http nor https"
    if "@" in parts.netloc:
        return "it has a user name in it"
    return (
        "it isn't a web address that begins with https://" if len(address) <= 500 else "it has more than 500 characters"
    )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
