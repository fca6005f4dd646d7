"""Accounts: one for an address whatever its case, added by the person alone, listed and changed by operators alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from careerhub.db.session import acting
from careerhub.editing.accounts import (
    Account,
    add_account,
    change_account,
    change_password,
    clean_email,
    find_account,
    get_account,
    list_accounts,
)
from careerhub.errors import CareerHubError, Conflict, InputInvalid, NotFound
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_person


def register(database: Database, email: str) -> str:
    user_id = make_id()
    with acting(database.app_engine, user_id) as session:
        add_account(session, email, user_id=user_id)
    return user_id


def read_account(database: Database, email: str) -> Account:
    with acting(database.owner_engine, None) as session:
        return next(each for each in list_accounts(session) if each.email == email)


@pytest.mark.parametrize(
    "asked", ["ada@example.org", "ADA@Example.ORG", " <ada@example.org> ", "mailto:ada@example.org"]
)
def test_an_account_is_found_by_anybody_whatever_its_case(any_database: Database, asked: str) -> None:
    user_id = register(any_database, "Ada@example.org")
    other = register(any_database, "bo@example.org")
    for actor in (None, user_id, other):
        with acting(any_database.app_engine, actor) as session:
            for asked in ("ada@example.org", "ADA@Example.ORG", " <ada@example.org> ", "mailto:ada@example.org"):
                assert find_account(session, asked) == user_id
                assert get_account(session, asked) == user_id


def test_an_address_without_an_account_is_none_and_named(database: Database) -> None:
    with acting(database.app_engine, None) as session:
        assert find_account(session, "nobody@example.org") is None
        with pytest.raises(NotFound, match=r"nobody@example\.org"):
            get_account(session, "nobody@example.org")


def test_a_second_account_for_an_address_is_refused_by_name_and_the_first_is_as_it_was(any_database: Database) -> None:
    user_id = register(any_database, "ada@example.org")
    with pytest.raises(Conflict, match=r"ADA@example\.org already"):
        register(any_database, "ADA@example.org")
    with acting(any_database.app_engine, None) as session:
        assert find_account(session, "ada@example.org") == user_id


def test_of_many_who_register_one_address_at_once_one_succeeds(database: Database) -> None:
    together = Barrier(10)

    def try_it(_number: int) -> str | None:
        together.wait(timeout=30)
        try:
            return register(database, "ada@example.org")
        except Conflict:
            return None

    with ThreadPoolExecutor(10) as pool:
        added = [user_id for user_id in pool.map(try_it, range(10)) if user_id]
    with acting(database.app_engine, None) as session:
        assert [find_account(session, "ada@example.org")] == added


def test_nobody_is_added_by_somebody_else(any_database: Database) -> None:
    ada = register(any_database, "ada@example.org")
    for actor in (None, ada):
        with pytest.raises(CareerHubError), acting(any_database.app_engine, actor) as session:
            add_account(session, "bo@example.org", user_id=make_id())
    with acting(any_database.app_engine, None) as session:
        assert find_account(session, "bo@example.org") is None


def test_operators_see_every_account_in_order(any_database: Database) -> None:
    register(any_database, "zoe@example.org")
    add_person(any_database.app_engine, "ada", visibility="FRIENDS")
    with acting(any_database.owner_engine, None) as session:
        assert list(list_accounts(session)) == [
            Account(email="ada@example.org", plan="FREE", is_active=True, slug="ada", visibility="FRIENDS"),
            Account(email="zoe@example.org", plan="FREE", is_active=True, slug=None, visibility=None),
        ]


def test_a_change_leaves_what_is_not_named(any_database: Database) -> None:
    user_id = register(any_database, "ada@example.org")
    register(any_database, "bo@example.org")
    with acting(any_database.owner_engine, None) as session:
        change_account(session, user_id, plan="PRO")
        change_account(session, user_id, is_active=False)
        change_account(session, user_id, password_hash="$argon2id$x")
    ada, bo = (read_account(any_database, f"{name}@example.org") for name in ("ada", "bo"))
    assert (ada.plan, ada.is_active) == ("PRO", False)
    assert (bo.plan, bo.is_active) == ("FREE", True)
    with any_database.connect() as connection:
        hashes = connection.execute("SELECT password_hash FROM users ORDER BY email").fetchall()
    assert hashes == [("$argon2id$x",), ("!",)]


def test_a_plan_that_is_none_is_refused(database: Database) -> None:
    user_id = register(database, "ada@example.org")
    with acting(database.owner_engine, None) as session, pytest.raises(InputInvalid, match="FREE, PRO, EXPERT"):
        change_account(session, user_id, plan="GOLD")


def test_the_operators_doors_are_shut_to_everybody_else(any_database: Database) -> None:
    user_id = register(any_database, "ada@example.org")
    for call in ("list_accounts()", "list_contact_owners('')", f"change_account('{user_id}', true, 'PRO')"):
        for engine in (any_database.app_engine, any_database.site_engine):
            with pytest.raises(CareerHubError, match="permission denied"), acting(engine, user_id) as session:
                session.execute(text(f"SELECT * FROM {call}"))


def test_people_change_their_own_password_and_neither_their_plan_nor_anybody_elses(any_database: Database) -> None:
    ada, bo = register(any_database, "ada@example.org"), register(any_database, "bo@example.org")
    with acting(any_database.app_engine, ada) as session:
        change_password(session, ada, "$argon2id$mine")
        with pytest.raises(NotFound):
            change_password(session, bo, "$argon2id$mine")
    with pytest.raises(CareerHubError, match="permission denied"), acting(any_database.app_engine, ada) as session:
        session.execute(text("UPDATE users SET plan = 'EXPERT'"))
    with any_database.connect() as connection:
        rows = connection.execute("SELECT password_hash, plan FROM users ORDER BY email").fetchall()
    assert rows == [("$argon2id$mine", "FREE"), ("!", "FREE")]


def test_an_account_that_is_gone_is_not_changed_in_silence(database: Database) -> None:
    with acting(database.owner_engine, None) as session, pytest.raises(NotFound, match="any more"):
        change_account(session, make_id(), plan="PRO")


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@example.org", "a b@example.org", "x" * 250 + "@example.org"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InputInvalid, match="e-mail"):
        clean_email(email)
