"""kill -9 at random moments of real processes, while people go on editing."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Timer

import pytest

from tests.torture.arena import CLIENT, LEAVER, SECRETS, Arena, kill, tell
from tests.torture.shelves import Shelf

COUNTS = [pytest.param(6, id="a few times"), pytest.param(200, id="200 times", marks=pytest.mark.torture)]
# the commands that take their turns, and the ones that finish what was begun
COMMANDS = (("build",), ("publish",), ("sync",), ("sync", "--watch", "--poll", "0.3"))
FINISH = {"build": ("build", "publish"), "publish": ("build", "publish"), "sync": ("sync",)}
# after so many kills everything is compared with what a machine makes that has never built
EACH_CLEAN = 25
OF_ANN = "WHERE profile_id = (SELECT id FROM profiles WHERE slug = 'ann')"


@dataclass
class People:
    """Who edits at random, and what nobody may see by now."""

    arena: Arena
    random: random.Random
    secret: frozenset[str] = SECRETS
    edits: int = 0
    added: list[str] = field(default_factory=list)

    def edit(self) -> None:
        self.edits += 1
        self.random.choice(
            (self.say, self.say, self.hide, self.show, self.rename, self.anonymise, self.name, self.add, self.leave)
        )()

    def say(self) -> None:
        slug = self.random.choice(("ann", "dee"))
        self.arena.edit("UPDATE profiles SET headline = :word WHERE slug = :slug", word=f"Lamp {self.edits}", slug=slug)

    def hide(self) -> None:
        self.arena.edit("UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = 'bob'")
        self.secret |= {LEAVER}

    def show(self) -> None:
        self.secret -= {LEAVER}
        self.arena.edit("UPDATE profiles SET visibility = 'PUBLIC' WHERE slug = 'bob'")

    def rename(self) -> None:
        self.arena.edit(
            "UPDATE profiles SET slug = CASE slug WHEN 'cy' THEN 'cyrus' ELSE 'cy' END WHERE slug IN ('cy', 'cyrus')"
        )

    def anonymise(self) -> None:
        self.arena.edit(
            f"UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A harbour', show_anonymized = true {OF_ANN}"
        )
        self.secret |= {CLIENT}

    def name(self) -> None:
        self.secret -= {CLIENT}
        self.arena.edit(f"UPDATE projects SET visibility = 'PUBLIC' {OF_ANN}")

    def add(self) -> None:
        self.added.append(f"person-{self.edits}")
        self.arena.add(self.added[-1])

    def leave(self) -> None:
        if self.added:
            slug = self.added.pop(0)
            self.arena.edit("DELETE FROM users WHERE id = (SELECT user_id FROM profiles WHERE slug = :slug)", slug=slug)


def finish(arena: Arena, command: str) -> None:
    """Run what a person or cron runs next; a lock of the dead one may live for a moment."""
    for each in FINISH[command]:
        for _ in range(5):
            done = arena.run(each, *(("--log", "text") if each == "sync" else ()))
            if "another publisher is at work" not in done.error:
                break
            time.sleep(0.5)
        assert done.code == 0, (each, done.code, done.error)
        assert "Traceback" not in done.error


def wait_and_kill(process: subprocess.Popen[str], seconds: float) -> float | None:
    """Kill a process after some seconds; return how long it took if it ended before."""
    began = time.monotonic()
    while time.monotonic() < began + seconds and process.poll() is None:
        time.sleep(0.002)
    took = None if process.poll() is None else time.monotonic() - began
    kill(process)
    return took


@pytest.mark.parametrize("count", COUNTS)
def test_whatever_is_killed_the_site_is_whole_and_the_next_run_finishes(
    make_arena: Callable[[str], Arena], make_shelf: Callable[[str], Shelf], count: int
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    tell(f"kill -9 {count} times, seed {seed}")
    moments = random.Random(seed)
    arena = make_arena("s3")
    people = People(arena, moments)
    began = time.monotonic()
    arena.do("sync")
    # how long each command takes is learnt on the way, from those that ended by themselves
    lasts = dict.fromkeys(COMMANDS, time.monotonic() - began)
    arena.check_published()
    killed: Counter[str] = Counter()
    for number in range(count):
        command = COMMANDS[number % len(COMMANDS)]
        people.edit()
        if command == ("publish",):
            arena.do("build")
        process = arena.start(*command)
        another = Timer(moments.uniform(0, lasts[command]), people.edit)
        another.start()
        took = wait_and_kill(process, moments.uniform(0.2, 1) * lasts[command])
        killed[" ".join(command[:2])] += took is None
        lasts[command] = took or lasts[command]
        another.join()
        # broken links, and what was secret all the time
        arena.check_visitors()
        finish(arena, command[0])
        arena.check_published(people.secret)
        if number % EACH_CLEAN == EACH_CLEAN - 1 or number == count - 1:
            clean = arena.elsewhere(f"clean-{number}", make_shelf("folder"))
            clean.do("build")
            assert clean.built() == arena.built(), f"seed {seed}, kill {number}"
    tell(f"{people.edits} edits; killed at work: {dict(killed)}; all whole, all converged")
    assert killed.total() >= count // 3
