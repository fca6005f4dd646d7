"""The queue's tables: whose they are, and which engine they were made for."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

import psycopg
import pytest

from careerhub.db.migrate import QUEUE_SCHEMA, read_queue_sql
from careerhub.jobs.queue import begin_run, name_queue, open_queue
from careerhub.jobs.serving import make_address
from tests.databases import Database


def test_the_installed_engine_is_the_one_the_migration_was_made_for() -> None:
    assert version("procrastinate").startswith("3.10.")
    assert hashlib.sha256(read_queue_sql().encode()).hexdigest() == QUEUE_SCHEMA, (
        "procrastinate's tables have changed: add a migration that runs its steps from 3.10 to there in schema jobs, and"
        " note the new digest"
    )


@pytest.mark.parametrize("role", ["careerhub_app", "careerhub_backup"])
def test_only_builders_and_workers_write_the_queue(database: Database, role: str) -> None:
    with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO jobs.runs (target, token) VALUES ('s3://a', 'b')")


def test_nothing_of_the_queue_lies_among_peoples_facts(database: Database) -> None:
    with database.connect() as connection:
        strays = connection.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'procrastinate%' AND relnamespace <> 'jobs'::regnamespace"
        ).fetchall()
        kept = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'jobs'::regnamespace").fetchone()
    assert strays == []
    assert kept is not None
    assert kept[0] > 8


def test_the_engines_own_connections_find_its_tables_as_the_builder(database: Database) -> None:
    for login in ("careerhub_site", "postgres"):
        with psycopg.connect(make_address(database.url(login))) as connection:
            row = connection.execute("SELECT current_user, to_regclass('procrastinate_jobs')::text").fetchone()
        assert row == ("careerhub_site", "procrastinate_jobs")


def test_a_queue_is_named_after_all_that_makes_bytes_differ() -> None:
    names = {
        name_queue("s3://a", "https://a.example.org", "one"),
        name_queue("s3://b", "https://a.example.org", "one"),
        name_queue("s3://a", "https://b.example.org", "one"),
        name_queue("s3://a", "https://a.example.org", "two"),
    }
    assert len(names) == 4
    # a channel of the database has 63 characters at most
    assert all(len(f"procrastinate_queue_v1#{name}") < 64 for name in names)


def test_a_new_run_leaves_other_targets_alone(database: Database) -> None:
    with open_queue(database.site_engine) as connection:
        begin_run(connection, "s3://a", "first")
        begin_run(connection, "s3://b", "second")
        begin_run(connection, "s3://a", "third")
    with database.connect() as connection_:
        found = connection_.execute("SELECT target, token FROM jobs.runs ORDER BY target").fetchall()
    assert found == [("s3://a", "third"), ("s3://b", "second")]
