"""A folder as a target: `file:///dir`, for a web server on the same machine and for trying things out."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from careerhub.errors import CareerHubError, Occupied, Overtaken, StorageFull, TargetUnreachable
from careerhub.publish.bucket import Found
from careerhub.publish.headers import Headers
from careerhub.publish.manifest import SHARDS

# inside the target, so that a finished file moves into place within one file system, also on a mounted volume
UNFINISHED = ".unfinished"
# whatever cron's umask is: a web server runs as somebody else
READABLE_BY_ALL, ENTERED_BY_ALL = 0o644, 0o755
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


class FolderBucket:
    """Files below one folder; what was published is noted in its sibling `<folder>.state`. A file's mark is its digest."""

    # the disk is one, and so is the place of an unfinished file
    parallel = 1

    def __init__(self, root: Path) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.notes: list[str] = []
        self._root = root
        self._state = root.with_name(f"{root.name}.state")
        self._unsynced = False
        self._real: set[str] = set()

    @property
    def name(self) -> str:
        return self._root.as_uri()

    def describe(self) -> dict[str, float]:
        """Return nothing: a folder has neither versions nor a clock of its own."""
        return {}

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the state folder's lock; what a killed publisher left unfinished goes away."""
        with _translated(self._state):
            self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            self._take(descriptor)
            self._clear_unfinished()
            yield
            self._clear_unfinished()
        finally:
            os.close(descriptor)

    def read_state(self, path: str) -> tuple[bytes | None, str]:
        self.requests["read", ""] += 1
        with _translated(self._state / path):
            try:
                data = (self._state / path).read_bytes()
            except FileNotFoundError:
                return None, ""
        return data, hashlib.sha256(data).hexdigest()

    def write_state(self, path: str, data: bytes, mark: str) -> str:
        self.requests["write", ""] += 1
        target = self._state / path
        with _translated(target):
            if _mark_of(target) != mark:
                raise Overtaken(f"{self.name}: another publisher was here meanwhile; run publish again")
            # the manifest must not outlive, in a power cut, the files it speaks of
            if self._unsynced:
                os.sync()
                self._unsynced = False
            self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _replace_file(target.with_name(f"{target.name}.new"), target, data, sync=True)
        return hashlib.sha256(data).hexdigest()

    def delete_state(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.requests["delete", ""] += 1
            with _translated(self._state / path):
                (self._state / path).unlink(missing_ok=True)

    def list_state(self) -> Iterator[str]:
        self.requests["list", ""] += 1
        folder = self._state / SHARDS
        with _translated(folder):
            yield from sorted(f"{SHARDS}{path.name}" for path in folder.glob("*") if folder.is_dir())

    # a folder keeps no headers: whoever serves it asks headers_for
    def put(self, key: str, data: bytes, headers: Headers, sha256: str, mark: str) -> str:  # noqa: ARG002
        path = self._path_of(key)
        self.requests["put", ""] += 1
        with _translated(path):
            if _mark_of(path) != mark:
                raise Overtaken(f"{self.name}: {key} isn't what was published; run publish again")
            try:
                _replace_file(self._root / UNFINISHED / "file", path, data, sync=False)
            except FileNotFoundError:
                _make_served(path.parent)
                (self._root / UNFINISHED).mkdir(mode=0o700, exist_ok=True)
                _replace_file(self._root / UNFINISHED / "file", path, data, sync=False)
        self._unsynced = True
        return sha256

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        failures = {}
        for key in keys:
            self.requests["delete", ""] += 1
            try:
                self._delete_one(self._path_of(key))
            except CareerHubError as error:
                failures[key] = str(error)
        return failures

    def find(self, key: str) -> Found | None:
        self.requests["find", ""] += 1
        path = self._path_of(key)
        with _translated(path):
            mark = _mark_of(path)
            return Found(key=key, size=path.lstat().st_size, mark=mark, sha256=mark) if mark else None

    def list_objects(self, prefix: str = "") -> Iterator[Found]:
        """List files below a folder ("" or "…/")."""
        self.requests["list", ""] += 1
        with _translated(self._root):
            for folder, folders, files in os.walk(self._root / prefix, onerror=_raise_unless_absent):
                folders[:] = sorted(name for name in folders if name != UNFINISHED)
                for name in sorted(files):
                    path = Path(folder, name)
                    mark = _mark_of(path)
                    key = path.relative_to(self._root).as_posix()
                    yield Found(key=key, size=path.lstat().st_size, mark=mark, sha256=mark)

    def _delete_one(self, path: Path) -> None:
        with _translated(path):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            for parent in path.relative_to(self._root).parents[:-1]:
                try:
                    (self._root / parent).rmdir()
                    self._real.clear()
                except FileNotFoundError:
                    continue
                except OSError:
                    break

    def _path_of(self, key: str) -> Path:
        """Return where a key lies; no link on the way may lead out of the folder."""
        parts = key.split("/")
        if ".." in parts or key.startswith("/"):
            raise TargetUnreachable(f"{self.name}: {key!r} leads out of the folder")
        for count in range(1, len(parts)):
            folder = "/".join(parts[:count])
            if folder not in self._real:
                if (self._root / folder).is_symlink():
                    raise TargetUnreachable(
                        f"{self._root / folder} is a link; remove it, published folders are real ones"
                    )
                self._real.add(folder)
        return self._root / key

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Occupied(f"{self.name}: another publisher is at work; run publish again when it's done") from error

    def _clear_unfinished(self) -> None:
        with _translated(self._root / UNFINISHED), suppress(FileNotFoundError):
            shutil.rmtree(self._root / UNFINISHED)


def _mark_of(path: Path) -> str:
    """Return the digest of a file, "" when there is none; a link is what it says, never followed."""
    try:
        with open(path, "rb", opener=_open_no_link) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return hashlib.sha256(os.fsencode(path.readlink())).hexdigest()


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)


def _make_served(folder: Path) -> None:
    """Make a folder that web servers can enter."""
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(ENTERED_BY_ALL)


def _replace_file(unfinished: Path, path: Path, data: bytes, *, sync: bool) -> None:
    """Write beside, then move into place: a reader sees the old file or the new one."""
    try:
        with unfinished.open("wb") as stream:
            stream.write(data)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
            else:
                os.fchmod(stream.fileno(), READABLE_BY_ALL)
        unfinished.replace(path)
    except OSError:
        with suppress(FileNotFoundError):
            unfinished.unlink()
        raise


def _raise_unless_absent(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        if error.errno in NO_ROOM:
            raise StorageFull(f"{path}: {reason}; make room and publish again") from error
        raise TargetUnreachable(f"{path}: {reason}; check the folder's owner and rights, then publish again") from error
