"""Tables spread over partitions, and back: nothing in the catalogue and no row is another one afterwards."""

from __future__ import annotations

import re

import psycopg
import pytest
from sqlalchemy import text

from careerhub.db.migrate import MIGRATION_LOCK, downgrade, find_drift, upgrade
from careerhub.db.state import head
from careerhub.errors import CareerHubError, DatabaseBehind, WrongUse
from careerhub.operations.partition import list_owned_tables, partition_tables, sum_up
from careerhub.operations.picture import take_picture
from careerhub.reporting import Silent
from tests.databases import Cluster, Database
from tests.db.test_migrations import draw_schema as dump_schema
from tests.operations.conftest import OWNED, Person, read_rows

REPORT = Silent()


def picture_of(database: Database) -> list[str]:
    with database.owner_engine.connect() as connection:
        return take_picture(connection)


def draw_schema(database: Database) -> str:
    # an option that some servers keep in each column for themselves
    return re.sub(r"pg_attver=\d+", "", dump_schema(database))


def run(database: Database, *statements: str) -> None:
    with database.connect("careerhub_owner") as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_everything_is_the_same_before_between_and_afterwards(any_database: Database, people: list[Person]) -> None:
    before, schema, rows = picture_of(any_database), draw_schema(any_database), read_rows(any_database)
    views = {name: read_rows(any_database, name) for name in ("site", "facts")}
    with any_database.owner_engine.connect() as connection:
        assert all(rows[table.name] >= (len(people),) for table in list_owned_tables(connection))
    for count in (2, 4, 0):
        done = partition_tables(any_database.owner_engine, count, REPORT)
        assert (done.tables, done.after) == (OWNED, count)
        assert done.rows == len(people) * 17
        assert picture_of(any_database) == before
        assert read_rows(any_database) == rows
        assert {name: read_rows(any_database, name) for name in views} == views
        assert find_drift(any_database.owner_engine) == []
    assert draw_schema(any_database) == schema


def test_the_picture_shows_every_kind_of_thing(database: Database) -> None:
    before = picture_of(database)
    kinds = {line.partition(" ")[0] for line in before}
    assert {"relation", "column", "constraint", "index", "trigger", "policy", "rule", "routine"} <= kinds
    for changed in (
        "ALTER TABLE skills ALTER COLUMN level SET DEFAULT 3",
        "ALTER TABLE skills DROP CONSTRAINT skills_technology_id_fkey",
        "ALTER TABLE skills DISABLE TRIGGER a_touch",
        "ALTER TABLE skills NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own ON skills",
        "REVOKE DELETE ON skills FROM careerhub_app",
        "GRANT SELECT (name) ON skills TO careerhub_site",
        "DROP INDEX idx_skills_level",
        "ALTER VIEW facts.skills RESET (security_barrier)",
        "ALTER FUNCTION is_expired(certifications) STRICT",
        "COMMENT ON COLUMN skills.level IS 'of five'",
        "ALTER TABLE skills SET (fillfactor = 70)",
        "CREATE STATISTICS how_good ON level, name FROM skills",
    ):
        run(database, changed)
        after = picture_of(database)
        assert after != before, changed
        before = after


def test_every_owned_table_is_in_partitions_and_nothing_else_is(any_database: Database, people: list[Person]) -> None:
    partition_tables(any_database.owner_engine, 4, REPORT)
    with any_database.owner_engine.connect() as connection:
        tables = list_owned_tables(connection)
        partitioned = connection.scalars(
            text(
                "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace"
            )
        ).all()
    assert {table.name for table in tables} == set(partitioned)
    assert {table.partitions for table in tables} == {4}
    with any_database.connect() as connection:
        bare = connection.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint c WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS ("
            " SELECT FROM pg_index i WHERE i.indrelid = c.conrelid"
            " AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey AND i.indpred IS NULL)"
        ).fetchall()
        names = connection.execute(
            "SELECT c.relname, p.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_class p ON p.oid = inhparent"
        ).fetchall()
        unfit = connection.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid").fetchone()
    assert bare == []
    assert len(names) > 4 * OWNED * 2
    assert [(mine, parents) for mine, parents in names if mine != parents] == []
    assert unfit == (0,)


def test_a_partition_shows_nothing_by_its_own_name(any_database: Database, people: list[Person]) -> None:
    partition_tables(any_database.owner_engine, 2, REPORT)
    count = "SELECT (SELECT count(*) FROM partition_00.skills) + (SELECT count(*) FROM partition_01.skills)"
    for role in ("careerhub_app", "careerhub_site"):
        with any_database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(count)
    with any_database.connect("careerhub_owner") as connection:
        assert connection.execute(count).fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM skills").fetchone() == (0,)
    with any_database.connect() as connection:
        connection.execute("ALTER ROLE careerhub_backup NOBYPASSRLS")
    try:
        with any_database.connect("careerhub_backup") as connection:
            assert connection.execute(count).fetchone() == (len(people),)
    finally:
        with any_database.connect() as connection:
            connection.execute("ALTER ROLE careerhub_backup BYPASSRLS")


def test_functions_over_a_row_type_and_views_over_them_move_along(any_database: Database, people: list[Person]) -> None:
    run(
        any_database,
        "CREATE FUNCTION first_skills() RETURNS SETOF skills LANGUAGE sql STABLE AS 'SELECT * FROM public.skills'",
        "CREATE FUNCTION count_skills() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM skills; END",
        "COMMENT ON FUNCTION count_skills() IS 'how many there are'",
        "ALTER FUNCTION count_skills() OWNER TO careerhub_system",
        "CREATE VIEW facts.lapsed AS SELECT c.profile_id, c.is_expired, c.name FROM certifications c",
        "ALTER VIEW facts.lapsed OWNER TO careerhub_system",
        "GRANT SELECT ON facts.lapsed TO careerhub_backup",
        "COMMENT ON INDEX idx_skills_level IS 'how good they are'",
        "COMMENT ON POLICY own ON skills IS 'a person''s own'",
        "COMMENT ON TRIGGER a_touch ON skills IS 'when'",
        "COMMENT ON CONSTRAINT skills_technology_key ON skills IS 'once'",
        "COMMENT ON TABLE skills IS 'abilities'",
        "COMMENT ON COLUMN skills.name IS '100% theirs: yes'",
        "ALTER TABLE skills ALTER COLUMN name SET STATISTICS 300",
        "ALTER TABLE interests SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01)",
        "CREATE STATISTICS how_good (dependencies) ON level, group_name FROM skills",
        "ALTER TABLE languages DISABLE TRIGGER a_touch",
    )
    before = picture_of(any_database)
    for count in (3, 0):
        partition_tables(any_database.owner_engine, count, REPORT)
        assert picture_of(any_database) == before
        with any_database.connect() as connection:
            connection.execute(
                "INSERT INTO interests (profile_id, id, name) SELECT id, make_ulid(), 'Reefs ' || %s FROM profiles",
                [count],
            )
            connection.execute("UPDATE certifications SET expiry_date = '2001-01-01', expiry_precision = 'D'")
            assert connection.execute("SELECT count(*) FROM first_skills()").fetchone() == (len(people),)
            assert connection.execute("SELECT count_skills()").fetchone() == (len(people),)
            assert connection.execute("SELECT DISTINCT is_expired FROM facts.lapsed").fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        ("CREATE MATERIALIZED VIEW public.seen AS SELECT name FROM public.skills WITH NO DATA", "depend"),
        ("ALTER TABLE public.skills REPLICA IDENTITY FULL", "relation public.skills"),
        ("CREATE TABLE public.copies (one public.skills)", "depend"),
        ("CREATE UNIQUE INDEX once ON public.skills (id)", "partition"),
        ("CREATE PUBLICATION everything FOR TABLE public.skills", "publication everything"),
    ],
)
def test_what_it_can_not_carry_over_stops_it(database: Database, unknown: str, said: str) -> None:
    run(database, unknown)
    before, rows = picture_of(database), read_rows(database)
    with pytest.raises(CareerHubError, match=said):
        partition_tables(database.owner_engine, 4, REPORT)
    assert picture_of(database) == before
    assert read_rows(database) == rows


def test_a_table_that_refers_to_an_owned_one_keeps_its_foreign_key(
    any_database: Database, people: list[Person]
) -> None:
    run(
        any_database,
        "CREATE TABLE favourites (id ulid PRIMARY KEY, profile_id ulid NOT NULL, skill_id ulid NOT NULL,"
        " CONSTRAINT favourites_skill FOREIGN KEY (profile_id, skill_id) REFERENCES skills (profile_id, id) ON DELETE CASCADE)",
        "ALTER TABLE favourites ENABLE ROW LEVEL SECURITY",
    )
    with any_database.connect() as connection:
        connection.execute("INSERT INTO favourites SELECT make_ulid(), profile_id, id FROM skills")
    run(any_database, "ALTER TABLE favourites FORCE ROW LEVEL SECURITY")
    before = picture_of(any_database)
    for count in (2, 0):
        partition_tables(any_database.owner_engine, count, REPORT)
        assert picture_of(any_database) == before
        with any_database.connect() as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("INSERT INTO favourites SELECT make_ulid(), p.id, make_ulid() FROM profiles p")
    with any_database.connect() as connection:
        connection.execute("DELETE FROM skills")
        assert connection.execute("SELECT count(*) FROM favourites").fetchone() == (0,)


def test_the_checksum_sees_every_change_and_no_order(database: Database) -> None:
    with database.owner_engine.connect() as connection:
        seen = {
            sum_up(connection, f"(VALUES {values})")
            for values in (
                "(1, 'a'), (2, 'b')",
                "(2, 'b'), (1, 'a')",
                "(1, 'b'), (2, 'a')",
                "(1, 'a'), (2, NULL)",
                "(1, 'a')",
            )
        }
        twice = sum_up(connection, "(VALUES (1, 'a'), (1, 'a'), (2, 'b'), (2, 'b'))")
    assert len(seen) == 4
    assert twice[1] not in {0, *(checksum for _, checksum in seen)}


def test_the_same_number_again_does_nothing(database: Database) -> None:
    assert not partition_tables(database.owner_engine, 0, REPORT).is_changed
    assert partition_tables(database.owner_engine, 2, REPORT).is_changed
    done = partition_tables(database.owner_engine, 2, REPORT)
    assert (done.is_changed, done.before, done.after, done.rows) == (False, 2, 2, 0)


def test_a_table_that_came_later_is_spread_with_the_others(database: Database) -> None:
    partition_tables(database.owner_engine, 2, REPORT)
    run(
        database,
        "CREATE TABLE hobbies (profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE, id ulid NOT NULL, PRIMARY KEY (profile_id, id))",
    )
    done = partition_tables(database.owner_engine, 2, REPORT)
    assert (done.is_changed, done.tables) == (True, OWNED + 1)
    with database.owner_engine.connect() as connection:
        assert {table.partitions for table in list_owned_tables(connection)} == {2}


def test_partitioned_tables_go_every_revision_down_and_up_again(cluster: Cluster) -> None:
    with cluster.copied() as database:
        before = picture_of(database)
        partition_tables(database.owner_engine, 3, REPORT)
        for step in range(int(head()) - 1, 5, -1):
            downgrade(database.owner_engine, f"{step:04d}")
            upgrade(database.owner_engine)
            assert find_drift(database.owner_engine) == []
        with database.owner_engine.connect() as connection:
            assert {table.partitions for table in list_owned_tables(connection)} == {3}
        partition_tables(database.owner_engine, 0, REPORT)
        assert picture_of(database) == before


def test_tables_dropped_and_made_anew_can_be_partitioned_again(database: Database) -> None:
    partition_tables(database.owner_engine, 2, REPORT)
    for below in ("0002", "base"):
        downgrade(database.owner_engine, below)
        upgrade(database.owner_engine)
        assert partition_tables(database.owner_engine, 2, REPORT).is_changed


def test_a_running_migration_and_an_older_revision_refuse_it(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        with pytest.raises(CareerHubError, match="migration"):
            partition_tables(database.owner_engine, 2, REPORT)
    downgrade(database.owner_engine, "0009")
    with pytest.raises(DatabaseBehind, match="db upgrade"):
        partition_tables(database.owner_engine, 2, REPORT)


def test_more_partitions_than_the_server_can_lock_are_refused_at_once(database: Database) -> None:
    with pytest.raises(WrongUse, match="max_locks_per_transaction"):
        partition_tables(database.owner_engine, 256, REPORT)
