"""Dates as people type them: in the words and the order of their language. What may be two days is asked back."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from careerhub.admin.languages import LANGUAGES
from careerhub.document.dates import NoSuchDate, PartialDate, is_now, read_partial_date

# who writes dots writes the day first, wherever
_DOTS = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")
_SLASHES = re.compile(r"(\d{1,2})\s*[/-]\s*(\d{1,2})\s*[/-]\s*(\d{4})")
_WORDS = re.compile(r"(?:(\d{1,2})\.?\s*)?([^\W\d]+)\.?,?\s+(?:(\d{1,2}),?\s+)?(\d{4})")
_NOW = frozenset({"heute", "jetzt", "bis heute", "aktuell", "laufend", "until now", "to date", "ongoing"})
# written by many, and in no table of the languages' names
_MORE_MONTHS = {"jänner": 1, "feber": 2, "mrz": 3, "sept": 9}


class AmbiguousDate(NoSuchDate):
    """The text may be either of two days."""

    def __init__(self, day_first: PartialDate, month_first: PartialDate) -> None:
        super().__init__(f"{day_first.iso} or {month_first.iso}")
        self.day_first, self.month_first = day_first, month_first


def means_now(typed: str) -> bool:
    """Tell whether somebody wrote that it goes on."""
    return is_now(typed) or typed.strip().casefold() in _NOW


def read_typed_date(typed: str) -> PartialDate:
    """Read `2019`, `3/2019`, `31.03.2019`, `March 2019`, `5. März 2019`, `2019-03-31`.

    Raise NoSuchDate for what is none, AmbiguousDate for `03/04/2019`.
    """
    if found := _DOTS.fullmatch(typed):
        return _make(found[3], found[2], found[1])
    if found := _SLASHES.fullmatch(typed):
        return _read_slashes(found[1], found[2], found[3])
    if found := _WORDS.fullmatch(typed):
        month = _list_months().get(found[2].casefold())
        if month and not (found[1] and found[3]):
            return _make(found[4], str(month), found[1] or found[3])
    return read_partial_date(typed)


def _read_slashes(first: str, second: str, year: str) -> PartialDate:
    if int(first) > 12 or first == second:
        return _make(year, second, first)
    if int(second) > 12:
        return _make(year, first, second)
    raise AmbiguousDate(_make(year, second, first), _make(year, first, second))


def _make(year: str, month: str, day: str | None) -> PartialDate:
    return PartialDate(year=int(year), month=int(month), day=int(day) if day else None)


@cache
def _list_months() -> dict[str, int]:
    """Return the numbers of the months by every name they have in the interface's languages, without dots."""
    names = dict(_MORE_MONTHS)
    for language in LANGUAGES:
        for form in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                names |= {name.rstrip(".").casefold(): number for number, name in form.get(width, {}).items()}
    return names
