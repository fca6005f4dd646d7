"""A folder as a target: `file:///dir`, for a web server on the same machine and for trying things out."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from careerhub.errors import CareerHubError, Overtaken, StorageFull, TargetUnreachable
from careerhub.publish.headers import Headers

# inside the target, so that a finished file moves into place within one file system, also on a mounted volume
UNFINISHED = ".unfinished"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


class FolderBucket:
    """Files below one folder; what was published is noted in its sibling `<folder>.state`."""

    # the disk is one, and so is the place of an unfinished file
    parallel = 1

    def __init__(self, root: Path) -> None:
        self._root = root
        self._state = root.with_name(f"{root.name}.state")
        self._unsynced = False

    @property
    def name(self) -> str:
        return self._root.as_uri()

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

    def read_state(self) -> tuple[bytes | None, str]:
        path = self._state / "manifest.json"
        with _translated(path):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                return None, ""
        return data, hashlib.sha256(data).hexdigest()

    def write_state(self, data: bytes, etag: str) -> str:
        path = self._state / "manifest.json"
        if self.read_state()[1] != etag:
            raise Overtaken(f"{self.name}: another publisher was here meanwhile; run publish again")
        with _translated(path):
            # the manifest must not outlive, in a power cut, the files it speaks of
            if self._unsynced:
                os.sync()
                self._unsynced = False
            self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace_file(self._state / "manifest.json.new", path, data, sync=True)
        return hashlib.sha256(data).hexdigest()

    # a folder keeps no headers: whoever serves it asks headers_for
    def put(self, key: str, data: bytes, headers: Headers, sha256: str) -> None:  # noqa: ARG002
        path = self._path_of(key)
        unfinished = self._root / UNFINISHED
        with _translated(path):
            unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace_file(unfinished / "file", path, data, sync=False)
        self._unsynced = True

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        failures = {}
        for key in keys:
            try:
                self._delete_one(self._path_of(key))
            except CareerHubError as error:
                failures[key] = str(error)
        return failures

    def exists(self, key: str) -> bool:
        path = self._path_of(key)
        with _translated(path):
            try:
                path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                return False
        return True

    def list_keys(self) -> Iterator[str]:
        with _translated(self._root):
            for folder, folders, files in os.walk(self._root, onerror=_raise_unless_absent):
                folders[:] = sorted(name for name in folders if name != UNFINISHED)
                for name in sorted(files):
                    yield Path(folder, name).relative_to(self._root).as_posix()

    def _delete_one(self, path: Path) -> None:
        with _translated(path):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            for parent in path.relative_to(self._root).parents[:-1]:
                try:
                    (self._root / parent).rmdir()
                except FileNotFoundError:
                    continue
                except OSError:
                    break

    def _path_of(self, key: str) -> Path:
        """Return where a key lies; no link on the way may lead out of the folder."""
        path = self._root / key
        if ".." in key.split("/") or key.startswith("/"):
            raise TargetUnreachable(f"{self.name}: {key!r} leads out of the folder")
        for parent in path.relative_to(self._root).parents[:-1]:
            if (self._root / parent).is_symlink():
                raise TargetUnreachable(f"{self._root / parent} is a link; remove it, published folders are real ones")
        return path

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Overtaken(f"{self.name}: another publisher is at work; run publish again when it's done") from error

    def _clear_unfinished(self) -> None:
        with _translated(self._root / UNFINISHED), suppress(FileNotFoundError):
            shutil.rmtree(self._root / UNFINISHED)


def _replace_file(unfinished: Path, path: Path, data: bytes, *, sync: bool) -> None:
    """Write beside, then move into place: a reader sees the old file or the new one."""
    try:
        with unfinished.open("wb") as stream:
            stream.write(data)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
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
