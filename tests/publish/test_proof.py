"""What visitors still get is found; what nobody serves proves nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from careerhub.publish.proof import FOREIGN, UNSERVED, find_visible
from tests.serving.servers import find_port, run_nginx, run_nginx_with

PAGE = "/p/ada/"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@dataclass(slots=True)
class Site:
    """A site that says what a test tells it to: (status, location) by method and path, the last one for ever."""

    url: str = ""
    script: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    robots: str = ""

    def say(self, path: str, *statuses: int, location: str = "", method: str = "") -> None:
        for each in (method,) if method else ("GET", "HEAD"):
            self.script[f"{each} {path}"] = [(status, location) for status in statuses]

    def next(self, method: str, path: str) -> tuple[int, str]:
        left = self.script.get(f"{method} {path}", [(404, "")])
        return left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def site() -> Iterator[Site]:
    told = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.requests.append((self.command, self.path))
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            robots = self.path == "/robots.txt"
            status, location = (200, "") if robots else told.next(self.command, self.path)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write((told.robots if robots else "a page of somebody").encode())

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    told.robots = f"User-agent: *\nSitemap: {told.url}/sitemap.xml\n"
    yield told
    server.shutdown()
    server.server_close()


def look(site: Site, *paths: str, seconds: float = 0) -> dict[str, str]:
    """Look without waiting for a clock: each pause passes at once."""
    pauses: list[float] = []
    return find_visible(site.url, paths, seconds=seconds, sleep=pauses.append, clock=lambda: sum(pauses))


@pytest.mark.parametrize("status", [404, 410, 403])
def test_what_is_gone_is_not_found(site: Site, status: int) -> None:
    site.say(PAGE, status)
    assert look(site, PAGE, "/p/ada/cv.pdf") == {}
    assert {("GET", PAGE), ("HEAD", PAGE), ("GET", "/p/ada/cv.pdf")} <= set(site.requests)


@pytest.mark.parametrize("status", [200, 204, 401, 500, 503])
def test_everything_else_is_still_visible_or_unknown(site: Site, status: int) -> None:
    site.say(PAGE, status)
    assert look(site, PAGE, "/p/gone/") == {PAGE: str(status)}


def test_a_cache_that_has_only_one_of_the_methods_shows_it(site: Site) -> None:
    site.say(PAGE, 200, method="HEAD")
    site.say("/p/ben/", 200, method="GET")
    assert look(site, PAGE, "/p/ben/") == {PAGE: "200", "/p/ben/": "200"}


def test_it_asks_until_everything_is_gone(site: Site) -> None:
    site.say(PAGE, 200, 200, 404, method="GET")
    assert look(site, PAGE, "/p/gone/", seconds=60) == {}
    assert site.requests.count(("GET", PAGE)) == 3
    # what is gone isn't asked again
    assert site.requests.count(("GET", "/p/gone/")) == 1


def test_it_stops_when_time_is_up(site: Site) -> None:
    site.say(PAGE, 200)
    assert look(site, PAGE, seconds=10) == {PAGE: "200"}
    assert 3 <= len(site.requests) <= 10


def test_a_redirect_within_the_site_is_followed(site: Site) -> None:
    site.say("/p/ada", 301, location="/p/ada/")
    site.say("/p/old/", 301, location="/p/new/")
    site.say("/p/new/", 200)
    assert look(site, "/p/ada", "/p/old/") == {"/p/old/": "200"}


def test_a_redirect_elsewhere_is_not_followed(site: Site) -> None:
    elsewhere = "https://other.example.org/p/ada/"
    site.say(PAGE, 301, location=elsewhere)
    assert look(site, PAGE) == {PAGE: f"301 to {elsewhere}"}


def test_it_asks_as_visitors_do_and_says_who_it_is(site: Site) -> None:
    look(site, PAGE)
    assert len(site.headers) == 3
    for headers in site.headers:
        assert headers["user-agent"] == "careerhub-proof"
        assert not {"cache-control", "pragma", "authorization", "cookie", "if-modified-since"} & headers.keys()
    asked = {
        method: headers["accept-encoding"]
        for (method, _), headers in zip(site.requests[:2], site.headers, strict=False)
    }
    assert asked == {"GET": "gzip, deflate, br", "HEAD": "identity"}


def test_an_address_that_nobody_serves_proves_nothing() -> None:
    slept: list[float] = []
    for url in (f"http://127.0.0.1:{find_port()}", "http://nobody.invalid"):
        assert find_visible(url, [PAGE], seconds=60, sleep=slept.append) == {PAGE: UNSERVED}
    assert slept == []


def test_the_404_of_another_site_proves_nothing(site: Site) -> None:
    site.robots = "User-agent: *\nSitemap: https://other.example.org/sitemap.xml\n"
    site.say("/p/ben/", 200)
    assert look(site, PAGE, "/p/ben/") == {PAGE: FOREIGN, "/p/ben/": "200"}


def test_a_site_below_a_path_is_asked_there(site: Site) -> None:
    site.say("/people/p/ada/", 200)
    site.url += "/people/"
    assert look(site, PAGE) == {PAGE: "200"}


def test_a_server_that_hangs_up_is_no_proof() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def hang_up() -> None:
            # until nobody listens any more
            with suppress(OSError):
                while True:
                    connection, _address = listening.accept()
                    connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        found = find_visible(f"http://127.0.0.1:{port}", [PAGE], seconds=0)
    assert found[PAGE].startswith("no answer")


def test_many_are_asked_at_once(site: Site) -> None:
    paths = [f"/p/person-{number}/" for number in range(200)]
    site.say(paths[7], 200)
    assert look(site, *paths) == {paths[7]: "200"}
    assert len(site.requests) == 400


def write_site(root: Path, url: str) -> None:
    for key, text in {
        "p/ada/index.html": "Ada",
        "404.html": "missing",
        "robots.txt": f"Sitemap: {url}/sitemap.xml",
    }.items():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_text(text)


def test_nginx_shows_a_page_until_it_is_removed(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    with run_nginx(root, tmp_path / "nginx") as server:
        url = f"http://127.0.0.1:{server.port}"
        write_site(root, url)
        paths = [PAGE, f"{PAGE}index.html", "/p/ada"]
        assert find_visible(url, paths, seconds=0) == dict.fromkeys(paths, "200")
        (root / "p/ada/index.html").unlink()
        assert find_visible(url, paths, seconds=0) == {}


def test_a_cache_in_front_shows_what_the_origin_has_lost(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    port = find_port()
    with run_nginx(root, tmp_path / "nginx") as origin:
        cache = (
            f"proxy_cache_path {tmp_path / 'cache'} keys_zone=pages:1m;\n"
            f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{origin.port};"
            " proxy_cache pages; proxy_ignore_headers Cache-Control Vary; proxy_cache_valid 200 2s; } }"
        )
        with run_nginx_with(cache, tmp_path / "front", port):
            url = f"http://127.0.0.1:{port}"
            write_site(root, url)
            assert find_visible(url, [PAGE], seconds=0) == {PAGE: "200"}
            (root / "p/ada/index.html").unlink()
            assert find_visible(f"http://127.0.0.1:{origin.port}", [PAGE], seconds=0) == {PAGE: FOREIGN}
            assert find_visible(url, [PAGE], seconds=0) == {PAGE: "200"}
            began = time.monotonic()
            assert find_visible(url, [PAGE], seconds=30) == {}
            assert time.monotonic() - began < 30
