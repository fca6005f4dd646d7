"""Homes for embedded servers: sockets need short names, and a root's server needs folders that others can pass."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from careerhub.local.server import Server, ensure_server, is_kept, stop_server


@contextmanager
def made_home() -> Iterator[Path]:
    """Give a home that doesn't exist yet, and leave neither a server nor a file behind."""
    # in memory where there is room: what these tests kill is programs, not machines
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    folder = Path(tempfile.mkdtemp(prefix="chub-", dir=memory if roomy else None))
    folder.chmod(0o755)
    yield folder / "home"
    stop_server(folder / "home")
    deadline = time.monotonic() + 10
    while (folder / "home").is_dir() and is_kept(folder / "home") and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(folder)


@pytest.fixture
def new_home() -> Iterator[Path]:
    """Give a home that doesn't exist yet."""
    with made_home() as home:
        yield home


@pytest.fixture(scope="session")
def shared_home() -> Iterator[Path]:
    """Give a home for tests that only look at its server."""
    with made_home() as home:
        yield home


@pytest.fixture
def shared_server(shared_home: Path) -> Server:
    """Give the running server of the shared home."""
    return ensure_server(shared_home)


@pytest.fixture(scope="session")
def pattern() -> Iterator[Path]:
    """Give a home whose data folder was made and never used."""
    with made_home() as home:
        ensure_server(home)
        stop_server(home)
        yield home


@pytest.fixture
def home(pattern: Path) -> Iterator[Path]:
    """Give a home of one's own with its data and no running server: quicker than a new one."""
    with made_home() as home:
        home.mkdir()
        home.chmod(0o755)
        subprocess.run(["cp", "-a", pattern / "data", home], check=True)
        yield home
