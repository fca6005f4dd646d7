"""The score is the sum of its parts, whoever writes at once, and each part says what to add until it is done."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careerhub.db.session import acting
from careerhub.editing.completeness import NextStep, list_next_steps, list_parts
from careerhub.errors import NotFound
from careerhub.ids import make_id
from tests.databases import Cluster, Database
from tests.people import add_person

ROWS = {
    "experiences": "INSERT INTO experiences (profile_id, id, is_hidden, position) VALUES (%s, %s, %s, 'Keeper')",
    "projects": "INSERT INTO projects (profile_id, id, is_hidden, slug, name) VALUES (%s, %s, %s, 'a' || gen_random_uuid(), 'Lamp')",
    "skills": "INSERT INTO skills (profile_id, id, is_hidden, name) VALUES (%s, %s, %s, gen_random_uuid())",
    "education": "INSERT INTO education (profile_id, id, is_hidden, institution) VALUES (%s, %s, %s, 'School')",
}
# points of each row, and how many count
RULES = {"experiences": (10, 3), "projects": (5, 3), "skills": (3, 5), "education": (10, 1)}


def add_rows(
    connection: psycopg.Connection[Any], profile_id: str, table: str, count: int = 1, *, is_hidden: bool = False
) -> None:
    for _ in range(count):
        connection.execute(ROWS[table].encode(), (profile_id, make_id(), is_hidden))


def read_scores(connection: psycopg.Connection[Any]) -> list[tuple[int, int]]:
    """Return every profile's stored score beside the one computed now."""
    query = "SELECT completeness_score, calculate_profile_completeness(id) FROM profiles ORDER BY slug"
    return connection.execute(query.encode()).fetchall()  # type: ignore[return-value]


def find_user(connection: psycopg.Connection[Any], profile_id: str) -> str:
    found = connection.execute("SELECT user_id FROM profiles WHERE id = %s", (profile_id,)).fetchone()
    assert found is not None
    return str(found[0])


def list_steps(database: Database, profile_id: str) -> tuple[NextStep, ...]:
    with database.connect() as connection:
        user_id = find_user(connection, profile_id)
    with acting(database.app_engine, user_id) as session:
        return list_next_steps(session, profile_id)


def test_an_empty_profile_hears_of_everything_best_first(any_database: Database) -> None:
    ada = add_person(any_database.app_engine, "ada")
    steps = list_steps(any_database, ada)
    assert [(step.part, step.points) for step in steps] == [
        ("experiences", 30), ("summary", 20), ("projects", 15), ("skills", 15), ("headline", 10), ("education", 10),
    ]  # fmt: skip
    assert [step.sentence for step in steps] == [
        "Add 3 jobs or voluntary posts: 30 points, 10 for each.",
        "Write at least 101 more characters of summary: 20 points.",
        "Add 3 projects: 15 points, 5 for each.",
        "Add 5 skills: 15 points, 3 for each.",
        "Add a headline: 10 points.",
        "Add a school, a course of study or an apprenticeship: 10 points.",
    ]


@pytest.mark.parametrize("table", ROWS)
def test_a_sentence_counts_down_and_goes_once_it_is_done(any_database: Database, table: str) -> None:
    ada = add_person(any_database.app_engine, "ada", headline="Keeper", summary="x" * 101)
    worth, counts = RULES[table]
    with any_database.connect() as connection:
        for other in set(ROWS) - {table}:
            add_rows(connection, ada, other, 5)
        for left in range(counts, 0, -1):
            (step,) = list_steps(any_database, ada)
            assert (step.part, step.points) == (table, left * worth)
            assert f"{left * worth} points" in step.sentence
            assert (str(left) in step.sentence.split(":")[0]) == (left > 1)
            add_rows(connection, ada, table)
        assert list_steps(any_database, ada) == ()
        assert read_scores(connection) == [(100, 100)]


@pytest.mark.parametrize(
    ("length", "missing"), [(0, "101 more characters"), (60, "41 more characters"), (100, "one more character ")]
)
def test_a_summary_that_is_too_short_says_by_how_much(database: Database, length: int, missing: str) -> None:
    ada = add_person(database.app_engine, "ada", summary="ä" * length)
    said = {step.part: step.sentence for step in list_steps(database, ada)}
    assert missing in said["summary"]
    with database.connect() as connection:
        connection.execute("UPDATE profiles SET summary = repeat('ä', 101), headline = 'K'")
    assert not {"summary", "headline"} & {step.part for step in list_steps(database, ada)}


def test_nobody_is_told_of_another_profile(any_database: Database) -> None:
    ada = add_person(any_database.app_engine, "ada")
    with acting(any_database.app_engine, make_id()) as session, pytest.raises(NotFound):
        list_next_steps(session, make_id())
    with any_database.connect("careerhub_site") as site, pytest.raises(psycopg.errors.InsufficientPrivilege):
        site.execute("SELECT * FROM completeness_parts(%s)", (ada,))


@pytest.fixture(scope="module")
def shared(cluster: Cluster) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to one database for many drawn profiles."""
    with cluster.copied() as database:
        add_person(database.app_engine, "drawn")
        with database.connect() as connection:
            yield connection


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.fixed_dictionaries({table: st.integers(0, counts + 2) for table, (_, counts) in RULES.items()}),
    headline=st.sampled_from(["", "Keeper"]),
    summary=st.sampled_from([0, 1, 100, 101, 5000]),
)
def test_the_score_is_the_sum_of_its_parts(
    shared: psycopg.Connection[Any], rows: dict[str, int], headline: str, summary: int
) -> None:
    found = shared.execute("SELECT id FROM profiles").fetchone()
    assert found is not None
    for table in ROWS:
        shared.execute(f"DELETE FROM {table}".encode())
    shared.execute("UPDATE profiles SET headline = %s, summary = repeat('x', %s)", (headline, summary))
    for table, count in rows.items():
        add_rows(shared, found[0], table, count)
    expected = {table: worth * min(rows[table], counts) for table, (worth, counts) in RULES.items()}
    expected |= {"headline": 10 if headline else 0, "summary": 20 if summary > 100 else 0}
    parts = shared.execute("SELECT part, points, possible, missing FROM completeness_parts(%s)", (found[0],)).fetchall()
    assert {part: points for part, points, _, _ in parts} == expected
    assert sum(possible for _, _, possible, _ in parts) == 100
    assert all((points < possible) == (missing > 0) for _, points, possible, missing in parts)
    assert read_scores(shared) == [(sum(expected.values()),) * 2]


def test_many_writers_at_once_leave_the_right_score(any_database: Database) -> None:
    ada = add_person(any_database.app_engine, "ada", headline="Keeper")
    failures: list[BaseException] = []

    def write(number: int) -> None:
        chance = random.Random(number)
        try:
            with psycopg.connect(any_database.url("postgres")) as connection:
                for _ in range(25):
                    table = chance.choice(list(ROWS))
                    if chance.random() < 0.5:
                        add_rows(connection, ada, table, is_hidden=chance.random() < 0.5)
                    else:
                        one = f"(SELECT id FROM {table} ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED)"
                        connection.execute(
                            f"DELETE FROM {table} WHERE profile_id = %s AND id IN {one}".encode(), (ada,)
                        )
                    connection.commit() if chance.random() < 0.9 else connection.rollback()
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    with any_database.connect() as connection:
        ((stored, computed),) = read_scores(connection)
    assert stored == computed
    assert stored > 10


# a row that nobody can see raises no revision, so nothing but the profile's own lock makes its writer wait
@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_writer_that_waited_counts_what_the_other_wrote(any_database: Database, is_hidden: bool) -> None:
    ada = add_person(any_database.app_engine, "ada")
    with psycopg.connect(any_database.url("postgres")) as first, any_database.connect() as watching:
        add_rows(first, ada, "skills", 2, is_hidden=is_hidden)

        def write() -> None:
            with psycopg.connect(any_database.url("postgres")) as second:
                add_rows(second, ada, "skills", is_hidden=is_hidden)

        waiting = threading.Thread(target=write)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        first.commit()
        waiting.join(20)
        assert read_scores(watching) == [(9, 9)]


def test_one_statement_for_many_profiles_scores_each(any_database: Database) -> None:
    for number in range(30):
        add_person(any_database.app_engine, f"p{number:02d}")
    with any_database.connect() as connection:
        connection.execute(
            "INSERT INTO skills (profile_id, id, name) SELECT p.id, make_ulid(), 'Skill ' || n FROM profiles p"
            " CROSS JOIN generate_series(1, 5) n WHERE n <= right(p.slug, 1)::int"
        )
        assert read_scores(connection) == [(3 * min(number % 10, 5),) * 2 for number in range(30)]
        connection.execute("DELETE FROM skills WHERE name = 'Skill 1'")
        assert read_scores(connection) == [(3 * max(min(number % 10, 5) - 1, 0),) * 2 for number in range(30)]


def test_the_owner_sees_the_parts_of_the_stored_score(database: Database) -> None:
    ada = add_person(database.app_engine, "ada", headline="Keeper")
    with database.connect() as connection:
        add_rows(connection, ada, "projects", 2)
        user_id = find_user(connection, ada)
        ((stored, _),) = read_scores(connection)
    with acting(database.app_engine, user_id) as session:
        assert sum(part.points for part in list_parts(session, ada)) == stored == 20
