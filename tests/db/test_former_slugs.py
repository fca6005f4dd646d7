"""Former addresses lead to who is PUBLIC, and to nobody else; erasure leaves a hash of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from careerhub.db.changes import list_changed, read_cursor
from careerhub.db.session import acting
from careerhub.db.site import load_profiles
from careerhub.db.snapshot import open_snapshot
from tests.databases import Database
from tests.people import add_career, add_person, owner_of


def read_former(database: Database, profile_id: str) -> tuple[str, ...]:
    with open_snapshot(database.site_engine) as connection:
        found = load_profiles(connection, [profile_id], today=date(2026, 1, 1))
        return found[profile_id].former_slugs if found else ()


def rename(database: Database, profile_id: str, slug: str) -> None:
    with acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(text("UPDATE profiles SET slug = :slug WHERE id = :id"), {"slug": slug, "id": profile_id})


def test_a_former_slug_leads_on_while_its_owner_is_public(any_database: Database) -> None:
    ada = add_person(any_database.app_engine, "ada")
    rename(any_database, ada, "ada-two")
    rename(any_database, ada, "ada-three")
    assert read_former(any_database, ada) == ("ada", "ada-two")
    rename(any_database, ada, "ada")
    assert read_former(any_database, ada) == ("ada-three", "ada-two")
    with acting(any_database.app_engine, owner_of(ada)) as session:
        session.execute(text("UPDATE profiles SET visibility = 'PRIVATE' WHERE id = :id"), {"id": ada})
    assert read_former(any_database, ada) == ()


def test_a_slug_somebody_else_took_leads_nowhere_and_both_are_told(database: Database) -> None:
    ada, bela = add_person(database.app_engine, "ada"), add_person(database.app_engine, "bela")
    rename(database, ada, "ada-two")
    with database.connect() as connection:
        connection.execute("UPDATE slug_history SET released_at = now() - interval '91 days'")
    with open_snapshot(database.site_engine) as connection:
        cursor = read_cursor(connection)
    rename(database, bela, "ada")
    with open_snapshot(database.site_engine) as connection:
        assert {each.profile_id for each in list_changed(connection, cursor)} == {ada, bela}
    assert read_former(database, ada) == ()
    rename(database, bela, "bela-two")
    # it was two people's: it leads to neither
    assert read_former(database, ada) == ()
    assert read_former(database, bela) == ("bela",)


def test_an_erased_person_leaves_counters_and_hashes(any_database: Database) -> None:
    ada, bela = add_person(any_database.app_engine, "ada"), add_person(any_database.app_engine, "bela")
    add_career(any_database.app_engine, ada)
    rename(any_database, ada, "ada-two")
    with acting(any_database.app_engine, owner_of(ada)) as session:
        counted = {
            row["what"]: row["count"]
            for row in session.execute(text("SELECT what, count FROM erase_account()")).mappings()
        }
    assert counted["accounts"] == counted["profiles"] == 1
    assert counted["former addresses emptied"] == 2
    assert counted["audit values emptied"] > 10
    with any_database.connect() as connection:
        assert connection.execute("SELECT array_agg(slug) FROM profiles").fetchone() == (["bela"],)
        assert connection.execute("SELECT count(*), count(slug) FROM slug_history").fetchone() == (2, 0)
        assert connection.execute(
            "SELECT count(*) FROM audit_log WHERE profile_id = %s AND (salt IS NOT NULL OR old_values IS NOT NULL"
            " OR new_values IS NOT NULL OR ip_address IS NOT NULL)", (ada,)
        ).fetchone() == (0,)  # fmt: skip
        kept = connection.execute("SELECT count(*) FROM audit_log WHERE profile_id = %s AND salt IS NOT NULL", (bela,))
        assert kept.fetchone() != (0,)
        assert connection.execute(
            "SELECT count(*) FROM profile_revisions WHERE profile_id = %s", (ada,)
        ).fetchone() == (1,)


def test_nobody_erases_nobody(database: Database) -> None:
    add_person(database.app_engine, "ada")
    with acting(database.app_engine, None) as session:
        counted = {
            row["what"]: row["count"]
            for row in session.execute(text("SELECT what, count FROM erase_account()")).mappings()
        }
    assert set(counted.values()) == {0}
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
