"""One view of the database for a whole build, also when several processes read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from careerhub.db.errors import translated


@contextmanager
def open_snapshot(engine: Engine, *, joined: str | None = None) -> Iterator[Connection]:
    """Open a transaction that sees one moment: a new one, or the moment another process exported."""
    with translated(), engine.connect() as connection:
        views = connection.scalars(text("SELECT viewname FROM pg_views WHERE schemaname = 'site'")).all()
        connection.rollback()
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            if joined:
                # a snapshot's name is hexadecimal digits and hyphens; PostgreSQL takes no parameter here
                name = "".join(c for c in joined if c in "0123456789ABCDEFabcdef-")
                connection.execute(text(f"SET TRANSACTION SNAPSHOT '{name}'"))
            elif views:
                # before the first look: a snapshot older than a move of the tables (`careerhub db partition`) would
                # find the new ones empty
                locked = ", ".join(f'site."{view}"' for view in views)
                connection.execute(text(f"LOCK TABLE {locked} IN ACCESS SHARE MODE"))
            yield connection


def export_snapshot(connection: Connection) -> str:
    """Return the name under which other connections can join this moment, while this transaction is open."""
    return str(connection.scalar(text("SELECT pg_export_snapshot()")))
