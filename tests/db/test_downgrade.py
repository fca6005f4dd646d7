"""A downgrade says what it would take back, and does nothing that nobody confirmed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from careerhub.db.migrate import downgrade, plan_downgrade
from careerhub.db.state import head
from tests.databases import Database
from tests.db.test_migrating import REVISIONS, environment_of, revision_of
from tests.people import add_person


def run_command(database: Database, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "careerhub", "db", *arguments],
        env=environment_of(database, folder),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def test_a_plan_says_what_a_downgrade_takes_back(any_database: Database) -> None:
    add_person(any_database.app_engine, "ada")
    for revision in ("0005", "base"):
        plan = plan_downgrade(any_database.owner_engine, revision)
        assert [number for number, _ in plan.revisions] == [
            r for r in reversed(REVISIONS) if r > revision or revision == "base"
        ]
        assert all(title.endswith(".") and len(title) > 10 for _, title in plan.revisions)
        assert (plan.accounts, plan.profiles) == (1, 1)
    downgrade(any_database.owner_engine, "0004")
    below = plan_downgrade(any_database.owner_engine, "0002")
    assert ([number for number, _ in below.revisions], below.accounts, below.profiles) == (["0004", "0003"], 1, 1)
    assert plan_downgrade(any_database.owner_engine, "0004").revisions == ()
    downgrade(any_database.owner_engine, "base")
    assert plan_downgrade(any_database.owner_engine, "base").accounts == 0


def test_a_downgrade_that_nobody_confirms_tells_what_would_be_lost_and_does_nothing(
    database: Database, tmp_path: Path
) -> None:
    add_person(database.app_engine, "ada")
    refused = run_command(database, tmp_path, "downgrade", "0005")
    assert (refused.returncode, refused.stdout) == (4, "")
    assert "  0006  The catalogue of technologies" in refused.stderr
    assert "holds: accounts 1, profiles 1, audit entries about" in refused.stderr
    assert refused.stderr.splitlines()[-1].endswith("run `careerhub db downgrade 0005 --yes`.")
    assert revision_of(database) == head()
    done = run_command(database, tmp_path, "downgrade", "0005", "--yes")
    assert (done.returncode, done.stdout) == (0, f"The database is at revision 0005 (it was at {head()}).\n")
    again = run_command(database, tmp_path, "downgrade", "0005")
    assert (again.returncode, again.stdout) == (0, "The database is at revision 0005 already.\n")
    assert run_command(database, tmp_path, "upgrade").returncode == 0


@pytest.mark.parametrize(("answer", "code", "left"), [("0006", 4, head()), ("0005", 0, "0005")])
def test_on_a_terminal_a_downgrade_asks_for_the_revision(
    database: Database, tmp_path: Path, answer: str, code: int, left: str
) -> None:
    terminal, end = pty.openpty()
    try:
        os.write(terminal, f"{answer}\n".encode())
        command = [sys.executable, "-m", "careerhub", "db", "downgrade", "0005"]
        done = subprocess.run(
            command,
            env=environment_of(database, tmp_path),
            capture_output=True,
            text=True,
            stdin=end,
            timeout=60,
            check=False,
        )
    finally:
        os.close(terminal)
        os.close(end)
    assert "Type the revision again" in done.stderr
    assert (done.returncode, revision_of(database)) == (code, left)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("downgrade", "9999", "--yes"), 2, "9999"),
        (("downgrade", "no-such", "--yes"), 2, "no-such"),
        (("upgrade",), 1, "already exists. The database is at revision 0006, whole"),
    ],
)
def test_what_goes_wrong_is_one_line_and_no_trace(
    database: Database, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    downgrade(database.owner_engine, "0006")
    with database.connect() as connection:
        connection.execute("CREATE SCHEMA shared")
    failed = run_command(database, tmp_path, *arguments)
    assert (failed.returncode, failed.stdout) == (code, "")
    assert said in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
