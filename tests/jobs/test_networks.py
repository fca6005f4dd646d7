"""Workers on machines of their own, with nothing in common but the database and the target."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.jobs.networks import Network, find_obstacle, network, relay
from tests.jobs.sites import Site, Workers, check_same, wait_until

PEOPLE = 60


@contextmanager
def machine(site: Site, net: Network) -> Iterator[Workers]:
    """Run one worker in a network of its own."""
    s3 = urlsplit(site.seaweed.endpoint_url)
    database = site.place.database
    with ExitStack() as stack:
        s3_port = stack.enter_context(relay(net.here, (str(s3.hostname), int(s3.port or 0))))
        db_port = stack.enter_context(relay(net.here, f"{database.socket}/.s.PGSQL.5432"))
        workers = stack.enter_context(
            site.workers(
                1,
                within=net.within,
                CAREERHUB_S3_ENDPOINT_URL=f"http://{net.here}:{s3_port}",
                CAREERHUB_SITE_DATABASE_URL=f"postgresql://careerhub_site@{net.here}:{db_port}/{database.name}",
                CAREERHUB_HOME=str(site.place.root.parent / net.name),
            )
        )
        yield workers


@pytest.mark.torture
def test_two_machines_share_the_work_and_one_of_them_loses_its_network(site: Site) -> None:
    if obstacle := find_obstacle():
        pytest.skip(obstacle)
    site.fill(PEOPLE)
    with network() as first, network() as second, machine(site, first) as one, machine(site, second) as other:
        built, published = site.sync()
        assert (built.failed, published.notes) == ({}, [])
        assert one.list("batch_done")
        assert other.list("batch_done")
        site.place.edit("UPDATE profiles SET headline = 'Keeper of ' || slug")

        def cut() -> None:
            wait_until(
                lambda: site.place.ask("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing'") == 2
            )
            first.cut()

        cutter = threading.Thread(target=cut)
        site.notes.hooks["run_announced"] = cutter.start
        built, published = site.sync()
        cutter.join()
        assert (built.failed, published.notes) == ({}, [])
        assert site.notes.list("batch_lost")
        first.mend()
    check_same(site, lambda alone: alone.sync(alone=True))
