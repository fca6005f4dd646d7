"""Who is found by what: the rows that the search index is written from. Part of the manifest.

A person has a slot, which a hash of their address chooses: nobody hands out numbers, so that every build of the same
people has the same, and none tells who was here first. Two may share one; what is shown of a slot is compared with
what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from careerhub.output.store import Reader

SCHEMA = """
CREATE TABLE found_by (
    key TEXT NOT NULL, weight INTEGER NOT NULL, profile_id TEXT NOT NULL, PRIMARY KEY (key, weight, profile_id)
) WITHOUT ROWID
"""
EVERYBODY = "c"
_WEIGHT_BITS = 63
_AFTER = "\U0010ffff"


class Findings:
    """The keys of the folder's people. `bits` says how many slots there are: 2 to this power."""

    def __init__(self, store: Reader) -> None:
        self._store = store

    def add(self, keys: Iterable[str], weight: int, profile_id: str) -> None:
        for key in keys:
            self._store.run("INSERT OR REPLACE INTO found_by VALUES (?,?,?)", (key, weight, profile_id))

    def remove(self, keys: Iterable[str], weight: int, profile_id: str) -> None:
        where = "key = ? AND weight = ? AND profile_id = ?"
        for key in keys:
            self._store.run(f"DELETE FROM found_by WHERE {where}", (key, weight, profile_id))

    def rebuild(self) -> None:
        """Write all rows anew from the people's own."""
        self._store.run("DELETE FROM found_by")
        self._store.run(
            "INSERT INTO found_by SELECT k.value, e.weight, e.profile_id FROM entry e, json_each(e.keys) k ORDER BY 1, 2, 3"
        )

    def list_slots(self, key: str, bits: int, first: int, end: int) -> list[int]:
        """Return the slots from `first` up to `end` with somebody who is found by a key, in order."""
        shift = _WEIGHT_BITS - bits
        rows = self._store.run(
            f"SELECT DISTINCT weight >> {shift} FROM found_by WHERE key = ? AND weight >= ? AND weight < ? ORDER BY 1",
            (key, first << shift, min(end << shift, (1 << _WEIGHT_BITS) - 1)),
        )
        return [slot for (slot,) in rows]

    def list_people(self, bits: int, first: int, end: int) -> list[tuple[int, str]]:
        """Return who is in the slots from `first` up to `end`: each slot and the entry, as it is kept."""
        shift = _WEIGHT_BITS - bits
        return self._store.run(
            f"SELECT f.weight >> {shift}, e.entry FROM found_by f CROSS JOIN entry e USING (profile_id)"
            " WHERE f.key = ? AND f.weight >= ? AND f.weight < ? ORDER BY f.weight, f.profile_id",
            (EVERYBODY, first << shift, min(end << shift, (1 << _WEIGHT_BITS) - 1)),
        ).fetchall()

    def count_slots(self, key: str, bits: int, most: int) -> int:
        """Return how many slots have a key, but not beyond `most` + 1."""
        query = f"SELECT count(*) FROM (SELECT DISTINCT weight >> {_WEIGHT_BITS - bits} FROM found_by WHERE key = ? LIMIT {most + 1})"
        return int(self._store.run(query, (key,)).fetchone()[0])

    def list_terms(self, kind: str, beginning: str, *, is_whole: bool = False) -> list[str]:
        """Return the words of a kind that begin with some letters, or are nothing else, in order."""
        first = f"{kind}:{beginning}"
        return [key[2:] for key in self._list_keys(first, first + ("\0" if is_whole else _AFTER))]

    def list_keys(self) -> Iterator[str]:
        """Yield every key that somebody is found by."""
        return self._list_keys("", _AFTER)

    def _list_keys(self, first: str, end: str) -> Iterator[str]:
        # from key to key: a plain DISTINCT would read everybody who has one
        for (key,) in self._store.run(_KEYS, {"first": first, "end": end}):
            yield key


_KEYS = """
WITH RECURSIVE known (key) AS (
    SELECT min(key) FROM found_by WHERE key >= :first AND key < :end
    UNION ALL SELECT (SELECT min(key) FROM found_by WHERE key > known.key AND key < :end) FROM known WHERE known.key IS NOT NULL
)
SELECT key FROM known WHERE key IS NOT NULL
"""
