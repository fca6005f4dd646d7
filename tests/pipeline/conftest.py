"""What the pipeline tests share: a place to build in, and a cache of fonts for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Database
from tests.pipeline.sites import Place


@pytest.fixture(scope="session", autouse=True)
def without_sync() -> Iterator[None]:
    """Don't wait for the disk: no power is cut here, and a sync waits for everybody else's files too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        yield


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "cache"


@pytest.fixture
def place(database: Database, tmp_path: Path, cache: Path) -> Place:
    return Place(database, tmp_path / "build", cache)
