"""The manifest of a build folder: which profile at which revision, which files, and what changed in which build.

It is a SQLite file: a change costs what changed, whatever the number of profiles, and a kill leaves the last
committed state. It lies beside `site/` and is never uploaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, cast

from careerhub.document.site import Entry
from careerhub.errors import CareerHubError
from careerhub.output.files import Kind, Written
from careerhub.output.listings import REACHES, Listings, Reaches
from careerhub.output.store import Store

FORMAT = "6"
# A fingerprint nothing has: what was built has to be built again, because files of it are gone or because only the
# other kind followed a change of the date or the home page.
SPOILT = ""
OUTDATED = "outdated"

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE profile (
    profile_id TEXT PRIMARY KEY, slug TEXT NOT NULL,
    pages_revision INTEGER NOT NULL, cvs_revision INTEGER NOT NULL,
    pages_fingerprint TEXT NOT NULL, cvs_fingerprint TEXT NOT NULL,
    changes_on TEXT NOT NULL, is_home INTEGER NOT NULL, cv_titles TEXT NOT NULL,
    failed_revision INTEGER NOT NULL, failed_pages TEXT NOT NULL, failed_cvs TEXT NOT NULL,
    failure TEXT NOT NULL, tries INTEGER NOT NULL, generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX profile_slug ON profile (slug);
CREATE INDEX profile_generation ON profile (generation);
CREATE INDEX profile_changes_on ON profile (changes_on) WHERE changes_on <> '';
CREATE INDEX profile_home ON profile (profile_id) WHERE is_home;
CREATE INDEX profile_failed ON profile (profile_id) WHERE failed_revision > 0;
CREATE INDEX profile_pages_pending ON profile (profile_id) WHERE pages_fingerprint IN ('', 'outdated');
CREATE INDEX profile_cvs_pending ON profile (profile_id) WHERE cvs_fingerprint IN ('', 'outdated');
CREATE TABLE file (
    path TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    elsewhere TEXT NOT NULL, generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_owner ON file (owner, kind);
CREATE INDEX file_generation ON file (generation);
CREATE TABLE gone (path TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX gone_generation ON gone (generation)
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
    """A file of the site and whose it is ('' for shared ones); `elsewhere` is the target that has it, when not we do."""

    path: str
    owner: str
    kind: Kind
    sha256: str
    size: int
    elsewhere: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that a build wrote, or removed (None)."""

    path: str
    file: BuiltFile | None


class Manifest:
    """An open manifest. Changes become visible to others with `commit()`.

    `generation` is the number of the latest build that was begun: what is written or removed carries it.
    """

    def __init__(self, path: Path, reaches: Reaches = REACHES) -> None:
        self._store = Store(path)
        self._is_left = False
        self.lists = Listings(self._store, reaches)
        try:
            self._check_format(f"{FORMAT} {','.join(map(str, reaches))}")
            self.generation = int(self.read_meta("generation") or 0)
            self._has_gone = self._run("SELECT 1 FROM gone LIMIT 1").fetchone() is not None
        except CareerHubError:
            self._store.close()
            raise

    @property
    def path(self) -> Path:
        return self._store.path

    def close(self) -> None:
        """Close without keeping what wasn't committed."""
        self._store.close()

    def commit(self) -> None:
        """Keep everything so far."""
        self._store.commit()

    def finish(self) -> None:
        """Keep everything, and no trace of who has gone."""
        if self._is_left:
            self._store.compact()
            self._is_left = False
        self._store.commit()

    def settle(self) -> None:
        """Keep everything so far where forked processes can read it."""
        self._store.settle()

    def _check_format(self, wanted: str) -> None:
        if self._run("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
            self._store.run_script(_SCHEMA)
            self.lists.create()
            self.write_meta("format", wanted)
            self.commit()
        if (found := self.read_meta("format")) != wanted:
            raise CareerHubError(
                f"{self.path} is of format {found or 'none'}: remove the build folder and run `careerhub build`."
            )

    def read_meta(self, name: str) -> str:
        """Return a remembered value, '' when there is none."""
        row = self._run("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def write_meta(self, name: str, value: str) -> None:
        self._run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def raise_generation(self) -> None:
        """Begin a generation, durably: no other content will ever have its number."""
        self.generation += 1
        self.write_meta("generation", str(self.generation))
        self.commit()

    # profiles

    def list_built(self, since: int = 0) -> Iterator[Built]:
        """Yield the profiles of the folder by id: all, or those whose line changed after generation `since`."""
        where, values = ("INDEXED BY profile_generation WHERE generation > ? ", (since,)) if since else ("", ())
        for row in self._run(f"{_PROFILES} {where}ORDER BY profile_id", values):
            yield _make_built(row)

    def list_pending(self, kinds: Iterable[str], today: date) -> set[str]:
        """Return who may have to be built again though nobody edited them: failed, outdated, or past their day."""
        found = {row[0] for row in self._run("SELECT profile_id FROM profile WHERE failed_revision > 0")}
        found |= {row[0] for row in self._run("SELECT profile_id FROM profile WHERE is_home")}
        passed = "SELECT profile_id FROM profile WHERE changes_on <> '' AND changes_on <= ?"
        found |= {row[0] for row in self._run(passed, (today.isoformat(),))}
        for kind in kinds:
            pending = f"SELECT profile_id FROM profile WHERE {kind}_fingerprint IN ('', 'outdated')"
            found |= {row[0] for row in self._run(pending)}
        # others lead to pages that are missing, so they are looked at whatever is asked for
        spoilt = "pages_fingerprint IN ('', 'outdated') AND pages_fingerprint = '' AND pages_revision > 0"
        return found | {row[0] for row in self._run(f"SELECT profile_id FROM profile WHERE {spoilt}")}

    def find_built(self, profile_id: str) -> Built | None:
        row = self._run(f"{_PROFILES} WHERE profile_id = ?", (profile_id,)).fetchone()
        return _make_built(row) if row else None

    def write_built(self, built: Built) -> None:
        row = {each.name: getattr(built, each.name) for each in fields(built)} | {
            "changes_on": built.changes_on.isoformat() if built.changes_on else "",
            "cv_titles": json.dumps(built.cv_titles),
        }
        self._run(_WRITE_PROFILE, (*row.values(), self.generation))

    def list_holders(self, slug: str) -> list[Built]:
        """Return whoever has this slug in the folder: two, while it passes from one to another."""
        return [_make_built(row) for row in self._run(f"{_PROFILES} WHERE slug = ? ORDER BY profile_id", (slug,))]

    def find_owner_of(self, slug: str) -> str | None:
        """Return the id of the profile that has pages under this slug."""
        return next((built.profile_id for built in self.list_holders(slug) if built.pages_revision), None)

    def drop_profile(self, profile_id: str) -> None:
        """Forget a profile and its files; its lines in lists are `lists`'."""
        for file in list(self.list_files(owner=profile_id)):
            self.drop_file(file.path)
        self._run("DELETE FROM profile WHERE profile_id = ?", (profile_id,))
        self._is_left = True

    def find_entry(self, profile_id: str) -> Entry | None:
        listed = self.lists.find(profile_id)
        return listed.entry if listed else None

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

    def write_file(self, written: Written, owner: str, *, elsewhere: str = "") -> None:
        """Note a file; what is the same as before stays of its generation."""
        row = (written.path, owner, written.kind, written.sha256, written.size, elsewhere, self.generation)
        self._run(_WRITE_FILE, row)
        if self._has_gone:
            self._run("DELETE FROM gone WHERE path = ?", (written.path,))

    def write_files(self, written: Iterable[Written], owner: str) -> None:
        """Note several files of one owner."""
        rows = [(each.path, owner, each.kind, each.sha256, each.size, "", self.generation) for each in written]
        self._store.run_for_each(_WRITE_FILE, rows)
        if self._has_gone:
            self._store.run_for_each("DELETE FROM gone WHERE path = ?", [row[:1] for row in rows])

    def drop_file(self, path: str) -> None:
        if self._run("DELETE FROM file WHERE path = ?", (path,)).rowcount:
            self._run("INSERT OR REPLACE INTO gone VALUES (?, ?)", (path, self.generation))
            self._has_gone = True

    # what changed

    def list_changes(self, since: int) -> Iterator[Change]:
        """Yield what was written or removed after generation `since`, by path, each path once."""
        rows = self._run(
            f"{_FILES} INDEXED BY file_generation WHERE generation > ?"
            " UNION ALL SELECT path, NULL, NULL, NULL, NULL, NULL FROM gone INDEXED BY gone_generation WHERE generation > ? ORDER BY path",
            (since, since),
        )
        for row in rows:
            yield Change(path=row[0], file=None if row[1] is None else _make_file(row))

    def forget_removed(self) -> None:
        """Forget removed paths that no target has to be told of any more: they tell who was here.

        Targets note under `published:<name>` up to which generation they have everything; without a note they are
        compared as a whole.
        """
        notes = self._run("SELECT value FROM meta WHERE name LIKE 'published:%' AND value <> ''").fetchall()
        until = min((int(json.loads(note)["generation"]) for (note,) in notes), default=self.generation)
        self._run("DELETE FROM gone WHERE generation <= ?", (until,))

    def _run(self, statement: str, values: Iterable[object] = ()) -> Any:
        return self._store.run(statement, tuple(values))


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
    return BuiltFile(path=row[0], owner=row[1], kind=cast("Kind", row[2]), sha256=row[3], size=row[4], elsewhere=row[5])


def _write_unless_same(table: str, key: str, columns: tuple[str, ...]) -> str:
    """Return the statement that writes a row, and its generation only when something in it changed."""
    names = ", ".join(columns)
    new = ", ".join(f"excluded.{column}" for column in columns)
    return (
        f"INSERT INTO {table} ({key}, {names}, generation) VALUES ({','.join('?' * (len(columns) + 2))})"
        f" ON CONFLICT ({key}) DO UPDATE SET ({names}, generation) = ({new}, excluded.generation)"
        f" WHERE ({', '.join(f'{table}.{column}' for column in columns)}) IS NOT ({new})"
    )


_FILES = "SELECT path, owner, kind, sha256, size, elsewhere FROM file"
_BUILT = tuple(each.name for each in fields(Built))
_PROFILES = f"SELECT {', '.join(_BUILT)} FROM profile"
_WRITE_PROFILE = _write_unless_same("profile", "profile_id", _BUILT[1:])
_WRITE_FILE = _write_unless_same("file", "path", ("owner", "kind", "sha256", "size", "elsewhere"))
