"""`careerhub search`: lines that stand below each other in any script, JSON for programs, one sentence for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from careerhub.cli.search import align, command, measure
from careerhub.errors import CareerHubError
from tests.cli.conftest import environment_of
from tests.databases import Database
from tests.people import add_career, add_person


def search(database: Database, folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, env=environment_of(database, folder), catch_exceptions=False)


@pytest.fixture
def people(database: Database) -> Database:
    add_career(
        database.app_engine, add_person(database.app_engine, "ada", full_name="Ada Quillfeather", headline="Keeper")
    )
    add_person(database.app_engine, "wang", full_name="王小明 Quill", headline="灯塔", city="Porto")
    return database


def test_people_are_lines_whose_columns_stand_below_each_other(people: Database, tmp_path: Path) -> None:
    done = search(people, tmp_path, "quill")
    assert (done.exit_code, done.stderr) == (0, "")
    assert (
        done.stdout.splitlines()
        == [
            "ada   Ada Quillfeather  Keeper         name",
            "wang  王小明 Quill      灯塔    Porto  name",
        ][::-1]
    )
    assert [measure(line.partition("name")[0]) for line in done.stdout.splitlines()] == [39, 39]


def test_other_things_are_found_with_in(people: Database, tmp_path: Path) -> None:
    assert (
        search(people, tmp_path, "lantern", "--in", "experiences").stdout
        == "ada  Ada Quillfeather  Engineer  Lantern Works\n"
    )
    assert search(people, tmp_path, "beacon", "--in", "projects").stdout.startswith("ada  Ada Quillfeather  Beacon")
    assert search(people, tmp_path, "c++", "--in", "technologies").stdout.split() == [
        "c-plus-plus",
        "C++",
        "Platform",
        "Language",
    ]


def test_json_is_for_programs(people: Database, tmp_path: Path) -> None:
    (found,) = json.loads(search(people, tmp_path, "ada", "--json", "--limit", "1").stdout)
    assert (found["slug"], found["why"], sorted(found)) == (
        "ada", "name", ["full_name", "headline", "place", "rank", "slug", "why"],
    )  # fmt: skip


def test_nothing_found_is_said_and_is_no_failure(people: Database, tmp_path: Path) -> None:
    done = search(people, tmp_path, "zzyqxw")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "No people found.\n")
    assert json.loads(search(people, tmp_path, "zzyqxw", "--json").stdout) == []


def test_a_long_query_is_refused_in_one_sentence(people: Database, tmp_path: Path) -> None:
    with pytest.raises(CareerHubError, match=r"^A query has at most 200 characters; this one has 10,000\.$") as refused:
        search(people, tmp_path, "x" * 10_000)
    assert refused.value.exit_code == 2


def test_a_cell_that_is_too_wide_is_cut_and_nothing_breaks_a_line() -> None:
    (line,) = align([["a", "word " * 20, "two\nlines\u202e"]])
    assert line == "a  word word word word word word word word…  two lines"
