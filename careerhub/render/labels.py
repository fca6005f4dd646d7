"""The words around people's facts, and dates as their language writes them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_decimal

from careerhub.document.dates import PartialDate
from careerhub.document.text import base_direction

FALLBACK = "en"
# What a language tag may look like before it becomes part of a file's name.
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,4}", re.IGNORECASE)
_COMMAS = {"ar": "، ", "fa": "، ", "ur": "، ", "ja": "、", "zh": "、"}
# A count stays in the unit it was said in: never enough of it to become a larger one.
_NEVER = 1e9
# CLDR's order: the forms of a counted word stand in it, and the last is said for all that follow.
_PLURALS = ("zero", "one", "two", "few", "many", "other")
_SKELETONS = {"Y": "y", "M": "yMMM", "D": "yMMMd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels of one language; what has no translation is said in English."""

    lang: str
    direction: str
    locale: Locale
    grammar: Locale  # of the texts, which are English where nobody translated them
    texts: Mapping[str, str] = field(repr=False)
    # what was written before: a language's rules cost a hundred times more than looking it up
    dates: dict[PartialDate, str] = field(default_factory=dict, repr=False, compare=False)
    counts: dict[tuple[str, int], str] = field(default_factory=dict, repr=False, compare=False)

    def text(self, key: str) -> str:
        """Return a label; raise KeyError for one that English doesn't have either."""
        return self.texts[key]

    def say(self, key: str, **values: object) -> str:
        """Return a label with values in their places."""
        return self.texts[key].format(**values)

    @property
    def comma(self) -> str:
        """Return what stands between the things of a list."""
        return _COMMAS.get(self.locale.language, ", ")

    def word(self, kind: str, value: str) -> str:
        """Return the label of a coded value (`FULL_TIME`), or the value itself made readable."""
        known = self.texts.get(f"{kind}_{value.lower()}")
        if known or not value.isupper():
            return known or value
        return value.replace("_", " ").capitalize()

    def date(self, when: PartialDate) -> str:
        """Write a date as precisely as it is known: `2019`, `Mar 2019`, `Mar 5, 2019`."""
        known = self.dates.get(when)
        if known is None:
            known = self.dates[when] = _write_date(when, self.locale)
        return known

    def year(self, value: int) -> str:
        """Write a year: `2019`, `2019年`."""
        return self.date(PartialDate(year=value))

    # Templates call it, and there start, end and "still" read best in their order.
    def period(self, start: PartialDate | None, end: PartialDate | None, is_current: bool) -> str:  # noqa: FBT001
        """Write a span of time: `Mar 2019 – Present`, `2014 – 2018`, `until 2018`, or nothing when nothing is known."""
        first = self.date(start) if start else ""
        last = self.text("present") if is_current else self.date(end) if end else ""
        if first and last and first != last:
            return f"{first} – {last}"
        return self.text("until").format(date=last) if last and not first and not is_current else first or last

    def number(self, value: int) -> str:
        """Write a whole number with this language's separators: `12,000`."""
        return _write_number(value, self.locale)

    def count(self, key: str, count: int) -> str:
        """Write how many of a thing, as its language counts: `1 project`, `3 проекта`."""
        known = self.counts.get((key, count))
        if known is None:
            forms = self.text(key).split("|")
            form = forms[min(_find_form(count, self.grammar), len(forms) - 1)]
            known = self.counts[key, count] = form.format(count=self.number(count))
        return known

    def years(self, count: int) -> str:
        """Write a number of years: `1 year`, `8 лет`."""
        return _write_years(count, self.locale)

    def months(self, count: int) -> str:
        """Write a number of months."""
        return _write_months(count, self.locale)

    def day(self, when: dt.date) -> str:
        """Write a calendar day: `Mar 5, 2019`."""
        return _write_date(PartialDate(year=when.year, month=when.month, day=when.day), self.locale)

    def country(self, code: str) -> str:
        """Return a country's name in this language, or the code when nobody knows it."""
        return str(self.locale.territories.get(code.upper(), code))

    def language_name(self, tag: str) -> str:
        """Return a language's name in this language, or the tag when nobody knows it."""
        found = _find_locale(tag)
        return (found.get_display_name(self.locale) if found else None) or tag

    def title_language(self, tag: str) -> str:
        """Return a language's name as it stands alone: `Français`."""
        name = self.language_name(tag)
        return f"{name[:1].upper()}{name[1:]}"


def make_labels(folder: Path, lang: str) -> Labels:
    """Make the labels of a language from `<folder>/<lang>.json`; an unknown language is English."""
    locale = _find_locale(lang)
    tag = lang if locale else FALLBACK
    locale = locale or Locale.parse(FALLBACK)
    # Taiwan's Chinese is written in another script than China's, said or not: Babel knows which.
    names = (FALLBACK, locale.language, f"{locale.language}-{locale.script or ''}", tag)
    texts = {key: text for name in dict.fromkeys(names) for key, text in _read_texts(folder, name).items()}
    is_translated = any((folder / f"{name}.json").is_file() for name in names[1:])
    grammar = locale if is_translated else Locale.parse(FALLBACK)
    return Labels(lang=tag, direction=base_direction(tag), locale=locale, grammar=grammar, texts=texts)


def _read_texts(folder: Path, tag: str) -> dict[str, str]:
    path = folder / f"{tag}.json"
    if not path.is_file():
        return {}
    return {key: str(text) for key, text in json.loads(path.read_text(encoding="utf-8")).items() if text}


@lru_cache(maxsize=256)
def _find_locale(tag: str) -> Locale | None:
    if not _TAG.fullmatch(tag):
        return None
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        try:
            return Locale.parse("_".join(parts[:length]))
        except (UnknownLocaleError, ValueError):
            continue
    return None


@lru_cache(maxsize=20_000)
def _write_date(when: PartialDate, locale: Locale) -> str:
    return str(format_skeleton(_SKELETONS[when.precision], when.first, locale=locale))


def _find_form(count: int, grammar: Locale) -> int:
    rule = grammar.plural_form
    known = [name for name in _PLURALS if name in rule.tags or name == "other"]
    return known.index(rule(count))


@lru_cache(maxsize=2000)
def _write_years(count: int, locale: Locale) -> str:
    return str(format_timedelta(dt.timedelta(days=365 * count), "year", threshold=_NEVER, locale=locale))


@lru_cache(maxsize=2000)
def _write_months(count: int, locale: Locale) -> str:
    return str(format_timedelta(dt.timedelta(days=30 * count), "month", threshold=_NEVER, locale=locale))


@lru_cache(maxsize=2000)
def _write_number(value: int, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale))
