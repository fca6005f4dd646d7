"""Upload files in waves, each against what the target is known to hold: nothing newer is ever overwritten."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from careerhub.errors import GuardRefused, Overtaken
from careerhub.publish.bucket import Bucket, Found
from careerhub.publish.manifest import RemoteObject
from careerhub.publish.parallel import Watch, work_through
from careerhub.publish.plan import Upload
from careerhub.reporting import Report


class BuildChanged(Overtaken):
    """A file of the build folder isn't what was built any more."""


# a second surprise at the same key is somebody else's doing
SURPRISES = 2


class Ground(Protocol):
    """What is known of a target, and whether the run at work there is still ours."""

    @property
    def objects(self) -> Mapping[str, RemoteObject]: ...

    def is_ours(self) -> bool: ...


class Uploader:
    """Uploads from one build folder to one target; `done` is what arrived, `doubtful` what may have."""

    def __init__(self, bucket: Bucket, tree: Ground, root: Path, report: Report, watch: Watch) -> None:
        self.done: dict[str, RemoteObject] = {}
        self.doubtful: set[str] = set()
        self._bucket = bucket
        self._tree = tree
        self._root = root
        self._report = report
        self._watch = watch

    def upload(self, uploads: Sequence[Upload], name: str) -> None:
        """Upload one wave; the first error keeps what hasn't begun from beginning."""
        self._watch.check(anyway=True)
        finished = 0

        def upload_one(upload: Upload) -> None:
            nonlocal finished
            self._upload_one(upload)
            finished += 1
            self._report.progress(f"uploading {name}", finished, len(uploads))

        work_through(uploads, upload_one, parallel=self._bucket.parallel)

    def _upload_one(self, upload: Upload) -> None:
        file = upload.file
        data = read_built(self._root, file.key, file.sha256)
        self._watch.check()
        self.doubtful.add(file.key)
        mark = self._put(upload, data)
        self.done[file.key] = RemoteObject(
            sha256=file.sha256, size=file.size, headers=upload.headers, owner=file.owner, kind=file.kind, mark=mark
        )
        self.doubtful.discard(file.key)

    def _put(self, upload: Upload, data: bytes) -> str:
        """Put one file in place of what was published there, or of what a crash of ours left there."""
        key = upload.file.key
        known = self._tree.objects.get(key)
        mark = known.mark if known else ""
        for _ in range(SURPRISES):
            try:
                return self._bucket.put(key, data, upload.headers, upload.file.sha256, mark)
            except Overtaken:
                if not self._tree.is_ours():
                    raise
            found = self._bucket.find(key)
            if found and _is_same(found, upload):
                return found.mark
            mark = found.mark if found else ""
        return self._bucket.put(key, data, upload.headers, upload.file.sha256, mark)


def check_folder(root: Path, uploads: Iterable[Upload], *, whole: bool) -> None:
    """Refuse a folder with links or hidden files (GuardRefused), or other than it was built (BuildChanged).

    `whole`: look at all of it, not only at the files to upload and the folders they lie in.
    """
    if whole:
        for folder, folders, files in os.walk(root):
            for name in (*folders, *files):
                _check_entry(f"{folder}/{name}")
    seen = {""}
    for upload in uploads:
        key = upload.file.key
        _check_way(root, key.rpartition("/")[0], seen)
        found = _check_entry(f"{root}/{key}")
        if found is None or not stat.S_ISREG(found.st_mode) or found.st_size != upload.file.size:
            raise make_change_error(root / key)


def read_built(root: Path, key: str, sha256: str) -> bytes:
    """Return a file of the build. BuildChanged: it isn't what was built."""
    path = root / key
    try:
        data = path.read_bytes()
    except OSError as error:
        raise make_change_error(path) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise make_change_error(path)
    return data


def make_change_error(path: Path) -> BuildChanged:
    """Say that a file of the build was changed by somebody else."""
    return BuildChanged(f"{path} isn't the file that was built; run build again, then publish")


def _check_way(root: Path, folder: str, seen: set[str]) -> None:
    if folder not in seen:
        _check_way(root, folder.rpartition("/")[0], seen)
        _check_entry(f"{root}/{folder}")
        seen.add(folder)


def _check_entry(path: str) -> os.stat_result | None:
    """Return what lies there, None when nothing does."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if path.rpartition("/")[2].startswith(".") or stat.S_ISLNK(found.st_mode):
        raise GuardRefused(f"{path}: links and hidden files are never published; remove it and publish again")
    return found


def _is_same(found: Found, upload: Upload) -> bool:
    same_bytes = (found.sha256, found.size) == (upload.file.sha256, upload.file.size)
    return same_bytes and found.headers in (None, upload.headers)
