"""What words in résumés mean, where that is certain: levels, languages, how well they are spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError, localedata

_LEVELS = {
    "beginner": 1,
    "basic": 1,
    "novice": 1,
    "intermediate": 2,
    "advanced": 3,
    "proficient": 3,
    "expert": 4,
    "master": 5,
}
_CEFR = re.compile(r"\b[ABC][12]\b")
_NATIVE = re.compile(r"\b(native|mother tongue|bilingual)\b", re.IGNORECASE)
# "near-native", "not native", "native-like": somebody who isn't
_NOT_NATIVE = re.compile(r"\b(non|near|not|nearly|almost|semi)\b|\blike\b|\blevel\b", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_TAG_LENGTH = 35


def find_level(text: str) -> int | None:
    """Return 1 to 5 for a level's name, None for words that mean nothing certain."""
    return _LEVELS.get(text.strip().casefold())


def find_cefr(text: str) -> str:
    """Return A1 to C2 or NATIVE where the text says exactly one of them, else an empty string."""
    named = set(_CEFR.findall(text))
    if _NATIVE.search(text) and not _NOT_NATIVE.search(text):
        named.add("NATIVE")
    return named.pop() if len(named) == 1 else ""


def find_tag(text: str) -> str:
    """Return the text as a BCP 47 tag when it is one of a language CLDR knows, else an empty string."""
    tag = text.strip().replace("_", "-")
    is_known = (
        bool(_TAG.fullmatch(tag)) and len(tag) <= _TAG_LENGTH and tag.split("-")[0].lower() in _english_names().values()
    )
    return tag if is_known else ""


def find_language(name: str) -> str:
    """Return the tag of a language by its English name or its own, where one language has that name; else ""."""
    plain = name.strip().casefold()
    return _english_names().get(plain) or _native_names().get(plain, "")


@cache
def _english_names() -> dict[str, str]:
    return _unique((name, code) for code, name in Locale("en").languages.items())


@cache
def _native_names() -> dict[str, str]:
    return _unique((_name_itself(code), code) for code in localedata.locale_identifiers() if "_" not in code)


def _name_itself(code: str) -> str:
    try:
        return str(Locale.parse(code).languages.get(code, ""))
    except (UnknownLocaleError, ValueError):
        return ""


def _unique(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, code in named:
        found.setdefault(name.casefold(), set()).add(code.replace("_", "-"))
    return {name: codes.pop() for name, codes in found.items() if name and len(codes) == 1}
