"""Prove that something is gone, by asking the site as its visitors do."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

# 403 is what a private bucket says about a key that isn't there
GONE = (403, 404, 410)
# neither seen nor proved gone
UNSERVED = "nobody serves this address"
FOREIGN = "another site answers at this address"
UNPROVED = (UNSERVED, FOREIGN)
# A cache may keep an answer for each encoding: GET asks as browsers do, HEAD for the plain bytes. Nothing asks a cache
# to look again: what matters is what visitors get.
WHO = "careerhub-proof"
BROWSERS, PLAIN = "gzip, deflate, br", "identity"
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
LONGEST_ANSWER = 10.0
PARALLEL = 8
LARGEST_ROBOTS = 100_000


def find_visible(
    site_url: str,
    paths: Iterable[str],
    *,
    seconds: float,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, str]:
    """Ask for paths below the site's address until they are gone or time is up; return what isn't, with what was said.

    A path may be UNSERVED (nobody answers) or FOREIGN (the answer's robots.txt doesn't name this site): no proof then,
    and nothing to wait for. Redirects are followed within the site only.
    """
    site_url = site_url.rstrip("/")
    opener = build_opener(_WithinSite)
    end, pause = clock() + seconds, FIRST_PAUSE
    asked = list(dict.fromkeys(paths))
    left = asked
    with ThreadPoolExecutor(PARALLEL) as pool:
        while True:
            said = dict(zip(left, pool.map(partial(_ask_both, opener, site_url), left), strict=True))
            visible = {path: answer for path, answer in said.items() if answer}
            if all(answer == UNSERVED for answer in visible.values()) or clock() + pause > end:
                break
            sleep(pause)
            left, pause = list(visible), min(pause * 1.5, LONGEST_PAUSE)
    return visible | _doubt_silence(opener, site_url, [path for path in asked if path not in visible])


def _doubt_silence(opener: OpenerDirector, site_url: str, gone: list[str]) -> dict[str, str]:
    """Distrust a 404 of whoever else listens at this address: the site's own robots.txt names it."""
    if not gone or site_url.encode() in _read_robots(opener, site_url):
        return {}
    return dict.fromkeys(gone, FOREIGN)


def _read_robots(opener: OpenerDirector, site_url: str) -> bytes:
    try:
        request = _make_request(f"{site_url}/robots.txt", "GET", PLAIN)
        with opener.open(request, timeout=LONGEST_ANSWER) as answer:
            return bytes(answer.read(LARGEST_ROBOTS))
    except (OSError, HTTPException):
        return b""


def _ask_both(opener: OpenerDirector, site_url: str, path: str) -> str:
    """Return what GET or HEAD still says about an address; empty when both say that it's gone."""
    url = f"{site_url}/{path.removeprefix('/')}"
    return _ask(opener, _make_request(url, "GET", BROWSERS)) or _ask(opener, _make_request(url, "HEAD", PLAIN))


def _ask(opener: OpenerDirector, request: Request) -> str:
    try:
        with opener.open(request, timeout=LONGEST_ANSWER) as answer:
            return str(answer.status)
    except HTTPError as error:
        with error:
            return "" if error.code in GONE else _describe(error)
    except URLError as error:
        return _describe_silence(error.reason)
    except (OSError, HTTPException) as error:
        return _describe_silence(error)


def _make_request(url: str, method: str, encodings: str) -> Request:
    headers = {"User-Agent": WHO, "Accept-Encoding": encodings}
    # settings let only http and https through
    return Request(url, method=method, headers=headers)  # noqa: S310


def _describe(error: HTTPError) -> str:
    elsewhere = error.headers.get("Location")
    return f"{error.code} to {urljoin(error.url, elsewhere)}" if elsewhere else str(error.code)


def _describe_silence(reason: object) -> str:
    if isinstance(reason, (ConnectionRefusedError, socket.gaierror)):
        return UNSERVED
    if isinstance(reason, ssl.SSLError):
        return f"no safe connection ({reason.reason or reason})"
    return f"no answer ({reason})"


class _WithinSite(HTTPRedirectHandler):
    """Follow a redirect only to the same scheme, host and port."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)
