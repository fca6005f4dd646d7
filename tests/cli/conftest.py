"""Run the real command line, as a process, against a database of the test's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from careerhub.editing.contact import make_contact_key
from tests.databases import Database

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment_of(database: Database, folder: Path) -> dict[str, str]:
    """Return the settings that point a command at a test database and at folders of the test."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        # this checkout's software, also where another one is installed
        "PYTHONPATH": str(ROOT),
        "CAREERHUB_HOME": str(folder / "home"),
        "CAREERHUB_BUILD_DIR": str(folder / "build"),
        "CAREERHUB_DATABASE_URL": database.url("careerhub_app"),
        "CAREERHUB_OWNER_DATABASE_URL": database.url("careerhub_owner"),
        "CAREERHUB_SITE_DATABASE_URL": database.url("careerhub_site"),
        "CAREERHUB_CONTACT_KEYS": make_contact_key(),
    }


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    return environment_of(database, tmp_path)


@pytest.fixture
def careerhub(environment: dict[str, str], tmp_path: Path) -> Run:
    """Give a function that runs `careerhub …` and returns what came of it."""

    def run(*arguments: object, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "careerhub", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | dict(more or {}),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )

    return run
