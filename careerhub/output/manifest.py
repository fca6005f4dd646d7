"""The manifest of a build folder: which profile at which revision, which files, and what lists show of each.

It is a SQLite file: a change costs what changed, whatever the number of profiles, and a kill leaves the last
committed state. It lies beside `site/` and is never uploaded.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, cast

from careerhub.document.canonical import canonical_json
from careerhub.document.profile import Technology
from careerhub.document.site import Entry
from careerhub.errors import CareerHubError, StorageFull
from careerhub.output.files import Kind, Written

FORMAT = "2"
# A fingerprint nothing has: what was built has to be built again, because files of it are gone or because only the
# other kind followed a change of the date or the home page.
SPOILT = ""
OUTDATED = "outdated"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profile (
    profile_id TEXT PRIMARY KEY, slug TEXT NOT NULL,
    pages_revision INTEGER NOT NULL, cvs_revision INTEGER NOT NULL,
    pages_fingerprint TEXT NOT NULL, cvs_fingerprint TEXT NOT NULL,
    changes_on TEXT NOT NULL, is_home INTEGER NOT NULL, cv_titles TEXT NOT NULL,
    failed_revision INTEGER NOT NULL, failed_pages TEXT NOT NULL, failed_cvs TEXT NOT NULL,
    failure TEXT NOT NULL, tries INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS profile_slug ON profile (slug);
CREATE TABLE IF NOT EXISTS entry (
    profile_id TEXT PRIMARY KEY, sort_key BLOB NOT NULL, changed_on TEXT NOT NULL, entry TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_order ON entry (sort_key, profile_id);
CREATE INDEX IF NOT EXISTS entry_changed ON entry (changed_on, profile_id);
CREATE TABLE IF NOT EXISTS entry_technology (
    slug TEXT NOT NULL, profile_id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (slug, profile_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_technology_profile ON entry_technology (profile_id);
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS file_owner ON file (owner, kind);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What the folder has of one profile. Revision 0 means: nothing of that kind.

    `failed_pages` and `failed_cvs` are the fingerprints with which that kind failed at `failed_revision`, else ''.
    """

    profile_id: str
    slug: str = ""
    pages_revision: int = 0
    cvs_revision: int = 0
    pages_fingerprint: str = ""
    cvs_fingerprint: str = ""
    changes_on: date | None = None
    is_home: bool = False
    cv_titles: tuple[tuple[str, str], ...] = ()  # (path, title) of the CVs the pages link to
    failed_revision: int = 0
    failed_pages: str = ""
    failed_cvs: str = ""
    failure: str = ""
    tries: int = 0

    @property
    def is_spoilt(self) -> bool:
        """Tell whether files are missing that lists or other pages lead to."""
        return self.pages_revision > 0 and self.pages_fingerprint == SPOILT


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFile:
    """A file of the folder and whose it is ('' for shared ones)."""

    path: str
    owner: str
    kind: Kind
    sha256: str
    size: int


class Manifest:
    """An open manifest. Changes become visible to others with `commit()`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10)
            self._db.execute("PRAGMA secure_delete = ON")  # who is gone leaves no name in the file's free pages
        except sqlite3.Error as error:
            _raise_for(error, path)
        try:
            self._check_format()
        except CareerHubError:
            self._db.close()
            raise
        self._run("BEGIN")

    def close(self) -> None:
        """Close without keeping what wasn't committed."""
        self._db.close()

    def commit(self) -> None:
        """Keep everything so far."""
        self._run("COMMIT")
        self._run("BEGIN")

    def _check_format(self) -> None:
        if self._run("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
            self._run_all(f"{_SCHEMA} INSERT INTO meta VALUES ('format', '{FORMAT}');")
        if (found := self.read_meta("format")) != FORMAT:
            raise CareerHubError(
                f"{self._path} is of format {found or 'none'}: remove the build folder and run `careerhub build`."
            )

    def _run(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            _raise_for(error, self._path)

    def _run_all(self, script: str) -> None:
        try:
            self._db.executescript(f"BEGIN;{script}COMMIT;")
        except sqlite3.Error as error:
            _raise_for(error, self._path)

    def read_meta(self, name: str) -> str:
        """Return a remembered value, '' when there is none."""
        row = self._run("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def write_meta(self, name: str, value: str) -> None:
        self._run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    # profiles

    def list_built(self) -> Iterator[Built]:
        """Yield every profile of the folder, ordered by id."""
        for row in self._run(f"{_PROFILES} ORDER BY profile_id"):
            yield _make_built(row)

    def find_built(self, profile_id: str) -> Built | None:
        row = self._run(f"{_PROFILES} WHERE profile_id = ?", (profile_id,)).fetchone()
        return _make_built(row) if row else None

    def write_built(self, built: Built) -> None:
        row = {each.name: getattr(built, each.name) for each in fields(built)} | {
            "changes_on": built.changes_on.isoformat() if built.changes_on else "",
            "cv_titles": json.dumps(built.cv_titles),
        }
        names = ", ".join(row)
        self._run(f"INSERT OR REPLACE INTO profile ({names}) VALUES ({','.join('?' * len(row))})", tuple(row.values()))

    def list_holders(self, slug: str) -> list[Built]:
        """Return whoever has this slug in the folder: two, while it passes from one to another."""
        return [_make_built(row) for row in self._run(f"{_PROFILES} WHERE slug = ? ORDER BY profile_id", (slug,))]

    def drop_profile(self, profile_id: str) -> None:
        """Forget a profile, its line in the lists and its files."""
        for table, column in (("profile", "profile_id"), ("file", "owner")):
            self._run(f"DELETE FROM {table} WHERE {column} = ?", (profile_id,))
        self.drop_entry(profile_id)

    # lists

    def find_entry(self, profile_id: str) -> Entry | None:
        row = self._run("SELECT entry FROM entry WHERE profile_id = ?", (profile_id,)).fetchone()
        return read_entry(row[0]) if row else None

    def write_entry(self, profile_id: str, entry: Entry, sort_key: bytes) -> None:
        self.drop_entry(profile_id)
        self._run(
            "INSERT INTO entry VALUES (?,?,?,?)",
            (profile_id, sort_key, entry.changed_on.isoformat(), canonical_json(entry).decode()),
        )
        for technology in entry.technologies:
            self._run("INSERT INTO entry_technology VALUES (?,?,?)", (technology.slug, profile_id, technology.name))

    def drop_entry(self, profile_id: str) -> None:
        self._run("DELETE FROM entry WHERE profile_id = ?", (profile_id,))
        self._run("DELETE FROM entry_technology WHERE profile_id = ?", (profile_id,))

    def count_entries(self, technology: str = "") -> int:
        """Return how many people the directory has, or a technology's page."""
        if technology:
            return self._count("SELECT count(*) FROM entry_technology WHERE slug = ?", (technology,))
        return self._count("SELECT count(*) FROM entry", ())

    def list_entries(self, *, technology: str = "", start: int = 0, count: int) -> list[Entry]:
        """Return one page of the directory or of a technology, in the order people see."""
        if technology:
            rows = self._run(
                "SELECT e.entry FROM entry_technology t JOIN entry e USING (profile_id) WHERE t.slug = ?"
                " ORDER BY e.sort_key, e.profile_id LIMIT ? OFFSET ?",
                (technology, count, start),
            )
        else:
            rows = self._run("SELECT entry FROM entry ORDER BY sort_key, profile_id LIMIT ? OFFSET ?", (count, start))
        return [read_entry(row[0]) for row in rows]

    def list_latest_entries(self, count: int) -> list[Entry]:
        """Return the entries changed last, newest first."""
        rows = self._run("SELECT entry FROM entry ORDER BY changed_on DESC, sort_key, profile_id LIMIT ?", (count,))
        return [read_entry(row[0]) for row in rows]

    def stream_entries(self) -> Iterator[Entry]:
        """Yield every entry by slug's profile order, one at a time."""
        for row in self._run("SELECT entry FROM entry ORDER BY sort_key, profile_id"):
            yield read_entry(row[0])

    def list_technologies(self) -> list[tuple[Technology, int]]:
        """Return every technology somebody names, with the number of people, by slug."""
        rows = self._run("SELECT slug, max(name), count(*) FROM entry_technology GROUP BY slug ORDER BY slug")
        return [(Technology(name=name, slug=slug), people) for slug, name, people in rows]

    # files

    def list_files(self, *, owner: str | None = None, kinds: Iterable[Kind] | None = None) -> Iterator[BuiltFile]:
        """Yield files by path: all of them, or one owner's, or some kinds."""
        where, values = ["1"], []
        if owner is not None:
            where.append("owner = ?")
            values.append(owner)
        if kinds is not None:
            named = list(kinds)
            where.append(f"kind IN ({','.join('?' * len(named))})")
            values += named
        for row in self._run(f"{_FILES} WHERE {' AND '.join(where)} ORDER BY path", values):
            yield _make_file(row)

    def find_file(self, path: str) -> BuiltFile | None:
        row = self._run(f"{_FILES} WHERE path = ?", (path,)).fetchone()
        return _make_file(row) if row else None

    def write_file(self, written: Written, owner: str) -> None:
        self._run(
            "INSERT OR REPLACE INTO file VALUES (?,?,?,?,?)",
            (written.path, owner, written.kind, written.sha256, written.size),
        )

    def drop_file(self, path: str) -> None:
        self._run("DELETE FROM file WHERE path = ?", (path,))

    def _count(self, query: str, values: tuple[str, ...]) -> int:
        return int(self._run(query, values).fetchone()[0])


def read_entry(text: str) -> Entry:
    """Read an entry from its canonical JSON."""
    plain = json.loads(text)
    return Entry(
        slug=plain["slug"],
        full_name=plain["full_name"],
        headline=plain["headline"],
        location=plain["location"],
        lang=plain["lang"],
        open_to_work=plain["open_to_work"],
        is_indexable=plain["is_indexable"],
        changed_on=date.fromisoformat(plain["changed_on"]),
        technologies=tuple(Technology(name=t["name"], slug=t["slug"]) for t in plain["technologies"]),
        projects=tuple(plain["projects"]),
    )


def _make_built(row: tuple[Any, ...]) -> Built:
    named = dict(zip(_BUILT, row, strict=True))
    return Built(
        **named
        | {
            "changes_on": date.fromisoformat(named["changes_on"]) if named["changes_on"] else None,
            "is_home": bool(named["is_home"]),
            "cv_titles": tuple((path, title) for path, title in json.loads(named["cv_titles"])),
        }
    )


def _make_file(row: tuple[Any, ...]) -> BuiltFile:
    return BuiltFile(path=row[0], owner=row[1], kind=cast("Kind", row[2]), sha256=row[3], size=row[4])


_FILES = "SELECT path, owner, kind, sha256, size FROM file"
_BUILT = tuple(each.name for each in fields(Built))
_PROFILES = f"SELECT {', '.join(_BUILT)} FROM profile"


def _raise_for(error: sqlite3.Error, path: Path) -> NoReturn:
    """Say in one line what the manifest's library refused."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more precisely where
    if code == sqlite3.SQLITE_FULL:
        raise StorageFull(
            f"No space left for {path}: free some and run again. What was there before is untouched."
        ) from error
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        raise StorageFull(f"{path} can't be written ({error}): look at the disk and the folder's owner.") from error
    raise CareerHubError(
        f"{path} can't be read or written ({error}): remove the build folder and run `careerhub build`."
    ) from error
