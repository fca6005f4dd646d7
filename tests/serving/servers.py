"""Real web servers with the examples of `serving/`: nginx, Caddy, and the preview they are compared with."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from careerhub.local.preview import make_preview

SERVING = Path(__file__).parents[2] / "serving"
# Debian keeps servers where people's PATH doesn't look
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens on this machine."""

    name: str
    port: int

    def ask(self, target: str, *, method: str = "GET") -> Answer:
        """Send one request, the target exactly as given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()


def find_program(name: str) -> str:
    """Return where a server's program is; skip the test without it, unless REQUIRE_SERVERS=1 makes that a failure."""
    found = shutil.which(name, path=PLACES)
    if found is None and os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(f"there is no {name}, and REQUIRE_SERVERS=1 wants it: apt install {name}")
    return found or pytest.skip(f"there is no {name}: apt install {name}")


@contextmanager
def run_preview(site: Path) -> Iterator[Server]:
    server = make_preview(site, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Server("preview", server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def run_nginx(site: Path, folder: Path) -> Iterator[Server]:
    """Run nginx with our example, its address and root changed as people would."""
    port = find_port()
    example = (SERVING / "nginx.conf").read_text()
    assert "listen 80;" in example
    assert "root /srv/site;" in example
    server = example.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/site;", f"{site};")
    with run_nginx_with(server, folder, port):
        yield Server("nginx", port)


@contextmanager
def run_nginx_with(inside: str, folder: Path, port: int) -> Iterator[None]:
    """Run nginx below one folder, unprivileged but for root's files; `inside` is what stands in its http block."""
    program = find_program("nginx")
    folder.mkdir(parents=True, exist_ok=True)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} worker_processes 1; daemon off; pid {folder / 'pid'};\n"
        f"error_log {folder / 'error.log'};\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\n{inside}\n}}\n"
    )
    with _running(
        [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)], port, folder
    ):
        yield


@contextmanager
def run_caddy(site: Path, folder: Path) -> Iterator[Server]:
    """Run Caddy with our example, its address and root changed as people would."""
    program, port = find_program("caddy"), find_port()
    example = (SERVING / "Caddyfile").read_text()
    assert "\ncv.example.org {" in example
    assert "root * /srv/site\n" in example
    configuration = folder / "Caddyfile"
    folder.mkdir(parents=True)
    configuration.write_text(
        # no certificates, no port for commands, no logs
        "{\nadmin off\nauto_https off\nlog {\noutput discard\n}\n}\n"
        + example.replace("\ncv.example.org {", f"\nhttp://127.0.0.1:{port} {{").replace("/srv/site\n", f"{site}\n")
    )
    environment = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    command = [program, "run", "--config", str(configuration), "--adapter", "caddyfile"]
    with _running(command, port, folder, environment):
        yield Server("caddy", port)


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _running(
    command: list[str], port: int, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **(environment or {})})
    try:
        _wait_until_open(process, port, folder)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_open(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            if process.poll() is not None or time.monotonic() > end:
                said = "".join(path.read_text() for path in folder.iterdir() if path.name in ("output", "error.log"))
                raise RuntimeError(f"{process.args!r} didn't start: {error}\n{said}") from error
            time.sleep(0.05)
        else:
            return
