"""A published site, the change that is to be published next, and the way back to before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.torture.arena import Arena, copy_software
from tests.torture.shelves import Shelf
from tests.torture.visitors import Objects


@dataclass(frozen=True)
class Change:
    """What happens to a published site, and the words that nobody may see afterwards."""

    statements: tuple[str, ...] = ()
    added: str = ""
    style: str = ""
    taken: frozenset[str] = frozenset()


@dataclass
class Stage:
    """A published site, the same site after a change and its build, and what a clean publish makes of it."""

    arena: Arena
    clean: Arena
    before: Objects
    wanted: Objects
    put_back: Callable[[], None]
    taken: frozenset[str]

    def is_orphan(self, key: str) -> bool:
        """Tell whether it is an old asset: pages that were open before the change still ask for it."""
        return key.startswith("assets/") and key in self.before and key not in self.wanted


def set_stage(arena: Arena, change: Change, shelf: Shelf, *, is_thorough: bool) -> Stage:
    """Publish, change, and build what became of it: here, and on another machine (`is_thorough`: that never built)."""
    arena.publish()
    before = arena.check_visitors()
    if change.statements:
        arena.edit(*change.statements)
    if change.added:
        arena.add(change.added)
    if change.style:
        arena.software = copy_software(arena.root / "software", change.style)
    put_target_back = arena.shelf.remember()
    arena.do("build")
    clean = arena.elsewhere("clean", shelf)
    if not is_thorough:
        shutil.copytree(arena.build_folder, clean.build_folder)
    clean.do("build")
    assert clean.built() == arena.built()
    arena.edit("CREATE TABLE kept AS SELECT * FROM profile_publications")
    clean.publish()
    keep = [_keep(each.build_folder / "manifest.sqlite") for each in (arena, clean)]

    def put_back() -> None:
        put_target_back()
        for path, copy in keep:
            shutil.copy(copy, path)
        arena.edit("DELETE FROM profile_publications", "INSERT INTO profile_publications SELECT * FROM kept")

    return Stage(arena, clean, before, shelf.read(), put_back, change.taken)


def _keep(path: Path) -> tuple[Path, Path]:
    copy = path.with_name("manifest.kept")
    shutil.copy(path, copy)
    return path, copy
