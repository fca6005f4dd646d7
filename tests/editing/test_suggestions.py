"""Suggestions come from the library, for the position and the nearest seniority; what people choose comes first."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from careerhub.cli.responsibilities import command
from careerhub.db.migrate import downgrade, upgrade
from careerhub.db.models import ResponsibilityLibrary
from careerhub.db.session import acting
from careerhub.editing.suggestions import Suggestion, note_use, suggest_responsibilities
from careerhub.errors import InputInvalid, NotFound, WrongUse
from careerhub.ids import make_id
from careerhub.resources import shipped
from tests.databases import Cluster, Database

OWN = ("Lighthouse Keeper", "Kept the lamp lit through every night of the winter", "MID")
NOBODYS = "01J0000000000000000000000A"


@pytest.fixture(scope="module")
def library(embedded: Cluster) -> Iterator[Database]:
    """Give a database that tests only read."""
    with embedded.copied() as copy:
        yield copy


def suggest(database: Database, position: str, **wishes: object) -> tuple[Suggestion, ...]:
    with acting(database.app_engine, None) as session:
        return suggest_responsibilities(session, position, **wishes)  # type: ignore[arg-type]


def add_entry(database: Database, entry: tuple[str, str, str], *, usage_count: int = 0) -> str:
    entry_id = make_id()
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO responsibilities_library (id, role_category, responsibility, seniority_level, usage_count)"
            " VALUES (%s, %s, %s, %s, %s)",
            (entry_id, *entry, usage_count),
        )
    return entry_id


def read_entries(database: Database) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(
            "SELECT role_category, responsibility, seniority_level FROM responsibilities_library ORDER BY id"
        ).fetchall()


def read_count(database: Database, entry_id: str) -> int:
    with acting(database.app_engine, None) as session:
        return session.scalars(select(ResponsibilityLibrary.usage_count).filter_by(id=entry_id)).one()


def read_file() -> list[tuple[str, str, str]]:
    with (shipped("migrations") / "data" / "responsibilities.csv").open(encoding="utf-8", newline="") as file:
        return [(r["role_category"], r["responsibility"], r["seniority_level"]) for r in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("position", "role", "first", "second"),
    [
        ("Junior backend developer", "Software Engineer", "JUNIOR", "MID"),
        ("CTO", "Software Engineer", "EXECUTIVE", "LEAD"),
        ("Staff nurse", "Nurse", "MID", None),
        ("RN", "Nurse", "MID", None),
        ("Head of Marketing", "Marketing Specialist", "EXECUTIVE", "LEAD"),
        ("Apprentice electrician", "Electrician", "JUNIOR", "MID"),
        ("Executive chef", "Chef", "EXECUTIVE", "LEAD"),
        ("Trainee solicitor", "Lawyer", "JUNIOR", "MID"),
        ("Warehouse supervisor", "Logistics Coordinator", "LEAD", None),
        ("Senior sofware enginer", "Software Engineer", "SENIOR", None),
        ("Acountant", "Accountant", "MID", None),
        ("postdoc", "Researcher", "MID", None),
    ],
)
def test_a_position_gets_its_role_and_the_nearest_seniority_first(
    library: Database, position: str, role: str, first: str, second: str | None
) -> None:
    found = suggest(library, position, limit=8)
    assert {each.role_category for each in found} == {role}
    assert [each.seniority_level for each in found[:4]] == [first] * 4
    if second:
        assert [each.seniority_level for each in found[4:]] == [second] * 4


@pytest.mark.parametrize(
    "position",
    ["", "Physician", "Engineer", "Specialist", "Civil engineer", "Pilot", "看護師", "%", "' OR true --", "x" * 20_000],
)
def test_a_position_nobody_knows_gets_nothing(library: Database, position: str) -> None:
    assert suggest(library, position) == ()


def test_a_position_nobody_knows_gets_what_was_typed_in_any_role(library: Database) -> None:
    found = suggest(library, "Air traffic controller", typed="shift", limit=50)
    assert len({each.role_category for each in found}) > 2
    assert all("shift" in each.responsibility.lower() for each in found)


def test_a_chosen_seniority_overrules_the_position(library: Database) -> None:
    assert suggest(library, "Junior designer", seniority="LEAD", limit=1)[0].seniority_level == "LEAD"
    with pytest.raises(InputInvalid, match="no seniority"):
        suggest(library, "Junior designer", seniority="lead")


def test_each_typed_word_begins_a_word(library: Database) -> None:
    found = suggest(library, "Software engineer", typed="Cod rev", limit=50)
    assert found
    assert all("code" in each.responsibility or "coding" in each.responsibility for each in found)
    assert all("review" in each.responsibility.lower() for each in found)
    assert suggest(library, "Software engineer", typed="ode") == ()


def test_what_begins_as_typed_comes_before_what_has_it_inside(library: Database) -> None:
    levels = [
        each.responsibility.startswith("Designed") for each in suggest(library, "Developer", typed="Design", limit=50)
    ]
    assert levels == sorted(levels, reverse=True)
    assert True in levels
    assert False in levels


@pytest.mark.parametrize("typed", ["%", "_", "\\", ".*", "(", "[", "'", "*"])
def test_signs_that_mean_something_to_a_database_are_only_signs(library: Database, typed: str) -> None:
    assert suggest(library, "Nurse", typed=typed) == suggest(library, "Nurse")
    assert suggest(library, "Nurse", typed=f"patients {typed}") == suggest(library, "Nurse", typed="patients")


def test_the_limit_is_kept_and_none_comes_twice(library: Database) -> None:
    assert len(suggest(library, "Nurse", limit=3)) == 3
    ids = [each.id for each in suggest(library, "Nurse", limit=100)]
    assert len(ids) == len(set(ids)) == 20


def test_a_role_that_operators_have_added_is_found_by_its_name(database: Database) -> None:
    entry_id = add_entry(database, OWN)
    nurse_id = add_entry(database, ("Veterinary Nurse", "Held animals still and calm during examinations", "MID"))
    assert [each.id for each in suggest(database, "Senior lighthouse keeper")] == [entry_id]
    assert [each.id for each in suggest(database, "Lighthouse keper")] == [entry_id]
    assert [each.id for each in suggest(database, "Veterinary nurse")] == [nurse_id]
    assert {each.role_category for each in suggest(database, "Nurse")} == {"Nurse"}


def test_what_was_chosen_more_comes_first_within_a_seniority(any_database: Database) -> None:
    *_, last = suggest(any_database, "Nurse", limit=4)
    with acting(any_database.app_engine, None) as session:
        note_use(session, last.id)
    again = suggest(any_database, "Nurse", limit=4)
    assert again[0] == last
    nearest = {each.id for each in suggest(any_database, "Junior nurse", limit=4)}
    assert last.id not in nearest


def test_uses_at_the_same_time_are_all_counted(any_database: Database) -> None:
    chosen = suggest(any_database, "Teacher", limit=1)[0].id

    def use(_number: int) -> None:
        with acting(any_database.app_engine, None) as session:
            note_use(session, chosen)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(40)))
    assert read_count(any_database, chosen) == 40


def test_a_use_that_is_undone_isn_t_counted(database: Database) -> None:
    chosen = suggest(database, "Teacher", limit=1)[0].id
    with pytest.raises(RuntimeError), acting(database.app_engine, None) as session:
        note_use(session, chosen)
        raise RuntimeError
    assert read_count(database, chosen) == 0


@pytest.mark.parametrize("gone", [NOBODYS, "", "no id"])
def test_a_suggestion_that_is_gone_is_named(library: Database, gone: str) -> None:
    with pytest.raises(NotFound, match="library"), acting(library.app_engine, None) as session:
        note_use(session, gone)


def test_the_count_stops_where_its_column_ends(database: Database) -> None:
    entry_id = add_entry(database, OWN, usage_count=2**31 - 1)
    with acting(database.app_engine, None) as session:
        note_use(session, entry_id)
    assert read_count(database, entry_id) == 2**31 - 1


def test_people_only_read_the_library(any_database: Database) -> None:
    for statement in (
        "UPDATE responsibilities_library SET usage_count = 9",
        "DELETE FROM responsibilities_library",
        f"INSERT INTO responsibilities_library VALUES ('{NOBODYS}', 'Pilot', 'Flew', 'MID')",
    ):
        with pytest.raises(WrongUse, match="refuses"), acting(any_database.app_engine, None) as session:
            session.connection().exec_driver_sql(statement)
    assert read_entries(any_database) == read_file()


def test_the_builder_counts_nothing(any_database: Database) -> None:
    with pytest.raises(WrongUse, match="use_suggestion"), acting(any_database.site_engine, None) as session:
        note_use(session, NOBODYS)


def test_the_file_is_in_the_database_in_its_order(any_database: Database) -> None:
    assert read_entries(any_database) == read_file()


def test_going_down_keeps_what_others_have_added(any_database: Database) -> None:
    add_entry(any_database, OWN, usage_count=3)
    with any_database.connect() as connection:
        connection.execute(
            "UPDATE responsibilities_library SET responsibility = responsibility || ' again' WHERE responsibility = %s",
            (read_file()[0][1],),
        )
    downgrade(any_database.owner_engine, "0010")
    left = read_entries(any_database)
    assert sorted(row[0] for row in left) == ["Lighthouse Keeper", "Software Engineer"]
    upgrade(any_database.owner_engine)
    assert Counter(read_entries(any_database)) == Counter([*read_file(), *left])


def test_going_up_leaves_what_is_there_already_and_repeats_nothing(any_database: Database) -> None:
    downgrade(any_database.owner_engine, "0010")
    assert read_entries(any_database) == []
    known = add_entry(any_database, read_file()[7], usage_count=5)
    add_entry(any_database, OWN)
    upgrade(any_database.owner_engine)
    assert Counter(read_entries(any_database)) == Counter([*read_file(), OWN])
    assert read_count(any_database, known) == 5


def run_command(database: Database, *arguments: str) -> tuple[str, str, int]:
    settings = {"CAREERHUB_DATABASE_URL": database.url("careerhub_app")}
    done = CliRunner(env=settings).invoke(command, arguments)
    return done.stdout, done.stderr, done.exit_code


def test_the_command_prints_suggestions_in_groups(library: Database) -> None:
    printed, said, code = run_command(library, "Junior nurse", "--limit", "6")
    lines = printed.splitlines()
    assert (lines[0], lines[5], said, code) == ("Nurse, JUNIOR", "Nurse, MID", "", 0)
    assert [line for line in lines if line.startswith("  ")] == [
        f"  {each.responsibility}" for each in suggest(library, "Junior nurse", limit=6)
    ]


def test_the_command_prints_json_with_the_ids(library: Database) -> None:
    printed, _, _ = run_command(library, "Nurse", "--seniority", "lead", "--limit", "2", "--typed", "led", "--json")
    rows = json.loads(printed)
    assert set(rows[0]) == {"id", "role_category", "responsibility", "seniority_level"}
    assert rows[0]["id"] == suggest(library, "Nurse", seniority="LEAD", limit=1, typed="led")[0].id


def test_the_command_says_when_there_is_nothing(library: Database) -> None:
    printed, said, code = run_command(library, "Pilot")
    assert (printed, code) == ("", 0)
    assert "nothing for 'Pilot'" in said
    assert run_command(library, "Pilot", "--json")[0].strip() == "[]"
    assert run_command(library, "Nurse", "--seniority", "guru")[2] == 2
    assert run_command(library, "Nurse", "--limit", "0")[2] == 2
