"""PostgreSQL that restarts in the midst, and PostgreSQL that isn't there."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Cluster, find_installed, installed_cluster
from tests.pipeline.sites import list_children, wait_for_end
from tests.torture.arena import SECRETS, Arena, end, tell
from tests.torture.shelves import FolderShelf
from tests.torture.visitors import find_broken, find_words

MOMENTS = [pytest.param(2, id="twice"), pytest.param(20, id="20 times", marks=pytest.mark.torture)]
SECONDS_TO_GIVE_UP = 10.0


@pytest.fixture(scope="module")
def programs() -> Path:
    """Give a PostgreSQL of the system: the one that comes with CareerHub isn't restarted by hand."""
    found = find_installed()
    if not found:
        pytest.skip("this system has no PostgreSQL of its own to restart")
    return found[-1]


@pytest.fixture
def scratch(programs: Path) -> Iterator[Cluster]:
    with installed_cluster(programs) as cluster:
        yield cluster


@pytest.fixture
def arena(scratch: Cluster, tmp_path: Path, home: Path) -> Iterator[Arena]:
    root = tmp_path / "machine"
    root.mkdir()
    with scratch.copied() as database:
        arena = Arena(database, root, home, FolderShelf(tmp_path / "www" / "site"))
        arena.add_people()
        yield arena


def restart(programs: Path, cluster: Cluster) -> None:
    """Stop the server as a power cut would, and start it again."""
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    command = [
        str(programs / "pg_ctl"),
        "-D",
        f"{cluster.socket}/data",
        "-w",
        "-m",
        "immediate",
        "-l",
        f"{cluster.socket}/log",
        "restart",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=cluster.socket, **who)  # type: ignore[call-overload]


@pytest.mark.parametrize("count", MOMENTS)
def test_a_restart_in_the_midst_fails_in_one_line_or_not_at_all(
    arena: Arena, programs: Path, scratch: Cluster, count: int
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    tell(f"PostgreSQL restarted {count} times, seed {seed}")
    moments = random.Random(seed)
    began = time.monotonic()
    arena.do("sync")
    longest = time.monotonic() - began
    codes = []
    for number in range(count):
        arena.edit("UPDATE profiles SET headline = :word WHERE visibility = 'PUBLIC'", word=f"Lamp {number}")
        before = arena.shelf.read()
        process = arena.start("sync", "--log", "text", "--jobs", "2")
        time.sleep(moments.uniform(0.2, longest))
        children = list_children(process.pid)
        restart(programs, scratch)
        done = end(process)
        assert wait_for_end(children, 10) == []
        codes.append(done.code)
        # 5: the lock was lost with its connection
        assert done.code in (0, 1, 5), (seed, number, done.code, done.error)
        assert "Traceback" not in done.error, done.error
        objects = arena.shelf.read()
        assert find_broken(objects, before) == []
        assert find_words(objects, SECRETS) == []
        arena.do("sync")
        arena.check_published()
        assert f"Lamp {number}".encode() in arena.shelf.read()["p/ann/index.html"].data
    tell(f"exit codes {codes}; all whole, all converged")
    clean = arena.elsewhere("clean")
    clean.do("build")
    assert clean.built() == arena.built()


@pytest.mark.parametrize("command", ["build", "publish", "sync"])
def test_without_a_database_it_says_so_in_one_line_and_soon(arena: Arena, command: str) -> None:
    arena.do("sync", "--only", "pages")
    before = arena.shelf.read()
    nowhere = arena.root / "nowhere"
    nowhere.mkdir()
    url = f"postgresql://careerhub_site@/x?host={nowhere}"
    began = time.monotonic()
    done = arena.run(command, CAREERHUB_DATABASE_URL=url, CAREERHUB_SITE_DATABASE_URL=url)
    assert time.monotonic() - began < SECONDS_TO_GIVE_UP
    assert done.code == 1
    lines = [line for line in done.error.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, done.error
    assert "The database doesn't answer" in lines[0]
    assert arena.shelf.read() == before
    shutil.rmtree(nowhere)
