"""The build folder as a transaction: begun, written, committed; or found unfinished and mended."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from careerhub.errors import CareerHubError, WrongUse
from careerhub.output.files import Kind, Written, hash_file, raise_for, remove_file, remove_unknown
from careerhub.output.listings import REACHES, Reaches
from careerhub.output.manifest import SPOILT, Manifest
from careerhub.output.staging import discard_staged, place_file, place_folder, stage_file

_MANIFEST = "manifest.sqlite"
# What a build that was stopped before it had a manifest may have left.
_OURS = frozenset({"site", "incoming", "lock", "unfinished"})


class BuildFolder:
    """A build folder held by this process: `site/` is what gets published, the rest is state.

    Files are written to `incoming/`, by any process, and put in place by this one alone. The marker `unfinished`
    stands from the first change to the last: publish refuses while it does, and the next build trusts no file that
    the manifest doesn't vouch for.
    """

    def __init__(self, root: Path, manifest: Manifest, lock: int) -> None:
        self.root = root
        self.site = root / "site"
        self.incoming = root / "incoming"
        self.manifest = manifest
        self._lock = lock
        self._is_begun = False
        self._marker = root / "unfinished"

    @property
    def is_unfinished(self) -> bool:
        return self._marker.exists()

    def begin(self) -> None:
        """Mark the folder as unfinished before the first file changes, and begin a generation."""
        if self._is_begun:
            return
        try:
            self.incoming.mkdir(exist_ok=True)
            self._clear_incoming()
            if not self.is_unfinished:
                _write_durably(self._marker, "A build is under way, or was interrupted. Run `careerhub build`.\n")
        except OSError as error:
            raise_for(error, self._marker)
        self.manifest.raise_generation()
        self._is_begun = True

    def write(self, path: str, data: bytes, kind: Kind, owner: str = "") -> bool:
        """Write a file unless exactly it is there; return whether it was written."""
        written = Written(path=path, kind=kind, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        if self._has(written, owner):
            return False
        return self.adopt(stage_file(self.incoming, path, data, kind), owner)

    def adopt(self, written: Written, owner: str) -> bool:
        """Put a staged file in place unless exactly it is there, and return whether; it belongs to `owner`."""
        if self._has(written, owner):
            discard_staged(self.incoming, written.path)
            return False
        place_file(self.incoming, self.site, written.path)
        self.manifest.write_file(written, owner)
        return True

    def adopt_new(self, written: Sequence[Written], owner: str, folder: str) -> None:
        """Put in place what belongs to somebody who has nothing here yet: all that lies below `folder` at once."""
        is_placed = place_folder(self.incoming, self.site, folder)
        for each in written:
            if not (is_placed and each.path.startswith(folder)):
                place_file(self.incoming, self.site, each.path, folder=folder)
        self.manifest.write_files(written, owner)

    def note_elsewhere(self, written: Written, owner: str, target: str) -> bool:
        """Note a file that lies on a target and not here, unless exactly it is here; return whether it changed."""
        if self._has(written, owner):
            return False
        known = self.manifest.find_file(written.path)
        remove_file(self.site, written.path)
        self.manifest.write_file(written, owner, elsewhere=target)
        return known is None or (known.sha256, known.owner) != (written.sha256, owner)

    def _has(self, written: Written, owner: str) -> bool:
        known = self.manifest.find_file(written.path)
        same = known and (known.sha256, known.owner, known.kind) == (written.sha256, owner, written.kind)
        return bool(same) and (self.site / written.path).is_file()

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
        self.manifest.forget_removed()
        self.manifest.finish()
        try:
            self._clear_incoming()
            self.incoming.rmdir()
            self._marker.unlink(missing_ok=True)
        except OSError as error:
            raise_for(error, self._marker)
        self._is_begun = False

    def mend(self) -> int:
        """Drop files nobody vouches for, forget files that aren't what they should be.

        Return how many profiles have to be rendered again because of it. Call it between `begin` and `commit`.
        """
        known = {file.path: file for file in self.manifest.list_files()}
        remove_unknown(self.site, frozenset(known))
        spoilt: set[str] = set()
        for path, file in known.items():
            if not file.elsewhere and hash_file(self.site / path) != file.sha256:
                self.remove(path)
                spoilt.add(file.owner)
        self._spoil(spoilt)
        self.manifest.write_meta("shared_fingerprint", "")
        return len(spoilt - {""})

    def spoil(self, owners: Collection[str]) -> None:
        """Note that files of profiles are missing where they should lie: the next build renders them again."""
        if owners:
            self._spoil(owners)
            self.manifest.commit()

    def _spoil(self, owners: Collection[str]) -> None:
        for owner in sorted(owners):
            if owner and (built := self.manifest.find_built(owner)):
                self.manifest.write_built(
                    replace(built, pages_fingerprint=SPOILT, cvs_fingerprint=SPOILT, failed_revision=0)
                )

    def has_changed(self, paths: Iterable[str]) -> bool:
        """Tell whether somebody else changed one of these files since they were built."""
        for path in paths:
            known = self.manifest.find_file(path)
            if known and not known.elsewhere and hash_file(self.site / path) != known.sha256:
                return True
        return False

    def close(self) -> None:
        self.manifest.close()
        os.close(self._lock)

    def __enter__(self) -> BuildFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _clear_incoming(self) -> None:
        for left in self.incoming.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


def open_build_folder(root: Path, *, create: bool, reaches: Reaches = REACHES) -> BuildFolder:
    """Open a build folder for this process alone; refuse one that isn't ours or that another process holds.

    `reaches` decide how long the pages of lists are, for the folder's life.
    """
    try:
        _check_ours(root, create=create)
        (root / "site").mkdir(parents=True, exist_ok=True)
        # forked renderers inherit it: while one of a killed build lives, nobody else builds here
        lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise_for(error, root)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return BuildFolder(root, Manifest(root / _MANIFEST, reaches), lock)
    except BlockingIOError:
        os.close(lock)
        raise CareerHubError(
            f"Another build or publish is using {root}: wait for it, or build with --out elsewhere."
        ) from None
    except CareerHubError:
        os.close(lock)
        raise


def _check_ours(root: Path, *, create: bool) -> None:
    """Raise WrongUse for a link, and for a folder with things in it that no build has made."""
    if root.is_symlink() or (root / "site").is_symlink():
        raise WrongUse(f"{root} is a link or holds one: name the folder itself.")
    if (root / _MANIFEST).is_file():
        return
    if not create:
        raise WrongUse(f"There is no build in {root}: run `careerhub build` first.")
    strange = [name for name in _list_names(root) if name not in _OURS and not name.startswith(".")]
    if strange or _list_names(root / "site"):
        first = strange[0] if strange else "site"
        raise WrongUse(
            f"{root} has files but no manifest of CareerHub's ({first}): choose another folder, or empty it."
        )


def _list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
