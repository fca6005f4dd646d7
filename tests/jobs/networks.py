"""Machines of their own: network namespaces that reach this one over a cable, and what listens at its end."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Network:
    """A namespace with one cable to this machine; `here` is our address on it."""

    name: str
    here: str

    @property
    def within(self) -> tuple[str, ...]:
        """Return what runs a command in there."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        """Pull the cable."""
        _run("ip", "link", "set", f"{self.name}h", "down")

    def mend(self) -> None:
        _run("ip", "link", "set", f"{self.name}h", "up")


def find_obstacle() -> str:
    """Say why this machine can't make networks, "" when it can."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "network namespaces need root and ip"
    try:
        with network():
            return ""
    except subprocess.CalledProcessError as error:
        return f"no network namespaces here: {error.stderr}"


@contextmanager
def network() -> Iterator[Network]:
    """Make a namespace and its cable, and remove both."""
    number = next(_numbers)
    name = f"ch{os.getpid() % 100_000}x{number}"
    here, there = f"10.213.{number}.1", f"10.213.{number}.2"
    with ExitStack() as stack:
        _run("ip", "netns", "add", name)
        stack.callback(_run, "ip", "netns", "delete", name)
        _run("ip", "link", "add", f"{name}h", "type", "veth", "peer", "name", f"{name}n", "netns", name)
        _run("ip", "addr", "add", f"{here}/30", "dev", f"{name}h")
        _run("ip", "link", "set", f"{name}h", "up")
        for arguments in (
            ("addr", "add", f"{there}/30", "dev", f"{name}n"),
            ("link", "set", f"{name}n", "up"),
            ("link", "set", "lo", "up"),
        ):
            _run("ip", "-n", name, *arguments)
        yield Network(name, here)


@contextmanager
def relay(host: str, to: tuple[str, int] | str) -> Iterator[int]:
    """Pass every connection to `host` on to an address or a socket of this machine; give the port."""
    listener = socket.create_server((host, 0))
    connections: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX if isinstance(to, str) else socket.AF_INET)
            far.connect(to)
            connections.extend((near, far))
            for pair in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=pair, daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
