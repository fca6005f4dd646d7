"""Retention and erasure: what may not be kept is let go of, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from careerhub.db.audit import seal_log, tidy, verify_log
from careerhub.db.session import acting
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_career, add_person, owner_of


@pytest.fixture
def person(any_database: Database) -> tuple[Database, str]:
    return any_database, add_person(any_database.app_engine, "ada", headline="Keeper")


def run(database: Database, statement: str, **values: object) -> Any:
    with database.connect() as connection:
        done = connection.execute(statement, values)  # type: ignore[call-overload]
        return done.fetchall() if done.description else done.rowcount


def tidy_after(database: Database, days: float) -> dict[str, int]:
    """Tidy as an operator would that many days from now; return what there was to do."""
    with database.connect("careerhub_owner") as connection:
        found = connection.execute("SELECT what, count FROM tidy(now() + %s * interval '1 day')", (days,)).fetchall()
    return {str(what): int(count) for what, count in found if count}  # type: ignore[call-overload]


def test_there_is_nothing_to_tidy_at_first(person: tuple[Database, str]) -> None:
    database, _ = person
    done = tidy(database.site_engine)
    assert len(done) == 9
    assert set(done.values()) == {0}


def test_an_imported_file_goes_after_30_days_and_its_record_stays(person: tuple[Database, str]) -> None:
    database, profile_id = person
    values = {"id": make_id(), "u": owner_of(profile_id)}
    run(
        database,
        "INSERT INTO import_history (id, user_id, source, import_data) VALUES (%(id)s, %(u)s, 'X', '{}')",
        **values,
    )
    assert tidy_after(database, 29.9) == {}
    assert tidy_after(database, 30.1) == {"imported files emptied": 1}
    assert run(database, "SELECT source, import_data FROM import_history") == [("X", None)]
    assert tidy_after(database, 30.1) == {}


def test_what_the_log_says_goes_after_400_days_and_the_fact_stays(person: tuple[Database, str]) -> None:
    database, profile_id = person
    who = owner_of(profile_id)
    with acting(database.app_engine, who, ip_address="10.1.2.3", user_agent="Browser/1") as session:
        session.execute(text("UPDATE profiles SET headline = 'Other'"))
    _, head = seal_log(database.owner_engine)
    facts = "SELECT id, user_id, profile_id, action, entity_type, entity_id, created_at, values_digest FROM audit_log ORDER BY position"
    before = run(database, facts)
    assert tidy_after(database, 399.9) == {}
    assert tidy_after(database, 400.1) == {"audit values emptied": len(before)}
    assert run(database, facts) == before
    left = "SELECT count(*) FROM audit_log WHERE num_nonnulls(old_values, new_values, salt, ip_address, user_agent) > 0"
    assert run(database, left) == [(0,)]
    assert verify_log(database.owner_engine, head).is_good


@pytest.mark.parametrize(
    ("columns", "values", "stays", "goes"),
    [
        ("expires_at", "now() + interval '2 days'", 2.9, 3.1),
        ("expires_at, used_at", "now() + interval '9 days', now()", 0.9, 1.1),
    ],
)
def test_a_dead_token_goes_after_a_day(
    person: tuple[Database, str], columns: str, values: str, stays: float, goes: float
) -> None:
    database, profile_id = person
    given = f"(token_hash, user_id, purpose, {columns}) VALUES (sha256('t'), %(u)s, 'VERIFY_EMAIL', {values})"
    run(database, f"INSERT INTO user_tokens {given}", u=owner_of(profile_id))
    assert tidy_after(database, stays) == {}
    assert tidy_after(database, goes) == {"tokens removed": 1}
    assert run(database, "SELECT count(*) FROM audit_log WHERE action = 'DELETE_USER_TOKEN' AND user_id IS NULL") == [
        (1,)
    ]


@pytest.mark.parametrize(
    ("columns", "values", "stays", "goes"),
    [
        ("expires_at", "now() + interval '5 days'", 34.9, 35.1),
        ("expires_at, revoked_at", "now() + interval '99 days', now()", 29.9, 30.1),
    ],
)
def test_a_dead_share_link_goes_after_30_days(
    person: tuple[Database, str], columns: str, values: str, stays: float, goes: float
) -> None:
    database, profile_id = person
    given = f"(id, profile_id, token_hash, {columns}) VALUES (make_ulid(), %(p)s, sha256('t'), {values})"
    run(database, f"INSERT INTO share_links {given}", p=profile_id)
    assert tidy_after(database, stays) == {}
    assert tidy_after(database, goes) == {"share links removed": 1}


def test_a_former_address_goes_with_its_profile_after_90_days(person: tuple[Database, str]) -> None:
    database, profile_id = person
    run(database, "UPDATE profiles SET slug = 'other' WHERE id = %(p)s", p=profile_id)
    assert tidy_after(database, 91) == {}
    run(database, "DELETE FROM profiles WHERE id = %(p)s", p=profile_id)
    assert tidy_after(database, 89) == {}
    assert tidy_after(database, 91) == {"former addresses removed": 2}


def test_the_builder_cannot_choose_another_day(person: tuple[Database, str]) -> None:
    database, _ = person
    with database.site_engine.connect() as connection:
        allowed = (
            "SELECT has_function_privilege('tidy()', 'EXECUTE'), has_function_privilege('tidy(timestamptz)', 'EXECUTE')"
        )
        assert connection.execute(text(allowed)).one() == (True, False)


def test_erasure_empties_everything_about_a_person_and_nothing_of_others(any_database: Database) -> None:
    database, ada, bo = any_database, *(add_person(any_database.app_engine, slug) for slug in ("ada", "bo"))
    add_career(database.app_engine, ada)
    who = owner_of(ada)
    # before there was a profile, and in a profile that was theirs before
    with acting(database.app_engine, who, ip_address="10.1.2.3", user_agent="Browser/1") as session:
        session.execute(text("DELETE FROM profiles"))
        values = "(id, user_id, source) VALUES (:id, :u, 'NEEDLE')"
        session.execute(text(f"INSERT INTO import_history {values}"), {"id": make_id(), "u": who})
        session.execute(text("UPDATE import_history SET status = 'FAILED', error_message = 'NEEDLE'"))
        session.execute(text("UPDATE users SET email = 'needle@example.org'"))
        session.execute(text("INSERT INTO profiles (id, user_id) VALUES (:id, :u)"), {"id": make_id(), "u": who})
    again = run(database, "SELECT id FROM profiles WHERE user_id = %(u)s", u=who)[0][0]
    with database.connect() as operator, operator.transaction():
        for name, value in (("actor", who), ("ip_address", "10.1.2.3")):
            operator.execute("SELECT set_config(%s, %s, true)", (f"careerhub.{name}", value))
        operator.execute("UPDATE technologies SET name = 'Elsewhere' WHERE name = 'Rust'")
    _, head = seal_log(database.owner_engine)
    bos = "SELECT * FROM audit_log WHERE profile_id = %(p)s ORDER BY position"
    before = run(database, bos, p=bo)
    with acting(database.app_engine, who) as session:
        session.execute(text("DELETE FROM users"))
    with database.connect("careerhub_owner") as connection:
        connection.execute("SELECT forget_audit_values(%s, %s)", (who, again))
    said = run(database, "SELECT string_agg(audit_log::text, ' ') FROM audit_log WHERE user_id = %(u)s", u=who)[0][0]
    for needle in ("NEEDLE", "needle@", "Lantern", "ada@example.org", "10.1.2.3", "Browser"):
        assert needle not in said, needle
    # what they did elsewhere is still known
    assert "Elsewhere" in said
    assert run(database, bos, p=bo) == before
    assert verify_log(database.owner_engine, head).is_good
