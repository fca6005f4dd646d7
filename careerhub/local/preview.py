"""Serve the build on this machine at the addresses a CDN would."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from careerhub.errors import CareerHubError, WrongUse
from careerhub.output.files import check_path
from careerhub.publish.headers import headers_for


def make_preview(site: Path, *, host: str, port: int, base: str = "") -> ThreadingHTTPServer:
    """Make the server; port 0 takes a free one. `base` is the path of the site's address, `/people` say."""
    if not (site / "index.html").is_file():
        raise WrongUse(f"There is no site in {site}: run `careerhub build` first.")
    try:
        return ThreadingHTTPServer((host, port), partial(_Handler, site, base))
    except OSError as error:
        raise WrongUse(
            f"Port {port} of {host} can't be used ({error.strerror}): choose another with --port."
        ) from error


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of files below the site; a folder's address ends with a slash and shows its index.html."""

    server_version = "CareerHub"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes: waiting for the first one's answer costs 40 ms

    def __init__(self, site: Path, base: str, *arguments: object) -> None:
        self._site = site
        self._base = base
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        root = self._base + "/"
        inside = path.removeprefix(root) if path.startswith(root) and not path.startswith(root + "/") else None
        if inside is not None and inside and not inside.endswith("/") and (self._find(inside + "/index.html")):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            parts = urlsplit(self.path)
            self.send_header("Location", parts.path + "/" + (f"?{parts.query}" if parts.query else ""))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        key = None if inside is None else inside + "index.html" if not inside or inside.endswith("/") else inside
        found = self._find(key) if key else None
        status, key, found = (
            (HTTPStatus.OK, key, found) if found else (HTTPStatus.NOT_FOUND, "404.html", self._find("404.html"))
        )
        data = found.read_bytes() if found else b"Not found"
        headers = headers_for(key or "404.html")
        self.send_response(status)
        self.send_header("Content-Type", headers.content_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-cache")  # a preview is for looking at the newest build
        self.send_header("X-Content-Type-Options", "nosniff")
        if headers.content_disposition:
            self.send_header("Content-Disposition", headers.content_disposition)
        self.end_headers()
        if with_body:
            self.wfile.write(data)

    def _find(self, key: str) -> Path | None:
        try:
            check_path(key)
        except CareerHubError:
            return None
        path = self._site / key
        return path if path.is_file() else None

    def log_message(self, *_: object) -> None:
        """Say nothing: people watch the page, not the log."""
