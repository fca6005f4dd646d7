"""The search index as files below `/s/`: what `search.js` reads. docs/search.md says what is in them.

Every file is made from who is found by its key alone, so that an edit writes the files of the keys it changed, and no
history shows in any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from careerhub.document.search import is_spaceless
from careerhub.document.site import Entry
from careerhub.render.files import File

HEAD, VOCABULARY, PLACE_NAMES = "s/head.json", "s/v.json", "s/g.json"
# Slots a block: a file of one is never longer than 8,193 bytes.
_BLOCK_BITS = 16
# Slots a card file.
_CARD_BITS = 4
# A word of more slots has files of its own, and only its mark in the leaf.
MOST_INLINE = 24
# There are at least four times as many slots as people, so that few share one; the site grows into the next by eight.
_SIZES = ((4_096, 14), (32_768, 17), (262_144, 20))
_LARGEST = 23
_FACETS = frozenset("tpglso")
_FEWEST_TYPED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a file of the index asks who is found by a key; see `careerhub.output.searching`."""

    list_slots: Callable[[str, int, int, int], list[int]]
    count_slots: Callable[[str, int, int], int]
    list_terms: Callable[[str, str, bool], list[str]]
    list_people: Callable[[int, int, int], Sequence[tuple[int, Entry]]]


def choose_bits(people: int) -> int:
    """Return the power of 2 that is the number of slots for so many people."""
    return next((bits for most, bits in _SIZES if people <= most), _LARGEST)


def list_paths(key: str, bits: int) -> Iterator[str]:
    """Yield the files that a key may stand in, whoever has it."""
    kind, _, value = key.partition(":")
    blocks = range(max(1, 1 << (bits - _BLOCK_BITS)) if bits > _BLOCK_BITS else 1)
    if kind in _FACETS:
        yield from (f"s/{bits}/b/{kind}/{value}.{block}.bin" for block in blocks)
    elif kind == "r":
        yield f"s/{bits}/r/{_hex(value[:_FEWEST_TYPED][::-1])}.json"
    elif kind in ("n", "w"):
        yield f"s/{bits}/x/{_hex(find_beginning(value))}.json"
        yield from (f"s/{bits}/w/{_hex(value)}.{kind}.{block}.bin" for block in blocks)


def name_cards(slot: int, bits: int) -> str:
    """Return the file that has the cards of a slot."""
    group = slot >> _CARD_BITS
    return f"s/{bits}/c/{group >> 8:x}/{group & 255:x}.json"


def find_slot(weight: int, bits: int) -> int:
    """Return the slot of who has this weight."""
    return weight >> (63 - bits)


def find_beginning(word: str) -> str:
    """Return the letters that words of one leaf share: one of a script without spaces, else two."""
    return word[:1] if is_spaceless(word[0]) else word[:_FEWEST_TYPED]


def render_part(source: Source, path: str) -> File | None:
    """Render a file of the index, None where nothing is left to stand in it."""
    _, said, folder, name = path.split("/", 3)
    bits = int(said)
    if folder == "b":
        kind, _, rest = name.partition("/")
        value, block, _ = rest.rsplit(".", 2)
        data = _render_block(source, f"{kind}:{value}", bits, int(block))
    elif folder == "w":
        word, kind, block, _ = name.rsplit(".", 3)
        key = f"{kind}:{bytes.fromhex(word).decode()}"
        is_spilled = source.count_slots(key, bits, MOST_INLINE) > MOST_INLINE
        data = _render_block(source, key, bits, int(block)) if is_spilled else b""
    elif folder == "x":
        data = _render_leaf(source, bytes.fromhex(name.removesuffix(".json")).decode(), bits)
    elif folder == "r":
        ending = bytes.fromhex(name.removesuffix(".json")).decode()
        data = _dump([word[::-1] for word in source.list_terms("r", ending[::-1], False)])
    else:
        high, low = name.removesuffix(".json").split("/")
        data = _render_cards(source, (int(high, 16) << 8) + int(low, 16), bits)
    return File(path=path, data=data) if data else None


def render_head(bits: int) -> File:
    """Render what says where the index lies: it changes when the site has grown by eight."""
    return File(path=HEAD, data=_dump({"bits": bits, "inline": MOST_INLINE}))


def render_names(path: str, names: dict[str, Sequence[tuple[str, str, int]]]) -> File:
    """Render the vocabulary: of each kind of facet the values, what they are called, and how many have each.

    Only how many digits that number has in base 2: so that few edits change it.
    """
    return File(
        path=path,
        data=_dump(
            {
                kind: [[value, name, people.bit_length()] for value, name, people in known]
                for kind, known in names.items()
            }
        ),
    )


def write_block(slots: Iterable[int], first: int) -> bytes:
    """Write slots as bits or as differences, whatever is shorter: the first byte says which."""
    places = [slot - first for slot in slots]
    bits = bytearray(places[-1] // 8 + 1)
    deltas = bytearray()
    before = -1
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
        gap, before = place - before - 1, place
        while gap > 127:
            deltas.append(gap & 127 | 128)
            gap >>= 7
        deltas.append(gap)
    return b"\1" + bits if len(bits) <= len(deltas) else b"\2" + deltas


def _render_block(source: Source, key: str, bits: int, block: int) -> bytes:
    first = block << _BLOCK_BITS
    slots = source.list_slots(key, bits, first, min(first + (1 << _BLOCK_BITS), 1 << bits))
    return write_block(slots, first) if slots else b""


def _render_leaf(source: Source, beginning: str, bits: int) -> bytes:
    """Render words with the slots of those who have them in their name, and those who have them elsewhere; 1: too many."""
    words: dict[str, list[list[int] | int]] = {}
    is_whole = len(beginning) < _FEWEST_TYPED and not is_spaceless(beginning)
    for place, kind in enumerate(("n", "w")):
        for word in source.list_terms(kind, beginning, is_whole):
            key = f"{kind}:{word}"
            is_spilled = source.count_slots(key, bits, MOST_INLINE) > MOST_INLINE
            words.setdefault(word, [[], []])[place] = 1 if is_spilled else source.list_slots(key, bits, 0, 1 << bits)
    return _dump(dict(sorted(words.items()))) if words else b""


def _render_cards(source: Source, group: int, bits: int) -> bytes:
    first = group << _CARD_BITS
    cards = [
        [
            slot, entry.slug, entry.full_name, entry.headline, entry.location, entry.seniority.lower(), int(entry.open_to_work),
            [technology.slug for technology in entry.technologies], [place.slug for place in entry.places], entry.languages,
            entry.primary, [place.name for place in entry.places if place.kind != "country"],
        ]
        for slot, entry in source.list_people(bits, first, first + (1 << _CARD_BITS))
    ]  # fmt: skip
    return _dump(cards) if cards else b""


def _hex(text: str) -> str:
    return text.encode().hex()


def _dump(value: object) -> bytes:
    return orjson.dumps(value) if value else b""
