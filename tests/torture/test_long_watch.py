"""`sync --watch` for as many rounds as fit a few minutes: nothing of it may grow."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pipeline.sites import list_children, wait_for_end
from tests.torture.arena import COMMAND, Arena, tell, wait_until

SECONDS = 600.0
# after these everything is loaded that ever will be
WARMING_ROUNDS = 20
MOST_GROWTH = 1.10


@dataclass(frozen=True)
class Sight:
    """What a process uses at a moment: memory in kB, its own and its last child's, and open files."""

    memory: int
    child: int
    files: int


def look(pid: int, child: int) -> Sight:
    return Sight(memory=read_memory(pid), child=child, files=len(list(Path(f"/proc/{pid}/fd").iterdir())))


def read_memory(pid: int) -> int:
    """Return the memory a process has, shared or not, kB; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def wait_for_round(arena: Arena, process: subprocess.Popen[bytes], page: Path, word: str) -> int:
    """Wait until an edit is published; return the most memory a child was seen with."""
    most, end = 0, time.monotonic() + 60
    while word not in page.read_text():
        assert time.monotonic() < end, f"{word} wasn't published in time"
        assert process.poll() is None, "the watch has ended"
        for child in list_children(process.pid):
            most = max(most, read_memory(child))
        time.sleep(0.02)
    return most


def count_connections(arena: Arena) -> int:
    return int(str(arena.ask(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )))  # fmt: skip


def count_locks(arena: Arena) -> int:
    return int(str(arena.ask(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )))  # fmt: skip


@pytest.mark.parametrize(
    "seconds", [pytest.param(8.0, id="for seconds"), pytest.param(SECONDS, id="for minutes", marks=pytest.mark.torture)]
)
def test_a_watch_that_runs_long_grows_by_nothing(
    make_arena: Callable[[str], Arena], tmp_path: Path, seconds: float
) -> None:
    arena = make_arena("folder")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    arena.more = {"TMPDIR": str(temporary)}
    page = Path(arena.shelf.address.removeprefix("file://")) / "p/ann/index.html"
    with (tmp_path / "watch.log").open("wb") as log:
        arguments = (*COMMAND, "sync", "--watch", "--poll", "5", "--only", "pages")
        process = subprocess.Popen(arguments, env=arena.environment(), cwd=arena.root, stdout=log, stderr=log)
    try:
        wait_until(page.exists, what="the first round")
        rounds, sights, end = 0, [], time.monotonic() + seconds
        while time.monotonic() < end or rounds < WARMING_ROUNDS // 4:
            rounds += 1
            arena.edit("UPDATE profiles SET headline = :word WHERE slug = 'ann'", word=f"Keeper of lamp {rounds}.")
            child = wait_for_round(arena, process, page, f"Keeper of lamp {rounds}.")
            sights.append(look(process.pid, child))
        connections = count_connections(arena)
        wait_until(lambda: not list_children(process.pid), what="the end of the last round")
        locks = count_locks(arena)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    first, last = sights[min(WARMING_ROUNDS, len(sights) // 2)], sights[-1]
    most = max(each.child for each in sights[len(sights) // 2 :])
    early = max(each.child for each in sights[: max(1, len(sights) // 2)])
    tell(
        f"{rounds} rounds: watching process {first.memory:,} -> {last.memory:,} kB, children {early:,} -> {most:,} kB,"
        f" files {first.files} -> {last.files}, connections {connections}, locks between rounds {locks}"
    )
    assert last.memory <= first.memory * MOST_GROWTH
    assert most <= early * MOST_GROWTH or not early
    assert last.files <= first.files
    assert locks == 0
    # the one that listens, and those of a round that is still ending
    assert connections <= 4
    assert wait_for_end(list_children(process.pid)) == []
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in arena.build_folder.iterdir()) == ["lock", "manifest.sqlite", "site"]
    assert sorted(path.name for path in page.parents[2].iterdir() if path.name.startswith(".")) in ([], [".unfinished"])
