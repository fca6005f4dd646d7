"""`careerhub sync`, as cron and systemd run it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from careerhub.db.lock import hold_lock
from careerhub.operations.metrics import read_metrics
from tests.cli.conftest import Run
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

ROOT = Path(__file__).resolve().parents[2]


def read_events(stderr: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it didn't come about in time"
        time.sleep(0.05)


def picture(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def www(environment: dict[str, str], tmp_path: Path) -> Path:
    environment["CAREERHUB_TARGET"] = (tmp_path / "www").as_uri()
    return tmp_path / "www"


def edit(database: Database, statement: str) -> None:
    with database.connect() as connection:
        connection.execute(statement.encode())


def test_it_builds_and_publishes_and_the_second_time_writes_nothing(
    careerhub: Run, database: Database, www: Path, tmp_path: Path
) -> None:
    add_career(database.app_engine, add_person(database.app_engine, "ada"))
    add_person(database.app_engine, "bela")
    done = careerhub("sync")
    assert done.returncode == 0, done.stderr
    events = [event["event"] for event in read_events(done.stderr)]
    assert events == ["built", "published", "tidied"]
    assert (www / "p/ada/cv.pdf").read_bytes().startswith(b"%PDF-")
    before = picture(www) | picture(tmp_path / "www.state") | picture(tmp_path / "build")
    again = careerhub("sync", "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["changed"] is False
    assert read_events(again.stderr) == []
    assert picture(www) | picture(tmp_path / "www.state") | picture(tmp_path / "build") == before


def test_metrics_tell_what_was_done_also_when_it_failed(
    careerhub: Run, database: Database, www: Path, tmp_path: Path
) -> None:
    ada = add_person(database.app_engine, "ada")
    assert careerhub("sync", "--only", "pages").returncode == 0
    path = tmp_path / "home/metrics/careerhub_sync.prom"
    assert path.stat().st_mode & 0o777 == 0o644
    assert b"ada" not in path.read_bytes()
    first = read_metrics(path.parent, "sync")
    assert first["job_last_exit_code"] == {("sync",): 0}
    assert first["profiles_total"] == {("public",): 1, ("hidden",): 0}
    assert first["publish_bytes"][()] > 1000
    edit(database, f"DELETE FROM users WHERE id = '{owner_of(ada)}'")
    assert careerhub("sync", "--only", "pages").returncode == 0
    gone = read_metrics(path.parent, "sync")
    assert gone["withdraw_pending"] == {(): 0}
    assert set(gone["withdraw_seconds"]) == {("0.5",), ("0.95",), ("0.99",)}
    failed = careerhub("sync", more={"CAREERHUB_SITE_DATABASE_URL": "postgresql://careerhub_site@127.0.0.1:9/x"})
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    after = read_metrics(path.parent, "sync")
    assert after["job_last_exit_code"] == {("sync",): 1}
    assert after["job_last_success_timestamp_seconds"] == gone["job_last_success_timestamp_seconds"]


def test_a_second_one_exits_at_once_and_says_so(careerhub: Run, database: Database, www: Path) -> None:
    add_person(database.app_engine, "ada")
    with hold_lock(database.site_engine, www.as_uri()):
        done = careerhub("sync")
    assert done.returncode == 0
    assert "another publisher is at work" in done.stderr
    assert not www.exists()


def test_a_build_that_fails_keeps_nobody_published_who_has_hidden(
    careerhub: Run, database: Database, www: Path, tmp_path: Path
) -> None:
    add_person(database.app_engine, "ada")
    add_person(database.app_engine, "bela")
    assert careerhub("sync", "--only", "pages").returncode == 0
    edit(database, "UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = 'ada'")
    # nothing can be rendered or written here any more
    (tmp_path / "build/unfinished").mkdir()
    (tmp_path / "build/incoming").write_text("in the way")
    done = careerhub("sync", "--only", "pages")
    assert done.returncode in (1, 4)
    assert "Traceback" not in done.stderr
    assert not (www / "p/ada").exists()
    assert (www / "p/bela/index.html").exists()


def test_the_line_for_cron_works_in_an_empty_environment(
    environment: dict[str, str], database: Database, www: Path, tmp_path: Path
) -> None:
    add_person(database.app_engine, "ada")
    line = next(
        line
        for line in (ROOT / "docs/operating.md").read_text().splitlines()
        if "careerhub sync" in line and "*/2" in line
    )
    command = line.split("*  ", 1)[1].strip()
    (tmp_path / ".env").write_text(
        "".join(f"{name}={value}\n" for name, value in environment.items() if name != "PATH")
    )
    command = command.replace("/srv/careerhub", str(tmp_path)).replace("/var/log/careerhub", str(tmp_path))
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/careerhub").write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m careerhub "$@"\n'
    )
    (tmp_path / ".venv/bin/careerhub").chmod(0o755)
    done = subprocess.run(
        ["/usr/bin/env", "-i", "/bin/sh", "-c", command], cwd="/", stdin=subprocess.DEVNULL, timeout=120
    )
    log = (tmp_path / "sync.log").read_text()
    assert done.returncode == 0, log
    assert [event["event"] for event in read_events(log)][:2] == ["built", "published"]
    assert (www / "p/ada/index.html").exists()


@contextmanager
def watching(environment: dict[str, str], folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "watch.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "careerhub", "sync", "--watch", *arguments], cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_a_watch_publishes_edits_survives_the_databases_absence_and_stops_when_told(
    environment: dict[str, str], database: Database, www: Path, tmp_path: Path
) -> None:
    add_person(database.app_engine, "ada", headline="Keeper of lamps")
    page = www / "p/ada/index.html"
    with watching(environment, tmp_path, "--only", "pages", "--poll", "0.5") as process:
        wait_until(page.exists)
        edit(database, "UPDATE profiles SET headline = 'Keeper of tides' WHERE slug = 'ada'")
        wait_until(lambda: "Keeper of tides" in page.read_text())
        with database.connect() as connection:  # whoever listened is cut off
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database() AND usename = 'careerhub_site'"
            )
        edit(database, "UPDATE profiles SET headline = 'Keeper of sands' WHERE slug = 'ada'")
        wait_until(lambda: "Keeper of sands" in page.read_text())
        edit(database, "UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = 'ada'")
        wait_until(lambda: not page.exists())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 143
    log = (tmp_path / "watch.log").read_text()
    assert "Traceback" not in log
    assert next(event["event"] for event in read_events(log)) == "watching"


def test_a_watch_starts_anew_when_its_templates_change(
    environment: dict[str, str], database: Database, www: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "software"
    for name in ("careerhub", "site_templates", "migrations"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    add_person(database.app_engine, "ada")
    added = copy / "site_templates/operator/watched.md"
    with watching(environment | {"PYTHONPATH": str(copy)}, tmp_path, "--only", "pages", "--poll", "0.3") as process:
        wait_until((www / "p/ada/index.html").exists)
        added.write_text("# Notes\n\nSomething new.\n")
        wait_until((www / "watched/index.html").exists)
        assert process.poll() is None
    assert "reloading" in [event["event"] for event in read_events((tmp_path / "watch.log").read_text())]


def test_a_run_serves_requests_and_says_that_it_was_here(careerhub: Run, database: Database, www: Path) -> None:
    ada = add_person(database.app_engine, "ada")
    edit(
        database,
        f"INSERT INTO publish_requests (profile_id, id, revision) SELECT profile_id, make_ulid(), revision"
        f" FROM profile_revisions WHERE profile_id = '{ada}'",
    )
    assert careerhub("sync").returncode == 0
    with database.connect() as connection:
        assert connection.execute("SELECT count(served_at) FROM publish_requests").fetchone() == (1,)
        assert connection.execute("SELECT kind FROM publisher_sightings").fetchall() == [("SYNC",)]


def test_who_cannot_be_published_is_told_why_until_it_is_mended(careerhub: Run, database: Database, www: Path) -> None:
    add_person(database.app_engine, "ada", headline="Keeper \ue000 of lamps")
    careerhub("sync")
    told = "SELECT attempts, last_error FROM profile_publications WHERE last_error IS NOT NULL"
    with database.connect() as connection:
        (row,) = connection.execute(told).fetchall()
        assert row[0] == 1
        assert "U+E000" in str(row[1])
    edit(database, "UPDATE profiles SET headline = 'Keeper of lamps'")
    assert careerhub("sync").returncode == 0
    with database.connect() as connection:
        assert connection.execute(told).fetchall() == []


def test_a_failure_of_somebody_who_hides_leaves_nothing_to_withdraw(
    careerhub: Run, database: Database, www: Path
) -> None:
    add_person(database.app_engine, "ada", headline="Keeper \ue000 of lamps")
    careerhub("sync")
    edit(database, "UPDATE profiles SET visibility = 'PRIVATE'")
    assert careerhub("sync").returncode == 0
    with database.connect() as connection:
        assert connection.execute("SELECT profile_id FROM profile_publications").fetchall() == []
