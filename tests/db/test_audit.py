"""Who changed what: written by the database in the same transaction, without secrets, and never again touched."""

from __future__ import annotations

import base64
import re
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, select, text, update

from careerhub.db import models
from careerhub.db.audit import seal_log, verify_log
from careerhub.db.migrate import downgrade, upgrade
from careerhub.db.session import acting
from careerhub.editing.rows import add_rows
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

# why a table's changes aren't in the log
NOT_AUDITED = {
    "alembic_version": "alembic's own",
    "audit_log": "is the log",
    "audit_seals": "is the log's",
    "profile_publications": "the builder's notes",
    "profile_withdrawals": "the publisher's notes",
    "profile_revisions": "counters that triggers raise",
    "user_sessions": "signing in and out is in the security log",
    "recovery_codes": "hashes that come and go with the second factor, which is in the log",
    "mail_outbox": "mails on their way",
    "publish_requests": "wishes, not edits",
    "publisher_sightings": "the publishers' notes",
    "rate_limits": "counts of tries",
    "slug_history": "written by a trigger from a change that is in the log",
}
# table: (entity, how to add a row, how to change it); {p} profile, {u} user, {e} experience, {j} project, {t} technology
AUDITED = {
    "users": ("USER", "(id, email) VALUES ({new}, 'b@example.org')", "is_verified = true"),
    "user_tokens": (
        "USER_TOKEN",
        "(token_hash, user_id, purpose, expires_at) VALUES (sha256('t'), {u}, 'RESET_PASSWORD', 'tomorrow')",
        "used_at = now()",
    ),
    "profiles": (
        "PROFILE",
        "(id, user_id) SELECT {new}, id FROM users WHERE email = 'c@example.org'",
        "headline = 'x'",
    ),
    "import_history": ("IMPORT", "(id, user_id, source) VALUES ({new}, {u}, 'JSONRESUME')", "status = 'COMPLETED'"),
    "share_links": (
        "SHARE_LINK",
        "(id, profile_id, token_hash, expires_at) VALUES ({new}, {p}, sha256('s'), 'tomorrow')",
        "revoked_at = now()",
    ),
    "profile_photos": (
        "PROFILE_PHOTO",
        "(profile_id, size, sha256, bytes) VALUES ({p}, 'small', sha256('x'), 'x')",
        "sha256 = sha256('y')",
    ),
    "experiences": ("EXPERIENCE", "(profile_id, id, position) VALUES ({p}, {new}, 'x')", "position = 'y'"),
    "projects": ("PROJECT", "(profile_id, id, slug, name) VALUES ({p}, {new}, 'x', 'x')", "name = 'y'"),
    "education": ("EDUCATION", "(profile_id, id, institution) VALUES ({p}, {new}, 'x')", "institution = 'y'"),
    "certifications": ("CERTIFICATION", "(profile_id, id, name) VALUES ({p}, {new}, 'x')", "name = 'y'"),
    "achievements": ("ACHIEVEMENT", "(profile_id, id, title) VALUES ({p}, {new}, 'x')", "title = 'y'"),
    "skills": ("SKILL", "(profile_id, id, name) VALUES ({p}, {new}, 'x')", "level = 2"),
    "languages": ("LANGUAGE", "(profile_id, id, name) VALUES ({p}, {new}, 'x')", "name = 'y'"),
    "references": ("REFERENCE", "(profile_id, id, name) VALUES ({p}, {new}, 'x')", "name = 'y'"),
    "interests": ("INTEREST", "(profile_id, id, name) VALUES ({p}, {new}, 'x')", "name = 'y'"),
    "profile_links": ("PROFILE_LINK", "(profile_id, id, username) VALUES ({p}, {new}, 'x')", "username = 'y'"),
    "cv_versions": ("CV_VERSION", "(profile_id, id, name, slug) VALUES ({p}, {new}, 'x', 'x')", "paper = 'a4'"),
    "project_experiences": (
        "PROJECT_EXPERIENCE",
        "(profile_id, project_id, experience_id) VALUES ({p}, {j}, {e})",
        None,
    ),
    "project_technologies": (
        "PROJECT_TECHNOLOGY",
        "(profile_id, project_id, technology_id) VALUES ({p}, {j}, {t})",
        "display_order = 3",
    ),
    "experience_technologies": (
        "EXPERIENCE_TECHNOLOGY",
        "(profile_id, experience_id, technology_id) VALUES ({p}, {e}, {t})",
        "display_order = 3",
    ),
    "translations": (
        "TRANSLATION",
        "(profile_id, entity_type, entity_id, field, lang, text) VALUES ({p}, 'EXPERIENCE', {e}, 'position', 'de', 'x')",
        "text = 'y'",
    ),
    "technologies": (
        "TECHNOLOGY",
        "(id, name, slug, category, layer) VALUES ({new}, 'Xyz', 'xyz', 'System', 'Tools')",
        "name = 'Zyx'",
    ),
    "technology_aliases": (
        "TECHNOLOGY_ALIAS",
        "(alias, technology_id) VALUES ('xyzzy', {t})",
        "technology_id = (SELECT max(id) FROM technologies)",
    ),
    "responsibilities_library": (
        "RESPONSIBILITY",
        "(id, role_category, responsibility, seniority_level) VALUES ({new}, 'x', 'x', 'MID')",
        "responsibility = 'y'",
    ),
}
Person = tuple[Database, str, dict[str, str]]


@pytest.fixture
def person(any_database: Database) -> Person:
    profile_id = add_person(any_database.app_engine, "ada", headline="Keeper")
    return any_database, profile_id, add_career(any_database.app_engine, profile_id)


def read_log(database: Database, after: int = 0) -> list[Any]:
    with database.connect() as connection:
        connection.row_factory = psycopg.rows.namedtuple_row  # type: ignore[assignment]
        return connection.execute("SELECT * FROM audit_log WHERE position > %s ORDER BY position", (after,)).fetchall()


def read_end(database: Database) -> int:
    with database.connect() as connection:
        return int(connection.execute("SELECT coalesce(max(position), 0) FROM audit_log").fetchone()[0])  # type: ignore[index, call-overload]


def edit(database: Database, profile_id: str, statement: str, **values: object) -> list[Any]:
    """Run one statement as the profile's person; return what the log says of it."""
    end = read_end(database)
    with acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(text(statement), {"p": profile_id, **values})
    return read_log(database, end)


def test_every_table_is_audited_or_has_a_reason_not_to_be(any_database: Database) -> None:
    with any_database.connect() as connection:
        tables = connection.execute(
            "SELECT c.relname::text, (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'O'"
            "   AND t.tgname IN ('e_audit_inserts', 'e_audit_updates', 'e_audit_deletes')) FROM pg_class c"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        ).fetchall()
    assert len(tables) > 25
    assert {name for name, triggers in tables if triggers != 3} == set(NOT_AUDITED)
    assert {name for name, triggers in tables if triggers == 3} >= set(AUDITED)


def test_each_audited_table_tells_of_rows_added_changed_and_removed(person: Person) -> None:
    database, profile_id, ids = person
    add_person(database.app_engine, "cy", email="c@example.org")
    with database.connect() as connection:
        connection.execute("DELETE FROM profiles WHERE slug = 'cy'")
        connection.execute("DELETE FROM project_experiences")
        technology = connection.execute("SELECT id FROM technologies WHERE name = 'Rust'").fetchone()[0]  # type: ignore[index]
        known = {"p": profile_id, "u": owner_of(profile_id), "e": ids["experiences"], "j": ids["projects"]}
        quoted = {name: f"'{value}'" for name, value in (known | {"t": technology}).items()}
        for table, (entity, values, change) in AUDITED.items():
            end, adding = read_end(database), values.format(new=f"'{make_id()}'", **quoted)
            keys = connection.execute(f'INSERT INTO "{table}" {adding} RETURNING ctid').fetchall()  # type: ignore[call-overload]
            assert len(keys) == 1, table
            added = connection.execute(f'SELECT max(xmin::text::bigint) FROM "{table}"').fetchone()[0]  # type: ignore[index, call-overload]
            is_it = f"xmin = '{added}'"
            if change:
                changed = connection.execute(
                    f'UPDATE "{table}" SET {change} WHERE {is_it} RETURNING xmin::text'  # type: ignore[call-overload]
                ).fetchall()
                is_it = f"xmin = '{changed[0][0]}'"
            assert connection.execute(f'DELETE FROM "{table}" WHERE {is_it}').rowcount == 1, table  # type: ignore[call-overload]
            log = [row for row in read_log(database, end) if row.entity_type == entity]
            verbs = ["CREATE", "UPDATE", "DELETE"] if change else ["CREATE", "DELETE"]
            assert [row.action for row in log] == [f"{verb}_{entity}" for verb in verbs], table
            assert len({row.entity_id for row in log}) == 1, table
            assert all(row.entity_id for row in log), table
            is_global = table in ("users", "technologies", "technology_aliases", "responsibilities_library")
            assert is_global or {row.profile_id for row in log} != {None}, table


def test_an_update_tells_only_what_changed(person: Person) -> None:
    database, profile_id, ids = person
    (row,) = edit(
        database,
        profile_id,
        "UPDATE experiences SET position = 'Chief', start_date = '2020-03-01', start_precision = 'M', company_name = company_name"
        " WHERE profile_id = :p",
    )
    assert (row.action, row.entity_type, row.entity_id) == ("UPDATE_EXPERIENCE", "EXPERIENCE", ids["experiences"])
    assert row.old_values == {"position": "Engineer", "start_date": None, "start_precision": None}
    assert row.new_values == {"position": "Chief", "start_date": "2020-03-01", "start_precision": "M"}
    assert (row.user_id, row.profile_id) == (owner_of(profile_id), profile_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE experiences SET position = position WHERE profile_id = :p",
        "UPDATE profiles SET draft_data = '{\"step\": 2}' WHERE id = :p",
        "UPDATE skills SET level = 1 WHERE profile_id = :p AND false",
        "DELETE FROM skills WHERE profile_id = :p AND false",
    ],
)
def test_what_changes_nothing_but_bookkeeping_isnt_in_the_log(person: Person, statement: str) -> None:
    database, profile_id, _ = person
    assert edit(database, profile_id, statement) == []


def test_a_visit_through_a_share_link_is_no_edit(person: Person) -> None:
    database, profile_id, _ = person
    values = "(id, profile_id, token_hash, expires_at) VALUES (:id, :p, sha256('x'), now() + interval '1 day')"
    (made,) = edit(database, profile_id, f"INSERT INTO share_links {values}", id=make_id())
    assert made.new_values["token_hash"] == "[redacted]"
    assert edit(database, profile_id, "SELECT open_share_link(sha256('x'))") == []


def test_columns_of_tomorrow_are_in_the_log_whatever_their_names(person: Person) -> None:
    database, profile_id, _ = person
    names = ("kept", "unlogged", "olds", "news", "o", "n", "stored", "old_rows", "actor", "was", "verb", "key")
    with database.connect() as connection:
        for name in names:
            connection.execute(f"ALTER TABLE interests ADD {name} text")  # type: ignore[call-overload]
    with acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(text("UPDATE interests SET " + ", ".join(f"{name} = 'new'" for name in names)))
    assert read_log(database)[-1].new_values == dict.fromkeys(names, "new")


def test_what_is_rolled_back_leaves_nothing(person: Person) -> None:
    database, profile_id, _ = person
    end = read_end(database)
    with pytest.raises(KeyError), acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(text("UPDATE skills SET level = 1"))
        raise KeyError
    assert read_log(database, end) == []


def test_the_log_knows_who_from_where_and_with_what(person: Person) -> None:
    database, profile_id, _ = person
    end = read_end(database)
    who = owner_of(profile_id)
    with acting(database.app_engine, who, ip_address="2001:db8::7", user_agent="Browser/1 " + "x" * 400) as session:
        session.execute(text("UPDATE skills SET level = 1"))
        session.execute(text("UPDATE languages SET cefr = 'C1'"))
    log = read_log(database, end)
    assert [(str(row.ip_address), row.user_id) for row in log] == [("2001:db8::7", who)] * 2
    assert {len(row.user_agent) for row in log} == {300}
    assert len({row.created_at for row in log}) == 1


@pytest.mark.parametrize(("actor", "address"), [("", ""), ("somebody", "nowhere at all"), ("x" * 90, "10.0.0.256")])
def test_nonsense_in_the_settings_keeps_nobody_from_saving(person: Person, actor: str, address: str) -> None:
    database, profile_id, _ = person
    end = read_end(database)
    with database.connect() as connection, connection.transaction():
        for name, value in (("actor", actor), ("ip_address", address), ("user_agent", "")):
            connection.execute("SELECT set_config(%s, %s, true)", (f"careerhub.{name}", value))
        connection.execute("UPDATE skills SET level = 1 WHERE profile_id = %s", (profile_id,))
    (row,) = read_log(database, end)
    assert (row.user_id, row.ip_address, row.user_agent) == (None, None, None)


def test_secrets_and_drafts_are_nowhere_in_the_log(person: Person) -> None:
    database, profile_id, _ = person
    user_id, end = owner_of(profile_id), read_end(database)
    needles = [
        b"$argon2id$needle-one",
        b"needle-two-needle-two-needle-two",
        b"needle-three",
        b"needle-four",
        b"needle-five",
    ]
    password, token, contact, draft, photo = needles
    with acting(database.app_engine, user_id) as session:
        session.execute(text("UPDATE users SET password_hash = :h"), {"h": password.decode()})
        session.execute(text("UPDATE users SET password_hash = :h || '2'"), {"h": password.decode()})
        row = {"token_hash": token, "user_id": user_id, "purpose": "CHANGE_EMAIL", "expires_at": "2040-01-01"}
        session.execute(insert(models.UserToken).values(**row))
        session.execute(text("UPDATE user_tokens SET used_at = now()"))
        session.execute(text("UPDATE profiles SET contact_encrypted = :c, contact_key_id = 'k'"), {"c": contact})
        session.execute(update(models.Profile).values(draft_data={"note": draft.decode()}, headline="Seen"))
        session.execute(
            insert(models.ProfilePhoto).values(profile_id=profile_id, size="small", sha256=token, bytes=photo)
        )
        session.execute(
            insert(models.ImportHistory).values(user_id=user_id, source="X", import_data={"x": draft.decode()})
        )
        session.execute(text("DELETE FROM user_tokens"))
        session.execute(text("DELETE FROM profile_photos"))
    log = read_log(database, end)
    said = " ".join(str(row) for row in log if row.entity_type != "PROFILE_PHOTO").lower()
    for needle in needles:
        for form in (needle, needle.hex().encode(), base64.b64encode(needle)):
            assert form.decode().lower() not in said
    assert photo.hex() not in " ".join(map(str, log))
    assert "seen" in said
    changes = [(row.action, row.old_values, row.new_values) for row in log]
    redacted = {"password_hash": "[redacted]"}
    assert changes[:2] == [("UPDATE_USER", redacted, redacted)] * 2
    assert changes[4][2] == {"contact_encrypted": "[redacted]", "contact_key_id": "k"}
    assert changes[4][1] == {"contact_encrypted": None, "contact_key_id": None}


def test_a_deleted_user_stays_in_the_log(person: Person) -> None:
    database, profile_id, ids = person
    user_id, before = owner_of(profile_id), read_end(database)
    edit(database, profile_id, "UPDATE profiles SET headline = 'Gone soon' WHERE id = :p")
    with acting(database.app_engine, user_id) as session:
        session.execute(text("DELETE FROM users WHERE id = :u"), {"u": user_id})
    log = read_log(database, before)
    assert {row.user_id for row in log} == {user_id}
    assert {"DELETE_USER", "DELETE_PROFILE", *(f"DELETE_{AUDITED[table][0]}" for table in ids)} <= {
        row.action for row in log
    }
    assert {row.profile_id for row in log if row.entity_type != "USER"} == {profile_id}


def test_an_upsert_is_told_as_what_it_did(person: Person) -> None:
    database, profile_id, ids = person
    values = "VALUES (:p, :a, 'New'), (:p, :b, 'Other') ON CONFLICT (profile_id, id) DO UPDATE SET name = excluded.name"
    log = edit(
        database, profile_id, f"INSERT INTO interests (profile_id, id, name) {values}", a=make_id(), b=ids["interests"]
    )
    assert sorted((row.action, row.old_values) for row in log if row.action == "UPDATE_INTEREST") == [
        ("UPDATE_INTEREST", {"name": "Tides"})
    ]
    assert [row.new_values["name"] for row in log if row.action == "CREATE_INTEREST"] == ["New"]
    assert len(log) == 2


def test_a_row_that_gets_another_key_was_deleted_and_created(person: Person) -> None:
    database, profile_id, ids = person
    new = make_id()
    log = edit(database, profile_id, "UPDATE interests SET id = :new WHERE profile_id = :p", new=new)
    assert sorted((row.action, row.entity_id) for row in log) == [
        ("CREATE_INTEREST", new),
        ("DELETE_INTEREST", ids["interests"]),
    ]


def test_thousands_of_rows_in_one_statement_are_thousands_in_the_log(person: Person) -> None:
    database, profile_id, _ = person
    end = read_end(database)
    with acting(database.app_engine, owner_of(profile_id)) as session:
        rows = [{"profile_id": profile_id, "id": make_id(), "name": f"n{number}"} for number in range(2000)]
        add_rows(session, "interests", rows)
        session.execute(text("UPDATE interests SET name = name || '!' WHERE name LIKE 'n%'"))
    log = read_log(database, end)
    assert len({row.id for row in log}) == len(log) == 4000
    assert all(re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", row.id) for row in log)
    pairs = [(row.old_values["name"], row.new_values["name"]) for row in log if row.action == "UPDATE_INTEREST"]
    assert sorted(pairs) == sorted((f"n{number}", f"n{number}!") for number in range(2000))


def test_times_and_bytes_are_written_the_same_way_whoever_edits(person: Person) -> None:
    database, profile_id, _ = person
    end = read_end(database)
    for zone, form in (("Asia/Tokyo", "escape"), ("America/Lima", "hex")):
        with database.connect() as connection:
            connection.execute(f"SET timezone = '{zone}'")  # type: ignore[call-overload]
            connection.execute(f"SET bytea_output = '{form}'")  # type: ignore[call-overload]
            connection.execute(
                "UPDATE skills SET imported_at = '2024-05-06 07:08:09Z', source_row_hash = sha256('a') WHERE profile_id = %s",
                (profile_id,),
            )
            connection.execute(
                "UPDATE skills SET imported_at = NULL, source_row_hash = NULL WHERE profile_id = %s", (profile_id,)
            )
    said = [row.new_values for row in read_log(database, end)]
    assert said[0] == said[2]
    assert said[0]["imported_at"] == "2024-05-06T07:08:09+00:00"
    assert said[0]["source_row_hash"].startswith("\\x")


def test_the_log_survives_a_step_down_and_up_again(any_database: Database) -> None:
    profile_id = add_person(any_database.app_engine, "ada", headline="Keeper")
    for headline in ("One", "Two"):
        edit(any_database, profile_id, "UPDATE profiles SET headline = :h WHERE id = :p", h=headline)
    # rows that are emptied move to the end of the table: their place in the chain mustn't
    with any_database.connect("careerhub_owner") as connection:
        connection.execute("SELECT empty_audit_values(%s)", (read_log(any_database)[-1].created_at,))
    edit(any_database, profile_id, "UPDATE profiles SET headline = 'Three' WHERE id = :p")
    seal_log(any_database.owner_engine)
    before = read_log(any_database)
    downgrade(any_database.owner_engine, "0007")
    with acting(any_database.app_engine, owner_of(profile_id)) as session:
        session.execute(text("UPDATE profiles SET headline = 'Unseen'"))
    upgrade(any_database.owner_engine)
    written = [row for row in read_log(any_database) if row.profile_id == profile_id]
    times = [row.created_at for row in written]
    assert times == sorted(times)
    assert {row.id for row in before} <= {row.id for row in read_log(any_database)}
    (row,) = edit(any_database, profile_id, "UPDATE profiles SET headline = 'Four' WHERE id = :p")
    assert row.old_values == {"headline": "Unseen"}
    verdict = verify_log(any_database.owner_engine)
    assert verdict.is_good
    assert verdict.emptied > 3
    with any_database.app_engine.connect() as connection:
        assert connection.scalar(select(models.AuditLog.id).limit(1)) is None
