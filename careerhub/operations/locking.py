"""Lock tables and views against everybody, stepping back for who is at work in them."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from careerhub.errors import CareerHubError, WrongUse
from careerhub.reporting import Report

# Who waits for a lock looks for a deadlock after a second (PostgreSQL's deadlock_timeout), and the one who finds it fails.
# Holding nothing, we may wait longer than that: it makes an autovacuum give way. Holding something, all waiting together
# stays below it, so that no editor who needs what we hold ever has the time to find a deadlock with us.
FIRST_SECONDS = 1.5
OTHERS_SECONDS = 0.8
LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"
# Seconds between attempts, in which those who queued behind us get their turn.
PAUSE = 0.2


def check_room(connection: Connection, needed: int) -> None:
    """Refuse what the server's table of locks can't hold."""
    slots, sessions = connection.execute(
        text(
            "SELECT current_setting('max_locks_per_transaction')::int,"
            " current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int"
        )
    ).one()
    if needed > slots * sessions:
        raise WrongUse(
            f"This needs about {needed:,} locks at once, and the server has room for {slots * sessions:,}: choose fewer"
            f" partitions, or set max_locks_per_transaction to {-(-needed // sessions) + 16} and restart the server."
        )


def lock_tables(connection: Connection, tables: Sequence[int]) -> list[str]:
    """Return the statements that lock these tables, in this order, each with its partitions."""
    return list(
        connection.scalars(
            text(
                "SELECT format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', t::regclass)"
                " FROM unnest(CAST(:tables AS oid[])) WITH ORDINALITY AS u (t, place) ORDER BY place"
            ),
            {"tables": list(tables)},
        )
    )


def lock_views(connection: Connection, views: Sequence[int]) -> list[str]:
    """Return the statements that lock these views, in this order, and leave the tables below them alone."""
    # LOCK TABLE goes on to the tables, with the rights of the view's owner; to hand a view to its owner just locks it
    return list(
        connection.scalars(
            text(
                "SELECT format('ALTER VIEW %s OWNER TO %I', v::regclass, pg_get_userbyid(relowner))"
                " FROM unnest(CAST(:views AS oid[])) WITH ORDINALITY AS u (v, place) JOIN pg_class ON oid = v ORDER BY place"
            ),
            {"views": list(views)},
        )
    )


def take_locks(connection: Connection, statements: Sequence[str], patience: float, report: Report) -> None:
    """Run statements that each take a lock: all of them or, for up to `patience` seconds, once more from the start."""
    begun = time.monotonic()
    while (refused := _try_locks(connection, statements)) is not None:
        waited = time.monotonic() - begun
        if waited > patience:
            raise CareerHubError(
                f"The tables have been in use for {waited:.0f} seconds. Nothing was changed: stop the admin, imports and"
                " builds for a moment, or try again at a quiet time."
            )
        report.progress("waiting for who uses the tables, seconds", int(waited), int(patience) + 1)
        # next time wait for this one first
        statements = [refused, *(statement for statement in statements if statement != refused)]
        time.sleep(PAUSE)
    connection.execute(text("SET LOCAL lock_timeout = 0"))


def _try_locks(connection: Connection, statements: Sequence[str]) -> str | None:
    """Take every lock, or none and return the statement whose lock somebody else has."""
    statement, seconds, holding = "", FIRST_SECONDS, 0.0
    try:
        with connection.begin_nested():
            for statement in statements:
                connection.execute(text(f"SET LOCAL lock_timeout = {max(1, int(seconds * 1000))}"))
                connection.exec_driver_sql(statement)
                if statement is statements[0]:
                    holding = time.monotonic()
                seconds = OTHERS_SECONDS - (time.monotonic() - holding)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) not in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
            raise
        return statement
    return None
