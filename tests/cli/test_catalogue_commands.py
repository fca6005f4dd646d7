"""`careerhub technologies` and `careerhub profile`, as people type them."""

from __future__ import annotations

import json
from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result

from careerhub.cli.profile import command as profile
from careerhub.cli.technologies import command as technologies
from careerhub.errors import CareerHubError, Conflict, InputInvalid, NotFound, WrongUse
from tests.databases import Database
from tests.people import add_career, add_person

Invoke = Callable[..., Result]


@pytest.fixture
def invoke(environment: dict[str, str]) -> Invoke:
    """Give a function that runs a command in this process; errors of ours come out as they are."""

    def run(command: click.Command, *arguments: str, answer: str = "") -> Result:
        result = CliRunner(env=environment).invoke(command, arguments, input=answer)
        if isinstance(result.exception, CareerHubError):
            raise result.exception
        return result

    return run


def test_two_technologies_become_one_by_any_of_their_names(invoke: Invoke, database: Database) -> None:
    add_career(database.app_engine, add_person(database.app_engine, "ada"))
    with pytest.raises(WrongUse, match="Nothing was merged"):
        invoke(technologies, "merge", "python", "Go", answer="n\n")
    done = invoke(technologies, "merge", "python", "golang", answer="y\n")
    assert "Merge Python into Go" in done.stderr
    assert done.stdout.startswith("Python is now Go. Profiles: 1, skills: 1, projects: 1, jobs: 0.")
    with pytest.raises(InputInvalid, match="nothing to merge"):
        invoke(technologies, "merge", "Python", "Go")
    with pytest.raises(NotFound, match="technologies list"):
        invoke(technologies, "merge", "nonesuch", "Go", "--yes")
    assert invoke(technologies, "merge", "Rust", "Go", "--yes").exit_code == 0


def test_the_catalogue_is_listed_with_its_users(invoke: Invoke, database: Database) -> None:
    add_career(database.app_engine, add_person(database.app_engine, "ada"))
    listed = {entry["slug"]: entry for entry in json.loads(invoke(technologies, "list", "--json").stdout)}
    assert set(listed["python"]) == {"name", "slug", "category", "layer", "aliases", "people"}
    assert [slug for slug, entry in listed.items() if entry["people"]] == ["python"]
    unused = invoke(technologies, "list", "--unused").stdout.splitlines()
    assert len(unused) == len(listed) - 1
    assert "Kubernetes\tkubernetes\t" in "\n".join(unused)
    assert not [line for line in unused if line.startswith("Python\t")]


def test_a_technology_is_added_once(invoke: Invoke) -> None:
    new = ("add", "Lumen Forge", "--category", "Library", "--layer", "Tools", "--alias", "lumen", "--alias", "LF")
    assert "/technologies/lumen-forge/" in invoke(technologies, *new).stdout
    with pytest.raises(Conflict, match="Lumen Forge"):
        invoke(technologies, *new)
    assert invoke(technologies, "add", "X", "--category", "Nonsense", "--layer", "Tools").exit_code == 2


def test_a_profile_hears_what_to_add_next(invoke: Invoke, database: Database) -> None:
    add_career(database.app_engine, add_person(database.app_engine, "ada", visibility="PRIVATE"))
    said = invoke(profile, "next", "ada").stdout.splitlines()
    assert said[0] == "ada has 28 of 100 points."
    assert said[1:3] == [
        "Write at least 101 more characters of summary: 20 points.",
        "Add 2 jobs or voluntary posts: 20 points, 10 for each.",
    ]
    found = json.loads(invoke(profile, "next", "ada", "--json").stdout)
    assert found["score"] == 28
    assert [step["sentence"] for step in found["next"]] == said[1:]
    assert {step["part"] for step in found["next"]} == {"experiences", "summary", "projects", "skills", "headline"}


@pytest.mark.parametrize(
    "arguments", [("next", "nobody"), ("set", "nobody", "--visibility", "PUBLIC"), ("show", "nobody")]
)
def test_a_profile_that_is_not_there_is_named(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    with pytest.raises(NotFound, match="nobody"):
        invoke(profile, *arguments)


def test_who_may_see_a_profile_is_changed_as_its_owner(invoke: Invoke, database: Database) -> None:
    add_person(database.app_engine, "ada")
    assert invoke(profile, "set", "ada", "--visibility", "FRIENDS").exit_code == 0
    with database.connect() as connection:
        assert connection.execute("SELECT visibility FROM profiles").fetchone() == ("FRIENDS",)
