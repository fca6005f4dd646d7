"""The lists people are in: who, in which order, and where each page begins. Part of the manifest."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from datetime import date
from typing import Any, Literal, NamedTuple

import orjson

from careerhub.document.facets import Located
from careerhub.document.profile import Technology
from careerhub.document.site import (
    DIRECTORY,
    SITEMAP,
    TECHNOLOGIES,
    Entry,
    Listed,
    Membership,
    date_in_feed,
    list_memberships,
    weigh,
)
from careerhub.output.searching import SCHEMA, Findings
from careerhub.output.starts import find_starts
from careerhub.output.store import Reader

# What of a person stands in a list.
Column = Literal["card", "line", "urls"]

# With a rowid, long rows share pages: as part of an index each would take an overflow page of its own.
_SCHEMA = """
CREATE TABLE entry (
    profile_id TEXT PRIMARY KEY, sort_key BLOB NOT NULL, weight INTEGER NOT NULL, feed_on TEXT NOT NULL,
    initial TEXT NOT NULL, memberships TEXT NOT NULL, card TEXT NOT NULL, line TEXT NOT NULL, urls TEXT NOT NULL,
    entry TEXT NOT NULL, keys TEXT NOT NULL
);
CREATE INDEX entry_feed ON entry (feed_on DESC, sort_key, profile_id) WHERE feed_on <> '';
CREATE TABLE listing (
    list TEXT NOT NULL, sort_key BLOB NOT NULL, profile_id TEXT NOT NULL, weight INTEGER NOT NULL,
    starts_page INTEGER NOT NULL, feed_on TEXT NOT NULL, PRIMARY KEY (list, sort_key, profile_id)
) WITHOUT ROWID;
CREATE INDEX listing_feed ON listing (list, feed_on DESC, sort_key, profile_id) WHERE feed_on <> '';
CREATE INDEX listing_start ON listing (list, sort_key, profile_id, weight) WHERE starts_page;
CREATE TABLE tally (list TEXT, name TEXT, people INTEGER NOT NULL, PRIMARY KEY (list, name)) WITHOUT ROWID
"""


class Reaches(NamedTuple):
    """How far each kind of list looks to find where a page begins: a page has 2 · reach + 1 people on average."""

    directory: int
    facet: int
    sitemap: int

    def of(self, path: str) -> int:
        return {DIRECTORY: self.directory, SITEMAP: self.sitemap}.get(path, self.facet)


# 61, 101 and 121 people a page; of a million people's pages the longest have 196, 315 and 380.
REACHES = Reaches(directory=30, facet=50, sitemap=60)


class Key(NamedTuple):
    """A place in a list's order."""

    sort_key: bytes
    profile_id: str


class Start(NamedTuple):
    """Somebody a page begins with; the page is named after the hash of their address, never after them."""

    key: Key
    anchor: str


class Listings:
    """The people of the folder and the lists they are in; pages are marked by `settle`, or all by `rebuild`."""

    def __init__(self, store: Reader, reaches: Reaches = REACHES) -> None:
        self._store = store
        self._reaches = reaches
        self.findings = Findings(store)

    def create(self) -> None:
        for statement in (*_SCHEMA.split(";"), SCHEMA):
            self._store.run(statement)

    # people

    def find(self, profile_id: str) -> Listed | None:
        row = self._store.run(f"{_LISTED} WHERE profile_id = ?", (profile_id,)).fetchone()
        return _make_listed(row) if row else None

    def write(self, profile_id: str, listed: Listed) -> None:
        """Write what lists show of a person; which lists they are in is `join`'s and `leave`'s."""
        entry = listed.entry
        self._store.run(
            "INSERT OR REPLACE INTO entry VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                profile_id, listed.sort_key, weigh(entry.slug), entry.changed_on.isoformat() if entry.is_indexable else "",
                entry.initial, orjson.dumps([[*each] for each in list_memberships(entry)]).decode(),
                listed.card, listed.line, listed.urls, write_entry(entry), orjson.dumps(listed.keys).decode(),
            ),
        )  # fmt: skip

    def drop(self, profile_id: str) -> None:
        self._store.run("DELETE FROM entry WHERE profile_id = ?", (profile_id,))

    def list_latest(self, count: int) -> list[Entry]:
        """Return whoever wants to be found and changed last, newest first."""
        rows = self._store.run(
            "SELECT entry FROM entry WHERE feed_on <> '' ORDER BY feed_on DESC, sort_key, profile_id LIMIT ?", (count,)
        )
        return [read_entry(row[0]) for row in rows]

    def list_latest_of(self, path: str, count: int) -> list[Entry]:
        """Return whoever is in a list, wants to be found and changed last, newest first."""
        rows = self._store.run(
            "SELECT e.entry FROM listing l CROSS JOIN entry e USING (profile_id) WHERE l.list = ? AND l.feed_on <> ''"
            " ORDER BY l.feed_on DESC, l.sort_key, l.profile_id LIMIT ?",
            (path, count),
        )
        return [read_entry(row[0]) for row in rows]

    # lists

    def join(self, membership: Membership, key: Key, entry: Entry) -> None:
        """Put somebody into a list; `settle` has to follow."""
        feed_on = date_in_feed(membership.path, entry)
        self._store.run(
            "INSERT OR REPLACE INTO listing VALUES (?,?,?,?,0,?)", (membership.path, *key, weigh(entry.slug), feed_on)
        )
        self._count(membership, 1)

    def date(self, path: str, key: Key, entry: Entry) -> None:
        """Note when somebody who stays in a list changed."""
        self._store.run(
            "UPDATE listing SET feed_on = ? WHERE list = ? AND sort_key = ? AND profile_id = ?",
            (date_in_feed(path, entry), path, *key),
        )

    def leave(self, membership: Membership, key: Key) -> Start | None:
        """Take somebody out of a list; return the page that began with them. `settle` has to follow."""
        where = "WHERE list = ? AND sort_key = ? AND profile_id = ?"
        values = (membership.path, *key)
        row = self._store.run(f"SELECT weight FROM listing {where} AND starts_page", values).fetchone()
        self._store.run(f"DELETE FROM listing {where}", values)
        self._count(membership, -1)
        return Start(key, _name_anchor(row[0])) if row else None

    def rename(self, before: Membership, after: Membership) -> None:
        """Note that somebody calls a list by another name."""
        self._count(before, -1)
        self._count(after, 1)

    def _count(self, membership: Membership, step: int) -> None:
        self._store.run(
            "INSERT INTO tally VALUES (?,?,?) ON CONFLICT (list, name) DO UPDATE SET people = people + excluded.people",
            (*membership, step),
        )
        self._store.run("DELETE FROM tally WHERE list = ? AND name = ? AND people <= 0", membership)

    def count(self, path: str = DIRECTORY) -> int:
        """Return how many people are in a list."""
        row = self._store.run("SELECT coalesce(sum(people), 0) FROM tally WHERE list = ?", (path,)).fetchone()
        return int(row[0])

    def find_name(self, path: str) -> str:
        """Return what most people call a list, '' when nobody is in it."""
        row = self._store.run(f"SELECT {_NAME} FROM (SELECT ? AS list) o", (path,)).fetchone()
        return str(row[0] or "")

    def list_lists(self, prefix: str = "") -> list[tuple[str, str, int]]:
        """Return the path, the name and the number of people of every list below a folder, by path."""
        rows = self._store.run(
            f"SELECT list, {_NAME}, sum(people) FROM tally o WHERE list >= ? AND list < ? GROUP BY list ORDER BY list",
            (prefix, prefix + "\U0010ffff"),
        )
        return [(path, name, people) for path, name, people in rows]

    def list_largest(self, prefix: str, count: int) -> list[tuple[str, str, int]]:
        """Return the path, the name and the number of people of the lists below a folder that most people are in."""
        rows = self._store.run(
            "SELECT list, sum(people) FROM tally WHERE list >= ? AND list < ? GROUP BY list ORDER BY 2 DESC, 1 LIMIT ?",
            (prefix, prefix + "\U0010ffff", count),
        ).fetchall()
        return [(path, self.find_name(path), people) for path, people in rows]

    # pages

    def list_starts(self, path: str) -> list[Start]:
        """Return where the second page of a list begins, the third, and so on."""
        return [_make_start(row) for row in self._store.run(f"{_STARTS} ORDER BY sort_key, profile_id", (path,))]

    def list_lines(self, path: str, column: Column, start: Start | None, end: Start | None) -> list[str]:
        """Return what stands on the page of a list from `start` up to `end`; None is the list's own."""
        # no weight of a letter is as high as this end
        keys = (*(start.key if start else (b"", "")), *(end.key if end else (b"\xff" * 8, "")))
        rows = self._store.run(
            f"SELECT e.{column} FROM listing l CROSS JOIN entry e USING (profile_id) WHERE l.list = ?"
            " AND (l.sort_key, l.profile_id) >= (?, ?) AND (l.sort_key, l.profile_id) < (?, ?)"
            " ORDER BY l.sort_key, l.profile_id",
            (path, *keys),
        )
        return [row[0] for row in rows]

    def find_initial(self, profile_id: str) -> str:
        """Return the letter somebody is looked for under."""
        return str(self._store.run("SELECT initial FROM entry WHERE profile_id = ?", (profile_id,)).fetchone()[0])

    def find_start(self, path: str, key: Key) -> Start | None:
        """Return where the page that shows `key` begins; None: it is the first page."""
        return self._find_one(f"{_STARTS} AND (sort_key, profile_id) <= (?, ?) ORDER BY sort_key DESC, profile_id DESC", path, key)  # fmt: skip

    def find_previous(self, path: str, key: Key) -> Start | None:
        """Return the last beginning before `key`."""
        return self._find_one(f"{_STARTS} AND (sort_key, profile_id) < (?, ?) ORDER BY sort_key DESC, profile_id DESC", path, key)  # fmt: skip

    def find_next(self, path: str, key: Key | None) -> Start | None:
        """Return the first beginning after `key`, or after the list's own."""
        after = key or Key(b"", "")
        return self._find_one(f"{_STARTS} AND (sort_key, profile_id) > (?, ?) ORDER BY sort_key, profile_id", path, after)  # fmt: skip

    def _find_one(self, query: str, path: str, key: Key) -> Start | None:
        row = self._store.run(f"{query} LIMIT 1", (path, *key)).fetchone()
        return _make_start(row) if row else None

    def list_initials(self, path: str) -> list[tuple[str, Start | None]]:
        """Return the letters that names of a list begin with, in its order, and the page where each begins."""
        found: dict[str, Start | None] = {}
        after = b""
        while row := self._store.run(_NEXT_LETTER, (path, after)).fetchone():
            sort_key, profile_id, initial = row
            if initial not in found:
                found[initial] = self.find_start(path, Key(sort_key, profile_id))
            # names with one first letter are neighbours: they share the first weight
            after = (int.from_bytes(sort_key[:2], "big") + 1).to_bytes(3, "big")[-2:]
            if after == b"\0\0":
                break
        return list(found.items())

    def settle(self, path: str, keys: Collection[Key]) -> set[Start]:
        """Mark anew where pages begin around the places where people came or went; return whatever changed.

        Few places cost the same in a list of any length.
        """
        reach = self._reaches.of(path)
        if len(keys) * reach * 4 > self.count(path):
            return self._settle_whole(path)
        changed: set[Start] = set()
        for key in keys:
            before = self._list_around(path, key, 2 * reach, is_before=True)
            rows = before[::-1] + self._list_around(path, key, 2 * reach + 1, is_before=False)
            starts = set(find_starts([row[2] for row in rows], reach))
            # rows at the edge see less than their whole window, unless the list ends there
            for position in range(max(0, len(before) - reach), min(len(before) + reach + 1, len(rows))):
                if (position in starts) != bool(rows[position][3]):
                    changed.add(self._mark(path, rows[position]))
        return changed

    def _settle_whole(self, path: str) -> set[Start]:
        """Mark anew where all pages of a list begin; memory holds a number a person."""
        weights = array("q", (row[0] for row in self._store.run(f"{_WEIGHTS} ORDER BY sort_key, profile_id", (path,))))
        starts = set(find_starts(weights, self._reaches.of(path)))
        rows = enumerate(self._store.run(f"{_ROWS} ORDER BY sort_key, profile_id", (path,)))
        wrong = [row for position, row in rows if (position in starts) != bool(row[3])]
        return {self._mark(path, row) for row in wrong}

    def _list_around(self, path: str, key: Key, count: int, *, is_before: bool) -> list[tuple[Any, ...]]:
        where, order = ("<", " DESC") if is_before else (">=", "")
        query = f"{_ROWS} AND (sort_key, profile_id) {where} (?, ?) ORDER BY sort_key{order}, profile_id{order} LIMIT ?"
        return self._store.run(query, (path, *key, count)).fetchall()

    def _mark(self, path: str, row: tuple[Any, ...]) -> Start:
        """Turn the mark of a row around."""
        sort_key, profile_id, weight, is_marked = row
        self._store.run(
            "UPDATE listing SET starts_page = ? WHERE list = ? AND sort_key = ? AND profile_id = ?",
            (0 if is_marked else 1, path, sort_key, profile_id),
        )
        return _make_start((sort_key, profile_id, weight))

    def rebuild(self) -> None:
        """Make all lists anew from their people: cheaper than many changes, one by one."""
        run = self._store.run
        for table in ("listing", "tally"):
            run(f"DELETE FROM {table}")
        members = "FROM entry e, json_each(e.memberships) m"
        run(
            "INSERT INTO listing SELECT m.value ->> 0, e.sort_key, e.profile_id, e.weight, 0,"
            f" CASE WHEN m.value ->> 0 GLOB '{TECHNOLOGIES}*' THEN e.feed_on ELSE '' END {members} ORDER BY 1, 2, 3"
        )
        run(f"INSERT INTO tally SELECT m.value ->> 0, m.value ->> 1, count(*) {members} GROUP BY 1, 2")
        for path, _, _ in self.list_lists():
            self._settle_whole(path)
        self.findings.rebuild()


def write_entry(entry: Entry) -> str:
    """Write an entry as JSON, always the same; `read_entry` reads it."""
    technologies = [[technology.name, technology.slug] for technology in entry.technologies]
    plain = [
        entry.slug, entry.full_name, entry.headline, entry.location, entry.lang, entry.open_to_work, entry.is_indexable,
        entry.changed_on.isoformat(), technologies, entry.projects, entry.initial,
        [[place.kind, place.slug, place.name] for place in entry.places], entry.languages, entry.seniority,
        entry.primary,
    ]  # fmt: skip
    return orjson.dumps(plain).decode()


def read_entry(text: str) -> Entry:
    (
        slug, full_name, headline, location, lang, open_to_work, is_indexable, day, technologies, projects, initial,
        places, languages, seniority, primary,
    ) = orjson.loads(text)  # fmt: skip
    return Entry(
        slug=slug,
        full_name=full_name,
        headline=headline,
        location=location,
        lang=lang,
        open_to_work=open_to_work,
        is_indexable=is_indexable,
        changed_on=date.fromisoformat(day),
        technologies=tuple(Technology(name=name, slug=slug) for name, slug in technologies),
        projects=tuple(projects),
        initial=initial,
        places=tuple(Located(kind=kind, slug=slug, name=name) for kind, slug, name in places),
        languages=tuple(languages),
        seniority=seniority,
        primary=tuple(primary),
    )


def _make_listed(row: tuple[Any, ...]) -> Listed:
    return Listed(
        entry=read_entry(row[0]),
        sort_key=row[1],
        card=row[2],
        line=row[3],
        urls=row[4],
        keys=tuple(orjson.loads(row[5])),
    )


def _make_start(row: tuple[bytes, str, int]) -> Start:
    return Start(Key(row[0], row[1]), _name_anchor(row[2]))


def _name_anchor(weight: int) -> str:
    # the low bits: whoever starts a page weighs little, so the high ones are much alike
    return f"{weight & 0xFFFF_FFFF_FFFF:012x}"


_NAME = "(SELECT t.name FROM tally t WHERE t.list = o.list ORDER BY t.people DESC, t.name LIMIT 1)"
_LISTED = "SELECT entry, sort_key, card, line, urls, keys FROM entry"
_STARTS = "SELECT sort_key, profile_id, weight FROM listing WHERE starts_page AND list = ?"
_WEIGHTS = "SELECT weight FROM listing WHERE list = ?"
_ROWS = "SELECT sort_key, profile_id, weight, starts_page FROM listing WHERE list = ?"
_NEXT_LETTER = (
    "SELECT l.sort_key, l.profile_id, e.initial FROM listing l CROSS JOIN entry e USING (profile_id)"
    " WHERE l.list = ? AND l.sort_key >= ? ORDER BY l.sort_key, l.profile_id LIMIT 1"
)
