"""Which revision the database is at, and which one this software needs. Quick: every command may ask."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Engine, text

from careerhub.db.errors import translated
from careerhub.db.head import head
from careerhub.errors import DatabaseBehind

__all__ = ["check_current", "find_revision", "head", "read_today"]


def find_revision(connection: Connection) -> str | None:
    """Return the revision the database is at, or None when it has none."""
    # to_regclass() fails for who may not use the schema, which is everybody until the first migration
    there = "SELECT FROM pg_tables WHERE (schemaname, tablename) = ('public', 'alembic_version')"
    if not connection.scalar(text(f"SELECT EXISTS ({there})")):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM public.alembic_version"))
    return found


def check_current(connection: Connection) -> None:
    """Raise DatabaseBehind unless the database is at the newest revision."""
    if (found := find_revision(connection)) != head():
        raise DatabaseBehind(
            f"The database is at revision {found or 'none'}, this software needs {head()}: run `careerhub db upgrade`."
        )


def read_today(engine: Engine) -> date:
    """Return the day it is in UTC by the database's clock: all machines of a site agree on it, whatever theirs say."""
    with translated(), engine.connect() as connection:
        found: date = connection.execute(text("SELECT CAST(now() AT TIME ZONE 'UTC' AS date)")).scalar_one()
    return found
