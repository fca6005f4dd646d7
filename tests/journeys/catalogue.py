"""Tables and columns as the database's catalogue tells them, and a value that fits each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from tests.journeys.canaries import Ledger

# Columns that carry no needle, each with the reason; "*" is any table.
EXEMPT = {
    ("*", "country_code"): "two letters are found anywhere",
    ("*", "level"): "one digit",
    ("*", "years_of_experience"): "two digits",
    ("*", "started_using_year"): "a year is found anywhere",
    ("*", "completeness_score"): "three digits",
    ("*", "duration_months"): "four digits at most",
    ("*", "pixels"): "three digits",
    ("*", "revision"): "a counter that triggers keep",
    ("*", "entity_type"): "the schema's own word",
    ("profile_publications", "published_revision"): "the builder's counter: an invented one would hide what it owes",
    ("profile_publications", "attempts"): "the builder's counter",
}
# Tables nothing is planted in, each with the reason.
EXEMPT_TABLES = {
    "audit_seals": "hashes of the log's facts and their places; its own function alone may write it",
    "alembic_version": "names a migration, nobody",
    "publisher_sightings": "kinds of publishers and times: nobody's, and one row a kind",
    "profile_revisions": "triggers write it: ids, counters and times, whose ids count as needles like all others",
}


class UndecidedError(Exception):
    """A column that no rule here can fill: decide whether the public may know it, and what is planted in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column, its type (a domain's own name) and the definitions of the checks on it."""

    table: str
    name: str
    type: str
    length: int | None
    is_nullable: bool
    checks: str

    @property
    def says(self) -> str:
        return f"{self.table}.{self.name}"


@dataclass(frozen=True)
class Catalogue:
    """The columns of schema public by table, and the parents of each table."""

    columns: Mapping[str, tuple[Column, ...]]
    parents: Mapping[str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]]

    @cached_property
    def ulids(self) -> tuple[Column, ...]:
        return tuple(c for columns in self.columns.values() for c in columns if c.type == "ulid")


def read_catalogue(connection: Any) -> Catalogue:
    """Read every table of schema public."""
    columns: dict[str, list[Column]] = {}
    for table, name, type_, length, nullable, checks in connection.execute(_COLUMNS).fetchall():
        column = Column(table=table, name=name, type=type_, length=length, is_nullable=nullable, checks=checks)
        columns.setdefault(table, []).append(column)
    parents: dict[str, list[Any]] = {}
    for table, parent, ours, theirs in connection.execute(_PARENTS).fetchall():
        parents.setdefault(table, []).append((parent, tuple(ours), tuple(theirs)))
    return Catalogue(
        columns={table: tuple(some) for table, some in columns.items()},
        parents={table: tuple(some) for table, some in parents.items()},
    )


_COLUMNS = """
SELECT c.table_name::text, c.column_name::text, coalesce(c.domain_name, c.udt_name)::text, c.character_maximum_length, c.is_nullable = 'YES',
       coalesce((SELECT string_agg(pg_get_constraintdef(k.oid), ' ; ') FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid
          AND k.conkey = ARRAY[a.attnum] WHERE k.contype = 'c' AND k.conrelid = r.oid AND a.attname = c.column_name), '')
  FROM information_schema.columns c JOIN pg_class r ON r.relname = c.table_name AND r.relnamespace = 'public'::regnamespace
 WHERE c.table_schema = 'public' AND r.relkind IN ('r', 'p') AND NOT r.relispartition AND c.is_generated = 'NEVER' AND c.is_identity = 'NO'
 ORDER BY c.table_name, c.ordinal_position
"""
_PARENTS = """
SELECT k.conrelid::regclass::text, k.confrelid::regclass::text,
       (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY u (attnum, n)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum),
       (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY u (attnum, n)
          JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum)
  FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
"""


def insert_row(connection: Any, table: str, row: Mapping[str, Any]) -> None:
    """Insert one row past every layer but the database's own."""
    statement = sql.SQL("INSERT INTO public.{} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    connection.execute(statement, [Jsonb(v) if isinstance(v, (dict, list)) else v for v in row.values()])


def make_value(ledger: Ledger, column: Column, place: str, *, public: bool) -> Any:
    """Make a value for a column that holds a needle, or the plainest one where none fits."""
    if column.type == "bool":
        return False
    if column.type == "ulid":
        return None if column.is_nullable else ledger.ulid()
    if choice := re.search(r"ANY \(.*?ARRAY\['(.*?)'", column.checks):
        return choice[1]
    if ("*", column.name) in EXEMPT or (column.table, column.name) in EXEMPT:
        return _make_plain(column)
    if column.type in _MAKERS:
        return _MAKERS[column.type](ledger, column, place, public)
    raise UndecidedError(f"{column.says} is of type {column.type}: what can be planted in it?")


def _make_plain(column: Column) -> Any:
    return None if column.is_nullable else 1 if column.type.startswith("int") else ""


def _make_text(ledger: Ledger, column: Column, place: str, public: bool) -> Any:
    checks = column.checks
    if column.type == "bpchar":
        return None
    if "is_web_address" in checks:
        word = ledger.word(place, public=public)
        return f"https://{word}.example/{ledger.word(place, public=public)}?q={ledger.word(place, public=public)}"
    if "@" in checks:
        return f"{ledger.word(place, public=public)}@example.org"
    if "[A-Za-z]{2,3}(-" in checks:
        # a language tag has parts of eight letters at most
        word = ledger.word(place, public=public)
        return f"qzz-{word[:8]}-{word[8:]}"
    if column.length is not None and column.length < 16:
        raise UndecidedError(f"{column.says} is too short for a needle")
    if "~" in checks or (column.length or 99) < 40:
        return ledger.word(place, public=public)
    return ledger.words(place, public=public)


def _make_json(ledger: Ledger, column: Column, place: str, public: bool) -> Any:
    if "is_contact" in column.checks:
        return make_contact(ledger, place, public=public)
    if "is_text_array" in column.checks:
        return [ledger.words(place, public=public), ledger.word(place, public=public)]
    return {ledger.word(place, public=public): [{"said": ledger.words(place, public=public)}]}


def make_contact(ledger: Ledger, place: str, *, public: bool) -> dict[str, str]:
    """Make contact data with a needle in every value."""
    return {
        "email": f"{ledger.word(place, public=public)}@example.com",
        "phone": f"+{ledger.number(place, public=public)}",
        "website": f"https://example.net/{ledger.word(place, public=public)}",
        "linkedin": f"https://example.net/in/{ledger.word(place, public=public)}",
        "address": ledger.words(place, public=public),
    }


def _make_number(ledger: Ledger, column: Column, place: str, public: bool) -> Any:
    highest = re.search(r"<= (\d+)", column.checks)
    if highest and int(highest[1]) < 999_999:
        raise UndecidedError(f"{column.says} takes no number of six digits")
    return ledger.number(place, public=public)


def _make_day(ledger: Ledger, column: Column, place: str, public: bool) -> Any:
    return ledger.day(place, public=public)


def _make_time(ledger: Ledger, column: Column, place: str, public: bool) -> Any:
    return datetime.combine(ledger.time(place), time(12), UTC)


def _make_blob(ledger: Ledger, column: Column, place: str, public: bool) -> Any:
    return ledger.blob(place)


def _make_address(ledger: Ledger, column: Column, place: str, public: bool) -> Any:
    return ledger.address(place)


_MAKERS = {
    "varchar": _make_text,
    "text": _make_text,
    "bpchar": _make_text,
    "jsonb": _make_json,
    "json": _make_json,
    "bytea": _make_blob,
    "int4": _make_number,
    "int8": _make_number,
    "date": _make_day,
    "timestamptz": _make_time,
    "inet": _make_address,
}
