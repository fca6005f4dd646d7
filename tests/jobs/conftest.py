"""A site of its own for each test, on a real S3 server."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Database
from tests.jobs.sites import BUCKET, Site
from tests.pipeline.sites import Place
from tests.seaweed import Seaweed, run_seaweed

_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def without_sync() -> Iterator[None]:
    """Don't wait for the disk: no power is cut here, and a sync waits for everybody else's files too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        yield


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with run_seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        server.client().create_bucket(Bucket=BUCKET)
        yield server


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "cache"


@pytest.fixture
def site(database: Database, tmp_path: Path, cache: Path, seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name, value in seaweed.environment().items():
        monkeypatch.setenv(name, value)
    target = f"s3://{BUCKET}/t{next(_numbers)}"
    return Site(Place(database, tmp_path / "build", cache, target=target), seaweed)
