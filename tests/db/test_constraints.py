"""Every constraint there is, asked of the catalogue and broken, is told in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, MetaData, insert, null, select, text

from careerhub.db.errors import translated
from careerhub.db.sentences import describe_check, name_column, name_thing
from careerhub.errors import CareerHubError, Conflict, InputInvalid, NotFound
from careerhub.ids import make_id
from tests.databases import Cluster, Database
from tests.db.test_tenants import add_everything

# What a sentence tells to do, and what of SQL it must not show.
ACTS = re.compile(
    r"(: |, or |; |\. )(choose|correct|enter|shorten|remove|add|use|change|give|try|take|open|look|run)\b",
    re.IGNORECASE,
)
SQL_WORDS = re.compile(r"[a-z]_[a-z]|[a-z]\(|(?i:violat|constraint|null|relation|varying|\bsql)")
# Values that break one CHECK or another, by the type of a column.
WRONG = {
    "text": ["", "No! Never", "x" * 20_001, "admin", "PUBLIC", "ANONYMOUS", None],
    "character varying": ["", "1", "No! Never", "admin", "PUBLIC", "ANONYMOUS", None],
    "character": ["D", "Y", None],
    "integer": [-1, 0, 6, 81, 101, 1201, 1_000_001, 1899],
    "date": [date(2020, 5, 5), date(2019, 1, 1), "infinity", None],
    "timestamp with time zone": ["infinity", None],
    "bytea": [b"", b"x", b"x" * 100_001, None],
    "jsonb": [[], [1], "x", {"shoe size": "39"}, {"long": "x" * 2_000_001}],
    "boolean": [True, False],
}


class Rows:
    """A database in which one person has everything, and its catalogue."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        found = MetaData()
        found.reflect(connection, schema="public")
        self.tables = {table.name: table for table in found.tables.values()}

    def list(self, query: str) -> list[Any]:
        """Return what the catalogue says of tables that somebody writes."""
        mine = (
            "SELECT c.oid FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND"
            " (has_table_privilege('careerhub_app', c.oid, 'INSERT') OR has_table_privilege('careerhub_site', c.oid, 'INSERT')"
            " OR relname IN ('technologies', 'technology_aliases', 'responsibilities_library')) AND relname <> 'alembic_version'"
        )
        return list(self.connection.execute(text(query.format(mine=mine))))

    def copy(self, table: str, **columns: Any) -> Any:
        """Return the statement that inserts a row of this table again, with these columns changed."""
        target = self.tables[table]
        row = self.connection.execute(select(target).limit(1)).mappings().one()
        kept = {column.name: row[column.name] for column in target.columns if column.computed is None}
        return insert(target).values(**kept | columns)

    def refuse(self, statement: Any) -> CareerHubError | None:
        """Run a statement, undo it, and return what it was refused with."""
        with self.undone():
            try:
                with translated():
                    self.connection.execute(statement)
            except CareerHubError as error:
                return error
        return None

    @contextmanager
    def undone(self) -> Iterator[None]:
        nested = self.connection.begin_nested()
        try:
            yield
        finally:
            nested.rollback()

    def drop_others(self, table: str, kept: str) -> None:
        """Drop every other key of a table, so that only this one can be broken."""
        others = self.connection.execute(
            text(
                "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname) FROM pg_constraint"
                " WHERE conrelid = CAST(:table AS regclass) AND contype IN ('p', 'u', 'f') AND conname <> :kept UNION ALL"
                " SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = CAST(:table AS regclass)"
                " AND indisunique AND indexrelid::regclass::text <> :kept"
                " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
            ),
            {"table": f'"{table}"', "kept": kept},
        )
        for (statement,) in others.all():
            self.connection.execute(text(statement))


@pytest.fixture(scope="module")
def rows(cluster: Cluster) -> Iterator[Rows]:
    """Give a transaction of a superuser: what is asked here is the sentence, not who may do what. Every test undoes its own."""
    with cluster.copied() as database:
        add_more_than_everything(database)
        with database.superuser_engine.connect() as connected, connected.begin() as transaction:
            yield Rows(connected)
            transaction.rollback()


def add_more_than_everything(database: Database) -> None:
    add_everything(database, "ada")
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO profile_revisions (profile_id, revision) VALUES ('01J00000000000000000000000', 1)"
        )
        connection.execute("UPDATE cv_versions SET is_default = true")
        connection.execute(
            "INSERT INTO responsibilities_library (id, role_category, responsibility, seniority_level)"
            " VALUES (make_ulid(), 'Keeper', 'Kept the lamps lit', 'SENIOR')"
        )


def constraint_of(error: CareerHubError | None) -> str:
    orig = getattr(getattr(error, "__cause__", None), "orig", None)
    return (orig.diag.constraint_name or "") if isinstance(orig, psycopg.Error) else ""


def find_faults(error: CareerHubError | None, kinds: type[CareerHubError], *words: str) -> list[str]:
    """Return what is wrong with what a person is told."""
    if error is None:
        return ["nothing was refused"]
    said = str(error)
    faults = [] if isinstance(error, kinds) else [f"is a {type(error).__name__}"]
    faults += [] if said.endswith(".") and len(said) < 300 else ["is no sentence"]
    faults += [] if ACTS.search(said) else ["doesn't say what to do"]
    faults += ["shows SQL"] if SQL_WORDS.search(said) else []
    named = {word for label in words for word in re.findall(r"\w{2,}", label.lower())} - {"an", "of", "is"}
    faults += (
        []
        if not named or any(word.removesuffix("s") in said.lower().replace("-", "") for word in named)
        else ["names nothing"]
    )
    return [f"{fault}: {said}" for fault in faults]


def test_every_check_is_told_in_a_sentence(rows: Rows) -> None:
    checks = rows.list(
        "SELECT relname::text, conname::text, array(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid"
        " AND attnum = ANY (conkey)), array(SELECT regexp_replace(format_type(atttypid, atttypmod), '\\(.*', '')"
        " FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) FROM pg_constraint"
        " JOIN pg_class ON pg_class.oid = conrelid WHERE contype = 'c' AND conrelid IN ({mine})"
    )
    assert len(checks) >= 100
    faults = {}
    for table, name, columns, types in checks:
        faults[name] = find_faults(
            break_check(rows, table, name, columns, types), InputInvalid, name_thing(table), *columns
        )
    assert {name: found for name, found in faults.items() if found} == {}


def break_check(rows: Rows, table: str, name: str, columns: list[str], types: list[str]) -> CareerHubError | None:
    """Try wrong values until one breaks this very CHECK."""
    statement = rows.copy(table)
    with rows.undone():
        others = rows.connection.execute(
            text(
                "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint"
                " WHERE conrelid = CAST(:table AS regclass) AND contype = 'c' AND conname <> :name"
            ),
            {"table": f'"{table}"', "name": name},
        )
        for (drop,) in others.all():
            rows.connection.execute(text(drop))
        for values in product(*(WRONG[kind] for kind in types)):
            error = rows.refuse(statement.values(dict(zip(columns, values, strict=True))))
            if constraint_of(error) == name:
                return error
    return None


def test_what_a_check_wants_is_what_its_sentence_says(rows: Rows) -> None:
    defined = rows.list(
        "SELECT relname::text, conname::text, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class ON pg_class.oid"
        " = conrelid WHERE contype = 'c' AND conrelid IN ({mine})"
    )
    told = 0
    for table, name, definition in defined:
        said = describe_check(table, name)
        if "ARRAY[" in definition and "{26}" not in definition:
            wanted = [word for word in re.findall(r"'(\w+)'::", definition) if word]
        else:
            wanted = [number for number in re.findall(r"(?:>=|<=|>) (\d+)\)", definition) if int(number) > 1]
            wanted = [] if "url" in name or "website" in name else wanted
        told += bool(wanted)
        assert [word for word in wanted if word not in said.replace(",", "")] == [], name
    assert told >= 30


def test_every_unique_key_is_told_in_a_sentence(rows: Rows) -> None:
    keys = rows.list(
        "SELECT c.relname::text, i.relname::text FROM pg_index JOIN pg_class c ON c.oid = indrelid"
        " JOIN pg_class i ON i.oid = indexrelid WHERE indisunique AND indrelid IN ({mine})"
    )
    assert len(keys) >= 35
    faults = {}
    for table, name in keys:
        with rows.undone():
            rows.drop_others(table, name)
            error = rows.refuse(rows.copy(table))
            faults[name] = find_faults(error, Conflict, name_thing(table), "account", "name", "slug")
            assert constraint_of(error) == name
    assert {name: found for name, found in faults.items() if found} == {}


def test_there_is_no_kind_of_constraint_without_a_test(rows: Rows) -> None:
    kinds = rows.list("SELECT DISTINCT contype::text FROM pg_constraint WHERE conrelid IN ({mine})")
    assert {kind for (kind,) in kinds} <= {"c", "p", "u", "f", "n"}


def test_every_foreign_key_without_its_other_end_is_told_in_a_sentence(rows: Rows) -> None:
    keys = rows.list(
        "SELECT relname::text, conname::text, (SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum ="
        " conkey[cardinality(conkey)]), confrelid::regclass::text FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
        " WHERE contype = 'f' AND conrelid IN ({mine})"
    )
    assert len(keys) >= 20
    faults = {}
    for table, name, column, other in keys:
        with rows.undone():
            rows.drop_others(table, name)
            error = rows.refuse(rows.copy(table, **{column: make_id()}))
            faults[name] = find_faults(error, NotFound, name_thing(other.strip('"')))
            assert constraint_of(error) == name
    assert {name: found for name, found in faults.items() if found} == {}


def test_what_others_still_need_can_not_go_and_a_sentence_says_who(rows: Rows) -> None:
    keys = rows.list(
        "SELECT relname::text, conname::text, confrelid::regclass::text, (SELECT attname::text FROM pg_attribute WHERE attrelid"
        " = conrelid AND attnum = conkey[cardinality(conkey)]) FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
        " WHERE contype = 'f' AND confdeltype IN ('a', 'r') AND conrelid IN ({mine})"
    )
    assert {other for _, _, other, _ in keys} == {"technologies"}
    for table, name, other, column in keys:
        with rows.undone():
            for needing, key, _, _ in keys:
                if key != name:
                    rows.connection.execute(text(f"ALTER TABLE {needing} DROP CONSTRAINT {key}"))
            used = rows.connection.scalar(text(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1"))
            error = rows.refuse(text(f"DELETE FROM {other} WHERE id = '{used}'"))
        assert find_faults(error, Conflict, name_thing(table)) == []
        assert "technology is still used by" in str(error)


def test_everything_that_must_be_there_is_told_in_a_sentence(rows: Rows) -> None:
    columns = rows.list(
        "SELECT relname::text, attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE attrelid IN ({mine})"
        " AND attnum > 0 AND attnotnull AND attgenerated = '' AND NOT attisdropped"
    )
    assert len(columns) >= 200
    faults = {}
    for table, column in columns:
        error = rows.refuse(rows.copy(table, **{column: null()}))
        faults[table, column] = find_faults(error, InputInvalid, name_thing(table))
        assert name_column(column) in str(error)
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_text_that_is_too_long_is_named_with_its_limit(rows: Rows) -> None:
    columns = rows.list(
        "SELECT relname::text, attname::text, atttypmod - 4 FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE attrelid IN ({mine}) AND atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND atttypmod > 0 AND NOT attisdropped"
    )
    assert len(columns) >= 90
    faults = {}
    for table, column, limit in columns:
        error = rows.refuse(rows.copy(table, **{column: "a" * (limit + 1)}))
        faults[table, column] = find_faults(error, InputInvalid, name_thing(table))
        assert name_column(column) in str(error)
        assert f"{limit:,} character" in str(error)
    assert {name: found for name, found in faults.items() if found} == {}


def test_an_id_that_is_none_is_told_in_a_sentence(rows: Rows) -> None:
    error = rows.refuse(rows.copy("experiences", id="../../x"))
    assert constraint_of(error) == "ulid_check"
    assert find_faults(error, InputInvalid, "entry") == []


def test_a_table_nobody_has_named_yet_is_told_by_its_own_words() -> None:
    assert (
        describe_check("lamp_posts", "lamp_posts_height_check")
        == "The height of an entry of lamp posts can't be that: correct it."
    )
