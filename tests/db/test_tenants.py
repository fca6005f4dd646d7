"""Who may do what to whose rows: every table, every role, every verb, asked of the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, select, text, update

from careerhub.db import models
from careerhub.db.engine import make_engine
from careerhub.db.session import acting, visiting
from careerhub.errors import CareerHubError, InputInvalid, WrongUse
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

SELECT, INSERT, UPDATE, DELETE = VERBS = ("select", "insert", "update", "delete")
ALL = frozenset(VERBS)
READ = frozenset({SELECT})

# What the person a row is about may do to it. Everybody else who logs in may do nothing, with the exceptions below.
OWNER_MAY = {
    "users": ALL,
    "user_tokens": ALL,
    "profiles": ALL,
    "import_history": ALL,
    "slug_history": READ,
    "profile_revisions": READ,
    "profile_publications": READ,
    "profile_withdrawals": READ,
    "audit_log": READ,
    "mail_outbox": ALL - {DELETE},
    "publish_requests": frozenset({SELECT, INSERT}),
}
BUILDER_MAY = {"profile_publications": ALL, "profile_withdrawals": ALL - {UPDATE}}
ROLES = ("owner", "other", "nobody", "builder", "backup", "tables' owner")


def list_owned(database: Database) -> list[str]:
    """Ask the catalogue for every table that is somebody's: a new one is in the matrix by itself."""
    with database.connect() as connection:
        found = connection.execute(
            "SELECT DISTINCT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND (a.attname IN ('user_id', 'profile_id') OR c.relname = 'users') ORDER BY 1"
        ).fetchall()
    return [str(name) for (name,) in found]


def add_everything(database: Database, slug: str) -> tuple[str, str]:
    """Give one person a row in every table that is somebody's; return user and profile."""
    profile_id = add_person(database.app_engine, slug)
    user_id = owner_of(profile_id)
    ids = add_career(database.app_engine, profile_id)
    with database.connect() as connection:
        for statement in (
            "INSERT INTO user_tokens (token_hash, user_id, purpose, expires_at) VALUES (sha256(convert_to({u}, 'UTF8')), {u}, 'VERIFY_EMAIL', 'tomorrow')",
            "INSERT INTO share_links (id, profile_id, token_hash, expires_at) VALUES (make_ulid(), {p}, sha256(convert_to({p}, 'UTF8')), 'tomorrow')",
            "INSERT INTO profile_photos (profile_id, size, sha256, bytes) VALUES ({p}, 'small', sha256('x'), 'x')",
            "INSERT INTO import_history (id, user_id, source) VALUES (make_ulid(), {u}, 'JSONRESUME')",
            "INSERT INTO translations (profile_id, entity_type, entity_id, field, lang, text) VALUES ({p}, 'EXPERIENCE', {e}, 'position', 'de', 'Wärterin')",
            "INSERT INTO experience_technologies (profile_id, experience_id, technology_id) SELECT {p}, {e}, id FROM technologies LIMIT 1",
            "INSERT INTO profile_publications (profile_id, published_revision) VALUES ({p}, 1)",
            "INSERT INTO profile_withdrawals (profile_id, removed_at) VALUES ({p}, now())",
            "INSERT INTO slug_history (id, slug, slug_hash, profile_id) VALUES (make_ulid(), {s}, sha256(convert_to({s}, 'UTF8')), {p})",
            "INSERT INTO user_sessions (token_hash, id, user_id, expires_at) VALUES (sha256(convert_to({u} || 's', 'UTF8')), make_ulid(), {u}, 'tomorrow')",
            "INSERT INTO user_totp (user_id, secret_encrypted, secret_key_id) VALUES ({u}, 'x', 'k')",
            "INSERT INTO recovery_codes (user_id, code_hash) VALUES ({u}, sha256('x'))",
            "INSERT INTO mail_outbox (id, user_id, kind, subject_key) VALUES (make_ulid(), {u}, 'TEST', 'x')",
            "INSERT INTO publisher_sightings (kind) VALUES ('SYNC') ON CONFLICT DO NOTHING",
            "INSERT INTO publish_requests (profile_id, id, revision) VALUES ({p}, make_ulid(), 1)",
            "INSERT INTO audit_log (id, user_id, profile_id, action) SELECT make_ulid(), {u}, {p}, 'TEST' WHERE NOT EXISTS (SELECT FROM audit_log WHERE profile_id = {p})",
        ):
            values = {"u": user_id, "p": profile_id, "e": ids["experiences"], "s": f"{slug}-old"}
            connection.execute(sql.SQL(statement).format(**values))
    return user_id, profile_id


@contextmanager
def trying(connection: psycopg.Connection[Any], actor: str) -> Iterator[None]:
    """Open a transaction signed by an actor, and undo it."""
    with connection.transaction(force_rollback=True):
        connection.execute("SELECT set_config('careerhub.actor', %s, true)", (actor,))
        yield


def list_columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    found = connection.execute(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attidentity = ''",
        (f'public."{table}"',),
    )
    return [str(name) for (name,) in found.fetchall()]


def may(database: Database, role: str, actor: str, table: str, verb: str, whose: tuple[str, str]) -> bool:
    """Try a verb on the rows of one person, and tell whether any row was seen or changed."""
    user_id, profile_id = whose
    with database.connect() as mighty:
        columns = list_columns(mighty, table)
        key = "id" if table == "users" else "profile_id" if "profile_id" in columns else "user_id"
        key = "id" if table == "profiles" else key
        owner = user_id if table == "users" or key == "user_id" else profile_id
        target, names = sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        is_theirs = sql.SQL("{} = {}").format(sql.Identifier(key), owner)
        taken = mighty.execute(sql.SQL("SELECT {} FROM {} WHERE {} LIMIT 1").format(names, target, is_theirs))
        row = taken.fetchone()
        assert row is not None, f"{table} has no row of this person: the matrix would prove nothing"
    # an update that says what is there already: columns a role may not touch don't hide that it may touch others
    column = {"users": "email", "profiles": "headline", "user_tokens": "used_at"}.get(table, columns[-1])
    value = sql.SQL("clock_timestamp()") if table == "user_tokens" else sql.Identifier(column)
    statement = {
        SELECT: sql.SQL("SELECT 1 FROM {} WHERE {}").format(target, is_theirs),
        UPDATE: sql.SQL("UPDATE {} SET {} = {} WHERE {}").format(target, sql.Identifier(column), value, is_theirs),
        DELETE: sql.SQL("DELETE FROM {} WHERE {}").format(target, is_theirs),
    }
    with database.connect(role) as connection, suppress(psycopg.errors.InsufficientPrivilege):
        if verb == INSERT:
            return may_insert(database, connection, actor, table, columns, row)
        with trying(connection, actor):
            return connection.execute(statement[verb]).rowcount > 0
    return False


def may_insert(
    database: Database, connection: psycopg.Connection[Any], actor: str, table: str, columns: list[str], row: Any
) -> bool:
    """Take a row away as a superuser, without triggers, and tell whether the role may put the very same one back."""
    where = sql.SQL(" AND ").join(
        sql.SQL("{} IS NOT DISTINCT FROM %s").format(sql.Identifier(name))
        for name in columns
        if not isinstance(row[columns.index(name)], dict | list)
    )
    values = [psycopg.types.json.Jsonb(v) if isinstance(v, dict | list) else v for v in row]
    plain = [v for v in row if not isinstance(v, dict | list)]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table), names, sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    )
    with database.connect() as mighty:
        mighty.execute("SET session_replication_role = replica")
        mighty.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(table), where), plain)
        try:
            with trying(connection, actor):
                return connection.execute(into, values).rowcount > 0
        except psycopg.errors.InsufficientPrivilege:
            return False
        finally:
            mighty.execute(into, values)


def test_the_matrix_of_tables_roles_and_verbs_has_exactly_the_allowed_cells(any_database: Database) -> None:
    database = any_database
    ada, bo = add_everything(database, "ada"), add_everything(database, "bo")
    logins = {
        "owner": ("careerhub_app", ada[0]),
        "other": ("careerhub_app", bo[0]),
        "nobody": ("careerhub_app", ""),
        "builder": ("careerhub_site", ada[0]),
        "backup": ("careerhub_backup", ada[0]),
        "tables' owner": ("careerhub_owner", ada[0]),
    }
    tables = list_owned(database)
    assert len(tables) >= 23
    wanted, found = set(), set()
    for table in tables:
        allowed = {"owner": OWNER_MAY.get(table, ALL), "builder": BUILDER_MAY.get(table, frozenset()), "backup": READ}
        for who, (role, actor) in logins.items():
            for verb in VERBS:
                if verb in allowed.get(who, frozenset()):
                    wanted.add((table, who, verb))
                if may(database, role, actor, table, verb, ada):
                    found.add((table, who, verb))
    assert found == wanted
    assert {who for _, who, _ in found} == {"owner", "builder", "backup"}


def test_every_table_that_is_somebodys_forces_row_security(any_database: Database) -> None:
    with any_database.connect() as connection:
        found = connection.execute(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity"
        ).fetchall()
    assert sorted(str(name) for (name,) in found) == list_owned(any_database)


# without filters


def test_without_any_filter_a_person_gets_their_own_rows_and_nobody_elses(database: Database) -> None:
    ada, _ = add_everything(database, "ada"), add_everything(database, "bo")
    with acting(database.app_engine, ada[0]) as session:
        for model in (
            models.Profile,
            models.Experience,
            models.Project,
            models.Skill,
            models.CvVersion,
            models.Translation,
        ):
            rows = session.scalars(select(model)).all()
            assert [row.id if isinstance(row, models.Profile) else row.profile_id for row in rows] == [ada[1]]
        changed = session.execute(update(models.Experience).values(position="Everybody's"))
        assert changed.rowcount == 1  # type: ignore[attr-defined]
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM experiences WHERE position = 'Everybody''s'").fetchone() == (1,)


def test_a_connection_without_an_actor_sees_nothing(database: Database) -> None:
    add_everything(database, "ada")
    with database.connect("careerhub_app") as connection:
        for table in list_owned(database):
            seen = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            assert seen.fetchone() == (0,), table


def test_the_only_connection_of_a_pool_carries_nothing_over(database: Database) -> None:
    ada, bo = add_everything(database, "ada"), add_everything(database, "bo")
    engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=1)
    backend = select(func.pg_backend_pid())
    slugs = select(models.Profile.slug)
    try:
        with acting(engine, ada[0], ip_address="192.0.2.7", user_agent="Lantern/1") as session:
            first = session.scalar(backend)
            assert session.scalars(slugs).all() == ["ada"]
        with acting(engine, None) as session:
            assert session.scalar(backend) == first
            assert session.scalars(slugs).all() == []
            assert (
                session.scalar(
                    text("SELECT current_setting('careerhub.ip_address') || current_setting('careerhub.user_agent')")
                )
                == ""
            )
        with pytest.raises(ZeroDivisionError), acting(engine, bo[0]) as session:
            assert session.scalars(slugs).all() == ["bo"]
            raise ZeroDivisionError
        with engine.connect() as connection:
            assert connection.scalar(backend) == first
            assert connection.scalars(slugs).all() == []
        with pytest.raises(InputInvalid), acting(engine, ada[0]) as session:
            session.execute(text("SELECT 1 / 0"))
        with acting(engine, bo[0]) as session:
            assert (session.scalar(backend), session.scalars(slugs).all()) == (first, ["bo"])
    finally:
        engine.dispose()


# giving away, and claiming


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE profiles SET user_id = :other_user WHERE id = :own",
        "UPDATE experiences SET profile_id = :other WHERE profile_id = :own",
        "INSERT INTO interests (profile_id, id, name) VALUES (:other, make_ulid(), 'x')",
        "UPDATE users SET plan = 'EXPERT'",
        "UPDATE users SET is_verified = true",
        "UPDATE users SET is_active = true",
        "UPDATE users SET id = :other_user",
        "UPDATE profiles SET completeness_score = 100",
        "UPDATE profiles SET id = :other",
        "UPDATE user_tokens SET used_at = NULL",
        "UPDATE user_tokens SET expires_at = 'infinity'",
        "INSERT INTO import_history (id, user_id, source, started_at) VALUES (make_ulid(), :own_user, 'JSONRESUME', '9999-01-01')",
        "INSERT INTO users (id, email, plan) VALUES (:own_user, 'rich@example.org', 'EXPERT')",
        "INSERT INTO users (id, email) VALUES (:other_user, 'somebody@example.org')",
        "INSERT INTO profile_publications (profile_id) VALUES (:own)",
        "UPDATE profile_revisions SET revision = 99",
        "SELECT list_accounts()",
        "SELECT change_account(:own_user, p_plan => 'EXPERT')",
        "SELECT list_contact_owners('k')",
        "SELECT raise_revisions(ARRAY[:other], ARRAY[true])",
        "SELECT count(*) FROM facts.profiles",
        "SELECT count(*) FROM site.profiles",
        "SET ROLE careerhub_system",
    ],
)
def test_nothing_can_be_given_away_or_claimed(database: Database, statement: str) -> None:
    ada, bo = add_everything(database, "ada"), add_everything(database, "bo")
    if "make_ulid()" in statement:
        statement = statement.replace("make_ulid()", f"'{make_id()}'")
    ids = {"own": ada[1], "own_user": ada[0], "other": bo[1], "other_user": bo[0]}
    wanted = {name: value for name, value in ids.items() if f":{name}" in statement}
    with pytest.raises(WrongUse, match=r"refuses|no such entry"), acting(database.app_engine, ada[0]) as session:
        session.execute(text(statement), wanted)


def test_an_entry_of_somebody_else_can_not_be_linked(database: Database) -> None:
    ada, bo = add_everything(database, "ada"), add_everything(database, "bo")
    with acting(database.app_engine, bo[0]) as session:
        theirs = session.scalars(select(models.Experience.id)).one()
    with pytest.raises(CareerHubError), acting(database.app_engine, ada[0]) as session:
        project = session.scalars(select(models.Project.id)).one()
        session.add(models.ProjectExperience(profile_id=ada[1], project_id=project, experience_id=theirs))


@pytest.mark.parametrize("verb", ["insert", "update"])
def test_a_cv_names_no_entry_of_somebody_else(any_database: Database, verb: str) -> None:
    ada, bo = add_everything(any_database, "ada"), add_everything(any_database, "bo")
    with acting(any_database.app_engine, bo[0]) as session:
        theirs = session.scalars(select(models.Experience.id)).one()
    with (
        pytest.raises(InputInvalid, match="aren't of this profile"),
        acting(any_database.app_engine, ada[0]) as session,
    ):
        wanted = {"experiences": [theirs]}
        if verb == "insert":
            session.add(models.CvVersion(profile_id=ada[1], name="Mine", slug="mine", sections_config=wanted))
        else:
            session.execute(update(models.CvVersion).values(sections_config=wanted))


def test_a_cv_keeps_the_name_of_an_entry_that_has_gone(database: Database) -> None:
    ada = add_everything(database, "ada")
    with acting(database.app_engine, ada[0]) as session:
        own = session.scalars(select(models.Experience.id)).one()
        version = session.scalars(select(models.CvVersion)).one()
        version.sections_config = {"experiences": [own], "include_summary": False}
        session.flush()
        session.execute(text("DELETE FROM experiences"))
        version.sections_config = {"experiences": [own], "include_summary": True}
        session.flush()


def test_another_address_has_proved_nothing_yet(any_database: Database) -> None:
    ada = add_everything(any_database, "ada")
    with any_database.connect() as connection:
        connection.execute("UPDATE users SET is_verified = true")
        for email, is_verified in (("ADA@example.org", True), ("other@example.org", False)):
            with acting(any_database.app_engine, ada[0]) as session:
                session.execute(update(models.User).values(email=email))
            assert connection.execute("SELECT is_verified FROM users").fetchone() == (is_verified,)


def test_when_a_row_was_made_is_nobodys_to_change(any_database: Database) -> None:
    ada = add_everything(any_database, "ada")
    with acting(any_database.app_engine, ada[0]) as session:
        session.execute(text("UPDATE experiences SET created_at = '1950-01-01', position = 'Old hand'"))
        assert session.scalar(text("SELECT created_at > '2000-01-01' FROM experiences"))


# the tables' owner


def test_a_data_migration_can_not_change_nothing_in_silence(any_database: Database) -> None:
    add_everything(any_database, "ada")
    with any_database.connect("careerhub_owner") as connection:
        assert connection.execute("UPDATE profiles SET headline = 'x'").rowcount == 0
        connection.execute("SET row_security = off")  # as every migration runs
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute("UPDATE profiles SET headline = 'x'")
        with connection.transaction():
            connection.execute("ALTER TABLE profiles NO FORCE ROW LEVEL SECURITY")
            # and the triggers it fires still see what they need
            assert connection.execute("UPDATE profiles SET headline = 'x'").rowcount == 1
            connection.execute("ALTER TABLE profiles FORCE ROW LEVEL SECURITY")
        raised = connection.execute("SELECT count(*) FROM list_accounts()").fetchone()
        assert raised == (1,)
    with any_database.connect() as connection:
        assert connection.execute("SELECT revision > 1 FROM profile_revisions").fetchone() == (True,)


# share links


def test_a_share_link_shows_the_facts_of_its_profile_while_it_is_live(any_database: Database) -> None:
    ada, _ = add_everything(any_database, "ada"), add_everything(any_database, "bo")
    links = "SELECT count(*) FROM share_links WHERE last_used_at IS NOT NULL"
    seen = text("SELECT slug FROM shared.profiles")

    def look(token: str) -> list[Any]:
        with visiting(any_database.app_engine, token) as session:
            return list(session.scalars(seen))

    with any_database.connect() as connection:
        connection.execute("UPDATE profiles SET visibility = 'FRIENDS'")
        # the tests' link was made with the profile's id as its token
        assert look(ada[1]) == ["ada"]
        assert look("another") == []
        assert connection.execute("SELECT open_share_link(sha256(convert_to(%s, 'UTF8')))", (ada[1],)).fetchone() == (
            True,
        )
        assert connection.execute(links.encode()).fetchone() == (1,)
        for change, back in (
            ("UPDATE share_links SET revoked_at = now()", "UPDATE share_links SET revoked_at = NULL"),
            ("UPDATE share_links SET expires_at = 'yesterday'", "UPDATE share_links SET expires_at = 'tomorrow'"),
            ("UPDATE profiles SET visibility = 'PRIVATE'", "UPDATE profiles SET visibility = 'FRIENDS'"),
        ):
            connection.execute(change.encode())
            assert look(ada[1]) == []
            assert connection.execute(
                "SELECT open_share_link(sha256(convert_to(%s, 'UTF8')))", (ada[1],)
            ).fetchone() == (False,)
            connection.execute(back.encode())
        assert look(ada[1]) == ["ada"]
