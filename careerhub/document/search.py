"""What the search index knows of a person: the facets and words of what lists show of them, and nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from careerhub.document.site import Entry

# More words of one text, or longer ones, are nothing people type.
_MOST_WORDS = 40
_LONGEST_WORD = 24
# Marks that are ornaments to who types: accents, Hebrew points, Arabic vowels. Signs of Indic scripts aren't.
_ORNAMENTS = (
    (0x0300, 0x036F),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x0640, 0x0640),
)
_FOLDED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ı": "i",
        "þ": "th",
        "ð": "d",
        "ς": "σ",
        "ى": "ي",
        "ة": "ه",
        "ک": "ك",
        "ی": "ي",
    }
)
# Scripts that write no spaces: they are found by every two neighbours. `search.js` has the same ranges.
_SPACELESS = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
# Words shorter than this have no neighbours by spelling.
_SHORTEST_MISSPELT = 4


def list_keys(entry: Entry) -> tuple[str, ...]:
    """Return everything a person is found by, each key its kind and value: none for who doesn't want to be found.

    `c` is everybody; `t:` a technology, `p:` one of the main ones, `g:` a place, `l:` a language, `s:` a seniority,
    `o:1` open to work; `n:` a word of the name, `r:` the same backwards, `w:` a word of headline or place.
    """
    if not entry.is_indexable:
        return ()
    names = list_words(entry.full_name)
    places = (place.name for place in entry.places if place.kind != "country")
    words = [word for text in (entry.headline, entry.location, *places) for word in list_words(text)]
    keys = ["c"]
    keys += [f"t:{technology.slug}" for technology in entry.technologies]
    keys += [f"p:{slug}" for slug in entry.primary]
    keys += [f"g:{place.slug}" for place in entry.places]
    keys += [f"l:{tag}" for tag in entry.languages]
    keys += [f"s:{entry.seniority.lower()}"] if entry.seniority else []
    keys += ["o:1"] if entry.open_to_work else []
    keys += [f"n:{name}" for name in names]
    keys += [f"r:{name[::-1]}" for name in names if len(name) >= _SHORTEST_MISSPELT and not is_spaceless(name[0])]
    keys += [f"w:{word}" for word in words[:_MOST_WORDS]]
    return tuple(sorted(set(keys)))


def list_words(text: str) -> list[str]:
    """Return what a text is found by: its words without case and accents; of scripts without spaces, every two letters."""
    found: list[str] = []
    for run in _split(normalise(text)):
        if is_spaceless(run[0]):
            found += [run[at : at + 2] for at in range(len(run))]
        else:
            found.append(run[:_LONGEST_WORD])
    return found[:_MOST_WORDS]


def normalise(text: str) -> str:
    """Write a text as it is compared: lower case, without ornaments."""
    plain = unicodedata.normalize("NFKD", text).lower()
    if not plain.isascii():
        plain = "".join(c for c in plain if not _is_within(c, _ORNAMENTS)).translate(_FOLDED)
    return unicodedata.normalize("NFC", plain)


@lru_cache(maxsize=4096)
def is_spaceless(letter: str) -> bool:
    """Tell whether a letter is of a script that writes no spaces between words."""
    return _is_within(letter, _SPACELESS)


def _split(text: str) -> Iterator[str]:
    run, was = "", ""
    for letter in text:
        kind = ("g" if is_spaceless(letter) else "w") if unicodedata.category(letter)[0] in "LNM" else ""
        if kind != was and run:
            yield run
            run = ""
        was = kind
        if kind:
            run += letter
    if run:
        yield run


def _is_within(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(letter)
    return any(first <= code <= last for first, last in ranges)
