"""The targets of the publishing tests: a folder and a real S3 server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from careerhub.publish.bucket import open_bucket
from tests.publish.sites import Target
from tests.seaweed import Seaweed, run_seaweed

BUCKET = "published"
PREFIXES = itertools.count()


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


def make_folder_target(root: Path) -> Target:
    def read_all() -> dict[str, bytes]:
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    address = root.as_uri()
    return Target(address=address, open=lambda: open_bucket(address), read_all=read_all)


def make_s3_target(server: Seaweed, prefix: str) -> Target:
    address = f"s3://{BUCKET}/{prefix}"
    client = server.client()

    def read_all() -> dict[str, bytes]:
        start = f"{urlsplit(address).path[1:]}/"
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=start)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {
            key.removeprefix(start): client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in sorted(keys)
        }

    return Target(
        address=address, open=lambda: open_bucket(address, endpoint_url=server.endpoint_url), read_all=read_all
    )
