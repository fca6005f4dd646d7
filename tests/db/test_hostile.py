"""Hostile input at the database's own door: whatever passes the forms is refused here, in a sentence, and nothing changes.

Each test carries the number of its input. What is asked of row security with every role, table and verb stands in
`test_tenants.py`: IDOR-02 (what can't be claimed), IDOR-03 (a CV names no entry of somebody else), IDOR-05 (share links) and
IDOR-07 (without any filter).
"""

from __future__ import annotations

import resource
import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Text, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from careerhub.db import models
from careerhub.db.base import Base, Owned
from careerhub.db.errors import translated
from careerhub.db.session import acting
from careerhub.db.site import load_profiles
from careerhub.editing.accounts import add_account
from careerhub.editing.items import add_item, change_item, remove_item
from careerhub.editing.profiles import check_slug, make_profile
from careerhub.errors import CareerHubError, Conflict, InputInvalid, NotFound, WrongUse
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

MEGABYTES_10 = "a" * 10_000_000
# Nobody types these: what a file brought has its limits where files are read.
UNLIMITED = {"import_data", "report"}  # a file and what became of each of its entries, of which it may have 5,000


def state_of(error: CareerHubError) -> str:
    return str(error.__cause__.orig.sqlstate)  # type: ignore[union-attr]


# slugs


@pytest.mark.parametrize(
    "slug",
    [
        pytest.param("../x", id="SLUG-01"),
        pytest.param("a/b", id="SLUG-02"),
        pytest.param("a\\b", id="SLUG-03"),
        pytest.param(".", id="SLUG-05"),
        pytest.param("..", id="SLUG-06"),
        pytest.param("-a", id="SLUG-07"),
        pytest.param("a-", id="SLUG-07 the other end"),
        pytest.param("A", id="SLUG-09"),
        pytest.param("аnn", id="SLUG-10"),
        pytest.param("ａnn", id="SLUG-10 full width"),
        pytest.param("ann\n", id="SLUG-10 with a line's end"),
        pytest.param("a" * 64, id="SLUG-13"),
        pytest.param("", id="SLUG-14"),
    ],
)
def test_what_can_not_be_an_address_is_refused_here_and_there(database: Database, slug: str) -> None:
    profile_id = add_person(database.app_engine, "ada")
    owner = owner_of(profile_id)
    with pytest.raises(InputInvalid, match="slug") as caught, acting(database.app_engine, owner) as session:
        session.execute(update(models.Profile.__table__).values(slug=slug))
    # a column is as long as an address may be
    assert state_of(caught.value) == ("22001" if len(slug) > 63 else "23514")
    for table in ("projects", "cv_versions"):
        with pytest.raises(InputInvalid, match="slug"), acting(database.app_engine, owner) as session:
            add_item(session, table, profile_id, {"name": "x", "slug": slug})
    with pytest.raises(InputInvalid, match="can't be a slug: 1 to 63"):
        check_slug(slug)
    assert read_slugs(database) == ["ada"]


@pytest.mark.parametrize(
    "slug",
    [
        pytest.param("con", id="SLUG-11"),
        *(pytest.param(word, id=f"SLUG-15 {word}") for word in ("assets", "p", "api", "static", "admin")),
    ],
)
def test_a_reserved_word_is_nobodys_address(database: Database, slug: str) -> None:
    profile_id = add_person(database.app_engine, "ada")
    with (
        pytest.raises(InputInvalid, match=r"reserved.*choose another") as caught,
        acting(database.app_engine, owner_of(profile_id)) as session,
    ):
        session.execute(update(models.Profile.__table__).values(slug=slug))
    assert state_of(caught.value) == "23514"
    user_id = make_id()
    with pytest.raises(InputInvalid, match="reserved"), acting(database.app_engine, user_id) as session:
        add_account(session, "bo@example.org", user_id=user_id)
        make_profile(session, user_id, full_name="Bo", slug=slug, visibility="PRIVATE")
    assert read_slugs(database) == ["ada"]


@pytest.mark.parametrize("slug", ["sitemap.xml", "robots.txt", ".well-known"])
def test_a_file_of_the_site_is_nobodys_address_either_slug_15(slug: str) -> None:
    with pytest.raises(InputInvalid, match="can't be a slug"):
        check_slug(slug)


def read_slugs(database: Database) -> list[Any]:
    with database.connect() as connection:
        return [slug for (slug,) in connection.execute("SELECT slug FROM profiles ORDER BY slug").fetchall()]


def take_slug(database: Database, slug: str, email: str) -> str:
    user_id = make_id()
    with acting(database.app_engine, user_id) as session:
        add_account(session, email, user_id=user_id)
        return make_profile(session, user_id, full_name="Mallory", slug=slug, visibility="PUBLIC")


def test_the_address_of_somebody_who_left_is_held_for_90_days_slug_17(any_database: Database) -> None:
    ann = add_person(any_database.app_engine, "ann")
    with acting(any_database.app_engine, owner_of(ann)) as session:
        session.execute(text("DELETE FROM users"))
    with pytest.raises(Conflict, match="less than 90 days ago: choose another"):
        take_slug(any_database, "ann", "mallory@example.net")
    with any_database.connect() as connection:
        # nobody may ask whose it was
        connection.execute("UPDATE slug_history SET released_at = now() - interval '89 days 23 hours'")
        with pytest.raises(Conflict):
            take_slug(any_database, "ann", "mallory@example.net")
        connection.execute("UPDATE slug_history SET released_at = now() - interval '90 days 1 hour'")
    assert take_slug(any_database, "ann", "mallory@example.net")
    assert read_slugs(any_database) == ["ann"]


def test_an_address_given_up_comes_back_to_its_own_profile_alone_slug_17(any_database: Database) -> None:
    ann = add_person(any_database.app_engine, "ann")
    with acting(any_database.app_engine, owner_of(ann)) as session:
        session.execute(text("UPDATE profiles SET slug = 'annika'"))
    with pytest.raises(Conflict, match="90 days"):
        take_slug(any_database, "ann", "mallory@example.net")
    with acting(any_database.app_engine, owner_of(ann)) as session:
        session.execute(text("UPDATE profiles SET slug = 'ann'"))
    with pytest.raises(Conflict, match="taken"):
        take_slug(any_database, "ann", "mallory@example.net")


# too much, and at once


def list_writable() -> list[tuple[Any, str]]:
    """Return every column of text or JSON in the tables a person writes."""
    tables = [mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Owned)]
    tables += [
        models.Profile.__table__,
        models.Translation.__table__,
        models.ShareLink.__table__,
        models.ImportHistory.__table__,
    ]
    return [
        (table, column.name)
        for table in tables
        for column in table.columns  # type: ignore[attr-defined]
        if isinstance(column.type, Text | JSONB) or hasattr(column.type, "length")
        if column.computed is None and not isinstance(column.type.python_type(), bytes)
    ]


def test_ten_megabytes_fit_no_text_and_cost_little_db_01(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    user_id = owner_of(profile_id)
    add_career(database.app_engine, profile_id)
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO translations (profile_id, entity_type, entity_id, field, lang, text) VALUES (%(p)s, 'PROFILE', %(p)s, 'headline', 'de', 'x')",
            {"p": profile_id},
        )
        connection.execute(
            "INSERT INTO share_links (id, profile_id, token_hash, expires_at) VALUES (make_ulid(), %s, sha256('x'), 'tomorrow')",
            (profile_id,),
        )
        connection.execute("INSERT INTO import_history (id, user_id, source) VALUES (make_ulid(), %s, 'X')", (user_id,))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    columns = list_writable()
    assert len(columns) > 100
    with acting(database.app_engine, user_id) as session:
        for table, column in columns:
            if column in UNLIMITED:
                continue
            value: Any = [MEGABYTES_10] if isinstance(table.c[column].type, JSONB) else MEGABYTES_10
            with pytest.raises(WrongUse) as caught, translated(), session.begin_nested():
                session.execute(update(table).values({column: value}))
            assert str(caught.value).endswith(".")
            assert len(str(caught.value)) < 300, f"{table}.{column}"
            # the error goes, and its copy of the text with it
            del caught
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, "kB"


@pytest.mark.parametrize("table", ["experiences", "skills", "cv_versions"])
def test_the_second_of_two_tabs_is_told_and_nothing_is_lost_db_02(any_database: Database, table: str) -> None:
    profile_id = add_person(any_database.app_engine, "ada")
    owner = owner_of(profile_id)
    item = add_career(any_database.app_engine, profile_id)[table]
    name = "company_name" if table == "experiences" else "name"
    save = {"table": table, "profile_id": profile_id, "item_id": item, "expected_revision": 1}
    with acting(any_database.app_engine, owner) as session:
        assert change_item(session, values={name: "The first tab's"}, **save) == 2  # type: ignore[arg-type]
    with (
        pytest.raises(Conflict, match=r"look at what it says now.*You had revision 1, it is at 2"),
        acting(any_database.app_engine, owner) as session,
    ):
        change_item(session, values={name: "The second tab's"}, **save)  # type: ignore[arg-type]
    with pytest.raises(Conflict), acting(any_database.app_engine, owner) as session:
        remove_item(session, table, profile_id, item, expected_revision=1)
    with acting(any_database.app_engine, owner) as session:
        assert session.scalar(text(f"SELECT {name} FROM {table}")) == "The first tab's"


def test_of_many_tabs_that_save_at_once_one_wins_and_the_others_are_told_db_02(any_database: Database) -> None:
    profile_id = add_person(any_database.app_engine, "ada")
    item = add_career(any_database.app_engine, profile_id)["experiences"]
    together, told, won = threading.Barrier(6, timeout=20), [], []

    def save(number: int) -> None:
        together.wait()
        try:
            with acting(any_database.app_engine, owner_of(profile_id)) as session:
                values = {"position": f"Tab {number}"}
                change_item(session, "experiences", profile_id, item, values, expected_revision=1)
            won.append(number)
        except Conflict as error:
            told.append(str(error))

    tabs = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(30)
    assert (len(won), len(told)) == (1, 5)
    assert all("You had revision 1, it is at 2" in said for said in told)
    with acting(any_database.app_engine, owner_of(profile_id)) as session:
        assert session.scalars(select(models.Experience.position)).all() == [f"Tab {won[0]}"]


# somebody else's


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's"])
def test_an_item_of_somebody_else_is_one_that_is_not_there_idor_01(any_database: Database, whose: str) -> None:
    ada, bo = add_person(any_database.app_engine, "ada"), add_person(any_database.app_engine, "bo")
    theirs = add_career(any_database.app_engine, bo)
    for table, item in theirs.items():
        target = item if whose == "somebody else's" else make_id()
        for profile_id in (ada, bo if whose == "somebody else's" else make_id()):
            with acting(any_database.app_engine, owner_of(ada)) as session:
                with pytest.raises(NotFound, match="isn't there any more"):
                    change_item(session, table, profile_id, target, {"is_hidden": True})
                with pytest.raises(NotFound, match="isn't there any more"):
                    remove_item(session, table, profile_id, target)
        with pytest.raises(NotFound, match="no such entry"), acting(any_database.app_engine, owner_of(ada)) as session:
            add_item(session, "interests", bo if whose == "somebody else's" else make_id(), {"name": "x"})
    with any_database.connect() as connection:
        for table in theirs:
            query = f'SELECT count(*), sum(revision), bool_or(is_hidden) FROM "{table}"'
            assert connection.execute(query.encode()).fetchone() == (1, 1, False)


@pytest.mark.parametrize(
    "column", ["user_id", "plan", "is_verified", "completeness_score", "profile_id", "id", "revision", "created_at"]
)
def test_a_form_sets_only_what_an_item_has_idor_02(database: Database, column: str) -> None:
    profile_id = add_person(database.app_engine, "ada")
    item = add_career(database.app_engine, profile_id)["experiences"]
    with acting(database.app_engine, owner_of(profile_id)) as session:
        with pytest.raises(InputInvalid, match=f"{column} can't be set"):
            change_item(session, "experiences", profile_id, item, {"position": "x", column: "1"})
        with pytest.raises(InputInvalid, match=f"{column} can't be set"):
            add_item(session, "experiences", profile_id, {"position": "x", column: "1"})
        assert session.scalars(select(models.Experience.position)).all() == ["Engineer"]


def test_an_entry_of_somebody_else_that_a_cv_names_all_the_same_is_not_built_idor_03(any_database: Database) -> None:
    ada, bo = add_person(any_database.app_engine, "ada"), add_person(any_database.app_engine, "bo")
    add_career(any_database.app_engine, ada)
    theirs = add_career(any_database.app_engine, bo)
    with acting(any_database.app_engine, owner_of(bo)) as session:
        change_item(session, "experiences", bo, theirs["experiences"], {"company_name": "Bo's own"})
    with any_database.connect() as connection:
        connection.execute("SET session_replication_role = replica")  # past the trigger that refuses it
        wanted = f'{{"experiences": ["{theirs["experiences"]}"]}}'
        connection.execute("UPDATE cv_versions SET sections_config = %s WHERE profile_id = %s", (wanted, ada))
    with any_database.site_engine.connect() as connected:
        loaded = load_profiles(connected, [ada], today=date(2026, 1, 1))
    assert "Lantern Works" in repr(loaded)
    assert "Bo's own" not in repr(loaded)


@pytest.mark.parametrize("table", ["users", "profiles", "projects", "audit_log"])
def test_the_builder_reads_no_table_of_peoples_facts_idor_10(any_database: Database, table: str) -> None:
    with (
        any_database.site_engine.connect() as connection,
        pytest.raises(Exception, match="permission denied") as caught,
    ):
        connection.execute(text(f"SELECT 1 FROM {table}"))
    assert caught.value.orig.sqlstate == "42501"  # type: ignore[attr-defined]
    with pytest.raises(WrongUse, match="refuses"), acting(any_database.site_engine, None) as session:
        session.execute(text(f"SELECT 1 FROM {table}"))


def test_what_is_hidden_or_anonymous_stands_in_no_view_of_the_site_idor_10(any_database: Database) -> None:
    profile_id = add_person(any_database.app_engine, "ada")
    ids = add_career(any_database.app_engine, profile_id)
    with acting(any_database.app_engine, owner_of(profile_id)) as session:
        for table, item in ids.items():
            values: dict[str, Any] = {"is_hidden": True}
            if table == "projects":
                values = {"visibility": "ANONYMOUS", "anonymized_company": "A lamp maker"}
            change_item(session, table, profile_id, item, values)
        session.execute(insert(models.Translation).values(
            profile_id=profile_id, entity_type="PROJECT", entity_id=ids["projects"], field="name", lang="de", text="Leuchtfeuer",
        ))  # fmt: skip
    with any_database.connect("careerhub_site") as connection:
        views = connection.execute("SELECT viewname::text FROM pg_views WHERE schemaname = 'site'").fetchall()
        seen = {
            str(view): connection.execute(f'SELECT count(*) FROM site."{view}"'.encode()).fetchone()
            for (view,) in views
        }
    assert {view for view, count in seen.items() if count != (0,)} <= {"profiles", "revisions", "history"}
    assert seen["profiles"] == (1,)
    assert len(seen) >= 14
