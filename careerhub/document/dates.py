"""Dates as people know them: a year, a month of a year, or a day. Nothing is ever invented."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

Precision = Literal["Y", "M", "D"]

EARLIEST_YEAR = 1900
LATEST_YEAR = 2200

_MONTHS = {
    name.casefold(): number
    for table in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(table)
    if name
} | {"sept": 9}
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ].*)?)?)?")
_MONTH_FIRST = re.compile(r"(\d{1,2})[/.](\d{4})")
_WORDS = re.compile(r"(?:(\d{1,2})\.?\s+)?([^\W\d]+)\.?,?\s+(?:(\d{1,2}),?\s+)?(\d{4})")
_NOW = frozenset({"present", "now", "current", "today", "ongoing", "-", "–"})


class NoSuchDate(ValueError):
    """The text isn't a date, or names a day that doesn't exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A year, a month or a day. `first` and `last` are the days it may mean."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            raise NoSuchDate(f"{self.year} is not a year between {EARLIEST_YEAR} and {LATEST_YEAR}")
        if self.month is None:
            if self.day is not None:
                raise NoSuchDate("a day needs a month")
            return
        if not 1 <= self.month <= 12:
            raise NoSuchDate(f"there is no month {self.month}")
        if self.day is not None and not 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]:
            raise NoSuchDate(f"{self.year:04d}-{self.month:02d} has no day {self.day}")

    @property
    def precision(self) -> Precision:
        return "Y" if self.month is None else "M" if self.day is None else "D"

    @property
    def first(self) -> date:
        return _find_first(self.year, self.month, self.day)

    @property
    def last(self) -> date:
        return _find_last(self.year, self.month, self.day)

    @property
    def iso(self) -> str:
        """Return `2014`, `2014-03` or `2014-03-31`."""
        return _write_iso(self.year, self.month, self.day)


# A year has few months and a crowd few years: the same dates are asked for again and again.
@lru_cache(maxsize=4096)
def _find_first(year: int, month: int | None, day: int | None) -> date:
    return date(year, month or 1, day or 1)


@lru_cache(maxsize=4096)
def _find_last(year: int, month: int | None, day: int | None) -> date:
    return date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])


@lru_cache(maxsize=4096)
def _write_iso(year: int, month: int | None, day: int | None) -> str:
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)])


@lru_cache(maxsize=4096)
def make_partial_date(stored: date | None, precision: str | None) -> PartialDate | None:
    """Make the value of a DATE column and its precision column."""
    if stored is None:
        return None
    return PartialDate(
        year=stored.year,
        month=stored.month if precision != "Y" else None,
        day=stored.day if precision in ("D", None) else None,
    )


def is_now(text: str) -> bool:
    """Tell whether the text means "until today"."""
    return text.strip().casefold() in _NOW


def read_partial_date(text: str) -> PartialDate:
    """Read `2014`, `2014-03`, `2014-03-31`, `03/2014`, `Mar 2014`, `4 March 2014`; raise NoSuchDate for the rest."""
    said = text.strip()
    if found := _ISO.fullmatch(said):
        year, month, day = found.groups()
    elif found := _MONTH_FIRST.fullmatch(said):
        (month, year), day = found.groups(), None
    elif (found := _WORDS.fullmatch(said)) and (number := _MONTHS.get(found[2].casefold())):
        if found[1] and found[3]:
            raise NoSuchDate(f"{said!r} is not a date")
        year, month, day = found[4], str(number), found[1] or found[3]
    else:
        raise NoSuchDate(f"{said[:40]!r} is not a date such as 2014, 2014-03 or 2014-03-31")
    return PartialDate(year=int(year), month=int(month) if month else None, day=int(day) if day else None)


def is_before(end: PartialDate, start: PartialDate) -> bool:
    """Tell whether `end` is certainly before `start`: 2014 is not before 2014-03."""
    return end.last < start.first


def newest_first(start: PartialDate | None, end: PartialDate | None, *, is_current: bool) -> tuple[int, int, int]:
    """Return a sort key that puts current things first, then the latest end, then the latest start.

    What has no date at all comes last.
    """
    finish = date.max if is_current else (end or start).last if (end or start) else date.min  # type: ignore[union-attr]
    begin = start.first if start else date.min
    return (-finish.toordinal(), -begin.toordinal(), 0)
