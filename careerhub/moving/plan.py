"""What an import wants, what came of it, and how that is told: pure values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from careerhub.document.text import clean_line

Result = Literal["imported", "updated", "unchanged", "extras", "refused"]
RESULTS: tuple[Result, ...] = ("imported", "updated", "unchanged", "extras", "refused")
_SHOWN = 400
_WORDS = {"extras": "kept aside"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one entry of the file; `place` is where it stands there, such as `work[2]`."""

    place: str
    result: Result
    reason: str = ""

    @property
    def section(self) -> str:
        return self.place.split("[")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person must know about a value that was read in another way than it was written."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A row to have: every column the section maps, also the empty ones, and what it came from.

    `technologies` are names as written; those the catalogue doesn't know become keywords or extras. `entry` is what is
    kept aside when the row can't be one.
    """

    table: str
    section: str
    place: str
    values: dict[str, Any]
    extras: dict[str, Any]
    entry: Any
    row_hash: bytes
    technologies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedText:
    """A text in another language: of which entry, named by its own words, in which field."""

    place: str
    lang: str
    section: str
    entry: tuple[str, ...]
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something that is no row: kept in the profile's extras, in the section's list or as the whole section."""

    section: str
    place: str
    value: Any
    reason: str
    is_entry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """Everything one file asks for, `sections` in its order. `source` is the word for its format in the rows."""

    source: str
    sections: tuple[str, ...]
    profile: dict[str, str] = field(default_factory=dict)
    contact_private: dict[str, str] = field(default_factory=dict)
    profile_extras: dict[str, Any] = field(default_factory=dict)
    rows: tuple[PlannedRow, ...] = ()
    texts: tuple[PlannedText, ...] = ()
    kept: tuple[Kept, ...] = ()
    refused: tuple[Outcome, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do when it was a dry run: one outcome an entry, and the notes."""

    file_name: str
    slug: str
    is_new: bool
    is_dry_run: bool
    outcomes: tuple[Outcome, ...]
    notes: tuple[Note, ...]

    def count(self, *results: Result) -> int:
        """Return how many entries came to one of these results."""
        return sum(outcome.result in results for outcome in self.outcomes)

    def count_sections(self) -> dict[str, dict[Result, int]]:
        """Return the number of entries by section, in the file's order, and by result."""
        counted = Counter((outcome.section, outcome.result) for outcome in self.outcomes)
        sections = dict.fromkeys(outcome.section for outcome in self.outcomes)
        return {
            section: {result: counted[section, result] for result in RESULTS if counted[section, result]}
            for section in sections
        }

    def to_plain(self) -> dict[str, Any]:
        """Return the report as JSON can say it."""
        return {
            "file": self.file_name,
            "profile": self.slug,
            "is_new": self.is_new,
            "is_dry_run": self.is_dry_run,
            "sections": self.count_sections(),
            "outcomes": [{"place": o.place, "result": o.result, "reason": o.reason} for o in self.outcomes],
            "notes": [{"place": n.place, "reason": n.reason} for n in self.notes],
        }

    def describe(self) -> Iterator[str]:
        """Yield the report as lines for people: the counts, then what isn't as it was in the file."""
        verb = "Would import" if self.is_dry_run else "Imported"
        yield f"{verb} {self.file_name} into {'the new profile' if self.is_new else 'the profile'} {self.slug}"
        for section, counts in self.count_sections().items():
            said = ", ".join(f"{number:,} {_WORDS.get(result, result)}" for result, number in counts.items())
            yield _indent(f"{section}: {said}")
        for outcome in self.outcomes:
            if outcome.reason:
                yield _indent(f"{outcome.place}: {_WORDS.get(outcome.result, outcome.result)}: {outcome.reason}")
        for note in self.notes:
            yield _indent(f"{note.place}: {note.reason}")


def _indent(line: str) -> str:
    """Return a line a terminal can show: what files say may be endless, or commands to the terminal."""
    shown = clean_line(line)
    return f"  {shown if len(shown) <= _SHOWN else f'{shown[:_SHOWN]}…'}"
