"""The targets of the publishing tests: a folder and a real S3 server."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publish.sites import BUCKET, Target, make_folder_target, make_s3_target
from tests.seaweed import Seaweed, run_seaweed

PREFIXES = itertools.count()


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


@pytest.fixture
def s3_environment(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> Seaweed:
    """Let boto3 find the test server's credentials and nobody else's."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name, value in seaweed.environment().items():
        monkeypatch.setenv(name, value)
    return seaweed


@pytest.fixture
def folder_target(tmp_path: Path) -> Target:
    return make_folder_target(tmp_path / "www" / "site")


@pytest.fixture
def s3_target(s3_environment: Seaweed) -> Target:
    # a bucket takes several volumes of the server, a prefix nothing
    return make_s3_target(s3_environment, f"t{next(PREFIXES)}/nested")


@pytest.fixture(params=["folder", "s3"])
def target(request: pytest.FixtureRequest) -> Target:
    found = request.getfixturevalue(f"{request.param}_target")
    assert isinstance(found, Target)
    return found
