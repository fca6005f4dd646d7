"""The page about the schema names every table and column there is, and none that isn't."""

from __future__ import annotations

import re
from pathlib import Path

from tests.databases import Database

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "schema.md"
# what every table of a profile's items has, said once on the page
OF_ITEMS = {
    "is_hidden", "is_featured", "display_order", "extras", "source", "source_row_hash", "source_revision", "imported_at",
    "revision",
}  # fmt: skip


def read_page() -> dict[str, set[str]]:
    """Return the columns that the page names, by table: whatever stands in backticks in a row's first cell."""
    tables: dict[str, set[str]] = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, rows = part.partition("\n")
        if re.fullmatch(r"[a-z_]+", title):
            cells = [row.split("|")[1] for row in rows.splitlines() if row.startswith("| ")]
            tables[title] = {name for cell in cells for name in re.findall(r"`([a-z_0-9]+)`", cell)}
    return tables


def read_tables(database: Database) -> dict[str, set[str]]:
    with database.connect() as connection:
        found = connection.execute(
            "SELECT c.relname::text, array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'alembic_version' GROUP BY 1"
        ).fetchall()
    return {str(table): set(columns) for table, columns in found}  # type: ignore[call-overload]


def test_the_page_names_every_table_and_column_and_no_other(database: Database) -> None:
    named, there = read_page(), read_tables(database)
    assert len(there) > 25
    for table, columns in there.items():
        if {"profile_id", "id", "is_hidden"} <= columns:
            named[table] = named.get(table, set()) | OF_ITEMS
    assert named == there
