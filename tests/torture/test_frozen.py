"""A publisher that freezes in the midst, while another machine publishes something newer, and then wakes up."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

import pytest

from tests.publish.interference import Answer, Interference, interfere
from tests.torture.arena import LEAVER, SECRETS, Arena, copy_software, end
from tests.torture.shelves import S3Shelf

OVERTAKEN = 5
# the request at which the publisher freezes
MOMENTS = {
    "reading": r"GET .*/manifest\.json",
    "announcing": r"PUT .*_state/.*/manifest\.json",
    "assets": r"PUT .*/assets/",
    "CVs": r"PUT .*/cv\.pdf",
    "pages": r"PUT .*/p/ann/index\.html",
    "lists": r"PUT .*/t\d+/index\.html",
    "feeds": r"PUT .*/(feed|sitemap)\.xml",
    "withdrawing": r"POST .*\?delete",
    "shards": r"PUT .*_state/.*/shards/",
}
SAMPLE = ("reading", "lists", "withdrawing")
CASES = [
    pytest.param(name, late, id=f"{name}, {'a call on its way' if late else 'between calls'}", marks=() if name in SAMPLE and late else pytest.mark.torture)
    for name in MOMENTS
    for late in (False, True)
]  # fmt: skip


@dataclass
class Freezer:
    """Freezes a process at the first request of a kind; `late`: that request arrives only after it was let go."""

    pattern: str
    late: bool
    process: subprocess.Popen[str] | None = None
    is_frozen: Event = field(default_factory=Event)
    may_go_on: Event = field(default_factory=Event)

    def __call__(self, method: str, path: str) -> Answer | None:
        if self.process and not self.is_frozen.is_set() and re.search(self.pattern, f"{method} {path}"):
            os.kill(self.process.pid, signal.SIGSTOP)
            self.is_frozen.set()
        if self.is_frozen.is_set() and self.late:
            # whatever was on its way, or is sent by what froze too late
            self.may_go_on.wait(120)
        return None


def publish_newer(arena: Arena, other: Arena) -> None:
    """Cut the frozen one's connections, edit, and publish from elsewhere."""
    arena.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND usename = 'careerhub_site'"
    )
    arena.edit(
        # the old words stay: a file that gets back the very bytes it had is one that S3 can't tell from the old
        # (docs/publishing.md)
        "UPDATE profiles SET headline = 'Keeper of an old, newest lamp' WHERE slug = 'ann'",
        "UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = 'cy'",
        "UPDATE profiles SET headline = 'Keeper of something' WHERE slug = 'dee'",
    )
    other.do("build")
    other.do("publish")
    other.check_published(SECRETS | {LEAVER})


def freeze(arena: Arena, proxy: Interference, freezer: Freezer) -> subprocess.Popen[str]:
    proxy.rule = freezer
    process = arena.start("publish", CAREERHUB_S3_ENDPOINT_URL=proxy.endpoint_url)
    freezer.process = process
    if not freezer.is_frozen.wait(60):
        raise AssertionError(f"{freezer.pattern} never came: {end(process).error}; {proxy.seen}")
    return process


@pytest.mark.parametrize(("name", "late"), CASES)
def test_who_wakes_up_after_a_newer_publish_overwrites_nothing_and_stops(
    make_arena: Callable[[str], Arena], name: str, late: bool
) -> None:
    arena = make_arena("s3")
    assert isinstance(arena.shelf, S3Shelf)
    arena.publish()
    arena.edit(
        "UPDATE profiles SET headline = 'Keeper of an old lamp' WHERE slug = 'ann'",
        "UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = 'bob'",
        "UPDATE profiles SET slug = 'dee-dee' WHERE slug = 'dee'",
    )
    arena.add("eve")
    arena.software = copy_software(arena.root / "software", "\n.frozen { color: #654321 }\n")
    arena.do("build")
    other = arena.elsewhere("other")
    freezer = Freezer(MOMENTS[name], late)
    with interfere(arena.shelf.server.endpoint_url) as proxy:
        process = freeze(arena, proxy, freezer)
        try:
            publish_newer(arena, other)
            newer = other.shelf.read()
        finally:
            freezer.may_go_on.set()
            os.kill(process.pid, signal.SIGCONT)
        done = end(process)
    assert done.code == OVERTAKEN, (done.code, done.error)
    # frozen before it looked, it looks at what is newer, and has two notes about its own build
    assert done.error.strip().count("\n") <= (name == "reading")
    assert "Traceback" not in done.error
    assert arena.shelf.read() == newer
    arena.do("build")
    arena.do("publish")
    arena.check_published(SECRETS | {LEAVER})
    assert arena.shelf.read() == newer
