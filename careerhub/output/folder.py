"""The build folder as a transaction: begun, written, committed; or found unfinished and mended."""

from __future__ import annotations

import fcntl
import hashlib
import os
from dataclasses import replace
from pathlib import Path

from careerhub.errors import CareerHubError, WrongUse
from careerhub.output.files import Kind, Written, raise_for, remove_file, write_file
from careerhub.output.manifest import Manifest


class BuildFolder:
    """A build folder held by this process: `site/` is what gets published, the rest is state.

    The marker `unfinished` stands from the first write to the last: publish refuses while it does, and the next
    build trusts no file that the manifest doesn't vouch for.
    """

    def __init__(self, root: Path, manifest: Manifest, lock: int) -> None:
        self.root = root
        self.site = root / "site"
        self.manifest = manifest
        self._lock = lock
        self._marker = root / "unfinished"

    @property
    def is_unfinished(self) -> bool:
        return self._marker.exists()

    def begin(self) -> None:
        """Mark the folder as unfinished before the first file changes."""
        if self.is_unfinished:
            return
        try:
            with self._marker.open("w", encoding="utf-8") as marker:
                marker.write("A build is under way, or was interrupted. Run `careerhub build`.\n")
                marker.flush()
                os.fsync(marker.fileno())
        except OSError as error:
            raise_for(error, self._marker)

    def write(self, path: str, data: bytes, kind: Kind, owner: str = "") -> bool:
        """Write a file unless exactly it is there; return whether it was written."""
        known = self.manifest.find_file(path)
        if known and known.sha256 == hashlib.sha256(data).hexdigest() and known.owner == owner and known.kind == kind:
            return False
        self.manifest.write_file(write_file(self.site, path, data, kind), owner)
        return True

    def adopt(self, written: Written, owner: str) -> None:
        """Take over a file another process has put in place."""
        self.manifest.write_file(written, owner)

    def remove(self, path: str) -> None:
        """Remove a file from the folder and the manifest."""
        remove_file(self.site, path)
        self.manifest.drop_file(path)

    def checkpoint(self) -> None:
        """Keep what is done so far, so that an interrupted build goes on from here."""
        self.manifest.commit()

    def commit(self) -> None:
        """Make everything durable: files first, the manifest after them, the marker last."""
        os.sync()  # one sync for all files: one a file costs milliseconds each
        self.manifest.commit()
        self._marker.unlink(missing_ok=True)

    def mend(self) -> int:
        """After an interrupted build: drop files nobody vouches for, forget files that aren't what they should be.

        Return how many profiles have to be rendered again because of it.
        """
        known = {file.path: file for file in self.manifest.list_files()}
        for found in sorted(self.site.rglob("*")):
            path = found.relative_to(self.site).as_posix()
            if found.is_file() and path not in known:
                found.unlink()
        spoilt = set()
        for path, file in known.items():
            target = self.site / path
            if not target.is_file() or hashlib.sha256(target.read_bytes()).hexdigest() != file.sha256:
                self.manifest.drop_file(path)
                spoilt.add(file.owner)
        for owner in spoilt - {""}:
            if built := self.manifest.find_built(owner):
                self.manifest.write_built(replace(built, pages_fingerprint="", cvs_fingerprint=""))
        self.manifest.write_meta("shared_fingerprint", "")
        return len(spoilt)

    def close(self) -> None:
        self.manifest.close()
        os.close(self._lock)

    def __enter__(self) -> BuildFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_build_folder(root: Path, *, create: bool) -> BuildFolder:
    """Open a build folder for this process alone; refuse one that isn't ours or that another process holds."""
    if not create and not (root / "manifest.sqlite").is_file():
        raise WrongUse(f"There is no build in {root}: run `careerhub build` first.")
    _check_ours(root)
    try:
        (root / "site").mkdir(parents=True, exist_ok=True)
        lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise_for(error, root)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return BuildFolder(root, Manifest(root / "manifest.sqlite"), lock)
    except BlockingIOError:
        os.close(lock)
        raise CareerHubError(
            f"Another build or publish is using {root}: wait for it, or build with --out elsewhere."
        ) from None
    except CareerHubError:
        os.close(lock)
        raise


def _check_ours(root: Path) -> None:
    if root.is_symlink() or (root / "site").is_symlink():
        raise WrongUse(f"{root} is a link or holds one: name the folder itself.")
    site = root / "site"
    if site.is_dir() and any(site.iterdir()) and not (root / "manifest.sqlite").is_file():
        raise WrongUse(f"{site} has files but no manifest of CareerHub's: choose another folder, or empty it.")
