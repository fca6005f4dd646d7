"""Write and remove files of the site so that nothing half-written is ever visible."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from careerhub.errors import CareerHubError, StorageFull

Kind = Literal["asset", "cv", "page", "list", "feed"]

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_SUFFIXES = frozenset(
    {".html", ".css", ".js", ".svg", ".png", ".webp", ".ico", ".json", ".xml", ".txt", ".pdf", ".vcf", ".md"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of the site: where it is below `site/`, and what is in it."""

    path: str
    kind: Kind
    sha256: str
    size: int


def check_path(path: str) -> None:
    """Refuse every path that isn't plainly a file of the site: `..`, dotfiles, odd characters, unknown endings."""
    parts = path.split("/")
    if not all(_PART.fullmatch(part) for part in parts) or Path(parts[-1]).suffix not in _SUFFIXES or len(path) > 500:
        raise CareerHubError(f"{path!r} is no address a site can have; nothing was written.")


def stage_file(incoming: Path, path: str, data: bytes, kind: Kind) -> Written:
    """Write a file of the site beside it, where nobody looks; `place_file` puts it in place."""
    check_path(path)
    staged = incoming / _name_staged(path)
    try:
        staged.write_bytes(data)
    except OSError as error:
        raise_for(error, staged)
    return Written(path=path, kind=kind, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def place_file(incoming: Path, site: Path, path: str) -> None:
    """Put a staged file in place, whole: readers see the old one or the new one."""
    # strings: a first build does this hundreds of thousands of times
    staged, target = f"{incoming}/{_name_staged(path)}", f"{site}/{path}"
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
    staged = incoming / _name_staged(path)
    try:
        staged.unlink(missing_ok=True)
    except OSError as error:
        raise_for(error, staged)


def remove_file(site: Path, path: str) -> None:
    """Remove a file, and the folders it leaves empty."""
    check_path(path)
    target = site / path
    try:
        target.unlink(missing_ok=True)
        for folder in target.parents:
            if folder == site or any(folder.iterdir()):
                break
            folder.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        raise_for(error, target)


def remove_unknown(site: Path, known: frozenset[str]) -> None:
    """Remove everything below `site` whose path isn't known: files, links, and folders that hold nothing."""

    def refuse(error: OSError) -> None:
        raise_for(error, site)

    for folder, folders, files in os.walk(site, topdown=False, onerror=refuse):
        try:
            for name in (*files, *folders):
                path = Path(folder, name)
                if path.is_symlink() or (name in files and path.relative_to(site).as_posix() not in known):
                    path.unlink()
            if Path(folder) != site and not any(Path(folder).iterdir()):
                Path(folder).rmdir()
        except OSError as error:
            raise_for(error, Path(folder))


def hash_file(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal, '' when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""
    except OSError as error:
        raise_for(error, path)


def raise_for(error: OSError, path: Path) -> NoReturn:
    """Say in one line what the file system refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise StorageFull(
            f"No space left for {path}: free some and run again. What was there before is untouched."
        ) from error
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        raise StorageFull(
            f"{path} can't be written ({error.strerror}): change its owner, or choose another folder."
        ) from error
    raise CareerHubError(f"{path}: {error.strerror or error}.") from error


def _name_staged(path: str) -> str:
    # flat: no folders to make, none to remove
    return hashlib.sha256(path.encode()).hexdigest()[:32]
