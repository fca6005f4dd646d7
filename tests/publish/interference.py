"""A server between CareerHub and a real S3 that now and then gives an answer of its own."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An own answer. `length` promises more bytes than there are; `done`: the real server was asked all the same.

    Status 0 is none at all: the connection ends, after `wait` seconds.
    """

    status: int
    body: bytes = b""
    length: int | None = None
    done: bool = False
    wait: float = 0


# method and address → an answer of our own, or None to ask the real server
Rule = Callable[[str, str], Answer | None]


@dataclass(slots=True)
class Interference:
    """The address to use, the rule (exchange it at will), and every request seen."""

    endpoint_url: str
    rule: Rule = lambda method, path: None
    seen: list[str] = field(default_factory=list)
    # as a store that doesn't know them
    refuses_conditions: bool = False


def make_error(status: int, code: str, message: str = "as the test says") -> Answer:
    """Make an S3 error."""
    return Answer(status=status, body=f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode())


@contextmanager
def interfere(endpoint_url: str) -> Iterator[Interference]:
    """Stand before the server at `endpoint_url` for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    interference = Interference(endpoint_url=f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = _make_handler(urlsplit(endpoint_url).netloc, interference)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield interference
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _make_handler(real: str, interference: Interference) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            if self.headers.get("Expect"):
                self.send_response_only(100)
                self.end_headers()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            interference.seen.append(f"{self.command} {self.path}")
            own = interference.rule(self.command, self.path)
            if interference.refuses_conditions and (self.headers.get("If-Match") or self.headers.get("If-None-Match")):
                own = make_error(501, "NotImplemented")
            if own and own.done:
                self.ask(body)
            if own and not own.status:
                time.sleep(own.wait)
                self.close_connection = True
            elif own:
                self.send(own.status, {"Content-Length": str(own.length or len(own.body))}, own.body)
            else:
                self.forward(body)

        def forward(self, body: bytes) -> None:
            status, headers, data = self.ask(body)
            length = headers.get("Content-Length", str(len(data)))
            kept = {name: value for name, value in headers.items() if name != "Transfer-Encoding"}
            self.send(status, kept | {"Content-Length": length}, data)

        def ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            # the signature covers the Host header: it goes on unchanged
            connection = http.client.HTTPConnection(real, timeout=30)
            headers = {name: value for name, value in self.headers.items() if name != "Expect"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
            connection.close()
            return answer.status, dict(answer.getheaders()), data

        def send(self, status: int, headers: dict[str, str], data: bytes) -> None:
            self.send_response_only(status)
            for name, value in (headers | {"Connection": "close"}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else data)
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            return None

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

    return Handler
