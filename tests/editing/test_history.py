"""Any change of one item can be undone, unless somebody has changed the same since; and the undo is in the log too."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import delete, insert, text

from careerhub.db import models
from careerhub.db.session import acting
from careerhub.editing.history import Change, list_changes, restore_change
from careerhub.editing.items import add_item, change_item, remove_item
from careerhub.errors import CareerHubError, Conflict, InputInvalid, NotFound
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

WORDS = ["", "Ärger & Co.", 'He said "no"\\', "夜の灯", "null", "[redacted]", "🗼" * 20, "2020-01-01"]
DATES = [(None, None), ("2014-01-01", "Y"), ("2015-05-01", "M"), ("2016-07-09", "D")]
Person = tuple[Database, str, dict[str, str]]


@pytest.fixture
def person(any_database: Database) -> Person:
    profile_id = add_person(any_database.app_engine, "ada", headline="Keeper")
    return any_database, profile_id, add_career(any_database.app_engine, profile_id)


def read_row(database: Database, table: str, row_id: str, *, without: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """Return a row as the database would print it, without what an edit itself moves."""
    with database.connect() as connection:
        found = connection.execute(f'SELECT to_jsonb(t) FROM "{table}" t WHERE id = %s', (row_id,)).fetchone()  # type: ignore[call-overload]
    return None if found is None else {k: v for k, v in found[0].items() if k not in {"updated_at", *without}}  # type: ignore[attr-defined]


def read_hanging(database: Database, profile_id: str) -> list[Any]:
    with database.connect() as connection:
        return [
            sorted(connection.execute(f"SELECT t::text FROM {table} t WHERE profile_id = %s", (profile_id,)).fetchall())  # type: ignore[call-overload]
            for table in ("project_technologies", "experience_technologies", "project_experiences", "translations")
        ]


def last_change(database: Database, profile_id: str, action: str) -> Change:
    with acting(database.app_engine, owner_of(profile_id)) as session:
        return next(change for change in list_changes(session, profile_id, limit=500) if change.action == action)


def undo(database: Database, profile_id: str, change: Change) -> None:
    with acting(database.app_engine, owner_of(profile_id)) as session:
        restore_change(session, change.id)


def make_values(dice: random.Random, table: str, model: Any) -> dict[str, Any]:
    """Make up new values for some columns of a table, of every kind it has."""
    made: dict[str, Any] = {
        "display_order": dice.randrange(99),
        "is_hidden": dice.random() < 0.5,
        "extras": {"a": dice.choice([1.5, None, "x", [1, {"b": WORDS[2]}]])},
    }
    for name in (
        "position",
        "description",
        "grade",
        "role",
        "issuer",
        "group_name",
        "fluency",
        "username",
        "reference",
    ):
        if name in model.__table__.columns:
            made[name] = dice.choice(WORDS)
    for name in ("responsibilities", "challenges", "courses", "authors", "keywords"):
        if name in model.__table__.columns:
            made[name] = dice.sample(WORDS, dice.randrange(4))
    for start in ("start", "issue"):
        if f"{start}_date" in model.__table__.columns:
            made[f"{start}_date"], made[f"{start}_precision"] = dice.choice(DATES)
    if table == "skills":
        made |= {"level": dice.choice([None, 1, 5]), "years_of_experience": dice.randrange(50)}
    if table == "projects":
        made |= {"visibility": dice.choice(["PUBLIC", "ANONYMOUS"]), "anonymized_company": "A port"}
    return {name: made[name] for name in dice.sample(sorted(made), dice.randrange(1, len(made) + 1))} | {
        name: made[name] for name in made if name.endswith(("date", "precision")) or name in ("visibility", "anonymized_company")
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_whatever_was_edited_comes_back_as_it_was(person: Person, seed: int) -> None:
    database, profile_id, ids = person
    dice = random.Random(seed)
    by_table = {mapper.local_table.name: mapper.class_ for mapper in models.Skill.registry.mappers}  # type: ignore[attr-defined]
    assert len(ids) == 11
    with database.connect() as connection:
        for table, row_id in ids.items():
            connection.execute(f"UPDATE \"{table}\" SET source_row_hash = sha256('x'), imported_at = now() WHERE id = %s", (row_id,))  # type: ignore[call-overload]  # fmt: skip
    for table, row_id in dice.sample(sorted(ids.items()), len(ids)):
        before = read_row(database, table, row_id, without=("revision",))
        with acting(database.app_engine, owner_of(profile_id)) as session:
            change_item(session, table, profile_id, row_id, make_values(dice, table, by_table[table]))
            session.execute(text(f'UPDATE "{table}" SET source_row_hash = NULL, imported_at = NULL WHERE id = :i'), {"i": row_id})  # fmt: skip
        with acting(database.app_engine, owner_of(profile_id)) as session:
            made = list_changes(session, profile_id, entity_id=row_id)
        # by the person: not what the superuser prepared above, and a dice may have thrown what was there
        for change in [each for each in made if each.action.startswith("UPDATE_") and each.user_id]:
            undo(database, profile_id, change)
        assert read_row(database, table, row_id, without=("revision",)) == before, table


def test_a_removed_item_comes_back_the_very_same(person: Person) -> None:
    database, profile_id, ids = person
    for table, row_id in ids.items():
        before = read_row(database, table, row_id)
        with acting(database.app_engine, owner_of(profile_id)) as session:
            remove_item(session, table, profile_id, row_id)
        assert read_row(database, table, row_id) is None
        with acting(database.app_engine, owner_of(profile_id)) as session:
            restore_change(session, list_changes(session, profile_id, entity_id=row_id, limit=1)[0].id)
        assert read_row(database, table, row_id) == before, table


def add_hanging(database: Database, profile_id: str, ids: dict[str, str]) -> None:
    """Give the career more that hangs on its items."""
    with acting(database.app_engine, owner_of(profile_id)) as session:
        for name in ("Rust", "Go"):
            technology = session.query(models.Technology).filter_by(name=name).one()
            own = {"profile_id": profile_id, "technology_id": technology.id, "display_order": 2}
            session.execute(insert(models.ExperienceTechnology).values(experience_id=ids["experiences"], **own))
            session.execute(insert(models.ProjectTechnology).values(project_id=ids["projects"], **own))
        for kind, table, field in (("EXPERIENCE", "experiences", "position"), ("PROJECT", "projects", "name")):
            own = {"profile_id": profile_id, "entity_type": kind, "entity_id": ids[table], "field": field}
            session.execute(insert(models.Translation).values(lang="de", text=f"Auf Deutsch {table}", **own))


@pytest.mark.parametrize("table", ["projects", "experiences"])
def test_its_links_and_translations_come_back_with_it(person: Person, table: str) -> None:
    database, profile_id, ids = person
    add_hanging(database, profile_id, ids)
    # what had been taken off before doesn't
    with acting(database.app_engine, owner_of(profile_id)) as session:
        go = session.query(models.Technology.id).filter_by(name="Go").scalar_subquery()
        for model in (models.ProjectTechnology, models.ExperienceTechnology):
            session.execute(delete(model).where(model.technology_id == go))
    before = read_hanging(database, profile_id)
    with acting(database.app_engine, owner_of(profile_id)) as session:
        remove_item(session, table, profile_id, ids[table])
    assert read_hanging(database, profile_id) != before
    undo(database, profile_id, last_change(database, profile_id, f"DELETE_{table.upper().removesuffix('S')}"))
    assert read_hanging(database, profile_id) == before


def test_links_whose_other_end_is_gone_are_left_out(person: Person) -> None:
    database, profile_id, ids = person
    add_hanging(database, profile_id, ids)
    with acting(database.app_engine, owner_of(profile_id)) as session:
        remove_item(session, "skills", profile_id, ids["skills"])
        remove_item(session, "experiences", profile_id, ids["experiences"])
        remove_item(session, "projects", profile_id, ids["projects"])
    with database.connect() as connection:
        connection.execute("DELETE FROM technologies WHERE name IN ('Python', 'Rust')")
    for action in ("DELETE_PROJECT", "DELETE_SKILL"):
        undo(database, profile_id, last_change(database, profile_id, action))
    technologies, used, employers, translations = read_hanging(database, profile_id)
    assert (len(technologies), used, employers, len(translations)) == (1, [], [], 1)
    skill = read_row(database, "skills", ids["skills"])
    assert skill is not None
    assert (skill["name"], skill["technology_id"]) == ("Python", None)
    undo(database, profile_id, last_change(database, profile_id, "DELETE_EXPERIENCE"))
    assert [len(rows) for rows in read_hanging(database, profile_id)] == [1, 1, 1, 2]


def test_a_cv_comes_back_without_the_entries_that_are_gone(person: Person) -> None:
    database, profile_id, ids = person
    config = {"experiences": [ids["experiences"]], "projects": [ids["projects"]], "skills": []}
    with acting(database.app_engine, owner_of(profile_id)) as session:
        change_item(session, "cv_versions", profile_id, ids["cv_versions"], {"sections_config": config})
    with acting(database.app_engine, owner_of(profile_id)) as session:
        remove_item(session, "cv_versions", profile_id, ids["cv_versions"])
        remove_item(session, "projects", profile_id, ids["projects"])
    undo(database, profile_id, last_change(database, profile_id, "DELETE_CV_VERSION"))
    back = read_row(database, "cv_versions", ids["cv_versions"])
    assert back is not None
    assert back["sections_config"] == config | {"projects": []}


def test_an_added_item_goes_again(person: Person) -> None:
    database, profile_id, _ = person
    with acting(database.app_engine, owner_of(profile_id)) as session:
        new = add_item(session, "interests", profile_id, {"name": "Knots"})
    added = last_change(database, profile_id, "CREATE_INTEREST")
    undo(database, profile_id, added)
    assert read_row(database, "interests", new) is None
    with pytest.raises(NotFound):
        undo(database, profile_id, added)


@pytest.mark.parametrize("action", ["CREATE", "DELETE"])
@pytest.mark.parametrize("link", ["PROJECT_TECHNOLOGY", "PROJECT_EXPERIENCE", "EXPERIENCE_TECHNOLOGY", "TRANSLATION"])
def test_links_and_translations_can_be_undone_by_themselves(person: Person, link: str, action: str) -> None:
    database, profile_id, ids = person
    add_hanging(database, profile_id, ids)
    before = read_hanging(database, profile_id)
    if action == "DELETE":
        table = {"PROJECT_TECHNOLOGY": "project_technologies", "EXPERIENCE_TECHNOLOGY": "experience_technologies"}
        with acting(database.app_engine, owner_of(profile_id)) as session:
            session.execute(text(f"DELETE FROM {table.get(link, link.lower() + 's')}"))
        with acting(database.app_engine, owner_of(profile_id)) as session:
            for change in list_changes(session, profile_id, entity_type=link):
                if change.action.startswith("DELETE"):
                    restore_change(session, change.id)
        assert read_hanging(database, profile_id) == before
    else:
        undo(database, profile_id, last_change(database, profile_id, f"CREATE_{link}"))
        count = sum(map(len, before))
        assert sum(map(len, read_hanging(database, profile_id))) == count - 1


def test_a_link_alone_needs_both_its_ends(person: Person) -> None:
    database, profile_id, ids = person
    with acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(text("DELETE FROM project_experiences"))
    with acting(database.app_engine, owner_of(profile_id)) as session:
        remove_item(session, "experiences", profile_id, ids["experiences"])
    with pytest.raises(Conflict, match="undo its removal first"):
        undo(database, profile_id, last_change(database, profile_id, "DELETE_PROJECT_EXPERIENCE"))


def test_what_was_changed_again_since_is_a_conflict_that_names_it(person: Person) -> None:
    database, profile_id, ids = person
    for values in ({"position": "Chief", "industry": "Sea"}, {"position": "Captain", "description": "x"}):
        with acting(database.app_engine, owner_of(profile_id)) as session:
            change_item(session, "experiences", profile_id, ids["experiences"], values)
    with acting(database.app_engine, owner_of(profile_id)) as session:
        later, earlier, *_ = list_changes(session, profile_id, entity_id=ids["experiences"])
    with pytest.raises(Conflict, match=r"^position changed again"):
        undo(database, profile_id, earlier)
    undo(database, profile_id, later)
    undo(database, profile_id, earlier)
    with pytest.raises(Conflict):
        undo(database, profile_id, earlier)
    with acting(database.app_engine, owner_of(profile_id)) as session:
        remove_item(session, "experiences", profile_id, ids["experiences"])
    with pytest.raises(Conflict, match="isn't there"):
        undo(database, profile_id, later)


def test_a_removed_item_that_is_back_already_is_a_conflict(person: Person) -> None:
    database, profile_id, ids = person
    with acting(database.app_engine, owner_of(profile_id)) as session:
        remove_item(session, "skills", profile_id, ids["skills"])
    with acting(database.app_engine, owner_of(profile_id)) as session:
        add_item(session, "skills", profile_id, {"name": "python"})
    with pytest.raises(Conflict, match="in the profile already"):
        undo(database, profile_id, last_change(database, profile_id, "DELETE_SKILL"))


def test_the_profiles_own_fields_can_be_undone_and_a_whole_profile_cant(person: Person) -> None:
    database, profile_id, _ = person
    who = owner_of(profile_id)
    with acting(database.app_engine, who) as session:
        session.execute(text("UPDATE profiles SET headline = '', contact = '{\"email\": \"a@example.org\"}'"))
    undo(database, profile_id, last_change(database, profile_id, "UPDATE_PROFILE"))
    row = read_row(database, "profiles", profile_id)
    assert row is not None
    assert (row["headline"], row["contact"]) == ("Keeper", {})
    with pytest.raises(InputInvalid, match="whole profile"):
        undo(database, profile_id, last_change(database, profile_id, "CREATE_PROFILE"))


def test_what_the_log_doesnt_hold_is_named(person: Person) -> None:
    database, profile_id, _ = person
    who = owner_of(profile_id)
    with acting(database.app_engine, who) as session:
        session.execute(text("UPDATE profiles SET contact_encrypted = 'x', contact_key_id = 'k', headline = 'y'"))
        values = {"id": make_id(), "profile_id": profile_id, "token_hash": b"x" * 32, "expires_at": "2040-01-01"}
        session.execute(insert(models.ShareLink).values(**values))
    with pytest.raises(InputInvalid, match="contact_encrypted"):
        undo(database, profile_id, last_change(database, profile_id, "UPDATE_PROFILE"))
    with pytest.raises(InputInvalid, match="CREATE_SHARE_LINK"):
        undo(database, profile_id, last_change(database, profile_id, "CREATE_SHARE_LINK"))


def test_what_was_emptied_is_too_old(person: Person) -> None:
    database, profile_id, _ = person
    with database.connect("careerhub_owner") as connection:
        connection.execute("SELECT empty_audit_values(now() + interval '1 day')")
    for action in ("CREATE_SKILL", "CREATE_PROJECT_TECHNOLOGY"):
        with pytest.raises(InputInvalid, match="too old"):
            undo(database, profile_id, last_change(database, profile_id, action))


def test_an_undo_is_in_the_log_and_can_be_undone(person: Person) -> None:
    database, profile_id, ids = person
    with acting(database.app_engine, owner_of(profile_id)) as session:
        change_item(session, "languages", profile_id, ids["languages"], {"cefr": "B2"})
    undo(database, profile_id, last_change(database, profile_id, "UPDATE_LANGUAGE"))
    undone = last_change(database, profile_id, "UPDATE_LANGUAGE")
    assert (undone.old, undone.new, undone.user_id) == ({"cefr": "B2"}, {"cefr": ""}, owner_of(profile_id))
    undo(database, profile_id, undone)
    row = read_row(database, "languages", ids["languages"])
    assert row is not None
    assert row["cefr"] == "B2"


def test_nobody_sees_or_undoes_what_another_person_did(person: Person) -> None:
    database, profile_id, ids = person
    other = add_person(database.app_engine, "bo")
    change = last_change(database, profile_id, "CREATE_SKILL")
    with acting(database.app_engine, owner_of(other)) as session:
        assert list_changes(session, profile_id) == []
    with pytest.raises(NotFound), acting(database.app_engine, owner_of(other)) as session:
        restore_change(session, change.id)
    assert read_row(database, "skills", ids["skills"]) is not None


def test_changes_are_listed_newest_first_and_filtered(person: Person) -> None:
    database, profile_id, ids = person
    with acting(database.app_engine, owner_of(profile_id)) as session:
        change_item(session, "skills", profile_id, ids["skills"], {"level": 1})
        everything = list_changes(session, profile_id)
        skills = list_changes(session, profile_id, entity_type="SKILL")
        assert list_changes(session, profile_id, entity_id=ids["skills"]) == skills
        assert list_changes(session, profile_id, limit=2) == everything[:2]
    assert [change.action for change in skills] == ["UPDATE_SKILL", "CREATE_SKILL"]
    assert everything[0] == skills[0]
    assert everything[-1].action == "CREATE_PROFILE"


def test_a_change_that_never_was_is_said_so(person: Person) -> None:
    database, profile_id, _ = person
    for change_id in (make_id(), "", "x' OR true --"):
        with (
            pytest.raises(CareerHubError, match="no change"),
            acting(database.app_engine, owner_of(profile_id)) as session,
        ):
            restore_change(session, change_id)
