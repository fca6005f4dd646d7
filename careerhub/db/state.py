"""Which revision the database is at, and which one this software needs. Quick: every command may ask."""

from __future__ import annotations

from sqlalchemy import Connection, text

from careerhub.errors import DatabaseBehind
from careerhub.resources import shipped


def head() -> str:
    """Return the newest revision this software knows: migrations are numbered."""
    return max(path.name.partition("_")[0] for path in (shipped("migrations") / "versions").glob("[0-9]*.py"))


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
