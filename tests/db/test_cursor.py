"""The cursor over edits: whatever a later snapshot sees is found, in whatever order transactions ended."""

from __future__ import annotations

import random
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from careerhub.db.changes import Cursor, list_changed, parse_cursor, read_cursor
from careerhub.db.lock import hold_lock
from careerhub.db.site import list_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.errors import Occupied, Overtaken
from tests.databases import Database
from tests.people import add_person, owner_of


def look(database: Database) -> tuple[Cursor, dict[str, int]]:
    with open_snapshot(database.site_engine) as connection:
        return read_cursor(connection), {each.profile_id: each.revision for each in list_profiles(connection)}


def find_changed(database: Database, since: Cursor) -> dict[str, int]:
    with open_snapshot(database.site_engine) as connection:
        return {each.profile_id: each.revision for each in list_changed(connection, since)}


def test_a_cursor_survives_being_written_down() -> None:
    cursor = Cursor(mark="7312/16384/00000001", xmin=812)
    assert parse_cursor(str(cursor)) == cursor
    assert parse_cursor("") is None


def test_only_what_changed_is_found(any_database: Database) -> None:
    ids = [add_person(any_database.app_engine, slug) for slug in ("ada", "bela", "cleo")]
    cursor, before = look(any_database)
    assert find_changed(any_database, cursor) == {}
    with any_database.connect() as connection:
        connection.execute("UPDATE profiles SET headline = 'Keeper' WHERE id = %s", (ids[1],))
    assert find_changed(any_database, cursor) == {ids[1]: before[ids[1]] + 1}
    with any_database.connect() as connection:
        connection.execute("DELETE FROM users WHERE id = %s", (owner_of(ids[2]),))
    assert set(find_changed(any_database, cursor)) == {ids[1], ids[2]}


def test_edits_that_commit_in_another_order_than_they_began_are_all_found(database: Database) -> None:
    choose = random.Random(7)
    ids = [add_person(database.app_engine, f"person-{number}") for number in range(12)]
    cursor, known = look(database)
    with ExitStack() as stack:
        writers = [stack.enter_context(database.connect()) for _ in range(4)]
        for writer in writers:
            writer.autocommit = False
        busy: dict[int, str] = {}
        for step in range(120):
            number = choose.randrange(len(writers))
            if number in busy:
                writers[number].commit() if choose.random() < 0.7 else writers[number].rollback()
                del busy[number]
            else:
                profile_id = choose.choice([each for each in ids if each not in busy.values()])
                writers[number].execute("UPDATE profiles SET headline = %s WHERE id = %s", (f"step {step}", profile_id))
                busy[number] = profile_id
            if step % 5 == 0:  # a reader that looks only at what the cursor tells
                with open_snapshot(database.site_engine) as connection:
                    known |= {each.profile_id: each.revision for each in list_changed(connection, cursor)}
                    cursor = read_cursor(connection)
                    assert known == {each.profile_id: each.revision for each in list_profiles(connection)}
        assert max(known.values()) > 3
        for writer in writers:
            writer.rollback()


def test_a_cursor_of_another_history_is_refused(database: Database) -> None:
    cursor, _ = look(database)
    with open_snapshot(database.site_engine) as connection, pytest.raises(LookupError):
        list_changed(connection, Cursor(mark="elsewhere", xmin=cursor.xmin))


def test_changes_are_found_by_an_index(database: Database) -> None:
    cursor, _ = look(database)
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO profile_revisions (profile_id, revision, xid)"
            " SELECT lpad(n::text, 26, '0'), 1, '3' FROM generate_series(1, 20000) n"
        )
        connection.execute("ANALYZE profile_revisions")
    with open_snapshot(database.site_engine) as connection:
        plan = "\n".join(
            connection.scalars(
                text(f"EXPLAIN SELECT profile_id FROM site.revisions WHERE xid >= CAST('{cursor.xmin}' AS xid8)")
            )
        )
    assert "idx_profile_revisions_xid" in plan
    assert "Seq Scan on profile_revisions" not in plan


def test_one_lock_has_one_holder_and_ends_with_its_connection(database: Database) -> None:
    with hold_lock(database.site_engine, "s3://one"):
        with pytest.raises(Occupied), hold_lock(database.site_engine, "s3://one"):
            pass
        with hold_lock(database.site_engine, "s3://two"):
            pass
    with hold_lock(database.site_engine, "s3://one") as lock:
        lock.check()
        with database.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        # the same for every thread that asks after it
        for _ in range(2):
            with pytest.raises(Overtaken):
                lock.check()
        with hold_lock(database.site_engine, "s3://one"):
            pass
