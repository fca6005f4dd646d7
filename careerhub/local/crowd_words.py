"""What the crowd is made of: the shape of a trade and of a tongue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The sentences of one trade. `{n}`, `{pct}`, `{half}`, `{team}` and `{year}` become numbers that fit together."""

    industry: str
    titles: tuple[str, str, str, str]
    kinds: tuple[str, ...]
    bullets: tuple[str, ...]
    technologies: tuple[str, ...]
    skills: tuple[str, ...]
    projects: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]
    certificates: tuple[str, ...]
    focus: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The names, places and set phrases of one language; names are written twice, as they are and in Latin letters."""

    lang: str
    given: tuple[tuple[str, str], ...]
    surnames: tuple[tuple[str, str], ...]
    surname_first: bool = False
    joint: str = " "  # between the two parts of a company's name
    cities: tuple[tuple[str, str], ...]
    makers: tuple[str, ...]
    schools: tuple[str, ...]
    degrees: tuple[str, ...]
    boards: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    mother_tongue: str
    working_language: str
    headline: str
    summaries: tuple[str, ...]
    results: tuple[str, ...]
    clients: tuple[str, ...]
    withheld: tuple[str, ...]
    interests: tuple[str, ...]
    trades: tuple[Trade, ...]


def split_words(text: str) -> tuple[str, ...]:
    """Split a list written with `|`."""
    return tuple(word.strip() for word in text.split("|"))


def split_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Split a list of pairs written `one = other | one = other`."""
    pairs = (word.split("=") for word in split_words(text))
    return tuple((one.strip(), other.strip()) for one, other in pairs)


def repeat(text: str) -> tuple[tuple[str, str], ...]:
    """Make pairs of words that are in Latin letters already."""
    return tuple((word, word) for word in split_words(text))
