"""SIGTERM in the midst of a build and of a publish, and the strange places cron starts commands in."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from tests.pipeline.sites import list_children, wait_for_end
from tests.publish.interference import Answer, interfere
from tests.torture.arena import COMMAND, Arena, end, wait_until
from tests.torture.shelves import S3Shelf

STOPPED = 143
SECONDS_TO_STOP = 5.0
MOMENTS = [0.0, 0.3, *(pytest.param(0.1 * tenth, marks=pytest.mark.torture) for tenth in range(4, 30, 2))]
PUTS = [1, 12, *(pytest.param(number, marks=pytest.mark.torture) for number in range(2, 36, 3))]


def terminate(process: subprocess.Popen[str]) -> None:
    children = list_children(process.pid)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    done = end(process)
    assert time.monotonic() - began < SECONDS_TO_STOP
    # what has said its last word already may end by the signal itself
    assert done.code == STOPPED or (done.code == -signal.SIGTERM and done.out), done.error
    assert "Traceback" not in done.error
    assert wait_for_end(children) == []


@pytest.mark.parametrize("seconds", MOMENTS)
def test_a_build_that_is_told_to_stop_does_and_the_next_one_goes_on(
    make_arena: Callable[[str], Arena], seconds: float
) -> None:
    arena = make_arena("folder")
    whole = arena.built()
    process = arena.start("build", "--all", "--jobs", "2")
    wait_until(lambda: (arena.build_folder / "incoming").exists() or process.poll() is not None)
    time.sleep(seconds)
    if process.poll() is None:
        terminate(process)
    else:
        assert end(process).code == 0
    arena.do("build")
    assert arena.built() == whole
    arena.do("publish")
    arena.check_published()


@pytest.mark.parametrize("number", PUTS)
def test_a_publish_that_is_told_to_stop_does_and_the_next_one_goes_on(
    make_arena: Callable[[str], Arena], number: int
) -> None:
    arena = make_arena("s3")
    assert isinstance(arena.shelf, S3Shelf)
    reached = Event()

    def slow(method: str, path: str) -> Answer | None:
        if method == "PUT" and sum(call.startswith("PUT") for call in proxy.seen) >= number:
            reached.set()
            time.sleep(0.2)
        return None

    with interfere(arena.shelf.server.endpoint_url) as proxy:
        proxy.rule = slow
        process = arena.start("publish", CAREERHUB_S3_ENDPOINT_URL=proxy.endpoint_url)
        assert reached.wait(60)
        terminate(process)
    arena.check_visitors(is_first=True)
    arena.do("publish")
    arena.check_published()


def run_strangely(arena: Arena, line: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line, $CAREERHUB being the command, with the settings in its environment and nothing else."""
    settings = {key: value for key, value in arena.environment().items() if key not in ("PATH", "LANG", "TMPDIR")}
    line = line.replace("$CAREERHUB", " ".join(COMMAND))
    return subprocess.run(
        ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in settings.items()), "/bin/sh", "-c", line],
        cwd=arena.root, text=True, capture_output=True, timeout=120,
    )  # fmt: skip


STRANGE = {
    "umask 077": "umask 077; exec $CAREERHUB sync",
    "no streams": "exec $CAREERHUB sync <&- >&- 2>&-",
    "closed stdin": "exec $CAREERHUB sync <&-",
    "deleted folder": "mkdir gone && cd gone && rmdir ../gone && exec $CAREERHUB sync",
    "LANG=C": "LANG=C LC_ALL=C exec $CAREERHUB sync",
    "LANG of nowhere": "LANG=xx_YY.nothing LC_ALL=xx_YY.nothing exec $CAREERHUB sync",
    "no HOME": "unset HOME; exec $CAREERHUB sync",
    "strange time zone": "TZ=Pacific/Kiritimati exec $CAREERHUB sync",
    # what day it is the database says
    "a day ahead": "exec faketime -f +1d $CAREERHUB sync",
    "a day behind": "exec faketime -f -1d $CAREERHUB sync",
    "a year ahead": "exec faketime -f +1y $CAREERHUB sync",
    "a year behind": "exec faketime -f -1y $CAREERHUB sync",
}


@pytest.mark.parametrize("name", STRANGE)
def test_wherever_it_is_started_it_publishes_the_same_and_web_servers_can_read_it(
    make_arena: Callable[[str], Arena], name: str
) -> None:
    if "faketime" in STRANGE[name] and not shutil.which("faketime"):
        pytest.skip("faketime isn't installed")
    arena = make_arena("folder")
    arena.edit("UPDATE profiles SET headline = 'Keeper of the odd lamp' WHERE slug = 'ann'")
    done = run_strangely(arena, STRANGE[name])
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    arena.check_published()
    page = Path(arena.shelf.address.removeprefix("file://")) / "p/ann/index.html"
    assert "Keeper of the odd lamp" in page.read_text()
    clean = arena.elsewhere("clean")
    clean.do("build", "--profile", "ann")
    assert (clean.build_folder / "site/p/ann/cv.pdf").read_bytes() == page.with_name("cv.pdf").read_bytes()
    if name == "umask 077":
        assert all(path.stat().st_mode & 0o004 for path in page.parents[2].rglob("*") if path.name != ".unfinished")
    assert os.access(page, os.R_OK)
