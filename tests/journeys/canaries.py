"""Words that stand nowhere else: what is planted in a database, and what of it the public may meet."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

# Each begins with two letters that no language puts side by side, so that all of them are found by one pattern.
_SCRIPTS = {
    "latin": ("zq", "abcdefghijklmnopqrstuvwxyz", 14),
    "cyrillic": ("щъ", "абвгдежзиклмнопрстуфхцчшыэюя", 11),
    "arabic": ("ظض", "بتثجحخدذرزسشصطعغفقكلمنهوي", 10),
    "chinese": ("龘靐", "山水風雲林石花鳥江河湖海星月日雨雪田竹松梅蘭菊春夏秋冬東西南北", 8),
}
_FOREIGN = ("cyrillic", "arabic", "chinese")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORD_PATTERN = "|".join(f"{first}[{letters}]{{{count}}}" for first, letters, count in _SCRIPTS.values())
WORD_STARTS = tuple(first for first, _, _ in _SCRIPTS.values())

# Days that columns of type date hold, one a month; times hold days of the century before: no fact lies there.
_FIRST_DAY = date(1901, 1, 13)
_FIRST_TIME = date(1803, 1, 14)
# Six digits that start no colour, no year and no size.
_FIRST_NUMBER = 739_184


@dataclass(slots=True)
class Ledger:
    """Every planted needle and its place: `secret` ones may be found nowhere, `shown` ones should be.

    A place reads `person/row table.column`. A needle is a word, an id, a number, an internet address or a day as ISO text.
    """

    seed: int
    secret: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    random: random.Random = field(init=False)
    _months: int = 0
    _times: int = 0
    _numbers: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def add(self, needle: str, place: str, *, public: bool = False) -> None:
        (self.shown if public else self.secret)[needle] = place

    def word(self, place: str, *, public: bool = False, script: str = "latin") -> str:
        """Make a word of a script."""
        first, letters, count = _SCRIPTS[script]
        word = first + "".join(self.random.choice(letters) for _ in range(count))
        self.add(word, place, public=public)
        return word

    def words(self, place: str, *, public: bool = False) -> str:
        """Make two words of two scripts; what is public is Latin only, as its fonts and its order are other tests'."""
        word = self.word(place, public=public)
        return word if public else f"{word} {self.word(place, script=self.random.choice(_FOREIGN))}"

    def number(self, place: str, *, public: bool = False) -> int:
        """Make a number of six digits."""
        self._numbers += self.random.randint(1, 40)
        self.add(str(_FIRST_NUMBER + self._numbers), place, public=public)
        return _FIRST_NUMBER + self._numbers

    def day(self, place: str, *, public: bool = False) -> date:
        """Make a day in a month of its own, later than all before."""
        self._months += 1
        day = date(_FIRST_DAY.year + self._months // 12, self._months % 12 + 1, self.random.randint(13, 27))
        assert day.year < 2000, "more days than months"
        self.add(day.isoformat(), place, public=public)
        self.add(day.isoformat()[:7], place, public=public)
        return day

    def time(self, place: str) -> date:
        """Make a day for a point in time; none is ever public."""
        self._times += self.random.randint(1, 9)
        day = _FIRST_TIME + timedelta(days=self._times)
        self.add(day.isoformat(), place)
        return day

    def blob(self, place: str, size: int = 32) -> bytes:
        """Make bytes that begin with a word."""
        return self.word(place).encode().ljust(size, b"\x9f")

    def address(self, place: str) -> str:
        """Make an internet address."""
        address = "10." + ".".join(str(self.random.randint(100, 255)) for _ in range(3))
        self.add(address, place)
        return address

    def ulid(self) -> str:
        """Make an id; ids are read from the database when all is planted."""
        return "7ZQ" + "".join(self.random.choice(_CROCKFORD) for _ in range(23))

    def seal(self, *starts: str) -> None:
        """Make secret what was shown at places that start so."""
        for needle in [n for n, place in self.shown.items() if place.startswith(starts)]:
            self.secret[needle] = self.shown.pop(needle)

    def open(self, *starts: str) -> None:
        """Let be shown what was secret at places that start so."""
        for needle in [n for n, place in self.secret.items() if place.startswith(starts)]:
            self.shown[needle] = self.secret.pop(needle)


def columns_of(places: Iterable[str]) -> Iterator[str]:
    """Yield the `table.column` of places."""
    for place in places:
        yield place.rpartition(" ")[2]
