"""nginx and Caddy serve a published folder as the CDN would: same addresses, same headers, nothing else."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from careerhub.publish.cdn import list_addresses
from careerhub.publish.headers import TYPES, headers_for
from tests.render.reading import renderer_at
from tests.serving.addresses import FORBIDDEN, MISSING, PAGE, PERSON, REDIRECTED, REFUSED, SECRETS, SHOWN, Case
from tests.serving.servers import Server, run_caddy, run_nginx

RunServer = Callable[[Path, Path], AbstractContextManager[Server]]
FRAMES = "frame-ancestors 'none'"


def list_keys(folder: Path) -> list[str]:
    keys = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    found = [key for key in keys if key not in SECRETS]
    assert len(found) > 50
    return found


def page_policy(template: str = "pages/missing.html") -> str:
    """Return the policy that a page brings itself."""
    page = renderer_at().write_page(template, "x/index.html", title="", description="", ways=(), settings="{}")
    found = re.search(r'Content-Security-Policy" content="([^"]+)"', page.data.decode())
    assert found
    return found[1]


def test_every_file_is_served_at_its_addresses_with_the_headers_of_the_table(server: Server, site: Path) -> None:
    for key in list_keys(site):
        expected = headers_for(key)
        for address in list_addresses(key):
            answer = server.ask(address)
            assert (answer.status, answer.body) == (200, (site / key).read_bytes()), address
            assert answer.headers["content-type"] == expected.content_type, address
            assert answer.headers["cache-control"] == expected.cache_control, address
            assert answer.headers.get("content-disposition", "") == expected.content_disposition, address
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_type_that_is_published_is_in_the_examples(server: Server) -> None:
    served = {extension: server.ask(f"/assets/sample.0123456789ab.{extension}") for extension in TYPES}
    assert {extension: answer.headers["content-type"] for extension, answer in served.items()} == TYPES


def test_preview_shows_the_same(server: Server, preview: Server, built: Path) -> None:
    for key in list_keys(built):
        for address in (*list_addresses(key), f"/{key}/"):
            here, there = preview.ask(address), server.ask(address)
            assert (here.status, here.body) == (there.status, there.body), address
            assert here.headers["content-type"] == there.headers["content-type"], address
            assert here.headers.get("content-disposition") == there.headers.get("content-disposition"), address


@pytest.mark.parametrize("case", SHOWN, ids=lambda case: case.name)
def test_an_address_shows_its_page(server: Server, site: Path, case: Case) -> None:
    answer = server.ask(case.target, method=case.method)
    assert (answer.status, answer.body) == (200, (site / case.key).read_bytes())


@pytest.mark.parametrize("case", REDIRECTED, ids=lambda case: case.name)
def test_a_page_without_its_slash_leads_to_it(server: Server, case: Case) -> None:
    answer = server.ask(case.target, method=case.method)
    assert (answer.status, answer.headers["location"]) == (301, case.location)


@pytest.mark.parametrize("case", MISSING, ids=lambda case: case.name)
def test_what_is_missing_is_the_sites_own_404(server: Server, site: Path, case: Case) -> None:
    answer = server.ask(case.target)
    assert (answer.status, answer.body) == (404, (site / "404.html").read_bytes())
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    # a page that appears in a minute must not stay missing
    assert "cache-control" not in answer.headers
    assert "content-disposition" not in answer.headers
    assert answer.headers["content-security-policy"] == f"{page_policy()}; {FRAMES}"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_nothing_hidden_is_served_however_it_is_spelled(server: Server, case: Case) -> None:
    answer = server.ask(case.target)
    assert answer.status in (400, 404)
    assert b"secret" not in answer.body
    assert "location" not in answer.headers


@pytest.mark.parametrize("run", [run_nginx, run_caddy])
def test_a_wrong_root_does_not_show_the_publishers_notes(run: RunServer, site: Path, tmp_path: Path) -> None:
    with run(site.parent, tmp_path / "run") as server:
        assert server.ask("/site/index.html").status == 200
        for target in ("/site.state/manifest.json", "/site%2Estate%2Fmanifest.json", "/site.state/"):
            assert server.ask(target).status == 404


@pytest.mark.parametrize("case", FORBIDDEN, ids=lambda case: case.name)
def test_only_get_and_head_are_answered(server: Server, case: Case) -> None:
    answer = server.ask(case.target, method=case.method)
    assert (answer.status, answer.headers.get("allow")) == (405, "GET, HEAD")


def test_head_says_what_get_says(server: Server) -> None:
    get, head = server.ask(f"/{PAGE}"), server.ask(f"/{PAGE}", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "cache-control", "content-security-policy"):
        assert head.headers[name] == get.headers[name]


def test_pages_come_with_their_own_policy_and_may_not_be_framed(server: Server) -> None:
    assert server.ask("/").headers["content-security-policy"] == f"{page_policy()}; {FRAMES}"
    assert server.ask(f"/p/{PERSON}/").headers["content-security-policy"] == f"{page_policy()}; {FRAMES}"
    search = server.ask("/search/").headers["content-security-policy"]
    assert search == f"{page_policy('pages/search.html')}; {FRAMES}"
    # a PDF is no page: how browsers show it isn't for a page's policy to say
    assert server.ask(f"/p/{PERSON}/cv.pdf").headers["content-security-policy"] == FRAMES


def test_pages_travel_compressed(server: Server, site: Path) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"/p/{PERSON}/", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(data) == (site / PAGE).read_bytes()


def test_no_version_of_the_server_is_told(server: Server) -> None:
    for target in ("/", "/p/nobody/"):
        assert server.ask(target).headers.get("server", "") in ("", "nginx")
