"""Change capture under fire: editors that commit out of order and roll back, builders that poll and are killed.

What must hold once everybody is done: nobody stale, every published revision built from the content of that revision,
and no revision finished by two builders. A test runs it for seconds, `benchmarks/capture.py` for as long as you like.

    python -m tests.capturing URL LOG      one builder, until it is killed or told to stop
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from careerhub.db import models
from careerhub.db.engine import make_engine
from careerhub.db.publications import list_published, record_published
from careerhub.db.session import acting, lock_profile
from careerhub.db.site import list_profiles, load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.document.canonical import digest
from careerhub.editing.items import add_item, change_item, remove_item
from careerhub.errors import NotFound
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

TODAY = date(2026, 1, 1)
# the longest an editor holds its transaction open: what makes commits overtake each other
LONGEST_PAUSE_SECONDS = 0.03


class Regretted(Exception):
    """An editor's change of mind: the transaction rolls back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did and what was wrong at its end."""

    committed: int
    rolled_back: int
    finished: int
    killed: int
    stale: Sequence[str]
    finished_twice: Sequence[tuple[str, int]]
    built_from_other_content: Sequence[str]


def run_capture(
    database: Database, folder: Path, *, people: int, editors: int, builders: int, seconds: float, seed: int
) -> Outcome:
    """Let editors and builders race for a while, let the builders finish, and look what is left."""
    profiles = [add_person(database.app_engine, f"p{i}", headline="Keeper") for i in range(people)]
    for profile_id in profiles:
        add_career(database.app_engine, profile_id)
    log, stop = folder / "finished.jsonl", folder / "stop"
    log.touch()
    fleet = _Fleet(database.url("careerhub_site"), log, stop, builders)
    until = time.monotonic() + seconds
    fleet_thread = threading.Thread(target=fleet.keep_killing, args=(until, random.Random(seed)))
    fleet_thread.start()
    try:
        with ThreadPoolExecutor(editors) as pool:
            dice = [random.Random(seed * 1000 + number) for number in range(editors)]
            counts = list(pool.map(lambda one: _edit(database, profiles, one, until), dice))
    finally:
        fleet_thread.join()
        fleet.let_finish()
    return _judge(database, log, counts, fleet.killed)


def _edit(database: Database, profiles: Sequence[str], dice: random.Random, until: float) -> Counter[str]:
    """Edit random people in transactions of random length; some are rolled back."""
    counts: Counter[str] = Counter()
    while time.monotonic() < until:
        profile_id = dice.choice(profiles)
        try:
            with acting(database.app_engine, owner_of(profile_id)) as session:
                lock_profile(session, profile_id)
                for _ in range(dice.randint(1, 3)):
                    _edit_once(session, profile_id, dice)
                time.sleep(dice.random() * LONGEST_PAUSE_SECONDS)
                if dice.random() < 0.2:
                    raise Regretted
            counts["committed"] += 1
        except (Regretted, NotFound):  # NotFound: another editor has removed it meanwhile, and this one is told
            counts["rolled back"] += 1
    return counts


def _edit_once(session: Session, profile_id: str, dice: random.Random) -> None:
    interests = session.scalars(select(models.Interest.id)).all()
    match dice.randrange(4):
        case 0:
            add_item(session, "interests", profile_id, {"name": f"tides {dice.random()}"})
        case 1 if interests:
            values = {"name": f"moon {dice.random()}", "is_hidden": dice.random() < 0.3}
            change_item(session, "interests", profile_id, dice.choice(interests), values)
        case 2 if interests:
            remove_item(session, "interests", profile_id, dice.choice(interests))
        case _:
            visibility = dice.choice(("PUBLIC", "PUBLIC", "PRIVATE"))
            session.execute(
                text("UPDATE profiles SET headline = :headline, visibility = :visibility WHERE id = :id"),
                {"headline": f"Keeper {dice.random()}", "visibility": visibility, "id": profile_id},
            )


class _Fleet:
    """Builders as processes of their own; some are killed, and others come in their place."""

    def __init__(self, url: str, log: Path, stop: Path, size: int) -> None:
        self._command = [sys.executable, "-m", "tests.capturing", url, str(log), str(stop)]
        self._stop = stop
        self._running = [self._start() for _ in range(size)]
        self.killed = 0

    def _start(self) -> subprocess.Popen[bytes]:
        here = Path(__file__).resolve().parent.parent
        return subprocess.Popen(self._command, cwd=here, env=os.environ | {"PYTHONPATH": str(here)})

    def keep_killing(self, until: float, dice: random.Random) -> None:
        while time.monotonic() < until:
            # a builder needs a second to come up: killed sooner, it would never build anything
            time.sleep(2 + 2 * dice.random())
            victim = dice.randrange(len(self._running))
            self._running[victim].send_signal(signal.SIGKILL)
            self._running[victim].wait()
            self.killed += 1
            self._running[victim] = self._start()

    def let_finish(self) -> None:
        self._stop.touch()
        for builder in self._running:
            if builder.wait(timeout=60) != 0:
                raise AssertionError(f"a builder failed with exit code {builder.returncode}")


def build_until_told(url: str, log: Path, stop: Path) -> None:
    """Publish whoever is dirty, again and again; once told to stop, until nobody is."""
    engine = make_engine(url, "careerhub_site")
    dice = random.Random()
    while True:
        is_last = stop.exists()
        with open_snapshot(engine) as snapshot:
            published = list_published(snapshot)
            dirty = [r for r in list_profiles(snapshot) if r.revision > published.get(r.profile_id, 0)]
            documents = load_profiles(snapshot, [r.profile_id for r in dirty], today=TODAY)
        dice.shuffle(dirty)
        for found in dirty:
            time.sleep(dice.random() / 200)  # rendering
            document = documents.get(found.profile_id)
            line = {"id": found.profile_id, "revision": found.revision, "digest": digest(document) if document else ""}
            line["wins"] = bool(record_published(engine, {found.profile_id: (found.revision, None)}, gone=()))
            with log.open("a") as lines:
                lines.write(json.dumps(line) + "\n")
        if is_last and not dirty:
            return


def _judge(database: Database, log: Path, counts: Sequence[Counter[str]], killed: int) -> Outcome:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    wins = Counter((line["id"], line["revision"]) for line in lines if line["wins"])
    built = {(line["id"], line["revision"]): line["digest"] for line in lines}
    with open_snapshot(database.site_engine) as snapshot:
        published = list_published(snapshot)
        found = list(list_profiles(snapshot))
        documents = load_profiles(snapshot, [r.profile_id for r in found], today=TODAY)
    digests = {r.profile_id: digest(documents[r.profile_id]) if r.profile_id in documents else "" for r in found}
    return Outcome(
        committed=sum(count["committed"] for count in counts),
        rolled_back=sum(count["rolled back"] for count in counts),
        finished=len(wins),
        killed=killed,
        stale=[r.profile_id for r in found if published.get(r.profile_id) != r.revision],
        finished_twice=[key for key, count in wins.items() if count > 1],
        built_from_other_content=[
            r.profile_id
            for r in found
            if built.get((r.profile_id, r.revision), digests[r.profile_id]) != digests[r.profile_id]
        ],
    )


if __name__ == "__main__":
    build_until_told(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
