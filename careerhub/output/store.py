"""One SQLite file, held by one process: statements, transactions, and errors said in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from careerhub.errors import CareerHubError, StorageFull

# Random writes of a hundred thousand people go through this many kilobytes; SQLite's own 2 MB would write most twice.
_CACHE_KB = 24_000

# The log grows to so many pages of 4 kB before it is put into the file: a first build changes most of them again and again.
_LOG_PAGES = 16_000

# Half a second; a larger file has so many rows that its gaps are soon used again.
_COMPACTED = 64_000_000

_OPENING = (
    # the folder's lock says that nobody else writes: no shared memory, no file beside it but the log
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",  # a commit is one sync instead of three
    "PRAGMA synchronous = FULL",
    f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}",
    "PRAGMA secure_delete = ON",  # who is gone leaves no name in the file's free pages
    f"PRAGMA cache_size = -{_CACHE_KB}",
    "BEGIN",
)


class Reader:
    """An open SQLite file that answers."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db

    def close(self) -> None:
        """Close without keeping what wasn't committed."""
        self._db.close()

    def run(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise_for(error, self.path)


class Store(Reader):
    """An open SQLite file in a transaction that is always open. Changes become visible to others with `commit()`."""

    def __init__(self, path: Path) -> None:
        try:
            db = sqlite3.connect(path, isolation_level=None, timeout=10)
        except sqlite3.Error as error:
            raise_for(error, path)
        super().__init__(path, db)
        try:
            for statement in _OPENING:
                db.execute(statement)
        except sqlite3.Error as error:
            db.close()
            raise_for(error, path)

    def run_for_each(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        try:
            self._db.executemany(statement, rows)
        except sqlite3.Error as error:
            raise_for(error, self.path)

    def commit(self) -> None:
        """Keep everything so far."""
        self.run("COMMIT")
        self.run("BEGIN")

    def settle(self) -> None:
        """Keep everything so far in the file itself, where `read_settled` finds it."""
        self.run("COMMIT")
        self.run("PRAGMA wal_checkpoint (TRUNCATE)").fetchall()
        self.run("BEGIN")

    def compact(self) -> None:
        """Write the file anew, where it is small enough for that to be quick.

        What is deleted is overwritten, but not the copy that a page keeps in its gap when rows move to another one.
        """
        self.run("COMMIT")
        if self.path.stat().st_size <= _COMPACTED:
            self.run("VACUUM")
        self.run("BEGIN")

    def run_script(self, statements: str) -> None:
        for statement in statements.split(";"):
            self.run(statement)


def read_settled(path: Path) -> Reader:
    """Open what `settle` left, from a process forked since: no lock is asked, and the log isn't looked at."""
    try:
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        return Reader(path, sqlite3.connect(address, uri=True, isolation_level=None))
    except sqlite3.Error as error:
        raise_for(error, path)


def raise_for(error: sqlite3.Error, path: Path) -> NoReturn:
    """Say in one line what SQLite refused."""
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
