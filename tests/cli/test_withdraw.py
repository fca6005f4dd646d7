"""Taking somebody off now: what the target, the lists and the public address show afterwards, and what is printed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from careerhub.db.lock import hold_lock
from tests.cli.conftest import Run
from tests.databases import Database
from tests.people import add_career, add_person


@pytest.fixture
def www(environment: dict[str, str], tmp_path: Path) -> Path:
    environment["CAREERHUB_TARGET"] = (tmp_path / "www").as_uri()
    return tmp_path / "www"


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a published folder as a web server would; yield its address."""
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def find_words(folder: Path, *words: str) -> list[str]:
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


def test_whoever_is_withdrawn_is_gone_from_target_lists_and_address(
    careerhub: Run, environment: dict[str, str], database: Database, www: Path, tmp_path: Path
) -> None:
    add_career(database.app_engine, add_person(database.app_engine, "ada", full_name="Ada Quillfeather"))
    add_person(database.app_engine, "bela")
    with database.connect() as connection:
        connection.execute("UPDATE profiles SET slug = 'ada-two' WHERE slug = 'ada'")
    www.mkdir()
    with serving(www) as address:
        environment["CAREERHUB_SITE_URL"] = address
        assert careerhub("sync").returncode == 0
        assert (www / "p/ada/index.html").exists()  # leads on
        done = careerhub("withdraw", "ada-two", "--json")
        assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    assert proof["is_gone"] is True
    assert {"p/ada/index.html", "p/ada-two/cv.pdf", "p/ada-two/index.html"} <= set(proof["keys_asked"])
    assert (proof["keys_left"], proof["lists_naming"], proof["addresses_visible"]) == ([], [], {})
    assert proof["unproved"] == ""
    assert 0 < proof["seconds"] < 60
    assert find_words(www, "Quillfeather", "/p/ada") == []
    assert find_words(tmp_path / "www.state", "p/ada") == []
    assert (www / "p/bela/index.html").exists()
    assert "Nothing of it was published" in careerhub("withdraw", "ada-two").stdout


def test_erasing_leaves_nothing_anywhere(careerhub: Run, database: Database, www: Path, tmp_path: Path) -> None:
    add_career(database.app_engine, add_person(database.app_engine, "ada", full_name="Ada Quillfeather"))
    add_person(database.app_engine, "bela")
    assert careerhub("sync", "--only", "pages").returncode == 0
    refused = careerhub("erase", "ada@example.org")
    assert refused.returncode == 4
    assert (www / "p/ada/index.html").exists()
    done = careerhub("erase", "ADA@example.org", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    assert proof["erased"]["accounts"] == 1
    assert proof["unproved"] == "nobody serves this address"
    assert find_words(www, "Quillfeather") == find_words(tmp_path / "build", "Quillfeather") == []
    with database.connect() as connection:
        tables = connection.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE '%quillfeather%'".encode())
            assert found.fetchone() == (0,), table
    assert careerhub("erase", "ada@example.org", "--yes").returncode == 2


def test_a_publisher_at_work_is_waited_for(
    careerhub: Run, environment: dict[str, str], database: Database, www: Path, tmp_path: Path
) -> None:
    add_person(database.app_engine, "ada")
    add_person(database.app_engine, "bela")
    assert careerhub("sync", "--only", "pages").returncode == 0
    with hold_lock(database.site_engine, www.as_uri()):
        process = subprocess.Popen(
            [sys.executable, "-m", "careerhub", "withdraw", "ada"], cwd=tmp_path, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        end = time.monotonic() + 30
        query = "SELECT visibility = 'PRIVATE' FROM profiles WHERE slug = 'ada'"
        while True:
            with database.connect() as connection:
                if connection.execute(query).fetchone() == (True,):
                    break
            assert time.monotonic() < end
            time.sleep(0.1)
        assert process.poll() is None
        assert (www / "p/ada/index.html").exists()
    said, problems = process.communicate(timeout=60)
    assert process.returncode == 0, problems
    assert "0 still there" in said
    assert not (www / "p/ada").exists()


def test_without_a_build_here_files_go_and_the_lists_are_told_of(
    careerhub: Run, database: Database, www: Path, tmp_path: Path
) -> None:
    add_person(database.app_engine, "ada")
    add_person(database.app_engine, "bela")
    assert careerhub("sync", "--only", "pages").returncode == 0
    done = careerhub("withdraw", "ada", more={"CAREERHUB_BUILD_DIR": str(tmp_path / "elsewhere")})
    assert "Traceback" not in done.stderr
    assert "lists may name them" in done.stderr
    assert not (www / "p/ada").exists()
    assert (www / "p/bela/index.html").exists()
