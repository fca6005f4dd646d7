"""What two texts differ in, word by word: pure, and quick whatever somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new", "skipped"]

_WORDS = re.compile(r"\s+|[^\s]+")
# Comparing costs the product of both lengths at worst: beyond this a passage is replaced as a whole.
_MOST_COMPARED = 1200
_AROUND = 12  # words of context
_MOST_SHOWN = 16  # pieces of a shortened difference
_LONGEST_SHOWN = 300  # characters of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of words; `skipped` stands for words that are the same in both and far from every difference."""

    kind: Kind
    text: str


_SKIPPED = Piece(kind="skipped", text="…")


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    first = _count_same(before, after)
    last = _count_same(before[first:][::-1], after[first:][::-1])
    middle = before[first : len(before) - last], after[first : len(after) - last]
    pieces = [("same", before[:first]), *_join(_compare(*middle)), ("same", before[len(before) - last :])]
    return tuple(Piece(kind=kind, text="".join(words)) for kind, words in pieces if words)  # type: ignore[arg-type]


def shorten(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the first pieces without the words far from every difference, and of long ones the beginning."""
    near = [_clip(piece) for piece in _shorten(pieces)]
    return tuple(near) if len(near) <= _MOST_SHOWN else (*near[:_MOST_SHOWN], _SKIPPED)


def _compare(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str]]]:
    if max(len(before), len(after)) > _MOST_COMPARED:
        yield from (("gone", before), ("new", after))
        return
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield "same", before[a:b]
        else:
            yield from (("gone", before[a:b]), ("new", after[c:d]))


def _join(pieces: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """Let words that went or came with nothing but spaces between them be one piece: so people read it."""
    gone: list[str] = []
    new: list[str] = []
    spaces: list[str] = []
    for kind, words in pieces:
        if kind == "same" and not (gone or new):
            yield kind, words
        elif kind == "same" and not "".join(words).strip():
            spaces += words
        elif kind == "same":
            yield from (("gone", gone), ("new", new), ("same", spaces + words))
            gone, new, spaces = [], [], []
        elif words:
            gone, new = gone + spaces, new + spaces
            spaces = []
            gone, new = (gone + words, new) if kind == "gone" else (gone, new + words)
    yield from (("gone", gone), ("new", new), ("same", spaces))


def _shorten(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for place, piece in enumerate(pieces):
        words = _WORDS.findall(piece.text)
        head = 0 if place == 0 else _AROUND
        tail = 0 if place == len(pieces) - 1 else _AROUND
        if piece.kind != "same" or len(words) <= head + tail + _AROUND:
            yield piece
            continue
        if head:
            yield Piece(kind="same", text="".join(words[:head]))
        yield _SKIPPED
        if tail:
            yield Piece(kind="same", text="".join(words[-tail:]))


def _clip(piece: Piece) -> Piece:
    if len(piece.text) <= _LONGEST_SHOWN:
        return piece
    return Piece(kind=piece.kind, text=piece.text[:_LONGEST_SHOWN].rstrip() + "…")


def _count_same(before: Sequence[str], after: Sequence[str]) -> int:
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count
