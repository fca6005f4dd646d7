"""The schema goes up, down and up again on every PostgreSQL at hand, and is what the models say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, text

from careerhub.db import models
from careerhub.db.engine import make_engine
from careerhub.db.migrate import downgrade, find_drift, read_roles_sql, upgrade
from careerhub.db.state import check_current, find_revision, head
from careerhub.errors import DatabaseBehind, WrongUse
from careerhub.local.binaries import find_shipped_binaries
from careerhub.resources import shipped
from tests.databases import Cluster, Database

PICTURE = shipped("migrations") / "schema.sql"


def test_up_down_and_up_again(cluster: Cluster) -> None:
    database = cluster.make_empty()
    engine = make_engine(database.url("postgres"), "careerhub_owner")
    assert upgrade(engine) == (None, head())
    assert downgrade(engine, "base") == (head(), None)
    with database.connect() as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"
        ).fetchall()
        functions = connection.execute(
            "SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS"
            " (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        ).fetchall()
    assert left == [("alembic_version",)]
    assert functions == []
    assert upgrade(engine) == (None, head())
    assert find_drift(engine) == []


def test_every_single_step_down_can_be_gone_up_again(cluster: Cluster) -> None:
    database = cluster.make_empty()
    engine = make_engine(database.url("postgres"), "careerhub_owner")
    upgrade(engine)
    for step in range(int(head()) - 1, 0, -1):
        assert downgrade(engine, f"{step:04d}")[1] == f"{step:04d}"
        assert upgrade(engine)[1] == head()
        assert downgrade(engine, f"{step:04d}")[1] == f"{step:04d}"


def test_a_second_upgrade_does_nothing(any_database: Database) -> None:
    assert upgrade(any_database.owner_engine) == (head(), head())


def test_the_models_are_what_the_migrations_make(any_database: Database) -> None:
    assert find_drift(any_database.owner_engine) == []


def test_drift_is_found_in_both_directions(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("ALTER TABLE skills ADD COLUMN shoe_size int")
        connection.execute("ALTER TABLE import_history ALTER COLUMN source TYPE text")
        connection.execute("ALTER TABLE interests ALTER COLUMN name DROP NOT NULL")
    found = " | ".join(find_drift(database.owner_engine))
    assert "shoe_size" in found
    assert "source" in found
    assert "modify_nullable" in found
    table = models.Language.__table__
    extra = Column("dialect", Integer)
    table.append_column(extra)  # type: ignore[attr-defined]
    try:
        assert "dialect" in " ".join(find_drift(database.owner_engine))
    finally:
        table._columns.remove(extra)  # type: ignore[attr-defined]


def test_a_database_that_is_behind_says_so_and_what_to_do(database: Database) -> None:
    downgrade(database.owner_engine, "0005")
    with database.site_engine.connect() as connection:
        assert find_revision(connection) == "0005"
        with pytest.raises(DatabaseBehind, match="db upgrade"):
            check_current(connection)


def test_a_database_of_roles_alone_is_behind_for_each_of_them(cluster: Cluster) -> None:
    database = cluster.make_empty()
    with database.connect() as connection:
        connection.execute(read_roles_sql().encode())
    for role in ("careerhub_site", "careerhub_app", "careerhub_owner"):
        with database.engine(role).connect() as connected, pytest.raises(DatabaseBehind, match="db upgrade"):
            check_current(connected)


def test_a_revision_that_is_none_is_refused_in_one_line(database: Database) -> None:
    with pytest.raises(WrongUse, match="9999"):
        downgrade(database.owner_engine, "9999")


@pytest.mark.parametrize("options", ["ENCODING 'SQL_ASCII' LOCALE 'C'", "ENCODING 'UTF8' LC_CTYPE 'C' LC_COLLATE 'C'"])
def test_a_database_that_could_not_search_names_is_refused(embedded: Cluster, options: str) -> None:
    database = Database("narrow", embedded.socket)
    embedded.run(f"CREATE DATABASE narrow TEMPLATE template0 {options}")
    try:
        with pytest.raises(WrongUse, match="UTF8"):
            upgrade(make_engine(database.url("postgres"), "careerhub_owner"))
    finally:
        embedded.run("DROP DATABASE narrow")


def test_every_foreign_key_has_a_leading_index(any_database: Database) -> None:
    with any_database.connect() as connection:
        bare = connection.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint c WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS ("
            " SELECT FROM pg_index i WHERE i.indrelid = c.conrelid"
            " AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey AND i.indpred IS NULL)"
        ).fetchall()
        checked = connection.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f'").fetchone()
    assert bare == []
    assert checked is not None
    assert checked[0] > 20


def test_profile_owned_tables_can_be_partitioned(any_database: Database) -> None:
    with any_database.connect() as connection:
        unfit = connection.execute(
            "SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'profile_id'"
            " WHERE c.contype IN ('p', 'u') AND NOT a.attnum = ANY (c.conkey)"
            " AND c.conrelid::regclass::text <> ALL (ARRAY['share_links', 'audit_log', 'slug_history', 'publish_requests'])"
        ).fetchall()
    assert unfit == []


def test_the_catalogue_is_there(any_database: Database) -> None:
    with any_database.connect() as connection:
        count, categories, layers = connection.execute(  # type: ignore[misc]
            "SELECT count(*), count(DISTINCT category), count(DISTINCT layer) FROM technologies"
        ).fetchone()
        alias = connection.execute(
            "SELECT t.name FROM technology_aliases a JOIN technologies t ON t.id = a.technology_id WHERE lower(a.alias) = 'k8s'"
        ).fetchone()
    assert count >= 300
    assert (categories, layers) == (5, 6)
    assert alias == ("Kubernetes",)


def test_the_picture_of_the_schema_is_current(embedded: Cluster) -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw_schema(embedded.template), (
        "migrations/schema.sql isn't the schema at head: run `.venv/bin/python scripts/draw_schema.py`"
    )


def test_no_index_repeats_the_beginning_of_another(any_database: Database) -> None:
    with any_database.owner_engine.connect() as connection:
        repeated = connection.execute(
            text(
                "SELECT a.indexrelid::regclass::text, b.indexrelid::regclass::text FROM pg_index a JOIN pg_index b"
                " ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid"
                " AND a.indkey::text <> b.indkey::text AND (b.indkey::text || ' ') LIKE (a.indkey::text || ' %')"
                " JOIN pg_class c ON c.oid = a.indrelid AND c.relnamespace = 'public'::regnamespace"
                " WHERE NOT a.indisunique AND a.indpred IS NULL AND b.indpred IS NULL AND a.indexprs IS NULL AND a.indoption::text !~ '[1-9]'"
            )
        ).all()
    assert repeated == []


def draw_schema(database: Database) -> str:
    """Return what pg_dump says of the schema, without what changes from run to run."""
    programs, _ = find_shipped_binaries()
    dumped = subprocess.run(
        # the queue's tables are its engine's business
        [
            str(Path(programs) / "pg_dump"),
            "--schema-only",
            "--no-comments",
            "--exclude-schema=jobs",
            database.url("postgres"),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    lines = [line for line in dumped.splitlines() if not re.match(r"--|SET |SELECT pg_catalog|\\(un)?restrict", line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
