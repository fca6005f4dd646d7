"""What people take along: all of theirs, nobody else's, and nothing that opens a door; and what their plan allows."""

from __future__ import annotations

import json
from typing import Any

from careerhub.db.session import acting
from careerhub.editing.accounts import change_password
from careerhub.editing.passwords import hash_password
from careerhub.editing.profiles import change_contact
from careerhub.moving.holdings import LEFT_OUT, TABLES
from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.db.test_tenants import list_owned
from tests.people import add_career

PASSWORD = "seven lamps by the harbour"


def take(who: Visitor, database: Database, *, password: str = PASSWORD) -> Any:
    with acting(database.app_engine, who.user_id) as session:
        change_password(session, who.user_id, hash_password(PASSWORD))
    return who.post("/account/data", {"password": password})


def test_everything_is_given_to_who_knows_the_password(ada: Visitor, bob: Visitor, database: Database) -> None:
    parts = ada.app.extensions["careerhub"]
    add_career(database.app_engine, ada.profile_id)
    add_career(database.app_engine, bob.profile_id)
    with acting(database.app_engine, ada.user_id) as session:
        change_contact(session, parts.contact_keys, ada.profile_id, private={"phone": "+49 30 000 000"})
    assert "Download everything" in ada.get("/account/data").text
    answer = take(ada, database)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = json.loads(answer.data)
    assert data["private_contact"] == {ada.profile_id: {"phone": "+49 30 000 000"}}
    with database.connect() as connection:
        for table in TABLES:
            column = (
                "user_id" if table in ("profiles", "import_history", "user_sessions", "audit_log") else "profile_id"
            )
            column = "id" if table == "users" else column
            own = ada.user_id if column in ("id", "user_id") else ada.profile_id
            row = connection.execute(f'SELECT count(*) FROM "{table}" WHERE {column} = %s', (own,)).fetchone()  # type: ignore[arg-type]
            assert row is not None
            assert len(data[table]) == row[0], table
    assert bob.user_id not in answer.text
    assert bob.profile_id not in answer.text


def test_nothing_in_it_opens_a_door(ada: Visitor, database: Database) -> None:
    said = take(ada, database).text
    with database.connect() as connection:
        row = connection.execute("SELECT password_hash FROM users WHERE id = %s", (ada.user_id,)).fetchone()
        assert row is not None
        hashes = connection.execute("SELECT encode(token_hash, 'base64') FROM user_sessions").fetchall()
    assert row[0] not in said
    assert "argon2" not in said
    assert hashes
    assert not [value for (value,) in hashes if value in said]


def test_every_table_that_is_somebodys_is_in_it_or_said_not_to_be(database: Database) -> None:
    assert set(list_owned(database)) == TABLES.keys() | LEFT_OUT.keys()


def test_a_wrong_password_gets_nothing(ada: Visitor, database: Database) -> None:
    answer = take(ada, database, password="not the password")
    assert answer.status_code == 422
    assert "isn&#39;t your password" in answer.text
    assert "private_contact" not in answer.text


def test_the_resume_has_what_others_may_see(ada: Visitor, database: Database) -> None:
    add_career(database.app_engine, ada.profile_id)
    with database.connect() as connection:
        connection.execute("UPDATE experiences SET is_hidden = true WHERE profile_id = %s", (ada.profile_id,))
    resume = json.loads(ada.get("/account/resume.json").data)
    assert resume["basics"]["name"] == "Ada Example"
    assert "work" not in resume


def test_the_plan_says_what_there_is_room_for(ada: Visitor, database: Database) -> None:
    page = ada.get("/account/plan").text
    assert "You have the plan FREE." in page
    with database.connect() as connection:
        connection.execute(
            "UPDATE users SET plan = 'PRO', plan_expires_at = '2199-05-04' WHERE id = %s", (ada.user_id,)
        )
    assert "You have the plan PRO until" in ada.get("/account/plan").text
    assert "nothing you have goes away" in page
