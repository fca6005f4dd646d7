"""Spread the tables that profiles own over partitions, or bring them together again: all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from careerhub.db.errors import translated
from careerhub.db.migrate import MIGRATION_LOCK
from careerhub.db.state import check_current
from careerhub.errors import CareerHubError
from careerhub.operations.locking import check_room, lock_tables, lock_views, take_locks
from careerhub.operations.picture import take_picture
from careerhub.operations.rebuilding import find_neighbours, find_routines, find_views, read_departures, read_statements
from careerhub.reporting import Report

# Seconds: longer than any page of the admin takes.
PATIENCE = 30.0
# where the old tables and their partitions wait to be dropped
OUTGOING = "outgoing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitioned:
    """What was done; `before` and `after` are numbers of partitions, 0 for none."""

    is_changed: bool
    before: int
    after: int
    tables: int
    rows: int
    locked_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedTable:
    """A table of schema public whose rows belong to profiles."""

    oid: int
    name: str  # quoted where it has to be
    columns: str  # those that can be written, as SQL lists them
    options: str  # storage parameters; partitions have them, their parent can't
    partitions: int
    relations: int  # that come with each partition: itself, its indexes, the table of its long values


def partition_tables(engine: Engine, count: int, report: Report, *, patience: float = PATIENCE) -> Partitioned:
    """Spread every table that profiles own over `count` partitions, 0 for none; `patience` in seconds.

    One transaction: whatever goes wrong, and whenever it is killed, the tables are as they were.
    """
    with translated(), engine.connect() as connection, connection.begin():
        _begin(connection)
        tables = list_owned_tables(connection)
        before = max((table.partitions for table in tables), default=0)
        if all(table.partitions == count for table in tables):
            return Partitioned(
                is_changed=False, before=before, after=count, tables=len(tables), rows=0, locked_seconds=0
            )
        # a transaction keeps a lock on everything it makes or drops
        check_room(connection, sum(table.relations * (table.partitions + count + 2) for table in tables))
        _lock_out(connection, tables, patience, report)
        locked = time.monotonic()
        rows = _move(connection, tables, count, report)
    seconds = time.monotonic() - locked
    _analyze(engine, tables, report)
    return Partitioned(
        is_changed=True, before=before, after=count, tables=len(tables), rows=rows, locked_seconds=seconds
    )


def list_owned_tables(connection: Connection) -> list[OwnedTable]:
    """Return the tables whose primary key is the profile's and something more, by name."""
    found = connection.execute(
        text(
            "SELECT c.oid, quote_ident(c.relname) AS name, (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
            "  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,"
            " array_to_string(coalesce(c.reloptions, (SELECT p.reloptions FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid"
            "  WHERE h.inhparent = c.oid LIMIT 1)), ', ') AS options,"
            " (SELECT count(*) FROM pg_inherits WHERE inhparent = c.oid) AS partitions,"
            " 3 + (SELECT count(*) FROM pg_index WHERE indrelid = c.oid) AS relations"
            " FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts > 1"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attname = 'profile_id'"
            " WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition ORDER BY c.relname"
        )
    )
    return [OwnedTable(**{**row._mapping, "options": row.options or ""}) for row in found]


def _begin(connection: Connection) -> None:
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    # a forgotten policy is an error, not a table without rows
    connection.execute(text("SET LOCAL row_security = off"))
    # indexes of words are built several times as fast; small servers have that much for a moment
    connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    # compiling plans for so many partitions takes longer than running them
    connection.execute(text("SET LOCAL jit = off"))
    # when we are killed, the server notices within a second and gives the tables back
    connection.execute(text("SET LOCAL client_connection_check_interval = '1s'"))
    # functions may name each other in any order; the pictures compare them afterwards
    connection.execute(text("SET LOCAL check_function_bodies = off"))
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK}):
        raise CareerHubError("A migration or another `careerhub db partition` is running: try again when it is done.")
    check_current(connection)
    connection.execute(text("SET LOCAL search_path = ''"))


def _lock_out(connection: Connection, tables: Sequence[OwnedTable], patience: float, report: Report) -> None:
    """Shut everybody out of the tables, of those they refer to, and of the views over them."""
    oids = [table.oid for table in tables]
    views = find_views(connection, oids, find_routines(connection, oids))
    wanted = [
        *lock_views(connection, views),
        *lock_tables(connection, [*oids, *find_neighbours(connection, oids)]),
    ]
    take_locks(connection, wanted, patience, report)


def _move(connection: Connection, tables: Sequence[OwnedTable], count: int, report: Report) -> int:
    """Make the tables anew beside the old ones, copy, rebuild, compare, and drop the old ones; return the rows."""
    oids = [table.oid for table in tables]
    routines = find_routines(connection, oids)
    neighbours = find_neighbours(connection, oids)
    statements = read_statements(
        connection,
        tables=oids,
        routines=routines,
        views=find_views(connection, oids, routines),
        neighbours=neighbours,
    )
    reading = _read_partition_policies(connection, oids)
    picture = take_picture(connection)
    aside = read_departures(connection, tables=oids, routines=routines, neighbours=neighbours, schema=OUTGOING)
    _run(connection, [f"CREATE SCHEMA {OUTGOING}", *aside])
    _run(connection, [*_make_schemas(count), *(sql for table in tables for sql in _make_table(table, count))])
    rows = _copy(connection, tables, report)
    for done, statement in enumerate(statements, start=1):
        _run(connection, [statement])
        report.progress("keys, indexes, triggers, views", done, len(statements))
    _run(connection, _find_misnamed_indexes(connection))
    _run(connection, [sql.format(schema=schema) for schema in _name_schemas(count) for sql in reading])
    _drop_old(connection, tables, routines)
    _check_same(picture, take_picture(connection))
    return rows


def _name_schemas(count: int) -> list[str]:
    # A schema a partition and not a suffix a table: indexes, whose names unique violations tell, keep their names, a
    # trigger finds its table's name, and nobody who may use public can so much as name a partition.
    width = max(2, len(str(count - 1)))
    return [f"partition_{number:0{width}d}" for number in range(count)]


def _make_schemas(count: int) -> list[str]:
    return [f"CREATE SCHEMA {schema}" for schema in _name_schemas(count)]


def _make_table(table: OwnedTable, count: int) -> list[str]:
    like = (
        f"CREATE TABLE public.{table.name} (LIKE {OUTGOING}.{table.name} INCLUDING DEFAULTS INCLUDING GENERATED"
        " INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS)"
    )
    options = f" WITH ({table.options})" if table.options else ""
    if not count:
        return [like + options]
    return [
        f"{like} PARTITION BY HASH (profile_id)",
        *(
            f"CREATE TABLE {schema}.{table.name} PARTITION OF public.{table.name}"
            f" FOR VALUES WITH (MODULUS {count}, REMAINDER {place}){options}"
            for place, schema in enumerate(_name_schemas(count))
        ),
    ]


def _copy(connection: Connection, tables: Sequence[OwnedTable], report: Report) -> int:
    copied = 0
    for done, table in enumerate(tables):
        report.progress(f"copying {table.name}", done, len(tables))
        old = sum_up(connection, f"{OUTGOING}.{table.name}")
        connection.exec_driver_sql(
            f"INSERT INTO public.{table.name} ({table.columns}) SELECT {table.columns} FROM {OUTGOING}.{table.name}"
        )
        new = sum_up(connection, f"public.{table.name}")
        if old != new:
            raise CareerHubError(
                f"{table.name} had {old[0]:,} rows with checksum {old[1]}, its copy has {new[0]:,} with {new[1]}:"
                " nothing was changed."
            )
        copied += old[0]
    report.progress("copied", len(tables), len(tables))
    return copied


def sum_up(connection: Connection, table: str) -> tuple[int, int]:
    """Return how many rows there are and a checksum of all their values, whatever their order."""
    rows, checksum = connection.exec_driver_sql(
        # a record's hash is a sum over its values: hashed once more, or two rows could swap theirs unseen
        f"SELECT count(*), coalesce(sum(hashint8extended(hash_record_extended(t, 0), 0)), 0) FROM {table} t"
    ).one()
    return int(rows), int(checksum)


def _find_misnamed_indexes(connection: Connection) -> list[str]:
    """Return how each partition's index gets its parent's name: PostgreSQL makes up its own."""
    return list(
        connection.scalars(
            text(
                "SELECT format('ALTER INDEX %s RENAME TO %I', c.oid::regclass, p.relname) FROM pg_inherits"
                " JOIN pg_class c ON c.oid = inhrelid JOIN pg_class p ON p.oid = inhparent"
                " WHERE p.relkind = 'I' AND p.relnamespace = 'public'::regnamespace AND c.relname <> p.relname"
            )
        )
    )


def _read_partition_policies(connection: Connection, oids: Sequence[int]) -> list[str]:
    """Return what closes a partition, with {schema} for where it is: who reads it by its own name sees no row.

    Only backups name partitions, so only they get a policy; the others' would tie partitions to functions that
    migrations replace.
    """
    return list(
        connection.scalars(
            text(
                "SELECT format('ALTER TABLE {schema}.%1$I ENABLE ROW LEVEL SECURITY; ALTER TABLE {schema}.%1$I FORCE ROW LEVEL SECURITY',"
                " relname) FROM pg_class WHERE oid = ANY (CAST(:tables AS oid[])) UNION ALL"
                " SELECT format('CREATE POLICY %I ON {schema}.%I FOR SELECT TO careerhub_backup USING (true)', polname, relname)"
                " FROM pg_policy JOIN pg_class c ON c.oid = polrelid"
                " WHERE polrelid = ANY (CAST(:tables AS oid[])) AND pg_get_expr(polqual, polrelid) = 'true'"
                " AND polcmd = 'r' AND polroles = ARRAY[to_regrole('careerhub_backup')::oid]"
            ),
            {"tables": list(oids)},
        )
    )


def _drop_old(connection: Connection, tables: Sequence[OwnedTable], routines: Sequence[int]) -> None:
    """Drop what was replaced; whatever we didn't know of and still uses it makes this an error."""
    dropped = connection.scalars(
        text("SELECT format('DROP ROUTINE %s', r::regprocedure) FROM unnest(CAST(:routines AS oid[])) r"),
        {"routines": list(routines)},
    ).all()
    emptied = connection.scalars(
        text("SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname ~ :outgoing"),
        {"outgoing": f"^{OUTGOING}(_[0-9]+)?$"},
    ).all()
    old = ", ".join(f"{OUTGOING}.{table.name}" for table in tables)
    _run(connection, [*dropped, f"DROP TABLE {old}", f"DROP SCHEMA {', '.join(emptied)}"])


def _check_same(before: Sequence[str], after: Sequence[str]) -> None:
    """Raise unless the database is, but for its partitions, what it was."""
    if before == after:
        return
    lost = [line for line in before if line not in set(after)]
    gained = [line for line in after if line not in set(before)]
    first = (lost or gained)[0]
    raise CareerHubError(
        f"{len(lost)} things would be lost and {len(gained)} would be new, so nothing was changed."
        f" The first: {first[:300]}"
    )


def _run(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        # what the catalogue says may contain % and : that mean nothing to the driver
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _analyze(engine: Engine, tables: Sequence[OwnedTable], report: Report) -> None:
    """Give the planner figures: nobody else does that for the parent of partitions."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for done, table in enumerate(tables, start=1):
            report.progress("counting for the planner", done, len(tables))
            connection.execute(text(f"ANALYZE public.{table.name}"))
