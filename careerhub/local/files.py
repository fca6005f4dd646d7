"""The files of a home folder that are not PostgreSQL's: locks and the log, and what to say when files give trouble."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from careerhub.errors import CareerHubError, StorageFull, WrongUse

# Seconds: somebody else's initdb or crash recovery.
LONGEST_WAIT_FOR_LOCK = 300
LARGEST_LOG = 10_000_000
OWN_SERVER = "set CAREERHUB_DATABASE_URL to a PostgreSQL 15 or newer"
NO_SPACE = "No space left on device"
# Bytes.
LEAST_SPACE = 1_000_000
COMPLAINT = re.compile(r"\b(error|ERROR|FATAL|PANIC)\b")


def open_file(path: Path) -> int:
    """Open a file of our own for writing, made if missing; never through a link."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def try_lock(handle: int) -> bool:
    """Take the lock of an open file if it's free."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def locked(home: Path) -> Iterator[int]:
    """Hold the home's lock; gives the open file."""
    handle = open_file(home / "server.lock")
    try:
        deadline = time.monotonic() + LONGEST_WAIT_FOR_LOCK
        while not try_lock(handle):
            if time.monotonic() > deadline:
                raise CareerHubError(
                    f"Another careerhub has been starting or stopping {home} for minutes: stop that one."
                )
            time.sleep(0.01)
        yield handle
        # explicitly: a fork of ours made meanwhile would hold it on
        fcntl.flock(handle, fcntl.LOCK_UN)
    finally:
        os.close(handle)


@contextlib.contextmanager
def opened_log(home: Path) -> Iterator[int]:
    """Open the server's log for appending, emptied when it has grown too large."""
    handle = open_file(home / "postgres.log")
    try:
        if os.fstat(handle).st_size > LARGEST_LOG:
            os.ftruncate(handle, 0)
        yield handle
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_failure(what: str, said: str, home: Path) -> CareerHubError:
    """Make the error for a program that failed, with the line in which it says why."""
    # a log on a full disk may have been left without the line that says so
    if NO_SPACE in said or shutil.disk_usage(home).free < LEAST_SPACE:
        return StorageFull(f"{what}: the disk of {home} is full. Free some space and run the command again.")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reason = next(
        (line for line in reversed(lines) if COMPLAINT.search(line)), lines[-1] if lines else "it doesn't say why"
    )
    return CareerHubError(f"{what}: {reason}. If this can't be cured, {OWN_SERVER}.")


@contextlib.contextmanager
def explaining(home: Path) -> Iterator[None]:
    """Turn trouble with files into an error that says what to do."""
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else str(home)
        why = error.strerror or str(error)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
            raise StorageFull(f"{where} can't be written: {why}. Free some space, or set CAREERHUB_HOME.") from error
        raise WrongUse(
            f"The embedded database can't use {where}: {why}. Set CAREERHUB_HOME to a folder that you can write, "
            f"or {OWN_SERVER}."
        ) from error
