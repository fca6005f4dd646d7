"""What workers publish is what one process would have: byte for byte, and nothing is left of the work."""

from __future__ import annotations

import threading
import time

import pytest

from tests.jobs.sites import BOTH, Site, check_same, kill, wait_until

PEOPLE = 40


def list_personal(keys: object) -> list[str]:
    assert isinstance(keys, tuple)
    return [key for key in keys if key.startswith("p/")]


def test_workers_make_what_one_process_makes_and_what_changes_later(site: Site) -> None:
    site.fill(PEOPLE)
    slugs = site.list_slugs()
    with site.workers():
        built, published = site.sync()
        assert (built.rendered, built.failed, published.notes) == (len(slugs), {}, [])
        assert published.done
        assert list_personal(published.done.uploaded) == []
        # a second time everything is there, with its marks: pages change, move and go
        site.place.edit("UPDATE profiles SET headline = 'Keeper of ' || slug WHERE visibility = 'PUBLIC'")
        site.place.edit(
            "UPDATE projects SET is_hidden = true WHERE id IN (SELECT id FROM projects ORDER BY id LIMIT 15)"
        )
        site.place.edit("UPDATE profiles SET slug = 'moved-' || slug WHERE slug = ANY (:slugs)", slugs=slugs[:3])
        built, published = site.sync()
        assert (built.rendered, published.notes) == (len(slugs), [])
        assert published.done
        assert list_personal(published.done.uploaded) == []
        # and for a few nobody is asked
        site.place.edit("UPDATE profiles SET headline = 'On leave' WHERE slug = :slug", slug=slugs[5])
        _, published = site.sync()
        assert published.done
        assert list_personal(published.done.uploaded) != []
    assert len(site.notes.list("run_announced")) == 2
    check_same(site, lambda other: other.sync(alone=True))


def test_workers_make_the_same_cvs(site: Site) -> None:
    site.place.add("ada", "grace", "hedy", "mary", "rosalind", "tu")
    site.place.home_slug = "grace"
    with site.workers():
        built, published = site.sync(BOTH)
        assert published.done
        # `/` is a copy of its owner's page, so that one is rendered at home
        assert {key.split("/")[1] for key in list_personal(published.done.uploaded)} == {"grace"}
    assert (built.rendered, published.notes) == (6, [])
    check_same(site, lambda other: other.sync(BOTH, alone=True))


def test_without_workers_nothing_is_queued(site: Site) -> None:
    site.place.add("ada", "grace", "hedy", "mary", "rosalind", "tu")
    built, _ = site.sync()
    assert built.rendered == 6
    assert site.place.ask("SELECT last_value FROM jobs.procrastinate_jobs_id_seq WHERE is_called") is None
    assert site.notes.list("run_announced") == []


def test_workers_of_another_version_get_no_work(site: Site) -> None:
    site.place.add("ada", "grace", "hedy", "mary", "rosalind", "tu")
    with site.workers(1, CAREERHUB_SITE_URL="https://elsewhere.example.org"):
        built, _ = site.sync()
    assert built.rendered == 6
    assert site.notes.list("run_announced") == []


def test_killed_workers_lose_nothing(site: Site) -> None:
    site.fill(PEOPLE)
    with site.workers(2) as workers:

        def kill_one() -> None:
            wait_until(lambda: site.place.ask("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing'"))
            kill(workers.list_processes()[0])

        killer = threading.Thread(target=kill_one)
        site.notes.hooks["run_announced"] = killer.start
        built, published = site.sync()
        killer.join()
        assert len(workers.list("process_failed")) == 1
        # another one has taken its place
        wait_until(lambda: len(workers.list_processes()) == 2)
    assert (built.failed, published.notes) == ({}, [])
    assert site.notes.list("batch_lost") != []
    check_same(site, lambda other: other.sync(alone=True))


@pytest.mark.torture
def test_when_the_last_worker_dies_the_rest_is_done_at_home(site: Site) -> None:
    site.fill(PEOPLE)
    with site.workers(1) as workers:
        site.notes.hooks["run_announced"] = workers.kill
        built, published = site.sync()
    assert (built.failed, published.notes) == ({}, [])
    assert len(site.notes.list("workers_gone")) == 1
    check_same(site, lambda other: other.sync(alone=True))


@pytest.mark.torture
def test_a_worker_that_is_stopped_gives_its_work_back(site: Site) -> None:
    site.fill(PEOPLE)
    with site.workers(1) as first, site.workers(1) as second:

        def stop_one() -> None:
            wait_until(
                lambda: site.place.ask("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing'") == 2
            )
            began = time.monotonic()
            assert first.stop() == 143
            assert time.monotonic() - began < 20

        stopper = threading.Thread(target=stop_one)
        site.notes.hooks["run_announced"] = stopper.start
        built, published = site.sync()
        stopper.join()
        assert first.process.returncode == 143
        assert first.list("batch_given_back") != []
        assert first.noise == []
        assert second.list("batch_done") != []
    # nobody had to find out that it was dead
    assert site.notes.list("batch_lost") == []
    assert (built.failed, published.notes) == ({}, [])
    check_same(site, lambda other: other.sync(alone=True))


@pytest.mark.torture
def test_who_hides_while_the_run_is_under_way_is_never_put_there(site: Site) -> None:
    site.fill(PEOPLE)
    slugs = site.list_slugs()

    def hide() -> None:
        site.place.hide(slugs[7])
        site.place.edit("UPDATE profiles SET slug = 'renamed' WHERE slug = :slug", slug=slugs[9])

    site.notes.hooks["run_announced"] = hide
    with site.workers():
        built, published = site.sync()
        assert built.skipped == 2
        assert published.notes == []
        assert not [
            key for key in site.list_keys() if key.startswith((f"p/{slugs[7]}/", f"p/{slugs[9]}/", "p/renamed/"))
        ]
        site.sync()
    keys = site.list_keys()
    assert not [key for key in keys if key.startswith(f"p/{slugs[7]}/")]
    assert [key for key in keys if key.startswith("p/renamed/")]
    check_same(site, lambda other: other.sync(alone=True))
