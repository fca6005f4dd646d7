"""The demo community: loaded whole, once, and gone without a trace but for what must stay."""

from __future__ import annotations

import dataclasses
from typing import Any

from careerhub.editing.contact import ContactKeys, decrypt_contact
from careerhub.local.community import read_people
from careerhub.local.crowd import make_people
from careerhub.local.demo import load_demo, remove_demo
from careerhub.reporting import Silent
from tests.databases import Database
from tests.moving.reading_rows import picture, read_row, read_rows
from tests.people import add_person

PERSON: dict[str, Any] = {
    "email": "Ina@example.org",
    "profile": {
        "slug": "ina-fell",
        "full_name": "Ina Fell",
        "visibility": "PUBLIC",
        "contact": {"email": "hello@example.org"},
        "contact_private": {"phone": "+1 555 0177"},
        "open_to_work_until": "2030-05-01",
    },
    "links": [{"network": "Web", "url": "https://ina.example.org/"}],
    "experiences": [
        {
            "key": "e1",
            "company_name": "Quarry",
            "start": "2014",
            "end": "2016-03",
            "technologies": ["postgres", "Go", "PostgreSQL"],
        },
        {"key": "e2", "position": "Guide", "start": "2017-01-05", "is_current": True, "is_hidden": True},
    ],
    "projects": [
        {
            "key": "p1",
            "name": "Cairn",
            "experiences": ["e1"],
            "technologies": ["Go"],
            "keywords": ["stone"],
            "clients": ["Town"],
        },
        {"key": "p2", "name": "Cairn"},
        {"key": "p3", "name": "Secret dam", "visibility": "ANONYMOUS", "anonymized_company": "A water company"},
    ],
    "skills": [{"name": "Golang", "technology": "Go"}, {"name": "Go"}, {"name": "Blasting", "level": 4}],
    "certifications": [{"name": "Fuse", "issued": "2020-02", "expires": "2031"}],
    "achievements": [{"title": "Prize", "category": "AWARD", "date": "2019"}],
    "cv_versions": [
        {
            "name": "Short",
            "is_public": True,
            "sections": {"include_summary": False, "experiences": ["e1"], "projects": []},
        }
    ],
}


@dataclasses.dataclass
class Listening(Silent):
    notes: list[str] = dataclasses.field(default_factory=list)

    def note(self, message: str) -> None:
        self.notes.append(message)


def test_a_person_is_loaded_with_everything(database: Database, keys: ContactKeys) -> None:
    assert load_demo(database.app_engine, keys, [PERSON], Silent()) == 1
    profile = read_row(database, "profiles")
    assert (profile["source"], profile["contact"]) == ("DEMO", {"email": "hello@example.org"})
    private = decrypt_contact(keys, profile["id"], profile["contact_key_id"], bytes(profile["contact_encrypted"]))
    assert private == {"phone": "+1 555 0177"}
    jobs = read_rows(database, "experiences")
    assert [(str(job["start_date"]), job["start_precision"]) for job in jobs] == [
        ("2014-01-01", "Y"),
        ("2017-01-05", "D"),
    ]
    assert jobs[1]["is_hidden"]
    assert len(read_rows(database, "experience_technologies")) == 2
    assert len(read_rows(database, "project_technologies")) == 1
    assert read_row(database, "certifications")["expiry_precision"] == "Y"
    skills = read_rows(database, "skills")
    assert [bool(skill["technology_id"]) for skill in skills] == [True, False, False]
    version = read_row(database, "cv_versions")
    assert version["sections_config"] == {"include_summary": False, "experiences": [jobs[0]["id"]], "projects": []}


def test_the_address_of_an_anonymised_project_tells_nothing(database: Database, keys: ContactKeys) -> None:
    load_demo(database.app_engine, keys, [PERSON], Silent())
    slugs = [project["slug"] for project in read_rows(database, "projects")]
    assert slugs[:2] == ["cairn", "cairn-2"]
    assert slugs[2].startswith("x-")
    assert "dam" not in slugs[2]


def test_loading_twice_changes_nothing(database: Database, keys: ContactKeys) -> None:
    people = [*read_people(), *make_people(30)]
    assert load_demo(database.app_engine, keys, iter(people), Silent()) == len(people)
    before = picture(database)
    assert load_demo(database.app_engine, keys, iter(people), Silent()) == 0
    assert picture(database) == before
    assert len(before["profiles"]) == len(people) > 45


def test_demo_people_go_others_stay_and_they_can_come_back(database: Database, keys: ContactKeys) -> None:
    add_person(database.app_engine, "real-person")
    load_demo(database.app_engine, keys, [PERSON], Silent())
    first = {row["id"] for row in read_rows(database, "profiles")}
    assert remove_demo(database.owner_engine, database.app_engine) == 1
    assert [row["slug"] for row in read_rows(database, "profiles")] == ["real-person"]
    assert read_rows(database, "skills") == []
    assert remove_demo(database.owner_engine, database.app_engine) == 0
    assert load_demo(database.app_engine, keys, [PERSON], Silent()) == 1
    assert {row["id"] for row in read_rows(database, "profiles")} == first


def test_a_demo_person_whose_address_is_taken_is_left_out_and_named(database: Database, keys: ContactKeys) -> None:
    add_person(database.app_engine, "ina-fell")
    other = {"email": "b@example.org", "profile": {"slug": "b", "full_name": "B"}}
    report = Listening()
    assert load_demo(database.app_engine, keys, [PERSON, other], report) == 1
    assert report.notes == ["ina-fell is somebody else's address: this demo person is left out."]


def test_a_person_is_one_statement_a_table(database: Database, keys: ContactKeys) -> None:
    """Triggers fire once a statement, and rows one by one took ten times as long."""
    with database.connect() as connection:
        connection.execute("CREATE TABLE statements (t text)")
        connection.execute("GRANT INSERT ON statements TO PUBLIC")
        connection.execute(
            "CREATE FUNCTION tally() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO statements VALUES (TG_TABLE_NAME); RETURN NULL; END $$"
        )
        for table in ("experiences", "skills", "projects"):
            connection.execute(f"CREATE TRIGGER tally AFTER INSERT ON {table} EXECUTE FUNCTION tally()")
        load_demo(database.app_engine, keys, make_people(10), Silent())
        found = connection.execute("SELECT t, count(*) FROM statements GROUP BY t").fetchall()
    assert len(found) == 3
    assert all(int(str(number)) <= 10 for _, number in found), found
