"""Homes with exactly as many PUBLIC profiles as asked for: a thousand of the demo's people, and copies of them.

Copies have slugs, addresses and longer texts of their own, so that no cache helps with them, and they stand a thousand
profiles apart. So every size has the same kind of people, and only their number differs.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from benchmarks.measuring import ROOT, Failed, careerhub, measure, remove, say
from careerhub.db.engine import make_engine
from careerhub.local.cluster import find_data_dir, find_postmaster
from careerhub.local.server import ensure_server, server_url, stop_server
from tests.crowded import fill
from tests.databases import Database

A_THOUSAND = 1000
# Of the demo's crowd about seven in eight are PUBLIC; those beyond what is asked for are hidden.
_MORE_THAN_PUBLIC = 1.16
_NO_COPIES = ("audit_log", "audit_seals", "alembic_version", "profile_publications", "slug_history", "share_links")
_VARIED = ("summary", "description", "reference")
_VARIED_LISTS = ("responsibilities", "achievements", "challenges")
# The home is kept running by this while nobody is connected.
_IDLE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A database of people, and the folder that CareerHub builds them into."""

    folder: Path
    people: int

    @property
    def build_dir(self) -> Path:
        return self.folder / "build"

    @property
    def site(self) -> Path:
        return self.build_dir / "site"

    @property
    def postmaster(self) -> int:
        """Return the process that PostgreSQL's others belong to."""
        return find_postmaster(find_data_dir(self.folder / "home")) or 0

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a command that works here, and nowhere else."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAREERHUB_", "AWS_"))}
        return (
            kept
            | {
                "CAREERHUB_HOME": str(self.folder / "home"),
                "CAREERHUB_BUILD_DIR": str(self.build_dir),
                "PYTHONPATH": str(ROOT),
            }
            | dict(more or {})
        )

    def url(self, role: str) -> str:
        return server_url(ensure_server(self.folder / "home", idle_seconds=_IDLE_SECONDS), role=role)

    def engine(self) -> Engine:
        return make_engine(self.url("careerhub_site"), "careerhub_site")

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as who may edit anybody."""
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def list_slugs(self) -> list[str]:
        """Return the slugs of the PUBLIC profiles, in an order of chance that is always the same."""
        with self.connect() as connection:
            query = "SELECT slug FROM profiles WHERE visibility = 'PUBLIC' ORDER BY md5(id)"
            return [str(slug) for (slug,) in connection.execute(query)]

    def edit(self, slug: str, text: str) -> None:
        """Change a headline, as somebody's edit would; returns when it is committed."""
        with self.connect() as connection:
            changed = connection.execute("UPDATE profiles SET headline = %s WHERE slug = %s", (text, slug)).rowcount
        if changed != 1:
            raise Failed(f"{slug} could not be edited.")

    def remove(self) -> None:
        stop_server(self.folder / "home")
        remove(self.folder)


class Crowds:
    """The homes of one run of the benchmark, made when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, people: int, *, lean: bool = False) -> Home:
        """Return a home with this many PUBLIC profiles; nothing of making it is measured.

        `lean` people have a third of the facts: the crowd of the tests.
        """
        home = Home(folder=self._folder / f"people-{people}{'-lean' if lean else ''}", people=people)
        if not (home.folder / "ready").exists():
            self._make(home, lean=lean)
            (home.folder / "ready").touch()
        home.url("postgres")
        return home

    def _make(self, home: Home, *, lean: bool) -> None:
        say(f"Making {home.people:,} people…")
        remove(home.folder)
        home.folder.mkdir(parents=True)
        home.folder.chmod(0o755)
        if lean:
            _fill(home)
        elif home.people > A_THOUSAND:
            self._copy(self.get(A_THOUSAND), home)
            _multiply(home, home.people // A_THOUSAND)
        else:
            measure(careerhub("demo", "--people", str(round(home.people * _MORE_THAN_PUBLIC))), home.environment())
            _hide_beyond(home)

    def _copy(self, base: Home, home: Home) -> None:
        stop_server(base.folder / "home")
        subprocess.run(["cp", "-a", base.folder / "home", home.folder / "home"], check=True)


@contextmanager
def made_crowds(folder: Path, *, keep: bool) -> Iterator[Crowds]:
    """Give the crowds of a folder, and take their servers away afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        yield Crowds(folder)
    finally:
        for each in folder.glob("people-*"):
            stop_server(each / "home")
        if not keep:
            remove(folder)


def _fill(home: Home) -> None:
    measure(careerhub("db", "upgrade"), home.environment())
    socket = str(ensure_server(home.folder / "home").socket_dir)
    fill(Database("careerhub", socket), round(home.people * _MORE_THAN_PUBLIC))
    _hide_beyond(home)


def _hide_beyond(home: Home) -> None:
    with home.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE profiles SET visibility = 'PRIVATE' WHERE visibility = 'PUBLIC' AND id NOT IN"
            " (SELECT id FROM profiles WHERE visibility = 'PUBLIC' ORDER BY id LIMIT %s)",
            (home.people,),
        )
        found = connection.execute("SELECT count(*) FROM profiles WHERE visibility = 'PUBLIC'").fetchone()
        if found != (home.people,):
            raise Failed(f"The demo made {found} PUBLIC profiles, {home.people} were wanted.")
        connection.execute("VACUUM (ANALYZE)")


def _multiply(home: Home, times: int) -> None:
    """Copy every person until there are `times` as many: one statement a table, triggers and foreign keys asleep."""
    with home.connect() as connection:
        # what a benchmark writes needn't outlive the machine
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        tables = _list_tables(connection)
        inserts = [_write_copy(connection, table, times) for table in tables]
        indexes = _drop_indexes(connection, tables)
        for statements in (inserts, indexes):
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(partial(_run, home), statements))
        connection.execute("ALTER SYSTEM RESET synchronous_commit")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SET default_statistics_target = 30")
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _list_tables(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Return the tables that say something of one person, the largest first."""
    rows = connection.execute(
        "SELECT DISTINCT c.table_name, pg_relation_size(format('public.%%I', c.table_name)::regclass) AS size"
        " FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND (c.column_name IN ('profile_id', 'user_id') OR c.table_name IN ('users', 'profiles'))"
        " AND c.table_name <> ALL (%s) ORDER BY size DESC, 1",
        [list(_NO_COPIES)],
    )
    return [str(name) for name, _ in rows]


def _write_copy(connection: psycopg.Connection[tuple[object, ...]], table: str, times: int) -> str:
    columns = connection.execute(
        "SELECT column_name, domain_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    names = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(_vary(table, str(name), str(domain or "")) for name, domain in columns)
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}", generate_series(1, {times - 1}) k'


def _vary(table: str, column: str, domain: str) -> str:
    """Return SQL for a column of copy number k."""
    if domain == "ulid" and column != "technology_id":
        # the number comes first: all of copy 1 stands before all of copy 2
        return f"overlay(\"{column}\" placing '0' || lpad(k::text, 4, '0') from 1 for 5)"
    if (table, column) == ("profiles", "slug"):
        return "left(slug, 57) || '-' || k"
    if (table, column) == ("users", "email"):
        return "k || '-' || email"
    if column in _VARIED:
        return f"CASE WHEN \"{column}\" = '' THEN '' ELSE \"{column}\" || ' (' || k || ')' END"
    if column in _VARIED_LISTS:
        mark = "' (' || k || ')\""
        return f"replace(replace(\"{column}\"::text, '\", \"', {mark}, \"'), '\"]', {mark}]')::jsonb"
    return f'"{column}"'


def _drop_indexes(connection: psycopg.Connection[tuple[object, ...]], tables: list[str]) -> list[str]:
    """Drop the indexes that no constraint stands on; return how to make them again: sorting beats a million inserts."""
    found = connection.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY (SELECT format('public.%%I', t)::regclass FROM unnest(%s::text[]) t)"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [tables],
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [str(definition) for _, definition in found]


def _run(home: Home, statement: str) -> None:
    with home.connect() as connection:
        connection.execute("SET session_replication_role = replica; SET jit = off; SET maintenance_work_mem = '256MB'")
        connection.execute(statement)
