"""Disks that are full: under the build folder, the target, the metrics and the home folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.torture.arena import LEAVER, SECRETS, Arena
from tests.torture.shelves import FolderShelf
from tests.torture.visitors import find_words


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of four megabytes."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    where = tmp_path / "disk"
    where.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", where], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"this system mounts no small disk: {mounted.stderr.strip()}")
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", where], check=True)


def fill(disk: Path, *, but: int = 0) -> Path:
    """Leave nothing of a disk but some bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            pass
        stream.truncate(max(0, stream.tell() - but))
    return filler


def list_lines(error: str) -> list[str]:
    return [line for line in error.splitlines() if not line.startswith("{")]


def check_failed(arena: Arena) -> None:
    """Sync: it has to fail with a line for each of its parts that did."""
    done = arena.run("sync", "--log", "text")
    assert done.code == 1, (done.code, done.error)
    lines = [line for line in list_lines(done.error) if "was interrupted" not in line]
    assert 1 <= len(lines) <= 2, done.error
    assert all(line.startswith("careerhub: ") for line in lines), done.error


HIDE = "UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = 'bob'"
EDIT = "UPDATE profiles SET headline = :word WHERE visibility = 'PUBLIC'"
ROOM = [0, 8192, *(pytest.param(room, marks=pytest.mark.torture) for room in (4096, 16384, 65536, 131072))]


@pytest.mark.parametrize("room", ROOM)
def test_a_full_disk_under_the_build_folder_keeps_what_was_published(
    make_arena: Callable[[str], Arena], disk: Path, room: int
) -> None:
    arena = make_arena("folder")
    arena = replace(arena, root=disk)
    arena.do("sync")
    arena.edit(EDIT, HIDE, word="Keeper of too little room")
    filler = fill(disk, but=room)
    check_failed(arena)
    objects = arena.shelf.read()
    # what was hidden goes all the same, before the lists that lead there can be made anew
    assert not [place for place in find_words(objects, frozenset({LEAVER})) if " in p/" in place]
    assert not [key for key in objects if key.startswith("p/bob/")]
    halves = [
        key for key, each in arena.built().items() if key.endswith(".html") and not each.rstrip().endswith(b"</html>")
    ]
    assert halves == []
    filler.unlink()
    arena.do("sync")
    arena.check_published(SECRETS | {LEAVER})
    assert b"too little room" in arena.shelf.read()["p/ann/index.html"].data


def test_a_full_disk_under_the_target_keeps_it_whole(make_arena: Callable[[str], Arena], disk: Path) -> None:
    arena = make_arena("folder")
    arena.shelf = FolderShelf(disk / "www" / "site")
    arena.do("sync")
    before = arena.shelf.read()
    arena.edit(EDIT, HIDE, word="Keeper of too little room")
    filler = fill(disk)
    check_failed(arena)
    objects = arena.shelf.read()
    built = arena.built()
    assert [key for key, each in objects.items() if each != before.get(key) and each.data != built.get(key)] == []
    assert not [key for key in objects if key.startswith("p/bob/")]
    filler.unlink()
    arena.do("sync")
    arena.check_published(SECRETS | {LEAVER})


def test_a_full_disk_under_metrics_and_home_stops_no_publish_and_leaves_no_half_files(
    make_arena: Callable[[str], Arena], disk: Path
) -> None:
    arena = make_arena("folder")
    metrics = disk / "metrics"
    arena.do("sync", "--metrics", str(metrics))
    before = {path.name: path.read_bytes() for path in metrics.iterdir()}
    filler = fill(disk)
    arena.edit(EDIT, word="Keeper of no figures")
    done = arena.run("sync", "--log", "text", "--metrics", str(metrics))
    assert done.code == 0, done.error
    assert "Traceback" not in done.error
    assert b"no figures" in arena.shelf.read()["p/ann/index.html"].data
    assert {path.name: path.read_bytes() for path in metrics.iterdir()} == before
    filler.unlink()
    arena.do("sync", "--metrics", str(metrics))
    full = replace(arena, home=disk / "home")
    filler = fill(disk)
    arena.edit(EDIT, word="Keeper of no home")
    done = full.run("sync", "--log", "text")
    assert done.code in (0, 1), done.error
    assert "Traceback" not in done.error
    assert len(list_lines(done.error)) >= 1
    filler.unlink()
    full.do("sync")
    arena.check_published()
    assert b"no home" in arena.shelf.read()["p/ann/index.html"].data
