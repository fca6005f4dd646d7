"""What many tests share: real databases, a real S3 server, a site to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsers import CHROMIUM, run_browser
from tests.databases import Cluster, Database, embedded_cluster, find_installed, installed_cluster

VERSIONS = ["embedded", *(programs.parent.name for programs in find_installed())]


@pytest.fixture(scope="session")
def embedded() -> Iterator[Cluster]:
    """Give the server that comes with CareerHub."""
    with embedded_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session", params=VERSIONS)
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Give a server of every version at hand."""
    if request.param == "embedded":
        yield request.getfixturevalue("embedded")
        return
    programs = next(p for p in find_installed() if p.parent.name == request.param)
    with installed_cluster(programs) as cluster:
        yield cluster


@pytest.fixture
def database(embedded: Cluster) -> Iterator[Database]:
    """Give a migrated database of one's own."""
    with embedded.copied() as copy:
        yield copy


@pytest.fixture
def any_database(cluster: Cluster) -> Iterator[Database]:
    """Give a migrated database of one's own, on every version at hand."""
    with cluster.copied() as copy:
        yield copy


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a real browser: each test opens windows of its own in it."""
    if not CHROMIUM.exists() and os.environ.get("REQUIRE_BROWSER") != "1":
        pytest.skip(f"there is no browser at {CHROMIUM}: apt install chromium")
    with run_browser() as found:
        yield found
