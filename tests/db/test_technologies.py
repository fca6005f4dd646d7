"""The catalogue's door: everybody moves when two technologies become one, and nobody shows more than before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from careerhub.db.errors import translate
from careerhub.db.migrate import downgrade, upgrade
from careerhub.db.session import acting
from careerhub.db.state import head
from careerhub.db.technologies import (
    Merged,
    add_technology,
    find_technology,
    get_technology,
    list_technologies_in_use,
    merge_technologies,
)
from careerhub.errors import CareerHubError, Conflict, InputInvalid, NotFound
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_person

GONE, KEPT = "Vue.js", "React"
SKILL = "name, group_name, level, years_of_experience, started_using_year, is_primary, is_featured, is_hidden, display_order"


@dataclass(frozen=True)
class World:
    """A database with a superuser's connection, and the ids of two technologies."""

    database: Database
    connection: psycopg.Connection[tuple[Any, ...]]
    gone: str
    kept: str

    def add_person(self, slug: str, **columns: Any) -> str:
        return add_person(self.database.app_engine, slug, **columns)

    def add(self, table: str, profile_id: str, **columns: Any) -> str:
        row = {"profile_id": profile_id, "id": make_id(), **columns}
        self.insert(table, row)
        return str(row["id"])

    def insert(self, table: str, row: dict[str, Any]) -> None:
        named, filled = ", ".join(row), ", ".join(f"%({column})s" for column in row)
        self.connection.execute(f"INSERT INTO {table} ({named}) VALUES ({filled})".encode(), row)

    def add_skill(self, profile_id: str, technology: str | None, name: str, **columns: Any) -> str:
        return self.add("skills", profile_id, technology_id=technology, name=name, **columns)

    def add_use(self, profile_id: str, kind: str, row_id: str, technology: str, order: int = 0) -> None:
        row = {"profile_id": profile_id, f"{kind}_id": row_id, "technology_id": technology, "display_order": order}
        self.insert(f"{kind}_technologies", row)

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.encode(), values).fetchall()

    def merge(self) -> Merged:
        with acting(self.database.owner_engine, None) as session:
            return merge_technologies(session, self.gone, self.kept)

    def read_revision(self, profile_id: str) -> int:
        return int(self.read("SELECT revision FROM profile_revisions WHERE profile_id = %s", profile_id)[0][0])


@pytest.fixture
def world(any_database: Database) -> Iterator[World]:
    with any_database.connect() as connection:
        ids = dict(connection.execute("SELECT name, id FROM technologies WHERE name IN (%s, %s)", (GONE, KEPT)))  # type: ignore[arg-type, var-annotated]
        yield World(any_database, connection, str(ids[GONE]), str(ids[KEPT]))


def test_a_merge_moves_every_link_and_keeps_the_old_name_as_an_alias(world: World) -> None:
    ada, bo = world.add_person("ada"), world.add_person("bo", visibility="PRIVATE")
    project = world.add("projects", ada, slug="lamp", name="Lamp")
    both = world.add("projects", ada, slug="tide", name="Tide")
    job = world.add("experiences", bo, company_name="Harbour")
    skill = world.add_skill(ada, world.gone, "My Vue", level=3)
    world.add_use(ada, "project", project, world.gone, 4)
    world.add_use(ada, "project", both, world.gone, 1)
    world.add_use(ada, "project", both, world.kept, 7)
    world.add_use(bo, "experience", job, world.gone)
    aliases = world.read(
        "SELECT alias FROM technology_aliases WHERE technology_id = ANY (%s)", [world.gone, world.kept]
    )
    assert world.merge() == Merged(people=2, skills=1, projects=2, experiences=1)
    assert world.read("SELECT id, name, level FROM skills WHERE technology_id = %s", world.kept) == [
        (skill, "My Vue", 3)
    ]
    uses = "SELECT project_id, technology_id, display_order FROM project_technologies ORDER BY display_order"
    assert world.read(uses) == [(both, world.kept, 1), (project, world.kept, 4)]
    assert world.read("SELECT experience_id, technology_id FROM experience_technologies") == [(job, world.kept)]
    assert world.read("SELECT FROM technologies WHERE id = %s", world.gone) == []
    after = world.read("SELECT alias FROM technology_aliases WHERE technology_id = %s", world.kept)
    assert sorted(after) == sorted([*aliases, (GONE,)])
    with acting(world.database.owner_engine, None) as session:
        assert get_technology(session, GONE.upper()).id == world.kept


def test_only_those_whose_pages_change_are_raised(world: World) -> None:
    shown, hidden, other = (world.add_person(slug) for slug in ("shown", "hidden", "other"))
    world.add_skill(shown, world.gone, "Vue")
    world.add_skill(hidden, world.gone, "Vue", is_hidden=True)
    world.add_skill(other, world.kept, "React")
    before = [world.read_revision(each) for each in (shown, hidden, other)]
    world.merge()
    assert [world.read_revision(each) for each in (shown, hidden, other)] == [before[0] + 1, *before[1:]]


def test_a_link_of_a_job_or_a_project_raises_its_owner_too(world: World) -> None:
    people = [world.add_person(slug) for slug in ("ada", "bo")]
    world.add_use(people[0], "project", world.add("projects", people[0], slug="a", name="A"), world.gone)
    world.add_use(people[1], "experience", world.add("experiences", people[1], position="B"), world.gone)
    before = [world.read_revision(each) for each in people]
    world.merge()
    assert [world.read_revision(each) for each in people] == [each + 1 for each in before]


def read_skills(world: World, profile_id: str) -> list[tuple[Any, ...]]:
    return world.read(f"SELECT id, technology_id, {SKILL} FROM skills WHERE profile_id = %s ORDER BY name", profile_id)


@pytest.mark.parametrize("are_hidden", [False, True])
def test_two_skills_of_one_kind_become_one_with_the_better_facts(world: World, are_hidden: bool) -> None:
    ada = world.add_person("ada")
    strong = {"level": 5, "years_of_experience": 3, "is_featured": True, "group_name": "Web", "display_order": 2}
    world.add_skill(ada, world.gone, "Vue", started_using_year=2015, is_hidden=are_hidden, **strong)
    weak = {"level": 2, "years_of_experience": 4, "is_primary": True, "display_order": 5}
    kept = world.add_skill(ada, world.kept, "React", started_using_year=2018, is_hidden=are_hidden, **weak)
    assert world.merge().skills == 1
    wanted = (kept, world.kept, "React", "Web", 5, 4, 2015, True, True, are_hidden, 2)
    assert read_skills(world, ada) == [wanted]


def test_what_one_says_and_the_other_doesnt_is_kept(world: World) -> None:
    ada = world.add_person("ada")
    world.add_skill(ada, world.gone, "Vue", level=1, extras=Jsonb({"a": 1, "b": 1}))
    kept = world.add_skill(ada, world.kept, "React", years_of_experience=9, extras=Jsonb({"b": 2}))
    world.merge()
    found = world.read("SELECT id, level, years_of_experience, started_using_year, extras FROM skills")
    assert found == [(kept, 1, 9, None, {"a": 1, "b": 2})]


@pytest.mark.parametrize("hidden", ["gone", "kept"])
def test_a_hidden_skill_stays_hidden_and_tells_the_shown_one_nothing(world: World, hidden: str) -> None:
    ada = world.add_person("ada")
    shown = {"gone": "kept", "kept": "gone"}[hidden]
    ids = {"gone": world.gone, "kept": world.kept}
    secret = world.add_skill(
        ada, ids[hidden], "Secret", level=5, years_of_experience=30, started_using_year=1990, is_hidden=True
    )
    open_ = world.add_skill(ada, ids[shown], "Open", level=1)
    world.merge()
    assert read_skills(world, ada) == [
        (open_, world.kept, "Open", "", 1, None, None, False, False, False, 0),
        (secret, None, "Secret", "", 5, 30, 1990, False, False, True, 0),
    ]
    public = world.read("SELECT name, level, technology_name FROM site.skills WHERE profile_id = %s", ada)
    assert public == [("Open", 1, KEPT)]


def test_a_hidden_skill_alone_stays_hidden(world: World) -> None:
    ada = world.add_person("ada")
    world.add_skill(ada, world.gone, "Vue", is_hidden=True)
    world.merge()
    assert world.read("SELECT technology_id, is_hidden FROM skills") == [(world.kept, True)]
    assert world.read("SELECT FROM site.skills") == []


def test_a_cv_that_chose_the_one_has_the_other_once_in_its_place(world: World) -> None:
    ada = world.add_person("ada")
    gone, kept = world.add_skill(ada, world.gone, "Vue"), world.add_skill(ada, world.kept, "React")
    other = world.add_skill(ada, None, "Patience")
    chosen = {"a": [gone, other], "b": [other, gone, kept], "c": [other], "d": None}
    for name, skills in chosen.items():
        config = {"include_summary": False} | ({} if skills is None else {"skills": skills})
        world.add("cv_versions", ada, slug=name, name=name, sections_config=Jsonb(config))
    world.merge()
    found = dict(world.read("SELECT slug, sections_config -> 'skills' FROM cv_versions"))
    assert found == {"a": [kept, other], "b": [other, kept], "c": [other], "d": None}
    assert world.read("SELECT DISTINCT sections_config -> 'include_summary' FROM cv_versions") == [(False,)]


def test_an_import_may_still_update_what_its_person_hasnt_edited(world: World) -> None:
    ada = world.add_person("ada")
    world.add_skill(ada, world.gone, "Vue", source="x", source_revision=1)
    bo = world.add_person("bo")
    world.add_skill(bo, world.gone, "Vue", source="x", source_revision=1)
    world.connection.execute("UPDATE skills SET level = 2 WHERE profile_id = %s", (bo,))
    world.merge()
    states = "SELECT profile_id, revision = source_revision FROM skills"
    assert dict(world.read(states)) == {ada: True, bo: False}


def test_a_score_counts_two_skills_that_became_one_once(world: World) -> None:
    ada = world.add_person("ada")
    world.add_skill(ada, world.gone, "Vue")
    world.add_skill(ada, world.kept, "React")
    world.merge()
    assert world.read("SELECT completeness_score FROM profiles") == [(3,)]


def test_an_alias_of_somebody_else_is_taken_over_by_the_name_it_was(world: World) -> None:
    other = world.read("SELECT id FROM technologies WHERE name = 'Angular'")[0][0]
    world.insert("technology_aliases", {"alias": GONE.lower(), "technology_id": other})
    world.merge()
    found = world.read("SELECT technology_id FROM technology_aliases WHERE lower(alias) = lower(%s)", GONE)
    assert found == [(world.kept,)]


def test_what_cannot_be_merged_is_one_sentence(world: World) -> None:
    with acting(world.database.owner_engine, None) as session, pytest.raises(InputInvalid, match="nothing to merge"):
        merge_technologies(session, world.gone, world.gone)
    world.merge()
    with pytest.raises(InputInvalid, match="no such technology"):
        world.merge()
    with pytest.raises(psycopg.Error) as refused:
        world.connection.execute("SELECT merge_technologies(%s, %s)", (world.kept, world.kept))
    assert str(translate(refused.value)).count("\n") == 0


@pytest.mark.parametrize("role", ["careerhub_app", "careerhub_site"])
@pytest.mark.parametrize(
    "call",
    [
        "merge_technologies('a', 'b')",
        "merge_skills('a', 'b')",
        "list_technologies_in_use()",
        "list_technology_users('a')",
    ],
)
def test_nobody_but_the_operator_comes_through_this_door(any_database: Database, role: str, call: str) -> None:
    with any_database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT {call}".encode())


def test_a_technology_in_use_cannot_be_deleted(world: World) -> None:
    world.add_skill(world.add_person("ada"), world.gone, "Vue")
    with world.database.connect("careerhub_owner") as owner, pytest.raises(psycopg.errors.IntegrityError):
        owner.execute("DELETE FROM technologies WHERE id = %s", (world.gone,))


def test_the_list_counts_people_once_and_hidden_rows_too(world: World) -> None:
    ada, bo = world.add_person("ada"), world.add_person("bo", visibility="PRIVATE")
    world.add_skill(ada, world.gone, "Vue")
    world.add_use(ada, "project", world.add("projects", ada, slug="a", name="A"), world.gone)
    world.add_skill(bo, world.gone, "Vue", is_hidden=True)
    with acting(world.database.owner_engine, None) as session:
        listed = list_technologies_in_use(session)
    assert [entry.people for entry in listed if entry.name == GONE] == [2]
    assert sum(entry.people for entry in listed) == 2
    assert [entry.slug for entry in listed] == sorted(entry.slug for entry in listed)
    assert "k8s" in next(entry.aliases for entry in listed if entry.name == "Kubernetes")


def test_a_technology_is_found_by_name_slug_and_alias(world: World) -> None:
    with acting(world.database.owner_engine, None) as session:
        found = [
            getattr(find_technology(session, said), "name", None) for said in ("c#", "c-sharp", " K8S ", "C", "nix!")
        ]
        assert found == ["C#", "C#", "Kubernetes", "C", None]
        with pytest.raises(NotFound, match="'nix!'"):
            get_technology(session, "nix!")


def test_a_new_technology_has_an_address_and_its_aliases(world: World) -> None:
    with acting(world.database.owner_engine, None) as session:
        slug = add_technology(
            session, "  Lumen  Forge ", category="Library", layer="Tools", aliases=("lumen", "LF 2", "lumen")
        )
        assert slug == "lumen-forge"
        found = [find_technology(session, said) for said in ("lumen forge", "LUMEN", "lf 2")]
        assert {each.name for each in found if each} == {"Lumen Forge"}
        assert None not in found


@pytest.mark.parametrize(
    ("name", "aliases", "error"),
    [
        ("react", (), Conflict),
        ("K8s", (), Conflict),
        ("Lumen", ("k8s",), Conflict),
        ("c sharp", (), Conflict),
        ("光", (), InputInvalid),
        (" ", (), InputInvalid),
        ("x" * 101, (), InputInvalid),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(
    database: Database, name: str, aliases: tuple[str, ...], error: type[CareerHubError]
) -> None:
    with acting(database.owner_engine, None) as session, pytest.raises(error):
        add_technology(session, name, category="Library", layer="Tools", aliases=aliases)


def test_an_edit_under_way_is_waited_for_and_moves_too(world: World) -> None:
    ada = world.add_person("ada")
    results: list[Merged] = []
    with psycopg.connect(world.database.url("postgres")) as editor:
        editor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (ada,))
        editor.execute(
            "INSERT INTO skills (profile_id, id, name, technology_id) VALUES (%s, %s, 'Vue', %s)",
            (ada, make_id(), world.gone),
        )
        merging = threading.Thread(target=lambda: results.append(world.merge()))
        merging.start()
        merging.join(0.3)
        assert merging.is_alive()
    merging.join(20)
    assert [each.skills for each in results] == [1]
    assert world.read("SELECT technology_id FROM skills") == [(world.kept,)]


def test_the_way_down_and_up_keeps_people_and_scores(world: World) -> None:
    ada = world.add_person("ada", headline="Keeper")
    world.add_skill(ada, world.kept, "React")
    downgrade(world.database.owner_engine, "0008")
    world.add_skill(ada, None, "Patience")
    assert world.read("SELECT completeness_score FROM profiles") == [(16,)]
    assert upgrade(world.database.owner_engine)[1] == head()
    world.add_skill(ada, None, "Rope")
    assert world.read("SELECT completeness_score FROM profiles") == [(19,)]
