"""The doctor finds what would break a promise: at a real S3 server, and at sites that are served wrongly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from careerhub.errors import TargetUnreachable, WrongUse
from careerhub.publish.bucket import open_bucket
from careerhub.publish.examining import Remark, examine_site, examine_target
from tests.seaweed import Seaweed


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, seaweed: Seaweed) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name, value in seaweed.environment().items():
        monkeypatch.setenv(name, value)


def test_a_bucket_that_keeps_the_promises_is_left_as_it_was(seaweed: Seaweed) -> None:
    client = seaweed.client()
    client.create_bucket(Bucket="examined-healthy")
    assert list(examine_target(open_bucket("s3://examined-healthy", endpoint_url=seaweed.endpoint_url))) == []
    assert client.list_objects_v2(Bucket="examined-healthy").get("Contents", []) == []


def test_versions_are_told(seaweed: Seaweed) -> None:
    client = seaweed.client()
    client.create_bucket(Bucket="examined-versioned")
    client.put_bucket_versioning(Bucket="examined-versioned", VersioningConfiguration={"Status": "Enabled"})
    found = list(examine_target(open_bucket("s3://examined-versioned", endpoint_url=seaweed.endpoint_url)))
    assert [type(each) for each in found] == [Remark]
    assert "keeps versions" in str(found[0])
    assert not client.list_object_versions(Bucket="examined-versioned").get("Versions")


def test_a_bucket_that_isnt_there_is_a_problem(seaweed: Seaweed) -> None:
    with pytest.raises(WrongUse, match="no such bucket"):
        list(examine_target(open_bucket("s3://nowhere-to-be-found", endpoint_url=seaweed.endpoint_url)))
    with pytest.raises(TargetUnreachable, match="doesn't answer"):
        list(examine_target(open_bucket("s3://examined-healthy", endpoint_url="http://127.0.0.1:9")))


def test_a_folder_is_examined_too(tmp_path: Path) -> None:
    assert list(examine_target(open_bucket((tmp_path / "www").as_uri()))) == []
    assert not list(tmp_path.rglob("*.json"))


@contextmanager
def serving(answer: Callable[[str], int], robots: str | None = None) -> Iterator[str]:
    """Serve a site on which each path has this status; `robots`: else it names the site itself."""
    address = ""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_robots = self.path == "/robots.txt"
            self.send_response(200 if is_robots else answer(self.path))
            self.end_headers()
            if is_robots and self.command == "GET":
                self.wfile.write((f"Sitemap: {address}/sitemap.xml" if robots is None else robots).encode())

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_site_that_says_404_for_what_isnt_there_is_well() -> None:
    with serving(lambda _: 404) as address:
        assert "shows nothing private" in examine_site(address, has_cdn=False, is_remote=True)


def test_a_site_that_answers_everything_proves_nothing() -> None:
    with (
        serving(lambda path: 200 if path.startswith("/p/") else 404) as address,
        pytest.raises(WrongUse, match="aren't there"),
    ):
        examine_site(address, has_cdn=False, is_remote=False)


@pytest.mark.parametrize("path", ["/_state/manifest.json", "/.env"])
def test_what_is_for_us_alone_must_not_be_served(path: str) -> None:
    for robots in (None, "User-agent: *"):
        with (
            serving(lambda asked: 200 if asked == path else 404, robots) as address,
            pytest.raises(WrongUse, match="read by everybody"),
        ):
            examine_site(address, has_cdn=False, is_remote=False)


def test_somebody_elses_site_and_nobody_are_told() -> None:
    with serving(lambda _: 404, robots="User-agent: *") as address:
        with pytest.raises(Remark, match="another site"):
            examine_site(address, has_cdn=False, is_remote=True)
        assert "another site" in examine_site(address, has_cdn=False, is_remote=False)
    with pytest.raises(Remark, match="nobody serves"):
        examine_site("http://127.0.0.1:9", has_cdn=False, is_remote=True)
