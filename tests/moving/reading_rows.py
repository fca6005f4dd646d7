"""Look at what stands in the database, as a superuser: no view and no role in between."""

from __future__ import annotations

from typing import Any

from psycopg.rows import dict_row

from tests.databases import Database

TABLES = (
    "users",
    "profiles",
    "experiences",
    "projects",
    "skills",
    "education",
    "certifications",
    "achievements",
    "languages",
    "references",
    "interests",
    "profile_links",
    "project_technologies",
    "experience_technologies",
    "translations",
    "profile_revisions",
)


def read_rows(database: Database, table: str) -> list[dict[str, Any]]:
    """Return every row of a table, in the order of display where there is one."""
    unordered = ("users", "profiles", "import_history", "translations")
    order = "" if table in unordered else "ORDER BY display_order"
    with database.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f'SELECT * FROM "{table}" {order}')  # type: ignore[call-overload]
        return cursor.fetchall()


def read_row(database: Database, table: str) -> dict[str, Any]:
    """Return the only row of a table."""
    (row,) = read_rows(database, table)
    return row


def picture(database: Database) -> dict[str, list[str]]:
    """Return all people's rows, times and revisions included, so that two pictures show any change."""
    with database.connect() as connection:
        return {
            table: sorted(str(row) for row in connection.execute(f'SELECT * FROM "{table}"').fetchall())  # type: ignore[call-overload]
            for table in TABLES
        }


def run_sql(database: Database, statement: str) -> None:
    """Change something as a person's own edit would."""
    with database.connect() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
