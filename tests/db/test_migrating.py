"""Migrations can't hurt: people's rows outlive every step up and down, and whatever stops a step leaves it undone whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from psycopg import sql
from sqlalchemy import text

from careerhub.db.engine import make_engine
from careerhub.db.errors import translated
from careerhub.db.migrate import MIGRATION_LOCK, downgrade, plan_downgrade, upgrade, writing_rows
from careerhub.db.state import find_revision, head
from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.errors import CareerHubError, WrongUse
from careerhub.local.community import read_people
from careerhub.local.demo import load_demo
from careerhub.reporting import Silent
from tests.databases import Cluster, Database

REVISIONS = [f"{number:04d}" for number in range(1, int(head()) + 1)]
# What the database computes: the same facts may be scored, counted and dated anew.
COMPUTED = {"revision", "updated_at", "completeness_score", "changed_at", "xid", "removed_at_revision"}
# What a step takes back on purpose: people's rows lose what only it gave them.
TAKEN_BACK = {
    "0005": {"skills": {"technology_id"}, "project_technologies": None, "experience_technologies": None},
}

# One row, or two that are linked, in every table that is somebody's, as plain as a first release would have them.
PERSON = """
INSERT INTO users (id, email) VALUES ({u}, {n} || '@example.org');
INSERT INTO user_tokens (token_hash, user_id, purpose, expires_at) VALUES (sha256(convert_to({u}, 'UTF8')), {u}, 'VERIFY_EMAIL', 'tomorrow');
INSERT INTO profiles (id, user_id, slug, full_name, headline, visibility, contact, extras)
  VALUES ({p}, {u}, {n} || '-was', 'Wilma Żółć', '100 % of it: 50 : 50', 'PUBLIC', '{{"email": "w@example.org"}}', '{{"old": [1, null]}}');
UPDATE profiles SET slug = {n} WHERE id = {p};
INSERT INTO share_links (id, profile_id, token_hash, expires_at) VALUES (make_ulid(), {p}, sha256(convert_to({p}, 'UTF8')), 'tomorrow');
INSERT INTO profile_photos (profile_id, size, sha256, bytes) VALUES ({p}, 'small', sha256('x'), 'x');
INSERT INTO import_history (id, user_id, source) VALUES (make_ulid(), {u}, 'JSONRESUME');
INSERT INTO experiences (profile_id, id, company_name, start_date, start_precision, responsibilities) VALUES ({p}, {e}, 'Weir & Sons', '2014-01-01', 'Y', '["Opened the gates"]');
INSERT INTO projects (profile_id, id, slug, name, visibility, anonymized_company) VALUES ({p}, {e}, 'x-1', 'Sluice', 'ANONYMOUS', 'A utility');
INSERT INTO skills (profile_id, id, name, technology_id, level) VALUES ({p}, {e}, 'Gates', (SELECT min(id) FROM technologies), 4);
INSERT INTO education (profile_id, id, institution) VALUES ({p}, {e}, 'Harbour School');
INSERT INTO certifications (profile_id, id, name, expiry_date, expiry_precision) VALUES ({p}, {e}, 'Boat licence', '2031-05-01', 'M');
INSERT INTO achievements (profile_id, id, title) VALUES ({p}, {e}, 'Driest Year');
INSERT INTO languages (profile_id, id, name, tag) VALUES ({p}, {e}, 'Kashubian', 'csb');
INSERT INTO "references" (profile_id, id, name, reference) VALUES ({p}, {e}, 'A. Miller', 'Never wet.');
INSERT INTO interests (profile_id, id, name, is_hidden) VALUES ({p}, {e}, 'Eels', true);
INSERT INTO profile_links (profile_id, id, url) VALUES ({p}, {e}, 'https://weir.example.org/');
INSERT INTO cv_versions (profile_id, id, name, slug, sections_config, is_default) VALUES ({p}, {e}, 'Short', 'short', jsonb_build_object('experiences', jsonb_build_array({e}::text)), true);
INSERT INTO project_experiences (profile_id, project_id, experience_id) VALUES ({p}, {e}, {e});
INSERT INTO project_technologies (profile_id, project_id, technology_id) SELECT {p}, {e}, min(id) FROM technologies HAVING min(id) IS NOT NULL;
INSERT INTO experience_technologies (profile_id, experience_id, technology_id) SELECT {p}, {e}, min(id) FROM technologies HAVING min(id) IS NOT NULL;
INSERT INTO translations (profile_id, entity_type, entity_id, field, lang, text) VALUES ({p}, 'EXPERIENCE', {e}, 'position', 'de', 'Schleusenwärterin');
"""
# What came with the admin.
ADMIN = """
INSERT INTO user_sessions (token_hash, id, user_id, expires_at) VALUES (sha256(convert_to({u}, 'UTF8')), {e}, {u}, '2200-01-01');
INSERT INTO user_totp (user_id, secret_encrypted, secret_key_id) VALUES ({u}, 'x', 'k');
INSERT INTO recovery_codes (user_id, code_hash) VALUES ({u}, sha256('x'));
INSERT INTO mail_outbox (id, user_id, kind) VALUES ({e}, {u}, 'TEST');
INSERT INTO publish_requests (profile_id, id, revision) VALUES ({p}, {e}, 1);
"""
Kept = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[Database]:
    """Give a database without anything in it."""
    database = cluster.make_empty()
    yield database
    cluster.run(f"DROP DATABASE {database.name} WITH (FORCE)")


def migrate(database: Database, revision: str = "head", *, lock_timeout: float = 5) -> str:
    return upgrade(make_engine(database.url("postgres"), "careerhub_owner"), revision, lock_timeout=lock_timeout)[1]


def revision_of(database: Database) -> str | None:
    with database.superuser_engine.connect() as connection:
        return find_revision(connection)


def add_wilma(database: Database, revision: str) -> None:
    """Add somebody who has everything that this revision knows of."""
    if revision < "0003":
        return
    number = int(revision)
    ids = {one: f"01J{one.upper():0>20}{number:03d}" for one in ("a", "b", "c")}
    values = {"u": ids["a"], "p": ids["b"], "e": ids["c"], "n": f"wilma{number}"}
    with database.connect() as connection, connection.transaction():
        for statement in (PERSON + (ADMIN if revision >= "0015" else "")).split(";\n"):
            if statement.strip():
                connection.execute(sql.SQL(statement).format(**values))  # type: ignore[arg-type]


def read_rows(database: Database) -> Kept:
    """Return every row of everybody's, by table and key, without what the database computes."""
    kept: Kept = {}
    with database.connect() as connection:
        tables = connection.execute(
            "SELECT DISTINCT relname::text FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND (relname IN ('users', 'profiles') OR attname IN ('user_id', 'profile_id'))"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(str(table))))
            kept[str(table)] = {key_of(str(table), row): row for (row,) in found.fetchall()}  # type: ignore[arg-type]
    return kept


def key_of(table: str, row: dict[str, Any]) -> str:
    keys = (
        "profile_id",
        "id",
        "project_id",
        "experience_id",
        "technology_id",
        "entity_type",
        "entity_id",
        "size",
        "token_hash",
        "user_id",
        "code_hash",
    )
    return " ".join(str(row[key]) for key in keys if key in row and not (table == "skills" and key == "technology_id"))


def find_lost(before: Kept, after: Kept, taken_back: dict[str, set[str] | None] | None = None) -> list[str]:
    """Return every row and every value that was there and isn't any more; tables that are gone as a whole aside."""
    lost = []
    for table, rows in before.items():
        if table not in after or (taken_back or {}).get(table, set()) is None:
            continue
        ignored = COMPUTED | ((taken_back or {}).get(table) or set())
        for key, row in rows.items():
            now = after[table].get(key)
            differs = {name for name in row if now and name in now and name not in ignored and now[name] != row[name]}
            lost += [f"{table} {key}"] * (now is None) + [f"{table} {key}: {name}" for name in sorted(differs)]
    return lost


def test_nobodys_row_is_lost_on_the_way_up_down_and_up_again(empty: Database) -> None:
    before: Kept = {}
    for revision in REVISIONS:
        assert migrate(empty, revision) == revision
        assert find_lost(before, read_rows(empty)) == [], revision
        add_wilma(empty, revision)
        before = read_rows(empty)
    assert len(before["users"]) == len(REVISIONS) - 2
    assert all(
        before[table] for table in before if table not in ("profile_publications", "profile_withdrawals", "audit_log")
    )
    keys = parse_contact_keys(make_contact_key())
    assert load_demo(empty.app_engine, keys, islice(read_people(), 4), Silent()) == 4
    for revision in [*reversed(REVISIONS[:-1]), "base"]:
        before = read_rows(empty)
        assert downgrade(empty.owner_engine, revision)[1] == (None if revision == "base" else revision)
        after = read_rows(empty)
        assert find_lost(before, after, TAKEN_BACK.get(revision)) == [], revision
        assert "users" not in after or len(after["users"]) == len(REVISIONS) + 2
    assert migrate(empty) == head()


def test_what_changed_on_the_way_would_be_seen(any_database: Database) -> None:
    add_wilma(any_database, "0003")
    before = read_rows(any_database)
    with any_database.connect() as connection:
        connection.execute("DELETE FROM interests")
        connection.execute("UPDATE skills SET name = 'Locks'")
    lost = find_lost(before, read_rows(any_database))
    assert sorted(line.split()[0] for line in lost) == ["interests", "skills"]
    assert [line for line in lost if line.endswith(": name")]


# what stops a migration


@contextmanager
def holding(database: Database, statement: str) -> Iterator[None]:
    """Hold what a statement locks, in another session."""
    with psycopg.connect(database.url("postgres")) as connection:
        connection.execute(statement.encode())
        yield
        connection.rollback()


def test_a_lock_that_somebody_holds_stops_it_in_time_and_changes_nothing(empty: Database) -> None:
    migrate(empty, "0006")
    add_wilma(empty, "0006")
    before = read_rows(empty)
    began = time.monotonic()
    with holding(empty, "SELECT FROM skills"), pytest.raises(CareerHubError) as caught:
        migrate(empty, lock_timeout=0.2)
    assert time.monotonic() - began < 5
    assert str(caught.value) == (
        "Somebody else is using what the migration needs, and it didn't wait longer. The database is at revision 0006, whole:"
        " run the command again when they are done."
    )
    assert (revision_of(empty), read_rows(empty)) == ("0006", before)
    assert migrate(empty) == head()


def test_a_downgrade_waits_no_longer_either(any_database: Database) -> None:
    with (
        holding(any_database, "SELECT FROM profiles"),
        pytest.raises(CareerHubError, match=r"at revision [0-9]+, whole"),
    ):
        downgrade(any_database.owner_engine, "0006", lock_timeout=0.2)
    assert downgrade(any_database.owner_engine, "0006")[1] == "0006"


def test_of_two_upgrades_at_once_one_waits_and_finds_nothing_to_do(empty: Database) -> None:
    results: list[tuple[str | None, str]] = []

    def run() -> None:
        results.append(upgrade(make_engine(empty.url("postgres"), "careerhub_owner"), lock_timeout=0.5))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results, key=str) == [(head(), head()), (None, head())]


def test_who_waits_for_another_migration_isnt_stopped_by_the_short_wait_for_locks(empty: Database) -> None:
    migrate(empty)
    with holding(empty, f"SELECT pg_advisory_lock({MIGRATION_LOCK})"):
        thread = threading.Thread(target=migrate, args=(empty,), kwargs={"lock_timeout": 0.05})
        thread.start()
        thread.join(0.4)
        assert thread.is_alive()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("at", "obstacle"),
    [
        ("0002", "CREATE TABLE interests (mine int)"),  # in the middle of a revision that makes twenty tables
        ("0003", "CREATE FUNCTION visible_row(text, jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT $2'"),
        ("0006", "CREATE SCHEMA shared"),
    ],
)
def test_a_migration_that_fails_in_the_middle_leaves_the_revision_before(
    empty: Database, at: str, obstacle: str
) -> None:
    migrate(empty, at)
    add_wilma(empty, at)
    with empty.connect() as connection:
        connection.execute(obstacle.encode())
    before = draw(empty), read_rows(empty)
    with pytest.raises(CareerHubError) as caught:
        migrate(empty)
    assert "failed and was undone: " in str(caught.value)
    assert "already exists" in str(caught.value)
    assert f". The database is at revision {at}, whole: put right" in str(caught.value)
    assert (revision_of(empty), (draw(empty), read_rows(empty))) == (at, before)
    with empty.connect() as connection:
        connection.execute(obstacle.partition(" (mine")[0].partition(" RETURNS")[0].replace("CREATE", "DROP").encode())
    assert migrate(empty) == head()


def draw(database: Database) -> list[Any]:
    """Return everything there is, by name."""
    with database.connect() as connection:
        return connection.execute(
            "SELECT oid::regclass::text, relforcerowsecurity, relacl::text FROM pg_class WHERE relnamespace::regnamespace::text"
            " !~ '^pg_|^information' UNION ALL SELECT oid::regprocedure::text, prosecdef, proconfig::text FROM pg_proc"
            " WHERE pronamespace::regnamespace::text !~ '^pg_|^information' UNION ALL SELECT tgname || tgrelid::regclass::text,"
            " NULL, NULL FROM pg_trigger ORDER BY 1"
        ).fetchall()


def test_a_migration_that_is_killed_leaves_the_revision_before(empty: Database, tmp_path: Path) -> None:
    migrate(empty, "0004")
    add_wilma(empty, "0004")
    before = read_rows(empty)
    command = [sys.executable, "-m", "careerhub", "db", "upgrade"]
    # it stands in the middle of 0006, which writes the catalogue: 0005 is done, and whole
    with (
        holding(empty, "LOCK TABLE technology_aliases"),
        subprocess.Popen(command, env=environment_of(empty, tmp_path), stdout=subprocess.DEVNULL) as process,
    ):
        wait_for(empty, "wait_event_type = 'Lock' AND query ~ 'technology_aliases'", is_there=True)
        process.send_signal(signal.SIGKILL)
    wait_for(empty, "usename = 'careerhub_owner'", is_there=False)
    assert (revision_of(empty), read_rows(empty)) == ("0005", before)
    with empty.connect() as connection:
        assert connection.execute("SELECT count(*) FROM technologies").fetchone() == (0,)
    assert migrate(empty) == head()


def environment_of(database: Database, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "CAREERHUB_HOME": str(folder / "home"),
        "CAREERHUB_DATABASE_URL": database.url("careerhub_app"),
        "CAREERHUB_OWNER_DATABASE_URL": database.url("careerhub_owner"),
    }


def wait_for(database: Database, which: str, *, is_there: bool) -> None:
    query = f"SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
    with database.connect() as connection:
        for _ in range(400):
            if connection.execute(query.encode()).fetchone() == (is_there,):
                return
            time.sleep(0.05)
    raise AssertionError(which)


def test_a_database_newer_than_the_software_is_refused_in_one_line(any_database: Database) -> None:
    with any_database.connect() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for attempt in (lambda: migrate(any_database), lambda: plan_downgrade(any_database.owner_engine, "0005")):
        with pytest.raises(WrongUse, match=f"9999.*knows revisions up to {head()}"):
            attempt()


# rows that a migration writes


@contextmanager
def inside_a_migration(database: Database) -> Iterator[Callable[[str], int]]:
    """Open a transaction such as migrations run in, and give a function that runs a statement in it."""
    with translated(), database.owner_engine.begin() as connection:
        connection.execute(text("SET LOCAL row_security = off"))
        with Operations.context(MigrationContext.configure(connection)):
            yield lambda statement: connection.execute(text(statement)).rowcount


def list_unforced(database: Database) -> list[Any]:
    with database.connect() as connection:
        return connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
        ).fetchall()


CHANGE = """UPDATE "references" SET name = 'B. Miller'"""


def test_a_migration_writes_rows_only_where_it_says_so(any_database: Database) -> None:
    add_wilma(any_database, "0003")
    with pytest.raises(WrongUse, match="row-level security"), inside_a_migration(any_database) as run:
        run(CHANGE)
    with inside_a_migration(any_database) as run, writing_rows("references", "users"):
        assert run(CHANGE) == 1
    with pytest.raises(WrongUse, match="row-level security"), inside_a_migration(any_database) as run:
        with writing_rows("references", "users"):
            run(CHANGE)
        run(CHANGE)
    assert list_unforced(any_database) == []


def test_what_a_migration_wrote_stays_and_what_failed_leaves_row_security_as_it_was(any_database: Database) -> None:
    add_wilma(any_database, "0003")
    with inside_a_migration(any_database) as run, writing_rows("references"):
        run(CHANGE)
    with pytest.raises(ZeroDivisionError), inside_a_migration(any_database) as run, writing_rows("references"):
        run("""UPDATE "references" SET name = 'C. Miller'""")
        raise ZeroDivisionError
    assert list_unforced(any_database) == []
    with any_database.connect() as connection:
        assert connection.execute('SELECT name FROM "references"').fetchall() == [("B. Miller",)]
