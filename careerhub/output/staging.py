"""Files on their way to the site: written beside it where nobody looks, and put in place whole.

What belongs to somebody who has nothing there yet goes in as one folder: that costs a third of moving each file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from functools import lru_cache
from pathlib import Path

from careerhub.output.files import Kind, Written, check_path, raise_for


def stage_file(incoming: Path, path: str, data: bytes, kind: Kind, *, folder: str = "") -> Written:
    """Write a file of the site beside it, where nobody looks; `place_file` puts it in place.

    What lies below `folder` (`p/ada/`, made by `stage_folder`) is kept together for `place_folder`.
    """
    check_path(path)
    staged = _find_staged(incoming, path, folder)
    try:
        try:
            _write(staged, data)
        except FileNotFoundError:
            _make_folder(staged.rpartition("/")[0])
            _write(staged, data)
    except OSError as error:
        raise_for(error, Path(staged))
    return Written(path=path, kind=kind, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def stage_folder(incoming: Path, folder: str) -> None:
    """Make room for what lies below `folder`; what a process that died left there is gone."""
    staged = Path(_find_staged(incoming, folder, ""))
    try:
        try:
            staged.mkdir()
        except FileExistsError:
            shutil.rmtree(staged)
            staged.mkdir()
    except OSError as error:
        raise_for(error, staged)


def place_folder(incoming: Path, site: Path, folder: str) -> bool:
    """Put a staged folder in place at once; return False where something stands already, which keeps its place."""
    staged, target = _find_staged(incoming, folder, ""), f"{site}/{folder}".rstrip("/")
    try:
        try:
            os.replace(staged, target)
        except FileNotFoundError:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            return False
        raise_for(error, Path(target))
    return True


def place_file(incoming: Path, site: Path, path: str, *, folder: str = "") -> None:
    """Put a staged file in place, whole: readers see the old one or the new one."""
    # strings: a first build does this hundreds of thousands of times
    staged, target = _find_staged(incoming, path, folder), f"{site}/{path}"
    try:
        try:
            os.replace(staged, target)
        except FileNotFoundError:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, target)
    except OSError as error:
        raise_for(error, Path(target))


def discard_staged(incoming: Path, path: str) -> None:
    """Remove a staged file that isn't needed."""
    staged = Path(_find_staged(incoming, path, ""))
    try:
        staged.unlink(missing_ok=True)
    except OSError as error:
        raise_for(error, staged)


def _write(path: str, data: bytes) -> None:
    # the system's own calls: a file object costs as much again
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path)  # noqa: PTH102 - a Path costs as much again; mostly its parent is there
    except OSError:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103


def _find_staged(incoming: Path, path: str, folder: str) -> str:
    if folder and path.startswith(folder):
        return f"{incoming}/{_name_staged(folder)}/{path.removeprefix(folder)}"
    return f"{incoming}/{_name_staged(path)}"


@lru_cache(maxsize=16)
def _name_staged(path: str) -> str:
    # flat: no folders to make, none to remove
    return hashlib.sha256(path.encode()).hexdigest()[:32]
