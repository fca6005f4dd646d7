"""Write and remove files of the site so that nothing half-written is ever visible."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

from careerhub.errors import CareerHubError, StorageFull

Kind = Literal["asset", "cv", "page", "list", "feed"]

_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")
_SUFFIXES = frozenset(
    {".html", ".css", ".js", ".svg", ".png", ".webp", ".ico", ".json", ".xml", ".txt", ".pdf", ".vcf", ".md", ".bin"}
)


class Written(NamedTuple):
    """A file of the site: where it is below `site/`, and what is in it. A tuple, for many go from process to process."""

    path: str
    kind: Kind
    sha256: str
    size: int


def check_path(path: str) -> None:
    """Refuse every path that isn't plainly a file of the site: `..`, dotfiles, odd characters, unknown endings."""
    _, dot, suffix = path.rpartition(".")
    if not _PATH.fullmatch(path) or dot + suffix not in _SUFFIXES or len(path) > 500:
        raise CareerHubError(f"{path!r} is no address a site can have; nothing was written.")


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
