"""Mailed tokens: used once, in time, for what they were made for; only their hash is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from careerhub.db.models import UserToken
from careerhub.db.session import acting
from careerhub.editing.accounts import add_account
from careerhub.editing.tokens import Purpose, hash_token, make_token, revoke_tokens, use_token
from careerhub.errors import CareerHubError, InputInvalid
from careerhub.ids import make_id
from tests.databases import Database

HOUR = timedelta(hours=1)


def add_user(database: Database, email: str) -> str:
    user_id = make_id()
    with acting(database.app_engine, user_id) as session:
        add_account(session, email, user_id=user_id)
    return user_id


@pytest.fixture
def ada(database: Database) -> tuple[Database, str]:
    return database, add_user(database, "ada@example.org")


@pytest.fixture
def any_ada(any_database: Database) -> tuple[Database, str]:
    return any_database, add_user(any_database, "ada@example.org")


def mail_token(database: Database, user_id: str, purpose: Purpose = "RESET_PASSWORD") -> str:
    with acting(database.app_engine, user_id) as session:
        return make_token(session, user_id, purpose, HOUR)


def use(database: Database, token: str, purpose: Purpose = "RESET_PASSWORD") -> str | None:
    with acting(database.app_engine, None) as session:
        return use_token(session, token, purpose)


def test_a_token_says_whose_it_is_once(any_ada: tuple[Database, str]) -> None:
    database, user_id = any_ada
    token = mail_token(database, user_id)
    assert use(database, token) == user_id
    assert use(database, token) is None


def test_only_its_hash_is_kept(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    token = mail_token(database, user_id)
    with database.connect() as connection:
        rows = connection.execute("SELECT t::text, token_hash FROM user_tokens t").fetchall()
    assert len(rows) == 1
    assert token not in str(rows[0][0])
    assert token.encode().hex() not in str(rows[0][0])
    assert rows[0][1] == hash_token(token)


def test_twenty_at_once_use_it_once(any_ada: tuple[Database, str]) -> None:
    database, user_id = any_ada
    token = mail_token(database, user_id)
    together = Barrier(20)

    def use_together(_number: int) -> str | None:
        with acting(database.app_engine, None) as session:
            session.connection()
            together.wait(timeout=30)
            return use_token(session, token, "RESET_PASSWORD")

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(use_together, range(20)))
    assert sorted(filter(None, found)) == [user_id]


def test_a_verified_address_is_noted(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    token = mail_token(database, user_id, "VERIFY_EMAIL")
    assert use(database, token, "VERIFY_EMAIL") == user_id
    with database.connect() as connection:
        assert connection.execute("SELECT is_verified FROM users").fetchall() == [(True,)]


def test_what_was_rolled_back_was_not_used(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    token = mail_token(database, user_id)
    with pytest.raises(ZeroDivisionError), acting(database.app_engine, None) as session:
        assert use_token(session, token, "RESET_PASSWORD") == user_id
        raise ZeroDivisionError
    assert use(database, token) == user_id


def test_a_token_for_something_else_is_none_and_stays_unused(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    token = mail_token(database, user_id)
    asked: list[Any] = ["VERIFY_EMAIL", "CHANGE_EMAIL", "ANYTHING", ""]
    assert [use(database, token, purpose) for purpose in asked] == [None] * 4
    assert use(database, token) == user_id


def test_what_is_no_token_is_none(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    mail_token(database, user_id)
    unknown = ["", "x", "Ω" * 50, "\udcff", "a" * 1_000_000, "' OR true --", "\0"]
    assert [use(database, text) for text in unknown] == [None] * len(unknown)


def test_the_database_clock_judges_when_it_is_over(any_ada: tuple[Database, str]) -> None:
    database, user_id = any_ada
    token = mail_token(database, user_id)
    with acting(database.app_engine, user_id) as session:
        left = session.scalar(select(UserToken.expires_at - func.clock_timestamp()))
    assert left is not None
    assert timedelta(minutes=59) < left <= HOUR
    with database.connect() as connection:
        connection.execute("UPDATE user_tokens SET expires_at = clock_timestamp() - interval '1 millisecond'")
    assert use(database, token) is None


def test_a_token_ends_in_a_transaction_that_began_before(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    with acting(database.app_engine, user_id) as session:
        token = make_token(session, user_id, "VERIFY_EMAIL", timedelta(milliseconds=20))
    with acting(database.app_engine, None) as session:
        session.execute(select(func.pg_sleep(0.05)))
        assert use_token(session, token, "VERIFY_EMAIL") is None


def test_a_token_that_never_lives_is_refused(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    with acting(database.app_engine, user_id) as session, pytest.raises(InputInvalid, match="longer"):
        make_token(session, user_id, "VERIFY_EMAIL", timedelta(0))


def test_the_others_end_with_a_new_password(ada: tuple[Database, str]) -> None:
    database, user_id = ada
    tokens = [mail_token(database, user_id) for _ in range(2)]
    verify = mail_token(database, user_id, "VERIFY_EMAIL")
    with acting(database.app_engine, user_id) as session:
        assert revoke_tokens(session, user_id, "RESET_PASSWORD") == 2
        assert revoke_tokens(session, user_id, "RESET_PASSWORD") == 0
    assert [use(database, token) for token in tokens] == [None, None]
    assert use(database, verify, "VERIFY_EMAIL") == user_id


def test_nobody_makes_sees_or_revokes_somebody_elses(any_ada: tuple[Database, str]) -> None:
    database, user_id = any_ada
    token = mail_token(database, user_id)
    other = add_user(database, "bo@example.org")
    with acting(database.app_engine, other) as session:
        assert session.scalars(select(UserToken.user_id)).all() == []
        assert revoke_tokens(session, user_id, "RESET_PASSWORD") == 0
    with pytest.raises(CareerHubError), acting(database.app_engine, other) as session:
        make_token(session, user_id, "RESET_PASSWORD", HOUR)
    assert use(database, token) == user_id
