"""Decide what becomes of planned rows beside the rows a profile has: pure, so that a dry run and a test see it too.

The same entry again is unchanged, whatever the person made of its row since. A changed entry updates the row it once
became, unless the person edited that row: then it is theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from careerhub.document.text import make_slug
from careerhub.editing.profiles import number_slug
from careerhub.moving.plan import Kept, Outcome, PlannedRow

Stored = Mapping[str, Any]

# What tells two rows of a table apart when their entries aren't equal.
_KEYS: dict[str, tuple[str, ...]] = {
    "experiences": ("company_name", "position", "start_date"),
    "projects": ("name",),
    "skills": ("name",),
    "education": ("institution", "degree", "field_of_study"),
    "certifications": ("name", "issuing_organization"),
    "achievements": ("category", "title"),
    "languages": ("name",),
    "references": ("name",),
    "interests": ("name",),
    "profile_links": ("network", "username"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row to insert, or to update: `row_id` is then the row's."""

    row_id: str
    values: dict[str, Any]
    technology_ids: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Merge:
    """What to do with one table."""

    inserts: list[Change] = field(default_factory=list)
    updates: list[Change] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def plan_merge(
    table: str,
    planned: Sequence[PlannedRow],
    stored: Sequence[Stored],
    *,
    source: str,
    catalogue: Mapping[str, str],
    ids: Iterator[str],
) -> Merge:
    """Decide about each planned row of a table. `catalogue` is technology ids by folded name, `ids` are new ones."""
    merge = Merge()
    taken = _Taken(table, stored)
    order = max((row["display_order"] for row in stored), default=-1) + 1
    for row, match in _match_rows(planned, [row for row in stored if row["source"] == source]):
        if match is None:
            if place := taken.find_name(row):
                why = f"this name is in your {row.section} already ({place})"
                merge.kept.append(
                    Kept(section=row.section, place=row.place, value=row.entry, reason=why, is_entry=True)
                )
                continue
            values = _resolve(row, catalogue, taken, None) | {
                "display_order": order,
                "source": source,
                "source_revision": 1,
            }
            change = _make_change(next(ids), row, values, catalogue)
            merge.inserts.append(change)
            order += 1
            merge.outcomes.append(Outcome(place=row.place, result="imported"))
        elif match["source_row_hash"] == row.row_hash:
            merge.outcomes.append(Outcome(place=row.place, result="unchanged"))
        elif match["revision"] != match["source_revision"]:
            why = "you changed it since: yours is kept"
            merge.outcomes.append(Outcome(place=row.place, result="unchanged", reason=why))
        else:
            # the update itself raises the revision by one
            values = _resolve(row, catalogue, taken, match) | {"source_revision": match["revision"] + 1}
            merge.updates.append(_make_change(match["id"], row, values, catalogue))
            merge.outcomes.append(Outcome(place=row.place, result="updated"))
    return merge


def merge_kept(
    known: Mapping[str, Any], basics: Mapping[str, Any], kept: Iterable[Kept]
) -> tuple[dict[str, Any], list[Outcome]]:
    """Return a profile's kept things with these added, and what became of each; equal ones are kept once."""
    becomes = dict(known)
    if basics:
        before = becomes.get("basics")
        becomes["basics"] = {**(before if isinstance(before, dict) else {}), **basics}
    outcomes = []
    for item in kept:
        before = becomes.get(item.section)
        entries = before if isinstance(before, list) else [before] if before is not None else []
        if item.is_entry:
            is_there = item.value in entries
            becomes[item.section] = entries if is_there else [*entries, item.value]
        else:
            is_there = before == item.value
            becomes[item.section] = item.value
        outcomes.append(Outcome(place=item.place, result="unchanged" if is_there else "extras", reason=item.reason))
    return becomes, outcomes


def fold(name: str) -> str:
    """Return a name as it is compared: at least as coarse as the database's lower()."""
    return unicodedata.normalize("NFKC", name).casefold().replace("i\u0307", "i").strip()


def find_slug(name: str, taken: set[str], *, otherwise: str) -> str:
    """Return a free address within a profile and mark it taken."""
    base = make_slug(name, otherwise=otherwise)
    slug, number = base, 2
    while slug in taken:
        slug, number = number_slug(base, number), number + 1
    taken.add(slug)
    return slug


def sort_outcomes(outcomes: Iterable[Outcome], sections: Sequence[str]) -> tuple[Outcome, ...]:
    """Return outcomes in the order of the file's sections and their entries."""
    places = {section: number for number, section in enumerate(sections)}
    return tuple(
        sorted(
            outcomes,
            key=lambda o: (places.get(o.section, len(places)), [int(n) for n in re.findall(r"\[(\d+)\]", o.place)]),
        )
    )


class _Taken:
    """What must be unique in a profile and is there already."""

    def __init__(self, table: str, stored: Sequence[Stored]) -> None:
        self._has_unique_names = table == "skills"
        self._names = {fold(row["name"]): "there before" for row in stored} if self._has_unique_names else {}
        self.technologies = {row["technology_id"]: row["id"] for row in stored} if self._has_unique_names else {}
        self.slugs = {row["slug"] for row in stored} if table == "projects" else set()

    def find_name(self, row: PlannedRow) -> str:
        """Return where this name was first, or "" after marking it taken."""
        if not self._has_unique_names:
            return ""
        before = self._names.setdefault(fold(row.values["name"]), row.place)
        return "" if before == row.place else before


def _match_rows(planned: Sequence[PlannedRow], stored: Sequence[Stored]) -> Iterator[tuple[PlannedRow, Stored | None]]:
    """Pair planned rows with stored ones: first equal entries, then the n-th of a natural key with the n-th."""
    by_hash = {row["source_row_hash"]: row for row in stored}
    same = {row.place: by_hash.pop(row.row_hash) for row in planned if row.row_hash in by_hash}
    by_key: dict[tuple[str, ...], list[Stored]] = {}
    for left in sorted(by_hash.values(), key=lambda row: (row["display_order"], row["id"])):
        by_key.setdefault(_make_key(planned[0].table, left), []).append(left) if planned else None
    for row in planned:
        if row.place in same:
            yield row, same[row.place]
        else:
            candidates = by_key.get(_make_key(row.table, row.values), [])
            yield row, candidates.pop(0) if candidates else None


def _make_key(table: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(fold(str(values[column] or "")) for column in _KEYS[table])


def _resolve(row: PlannedRow, catalogue: Mapping[str, str], taken: _Taken, match: Stored | None) -> dict[str, Any]:
    """Return the columns that depend on the catalogue and on the other rows."""
    values: dict[str, Any] = {"extras": row.extras}
    unknown = [name for name in row.technologies if fold(name) not in catalogue]
    if row.table == "projects":
        values["keywords"] = unknown
        values |= {} if match else {"slug": find_slug(row.values["name"], taken.slugs, otherwise="project")}
    elif unknown:
        values["extras"] = {**row.extras, "keywords": unknown}
    if row.table == "skills":
        technology = catalogue.get(fold(row.values["name"]))
        own = match["id"] if match else row.place
        # the second skill of one technology keeps its words, but not the link
        values["technology_id"] = (
            technology if technology and taken.technologies.setdefault(technology, own) == own else None
        )
    return values


def _make_change(row_id: str, row: PlannedRow, values: dict[str, Any], catalogue: Mapping[str, str]) -> Change:
    found = (catalogue[fold(name)] for name in row.technologies if fold(name) in catalogue)
    return Change(
        row_id=row_id,
        values={**row.values, **values, "source_row_hash": row.row_hash},
        technology_ids=tuple(dict.fromkeys(found)),
    )
