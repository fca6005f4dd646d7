"""The chain over the audit log: whoever rewrites it, superusers included, is found out."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from careerhub.db.audit import Seal, Verdict, parse_seal, seal_log, verify_log
from careerhub.db.session import acting
from careerhub.errors import CareerHubError, InputInvalid
from tests.databases import Database
from tests.people import add_career, add_person, owner_of


@pytest.fixture
def sealed(any_database: Database) -> tuple[Database, Seal]:
    profile_id = add_person(any_database.app_engine, "ada", headline="Keeper")
    add_career(any_database.app_engine, profile_id)
    _, head = seal_log(any_database.owner_engine)
    assert head is not None
    return any_database, head


def tamper(database: Database, *statements: str) -> None:
    """Rewrite what a superuser can, with the triggers out of the way."""
    with database.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def verify(database: Database, known: Seal | None = None) -> Verdict:
    return verify_log(database.owner_engine, known)


def list_positions(database: Database) -> list[int]:
    with database.connect() as connection:
        return [int(n) for (n,) in connection.execute("SELECT position FROM audit_log ORDER BY 1").fetchall()]  # type: ignore[call-overload]


def test_an_untouched_log_is_good(sealed: tuple[Database, Seal]) -> None:
    database, head = sealed
    verdict = verify(database, head)
    assert verdict.is_good
    assert verdict.is_known_seal_there
    assert (verdict.intact, verdict.emptied, verdict.unsealed, verdict.bad) == (len(list_positions(database)), 0, 0, 0)
    assert verdict.head == head


def test_sealing_goes_on_where_it_stopped(sealed: tuple[Database, Seal]) -> None:
    database, head = sealed
    assert seal_log(database.owner_engine) == (0, head)
    add_person(database.app_engine, "bo")
    assert verify(database, head).unsealed == 2
    sealed_now, newer = seal_log(database.owner_engine)
    assert sealed_now == 2
    assert newer != head
    verdict = verify(database, head)
    assert (verdict.is_good, verdict.unsealed) == (True, 0)


def test_an_empty_log_has_no_seal(any_database: Database) -> None:
    tamper(any_database, "DELETE FROM audit_log")
    assert seal_log(any_database.owner_engine) == (0, None)
    assert verify(any_database).is_good


TAMPERING = {
    "user_id = NULL": "altered",
    "profile_id = NULL": "altered",
    "action = 'CREATE_NOTHING'": "altered",
    "entity_type = 'X'": "altered",
    "entity_id = 'x'": "altered",
    "created_at = created_at + interval '1 microsecond'": "altered",
    "id = make_ulid()": "altered",
    "values_digest = sha256('x')": "altered",
    "values_digest = NULL": "altered",
    "new_values = '{}'": "values altered",
    "old_values = '{}'": "values altered",
    "new_values = NULL": "values altered",
    "salt = sha256('x')": "values altered",
    "salt = NULL": "half emptied",
    "salt = NULL, new_values = NULL, user_agent = 'x'": "half emptied",
    "salt = sha256('x'), values_digest = digest_values(sha256('x'), old_values, new_values)": "altered",
}


@pytest.mark.parametrize("change", TAMPERING)
def test_an_altered_row_is_named(database: Database, change: str) -> None:
    add_career(database.app_engine, add_person(database.app_engine, "ada"))
    seal_log(database.owner_engine)
    place = list_positions(database)[-4]
    tamper(database, f"UPDATE audit_log SET {change} WHERE position = {place}")
    verdict = verify(database)
    assert not verdict.is_good
    assert verdict.bad == 1
    assert verdict.first_bad is not None
    assert (verdict.first_bad.position, verdict.first_bad.reason) == (place, TAMPERING[change])
    assert verdict.first_bad.id


def test_a_row_that_is_missing_inserted_or_moved_is_named(sealed: tuple[Database, Seal]) -> None:
    database, _ = sealed
    places = list_positions(database)
    fake = "INSERT INTO audit_log (id, action, position, created_at, salt) OVERRIDING SYSTEM VALUE SELECT make_ulid(), 'FAKE'"
    cases = {
        f"DELETE FROM audit_log WHERE position = {places[5]}": (places[5], "missing"),
        f"DELETE FROM audit_log WHERE position >= {places[5]}": (places[5], "missing"),
        f"{fake}, -3, now(), NULL": (-3, "inserted"),
        f"UPDATE audit_seals SET chain = sha256('x') WHERE position = {places[6]}": (places[6], "altered"),
        f"DELETE FROM audit_seals WHERE position = {places[6]}": (places[6], "inserted"),
    }
    with database.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        for statement, expected in cases.items():
            with connection.transaction(force_rollback=True):
                connection.execute(statement)  # type: ignore[call-overload]
                found = connection.execute("SELECT bad_position, bad_reason FROM verify_audit_log()").fetchone()
            assert found == expected, statement
    assert verify(database).is_good


def test_a_row_removed_with_its_seal_breaks_the_chain_after_it(sealed: tuple[Database, Seal]) -> None:
    database, _ = sealed
    places = list_positions(database)
    tamper(
        database,
        f"DELETE FROM audit_log WHERE position = {places[5]}",
        f"DELETE FROM audit_seals WHERE position = {places[5]}",
    )
    verdict = verify(database)
    assert verdict.first_bad is not None
    assert (verdict.first_bad.position, verdict.first_bad.reason) == (places[6], "altered")


@pytest.mark.parametrize(
    "rewriting",
    [
        "UPDATE audit_log SET action = 'CREATE_NOTHING' WHERE position = (SELECT min(position) FROM audit_log)",
        "DELETE FROM audit_log WHERE position > (SELECT min(position) + 3 FROM audit_log)",
        "DELETE FROM audit_log",
    ],
)
def test_who_rewrites_all_the_seals_too_is_found_out_by_one_that_was_kept(
    sealed: tuple[Database, Seal], rewriting: str
) -> None:
    database, head = sealed
    tamper(database, rewriting, "DELETE FROM audit_seals")
    seal_log(database.owner_engine)
    assert verify(database).is_good
    verdict = verify(database, head)
    assert not verdict.is_good
    assert verdict.is_known_seal_there is False


def test_rows_that_were_emptied_are_no_tampering(sealed: tuple[Database, Seal]) -> None:
    database, head = sealed
    with database.connect("careerhub_owner") as connection:
        emptied = connection.execute("SELECT empty_audit_values(now() + interval '1 day')").fetchone()
    add_person(database.app_engine, "bo")
    verdict = verify(database, head)
    assert verdict.is_good
    assert (verdict.emptied,) == emptied
    assert verdict.unsealed == verdict.intact == 2


def test_sealing_among_writers_loses_and_misses_nothing(any_database: Database) -> None:
    people = [add_person(any_database.app_engine, f"p{number}") for number in range(4)]
    failed: list[BaseException] = []

    def write(profile_id: str) -> None:
        try:
            for number in range(25):
                with acting(any_database.app_engine, owner_of(profile_id)) as session:
                    session.execute(text("UPDATE profiles SET headline = :h"), {"h": f"H{number}"})
                    session.execute(text("UPDATE profiles SET region = :h"), {"h": f"R{number}"})
                    if number % 7 == 3:
                        session.execute(text("SELECT pg_sleep(0.02)"))
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(profile_id,)) for profile_id in people]
    for writer in writers:
        writer.start()
    rounds = 0
    while any(writer.is_alive() for writer in writers):
        seal_log(any_database.owner_engine)
        assert verify(any_database).is_good
        rounds += 1
    seal_log(any_database.owner_engine)
    verdict = verify(any_database)
    assert failed == []
    assert rounds > 1
    assert verdict.is_good
    assert verdict.unsealed == 0
    assert verdict.intact >= 200


def test_two_who_seal_at_once_do_it_once(any_database: Database) -> None:
    add_career(any_database.app_engine, add_person(any_database.app_engine, "ada"))
    done: list[Any] = []
    both = [threading.Thread(target=lambda: done.append(seal_log(any_database.owner_engine))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(count for count, _ in done) == len(list_positions(any_database))
    assert verify(any_database).is_good


def test_sealing_gives_up_on_a_writer_that_takes_too_long(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    with database.connect() as writer, writer.transaction():
        writer.execute("UPDATE profiles SET headline = 'Slow' WHERE id = %s", (profile_id,))
        with pytest.raises(CareerHubError):
            seal_log(database.owner_engine)
    assert seal_log(database.owner_engine)[0] > 0


@pytest.mark.parametrize("written", ["", "12", "12:abc", "x:" + "a" * 64, "-1:" + "a" * 64, "1:" + "g" * 64])
def test_what_is_no_seal_is_refused(written: str) -> None:
    with pytest.raises(InputInvalid):
        parse_seal(written)


def test_a_seal_reads_as_it_was_written() -> None:
    seal = Seal(position=12, chain=bytes(range(32)))
    assert parse_seal(f" {seal}\n") == seal


def test_the_seals_of_a_superuser_who_keeps_the_triggers_are_refused(database: Database) -> None:
    with database.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        connection.execute("INSERT INTO audit_seals (position, chain) VALUES (1, sha256('x'))")
