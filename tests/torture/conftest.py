"""What the torture shares: a real S3 server, a place for fonts, and arenas."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.databases import Cluster, Database
from tests.seaweed import Seaweed, run_seaweed
from tests.torture.arena import Arena
from tests.torture.shelves import BUCKET, FolderShelf, S3Shelf, Shelf

_NUMBERS = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def without_sync() -> Iterator[None]:
    """Don't wait for the disk: processes die here, the machine doesn't."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        yield


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with run_seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        server.client().create_bucket(Bucket=BUCKET)
        # publishing in the tests' own process reads these, and nobody else's
        with pytest.MonkeyPatch.context() as patch:
            for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
                patch.delenv(name, raising=False)
            for name, value in server.environment().items():
                patch.setenv(name, value)
            yield server


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def make_shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Shelf]:
    """Give a function that makes an empty target: "s3" or "folder"."""

    def make(kind: str) -> Shelf:
        if kind == "s3":
            return S3Shelf(request.getfixturevalue("seaweed"), f"t{next(_NUMBERS)}")
        return FolderShelf(tmp_path / f"www{next(_NUMBERS)}" / "site")

    return make


@pytest.fixture(scope="session")
def grown(embedded: Cluster, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Give a database with people, and their site built once: tests work with copies of both."""
    root = tmp_path_factory.mktemp("grown")
    with embedded.copied() as database:
        arena = Arena(database, root, home, FolderShelf(root / "www" / "site"))
        arena.add_people()
        arena.do("build")
        yield arena


@pytest.fixture
def make_arena(
    make_shelf: Callable[[str], Shelf], embedded: Cluster, grown: Arena, tmp_path: Path, home: Path
) -> Iterator[Callable[[str], Arena]]:
    """Give a function that makes an arena: people and their site, built and not published."""
    with ExitStack() as stack:

        def make(kind: str) -> Arena:
            database = stack.enter_context(copied(embedded, grown.database))
            root = tmp_path / "machine"
            root.mkdir()
            shutil.copytree(grown.build_folder, root / "build")
            arena = Arena(database, root, home, make_shelf(kind))
            # the folder learns that the database is another one: nothing is rendered
            arena.do("build")
            return arena

        yield make


@contextmanager
def copied(cluster: Cluster, origin: Database) -> Iterator[Database]:
    database = Database(f"arena_{next(_NUMBERS)}_{os.getpid()}", cluster.socket)
    cluster.run(f"CREATE DATABASE {database.name} TEMPLATE {origin.name}")
    cluster.run(f"ALTER DATABASE {database.name} OWNER TO careerhub_owner")
    try:
        yield database
    finally:
        cluster.run(f"DROP DATABASE {database.name} WITH (FORCE)")
