"""People edit, builders read, processes are killed: while tables move into partitions, and afterwards."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from careerhub.db import models
from careerhub.db.session import acting
from careerhub.editing.items import add_item, change_item, remove_item
from careerhub.errors import CareerHubError, NotFound
from careerhub.operations.partition import partition_tables
from careerhub.operations.picture import take_picture
from careerhub.reporting import Silent
from tests.cli.conftest import Run, environment_of
from tests.databases import Database
from tests.operations.conftest import Person, add_people, read_rows

REPORT = Silent()


@pytest.fixture
def spread(any_database: Database, people: list[Person]) -> Database:
    partition_tables(any_database.owner_engine, 4, REPORT)
    return any_database


def ask(database: Database, question: str, *values: object) -> Any:
    with database.connect() as connection:
        row = connection.execute(question.encode(), values).fetchone()
        assert row is not None
        return row[0]


def revision_of(database: Database, person: Person) -> tuple[int, int]:
    with database.connect() as connection:
        row = connection.execute(
            "SELECT revision, coalesce(removed_at_revision, 0) FROM profile_revisions WHERE profile_id = %s",
            [person.id],
        ).fetchone()
    assert row is not None
    return row  # type: ignore[return-value]


def test_an_edit_does_all_it_did_before(spread: Database, people: list[Person]) -> None:
    ada, bo = people[:2]
    revision, _ = revision_of(spread, ada)
    score = ask(spread, "SELECT completeness_score FROM profiles WHERE id = %s", ada.id)
    with acting(spread.app_engine, ada.user_id) as session:
        skill = add_item(session, "skills", ada.id, {"name": "Knots"})
        assert change_item(session, "skills", ada.id, skill, {"level": 5}, expected_revision=1) == 2
    assert revision_of(spread, ada)[0] == revision + 1
    assert ask(spread, "SELECT completeness_score FROM profiles WHERE id = %s", ada.id) == score + 3
    with acting(spread.app_engine, ada.user_id) as session:
        remove_item(session, "skills", ada.id, ada.rows["skills"])
    assert revision_of(spread, ada) == (revision + 2, revision + 2)
    assert ask(spread, "SELECT count(*) FROM translations WHERE profile_id = %s AND entity_type = 'SKILL'", ada.id) == 0
    assert ask(spread, "SELECT count(*) FROM translations WHERE entity_type = 'SKILL'") == len(people) - 1
    with acting(spread.app_engine, ada.user_id) as session, pytest.raises(NotFound):
        change_item(session, "skills", bo.id, bo.rows["skills"], {"level": 1})


def test_whoever_is_refused_reads_the_same_sentence_as_before(any_database: Database, people: list[Person]) -> None:
    ada, bo = people[:2]
    refused: list[tuple[str, str, dict[str, Any]]] = [
        (ada.id, "skills", {"name": "PYTHON"}),
        (ada.id, "projects", {"name": "Beacon", "slug": "beacon"}),
        (ada.id, "projects", {"name": "Sealed", "slug": "sealed", "visibility": "ANONYMOUS"}),
        (ada.id, "cv_versions", {"name": "Short", "slug": "short"}),
        (
            ada.id,
            "cv_versions",
            {"name": "Theirs", "slug": "theirs", "sections_config": {"skills": [bo.rows["skills"]]}},
        ),
        (ada.id, "skills", {"name": "Nowhere", "technology_id": ada.id}),
        (ada.id, "languages", {"name": ""}),
        (bo.id, "skills", {"name": "Rust"}),
    ]

    def collect() -> list[str]:
        said = []
        for profile_id, table, values in refused:
            with pytest.raises(CareerHubError) as error, acting(any_database.app_engine, ada.user_id) as session:
                add_item(session, table, profile_id, values)
            said.append(str(error.value))
        link = {"profile_id": ada.id, "project_id": ada.rows["projects"], "experience_id": bo.rows["experiences"]}
        with pytest.raises(CareerHubError) as error, acting(any_database.app_engine, ada.user_id) as session:
            session.execute(insert(models.ProjectExperience).values(**link))
        return [*said, str(error.value)]

    before = collect()
    partition_tables(any_database.owner_engine, 4, REPORT)
    assert collect() == before
    assert len(set(before)) >= 7
    assert "skill is in the profile already" in before[0]


def test_a_profile_goes_with_all_it_owns_and_leaves_its_tombstone(spread: Database, people: list[Person]) -> None:
    ada = people[0]
    revision, _ = revision_of(spread, ada)
    with acting(spread.app_engine, ada.user_id) as session:
        session.execute(text("DELETE FROM profiles WHERE id = :id"), {"id": ada.id})
    after = read_rows(spread)
    for table in (*ada.rows, "translations", "profile_photos", "project_experiences", "experience_technologies"):
        assert after['"references"' if table == "references" else table][0] in (len(people) - 1, 2 * len(people) - 2), (
            table
        )
    assert revision_of(spread, ada) == (revision + 1, revision + 1)
    with acting(spread.app_engine, ada.user_id) as session:
        assert session.execute(text("SELECT 1 FROM skills")).all() == []


def test_a_technology_in_use_still_can_not_be_deleted(spread: Database, people: list[Person]) -> None:
    with spread.connect() as connection, pytest.raises(Exception, match="violates foreign key"):
        connection.execute("DELETE FROM technologies WHERE name = 'Python'")


def test_a_query_for_one_profile_reads_one_partition(spread: Database, people: list[Person]) -> None:
    ada = people[0]
    queries = (
        f"SELECT * FROM experiences WHERE profile_id = '{ada.id}'",
        f"SELECT * FROM site.education WHERE profile_id = '{ada.id}'",
        f"SELECT * FROM skills s JOIN translations t ON t.profile_id = s.profile_id AND t.entity_id = s.id WHERE s.profile_id = '{ada.id}'",
        f"UPDATE languages SET fluency = 'native' WHERE profile_id = '{ada.id}'",
    )
    with spread.connect() as connection:
        for query in queries:
            plan = "\n".join(str(line) for (line,) in connection.execute(f"EXPLAIN (VERBOSE) {query}".encode()))
            homes = {word for word in plan.replace(".", " ").split() if word.startswith("partition_")}
            assert len(homes) == 1, plan
        plan = "\n".join(str(line) for (line,) in connection.execute("EXPLAIN (VERBOSE) SELECT * FROM skills"))
    assert {f"partition_0{number}" for number in range(4)} <= set(plan.replace(".", " ").split())
    with acting(spread.app_engine, ada.user_id) as session:
        plan = "\n".join(session.scalars(text("EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM experiences")))
    assert plan.count("(never executed)") + 4 * plan.count("Subplans Removed: 3") >= 3, plan


def test_an_edit_that_is_not_done_makes_it_wait_and_give_up(any_database: Database, people: list[Person]) -> None:
    ada = people[0]
    with acting(any_database.app_engine, ada.user_id) as session:
        add_item(session, "skills", ada.id, {"name": "Knots"})
        with pytest.raises(CareerHubError, match="in use"):
            partition_tables(any_database.owner_engine, 2, REPORT, patience=0.1)
    assert ask(any_database, "SELECT count(*) FROM skills WHERE name = 'Knots'") == 1
    assert ask(any_database, "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(partition|outgoing)'") == 0


def test_no_edit_is_lost_while_tables_move(any_database: Database, people: list[Person]) -> None:
    done = threading.Event()
    kept: dict[str, list[str]] = {person.id: [] for person in people}
    failed: list[CareerHubError] = []

    def edit(person: Person) -> None:
        while not done.is_set():
            try:
                with acting(any_database.app_engine, person.user_id) as session:
                    ids = [
                        add_item(session, table, person.id, {"name": "Tides"})
                        for table in ("interests", "certifications")
                    ]
                kept[person.id] += ids
            except CareerHubError as error:
                failed.append(error)
            time.sleep(0.01)

    editors = [threading.Thread(target=edit, args=(person,)) for person in people[:3]]
    for editor in editors:
        editor.start()
    try:
        for count in (2, 3, 0):
            partition_tables(any_database.owner_engine, count, REPORT, patience=60)
    finally:
        done.set()
        for editor in editors:
            editor.join()
    with any_database.connect() as connection:
        found = {
            str(row[0]) for row in connection.execute("SELECT id FROM interests UNION SELECT id FROM certifications")
        }
    assert failed == []
    assert all(len(ids) > 10 for person_id, ids in kept.items() if person_id in {person.id for person in people[:3]})
    assert {one for ids in kept.values() for one in ids} <= found


def test_a_builder_that_locks_before_it_looks_sees_everybody(any_database: Database, people: list[Person]) -> None:
    """A snapshot older than the move would find the new tables empty: locks first, then the snapshot."""
    moving = threading.Thread(target=partition_tables, args=(any_database.owner_engine, 8, REPORT))
    moving.start()
    while not is_locked(any_database):
        time.sleep(0.001)
    with any_database.connect("careerhub_site") as builder:
        builder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        builder.execute("LOCK TABLE site.experiences, site.skills IN ACCESS SHARE MODE")
        seen = builder.execute(
            "SELECT (SELECT count(*) FROM site.experiences), (SELECT count(*) FROM site.skills)"
        ).fetchone()
        builder.execute("COMMIT")
    moving.join()
    assert seen == (len(people), len(people))


def test_a_kill_at_any_moment_leaves_the_tables_as_they_were(database: Database, tmp_path: Path) -> None:
    people = add_people(database, 30)
    before, rows = picture_of(database), read_rows(database)
    settings = environment_of(database, tmp_path)
    chance = random.Random()
    killed = 0
    for attempt in range(5):
        process = subprocess.Popen(
            [sys.executable, "-m", "careerhub", "db", "partition", "--count", "8"],
            env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and not is_locked(database):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        while ask(database, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'careerhub-owner'"):
            time.sleep(0.05)
        assert read_rows(database) == rows, attempt
        assert picture_of(database) == before, attempt
        homes = ask(database, "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(partition|outgoing)'")
        assert homes in (0, 8)
        killed += homes == 0
        partition_tables(database.owner_engine, 0, REPORT)
    assert killed >= 2
    assert len(people) == rows["skills"][0]


def picture_of(database: Database) -> list[str]:
    with database.owner_engine.connect() as connection:
        return take_picture(connection)


def is_locked(database: Database) -> bool:
    question = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'profiles'::regclass AND mode = 'AccessExclusiveLock' AND granted)"
    return bool(ask(database, question))


def test_the_command_says_what_it_did(careerhub: Run, database: Database) -> None:
    add_people(database, 2)
    done = careerhub("db", "partition", "--count", 4)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "The 16 tables that profiles own, 34 rows, are in 4 partitions now (they were in no partitions)."
    )
    assert careerhub("db", "check").returncode == 0
    assert (
        careerhub("db", "partition", "--count", 4).stdout
        == "The 16 tables that profiles own are in 4 partitions already.\n"
    )
    assert '"after": 0' in careerhub("db", "partition", "--undo", "--json").stdout
    assert (
        careerhub("db", "partition", "--undo").stdout == "The 16 tables that profiles own are in one piece already.\n"
    )


@pytest.mark.parametrize(
    "arguments", [[], ["--count", "1"], ["--count", "0"], ["--count", "1000"], ["--count", "4", "--undo"]]
)
def test_what_is_no_number_of_partitions_is_wrong_use(careerhub: Run, arguments: list[str]) -> None:
    refused = careerhub("db", "partition", *arguments)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
