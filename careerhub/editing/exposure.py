"""What a reader could find out that was meant to stay hidden: pure rules over plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What companies append to their names, and people leave out.
_FORMS = frozenset(
    [
        "ag",
        "bv",
        "co",
        "corp",
        "corporation",
        "gmbh",
        "group",
        "holding",
        "inc",
        "incorporated",
        "kg",
        "kgaa",
        "limited",
        "llc",
        "llp",
        "ltd",
        "nv",
        "oy",
        "plc",
        "sa",
        "sarl",
        "sas",
        "se",
        "spa",
        "srl",
        "ug",
    ]
)
# Shorter names are words of other meanings too often.
_SHORTEST = 3
_FAR_FUTURE = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A name that an anonymised project hides; `project` is how its owner knows the project."""

    name: str
    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A text that others see, and where it is edited: `section` is a table, `field` a column."""

    section: str
    item_id: str
    title: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A text that names what is hidden."""

    place: Place
    name: str
    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A visible post at an employer, by year; None is not said."""

    employer: str
    start: int | None
    end: int | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An anonymised project that is shown as a card, by year; `employers` are the visible ones it is linked with."""

    id: str
    name: str
    start: int | None
    end: int | None
    is_ongoing: bool
    employers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyFit:
    """A card whose years fit one employer alone."""

    card: Card
    employer: str


def find_mentions(secrets: Iterable[Secret], places: Sequence[Place], *, known: Iterable[str] = ()) -> list[Mention]:
    """Return every visible text that names what is hidden, once a name and text.

    `known` are names that stand on the page by choice, such as visible employers.
    """
    shown = {fold_text(name) for name in known}
    wanted: dict[str, tuple[re.Pattern[str], Secret]] = {}
    for secret in secrets:
        short = _shorten_name(fold_text(secret.name))
        if len(short.replace(" ", "")) >= _SHORTEST and not {fold_text(secret.name), short} & shown:
            wanted.setdefault(short, (_make_pattern(short), secret))
    found = []
    for place in places:
        folded = fold_text(place.text)
        for pattern, secret in wanted.values():
            if pattern.search(folded):
                found.append(Mention(place=place, name=secret.name, project=secret.project))
    return found


def find_only_fits(cards: Iterable[Card], posts: Sequence[Post]) -> list[OnlyFit]:
    """Return the cards whose years only one visible employer fits: readers will think of that one.

    Not where the project is linked with visible employers and this isn't one of them: then readers would be wrong.
    """
    found = []
    for card in cards:
        if card.start is None and card.end is None:
            continue
        # who was there all the time, else who was there at all
        employers = _list_employers(card, posts, is_whole=True) or _list_employers(card, posts, is_whole=False)
        if len(employers) != 1:
            continue
        (folded, employer), *_ = employers.items()
        if card.employers and folded not in map(fold_text, card.employers):
            continue
        found.append(OnlyFit(card=card, employer=employer))
    return found


def fold_text(text: str) -> str:
    """Return text without case, accents and doubled spaces: what two spellings of a name have in common."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(plain.split())


def _shorten_name(folded: str) -> str:
    """Return a name without the form of its company: `kestrel bank ag` is known as `kestrel bank`."""
    words = folded.split(" ")
    while len(words) > 1 and (words[-1].strip(".,()&") in _FORMS or not words[-1].strip(".,()&")):
        words.pop()
    return " ".join(words).rstrip(" ,.")


def _make_pattern(folded: str) -> re.Pattern[str]:
    # between its words may stand what people put there: "Kestrel-Bank"
    words = r"[\s_-]+".join(re.escape(word) for word in re.split(r"[\s_-]+", folded) if word)
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _list_employers(card: Card, posts: Iterable[Post], *, is_whole: bool) -> dict[str, str]:
    first = card.start if card.start is not None else card.end
    last = _FAR_FUTURE if card.is_ongoing else card.end if card.end is not None else card.start
    assert first is not None
    assert last is not None
    fitting: dict[str, str] = {}
    for post in posts:
        # what isn't said can't exclude anybody
        begins = post.start if post.start is not None else 0
        ends = _FAR_FUTURE if post.is_current or post.end is None else post.end
        fits = begins <= first and ends >= last if is_whole else begins <= last and ends >= first
        if fits and post.employer:
            fitting.setdefault(fold_text(post.employer), post.employer)
    return fitting
