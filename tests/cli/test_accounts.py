"""`careerhub users`: operators add, list, disable and enable accounts, set plans and passwords."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from careerhub.db.session import acting
from careerhub.editing.passwords import NO_PASSWORD, verify_password
from careerhub.editing.tokens import make_token, use_token
from tests.cli.conftest import Run
from tests.databases import Database
from tests.people import add_person, owner_of

PASSWORD = "lantern over the harbour"


@pytest.fixture
def type_in(environment: dict[str, str], tmp_path: Path) -> Any:
    """Give a function that runs `careerhub …` with something on stdin."""

    def run(typed: bytes, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "careerhub", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, input=typed, capture_output=True, timeout=120)
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def read_user(database: Database, email: str) -> dict[str, Any]:
    with database.connect() as connection:
        row = connection.execute("SELECT to_jsonb(u) FROM users u WHERE email = %s", (email,)).fetchone()
    assert row is not None
    found: Any = row[0]
    return dict(found)


def test_an_account_has_no_password_until_one_is_set(careerhub: Run, database: Database) -> None:
    done = careerhub("users", "add", "ada@example.org")
    assert (done.returncode, done.stdout) == (0, "Added ada@example.org.\n")
    user = read_user(database, "ada@example.org")
    assert (user["password_hash"], user["plan"], user["is_active"]) == (NO_PASSWORD, "FREE", True)


def test_an_account_can_come_with_plan_and_password(type_in: Any, database: Database) -> None:
    done = type_in(
        PASSWORD.encode() + b"\r\nmore\n", "users", "add", "ada@example.org", "--plan", "PRO", "--password-stdin"
    )
    assert done.returncode == 0, done.stderr
    user = read_user(database, "ada@example.org")
    assert user["plan"] == "PRO"
    assert verify_password(user["password_hash"], PASSWORD)
    assert PASSWORD not in done.stdout + done.stderr


def test_an_address_that_has_an_account_is_named(careerhub: Run, database: Database) -> None:
    careerhub("users", "add", "ada@example.org")
    again = careerhub("users", "add", "ADA@example.org")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "careerhub: There is an account for ADA@example.org already.\n"


@pytest.mark.parametrize(
    ("typed", "says"),
    [(b"short\n", "8 characters"), (b"", "8 characters"), (b"\xff" * 20, "UTF-8"), (b"x" * 5000, "at most")],
)
def test_a_password_that_cannot_be_leaves_no_account(type_in: Any, database: Database, typed: bytes, says: str) -> None:
    done = type_in(typed, "users", "add", "ada@example.org", "--password-stdin")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_a_new_password_replaces_the_old_one_and_ends_mailed_links(type_in: Any, database: Database) -> None:
    user_id = owner_of(add_person(database.app_engine, "ada"))
    with acting(database.app_engine, user_id) as session:
        mailed = make_token(session, user_id, "RESET_PASSWORD", timedelta(hours=1))
    done = type_in(PASSWORD.encode(), "users", "password", "ADA@example.org", "--password-stdin")
    assert done.returncode == 0, done.stderr
    assert verify_password(read_user(database, "ada@example.org")["password_hash"], PASSWORD)
    with acting(database.app_engine, None) as session:
        assert use_token(session, mailed, "RESET_PASSWORD") is None


def test_without_a_terminal_a_password_has_to_come_from_stdin(careerhub: Run, database: Database) -> None:
    add_person(database.app_engine, "ada")
    done = careerhub("users", "password", "ada@example.org")
    assert done.returncode == 2
    assert "--password-stdin" in done.stderr
    assert read_user(database, "ada@example.org")["password_hash"] == NO_PASSWORD


def test_accounts_are_disabled_and_enabled_and_listed_so(careerhub: Run, database: Database) -> None:
    add_person(database.app_engine, "ada")
    careerhub("users", "add", "bo@example.org")
    assert careerhub("users", "disable", "ada@example.org").returncode == 0
    assert careerhub("users", "list").stdout == (
        "ada@example.org\tFREE\tdisabled\tada\tPUBLIC\nbo@example.org\tFREE\tactive\t-\t-\n"
    )
    assert careerhub("users", "enable", "ada@example.org").returncode == 0
    assert careerhub("users", "plan", "ada@example.org", "EXPERT").returncode == 0
    assert json.loads(careerhub("users", "list", "--json").stdout) == [
        {"email": "ada@example.org", "plan": "EXPERT", "is_active": True, "slug": "ada", "visibility": "PUBLIC"},
        {"email": "bo@example.org", "plan": "FREE", "is_active": True, "slug": None, "visibility": None},
    ]


def test_a_plan_that_is_none_and_an_account_that_is_none_are_wrong_use(careerhub: Run) -> None:
    assert careerhub("users", "plan", "ada@example.org", "GOLD").returncode == 2
    for arguments in (
        ["plan", "ada@example.org", "PRO"],
        ["disable", "ada@example.org"],
        ["enable", "ada@example.org"],
    ):
        done = careerhub("users", *arguments)
        assert done.returncode == 2
        assert "ada@example.org" in done.stderr


def test_ten_thousand_accounts_are_listed_in_seconds(careerhub: Run, database: Database) -> None:
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO users (id, email) SELECT '01J' || lpad(n::text, 23, '0'), 'p' || n || '@example.org'"
            " FROM generate_series(1, 10000) n"
        )
    begun = time.monotonic()
    done = careerhub("users", "list")
    assert len(done.stdout.splitlines()) == 10_000
    assert time.monotonic() - begun < 30
