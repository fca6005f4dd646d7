"""The command that hands out the work dies, or is followed by another, while workers go on."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.jobs.sites import Site, Workers, check_same, kill, wait_until

# the command hands out nothing below a few dozen
PEOPLE = 60
SCENES = 25


def sync_alone(other: Site) -> None:
    assert other.run_sync("--workers", "none")[0] == 0


def count_doing(site: Site) -> int:
    return int(site.place.ask("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing'"))


def kill_coordinator(site: Site, when: Callable[[], object]) -> None:
    process = site.start_sync()
    wait_until(lambda: when() or process.poll() is not None)
    kill(process.pid)
    process.communicate()


def test_a_killed_coordinator_is_followed_by_another(site: Site) -> None:
    site.fill(PEOPLE)
    slugs = site.list_slugs()
    with site.workers():
        kill_coordinator(site, lambda: count_doing(site))
        # nobody tells the workers yet: they have what was handed out
        site.place.hide(slugs[3])
        code, told = site.run_sync()
        assert code == 0
        assert "run_announced" in [line["event"] for line in told]
        assert not [key for key in site.list_keys() if key.startswith(f"p/{slugs[3]}/")]
        # whoever hides before the next large round is gone, from the lists too, before workers put anything
        site.place.hide(slugs[5])
        site.place.edit("UPDATE profiles SET headline = 'Keeper of ' || slug")
        code, told = site.run_sync()
        events = [line["event"] for line in told]
        assert code == 0
        assert events.index("published") < events.index("run_announced")
    check_same(site, sync_alone)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_killed_when_the_end_is_the_same(site: Site, seed: int) -> None:
    chance = random.Random(seed)
    site.fill(PEOPLE)
    slugs = site.list_slugs()
    hidden: set[str] = set()
    with site.workers() as workers:
        for _ in range(SCENES):
            _play(site, workers, slugs, hidden, chance)
            gone = tuple(f"p/{slug}/" for slug in hidden)
            if chance.random() < 0.3:
                wait_until(lambda: len(workers.list_processes()) == 2)
                assert site.run_sync()[0] == 0
                assert not [key for key in site.list_keys() if key.startswith(gone)] or not gone
        assert site.run_sync()[0] == 0
    check_same(site, sync_alone)


def _play(site: Site, workers: Workers, slugs: list[str], hidden: set[str], chance: random.Random) -> None:
    """Edit everybody, begin to publish, and kill somebody at some moment."""
    site.place.edit("UPDATE profiles SET headline = :text", text=f"Keeper {chance.random()}")
    process = site.start_sync()
    moment = chance.choice((0.5, 1.5, 2.5, 4.0))
    try:
        process.wait(moment)
    except Exception:  # whatever it is at
        slug = chance.choice(slugs)
        site.place.hide(slug, chance.choice(("PRIVATE", "PUBLIC")))
        (hidden.discard if slug in site.list_slugs() else hidden.add)(slug)
        if chance.random() < 0.6:
            kill(process.pid)
        if chance.random() < 0.6 and (processes := workers.list_processes()):
            kill(chance.choice(processes))
    process.communicate()
