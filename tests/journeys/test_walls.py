"""The walls behind the proof: what each role may read, what the views may say, and that a breach would be seen."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.databases import Cluster, Database
from tests.journeys.golden import (
    FILTERS,
    PUBLIC,
    SITE_TABLES,
    SITE_VIEWS,
    compare_views,
    list_columns_read,
    list_site_views,
)
from tests.journeys.publishing import MANIFESTS, Heard, build, find_leaks
from tests.journeys.searching import Search
from tests.journeys.world import World, open_world

# Of schema own: facts of the actor's own profile. The builder has no business there.
SCHEMAS_CLOSED = {"careerhub_site": ("facts", "own"), "careerhub_app": ("facts", "site")}
# The views whose rows can be hidden, and what each calls its table.
HIDEABLE = {
    "profile_links": "t", "experiences": "e", "projects": "p", "anonymized_projects": "p", "skills": "s", "education": "t",
    "certifications": "t", "achievements": "t", "languages": "t", "references": "t", "interests": "t",
}  # fmt: skip


def read_definition(connection: Any, view: str) -> str:
    (found,) = connection.execute("SELECT pg_get_viewdef(%s::regclass)", (view,)).fetchone()
    return str(found).rstrip(" ;")


def replace_view(connection: Any, view: str, definition: str) -> None:
    connection.execute(f"CREATE OR REPLACE VIEW {view} AS {definition}")


# the list of columns


def test_the_site_views_have_exactly_the_columns_that_were_agreed_on(database: Database) -> None:
    with database.connect() as connection:
        assert compare_views(list_site_views(connection)) == []


def test_a_site_view_with_one_more_column_is_noticed(database: Database) -> None:
    with database.connect() as connection:
        for number, view in enumerate(sorted(SITE_VIEWS), 1):
            definition = read_definition(connection, f'site."{view}"')
            replace_view(connection, f'site."{view}"', f"SELECT q.*, 'x'::text AS widened FROM ({definition}) q")
            noticed = compare_views(list_site_views(connection))
            assert len(noticed) == number
            assert any(line.startswith(f"site.{view}:") for line in noticed)


def test_a_site_view_more_is_noticed(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("CREATE VIEW site.accounts AS SELECT email FROM users")
        assert compare_views(list_site_views(connection)) == ["site.accounts: 'email' instead of None"]


def test_the_facts_read_no_column_but_public_ones_and_filters(database: Database) -> None:
    with database.connect() as connection:
        read = list_columns_read(connection)
    agreed = {
        table: set(SITE_VIEWS.get(table, "").split()) | set(FILTERS.get(table, "").split()) for table in read
    }  # fmt: skip
    assert {table: columns - agreed[table] for table, columns in read.items() if columns - agreed[table]} == {}
    assert read.keys() >= PUBLIC.keys() - {"anonymized_projects"}


def test_a_fact_that_reads_one_more_column_is_noticed(database: Database) -> None:
    with database.connect() as connection:
        definition = read_definition(connection, "facts.interests")
        replace_view(
            connection, "facts.interests", definition.replace("NOT is_hidden", "NOT is_hidden AND source IS NULL")
        )
        assert "source" in list_columns_read(connection)["interests"]
        assert "source" not in f"{SITE_VIEWS['interests']} {FILTERS['interests']}".split()


# the roles


def list_tables(connection: Any, schema: str) -> list[str]:
    rows = connection.execute(
        "SELECT relname::text FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1",
        (schema,),
    )
    return [name for (name,) in rows.fetchall()]


def is_refused(connection: Any, schema: str, table: str) -> bool:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
    try:
        connection.execute(query)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def test_the_builder_can_read_no_table_of_facts(database: Database) -> None:
    with database.connect() as owner, database.connect("careerhub_site") as connection:
        tables = list_tables(owner, "public")
        assert len(tables) > 25
        assert {table for table in tables if not is_refused(connection, "public", table)} == SITE_TABLES


def test_the_builder_has_no_right_on_a_single_column_of_a_table_of_facts(database: Database) -> None:
    """Ask the catalogue: a grant on one column wouldn't show when whole rows are asked for."""
    with database.connect() as connection:
        found = connection.execute(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND (has_any_column_privilege('careerhub_site', oid, 'SELECT, INSERT, UPDATE, REFERENCES')"
            " OR has_table_privilege('careerhub_site', oid, 'DELETE, TRUNCATE, TRIGGER'))"
        )
        assert {name for (name,) in found.fetchall()} == SITE_TABLES


@pytest.mark.parametrize("role", SCHEMAS_CLOSED)
def test_a_role_can_read_no_view_of_the_others(database: Database, role: str) -> None:
    with database.connect() as owner, database.connect(role) as connection:
        for schema in SCHEMAS_CLOSED[role]:
            views = list_tables(owner, schema)
            # `revisions` and `history` are of schema site alone
            assert len(views) >= len(SITE_VIEWS) - 2
            assert [view for view in views if not is_refused(connection, schema, view)] == []


def test_the_builder_can_become_nobody_else(database: Database) -> None:
    with database.connect("careerhub_site") as connection:
        for role in ("careerhub_system", "careerhub_owner", "careerhub_app", "careerhub_backup"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SET ROLE {role}")


# breaches


@dataclass(frozen=True)
class Breach:
    """A view made to say too much: `old` becomes `new` in its definition; `finds` is a place that must turn up."""

    view: str
    old: str
    new: str
    finds: str
    cvs: bool = False
    also: str = ""


_PUBLIC = "= 'PUBLIC'::text"
_KNOWN = "<> 'PRIVATE'::text"
BREACHES = {
    **{
        f"hidden {view}": Breach(
            f'facts."{view}"',
            f"NOT {alias}.is_hidden",
            "true",
            f"alba/hidden-{'card-projects' if view == 'anonymized_projects' else view} ",
        )
        for view, alias in HIDEABLE.items()
    },
    "anonymised projects as projects": Breach("facts.projects", f"(p.visibility)::text {_PUBLIC}", "true", "alba/withheld-projects projects.name"),
    "cards nobody wanted": Breach(
        "facts.anonymized_projects", "p.show_anonymized", "true", "alba/withheld-projects projects.anonymized_company"
    ),
    "the real name on a card": Breach(
        "facts.anonymized_projects", "p.anonymized_company", "p.name AS anonymized_company", "alba/card-projects projects.name"
    ),
    "the exact size on a card": Breach(
        "facts.anonymized_projects", "'100+'::text", "p.team_size::text", "alba/card-projects projects.team_size"
    ),
    "drafts": Breach(
        "facts.profiles",
        "p.headline,",
        "(p.headline || p.draft_data::text)::varchar(200) AS headline,",
        "alba/profile profiles.draft_data",
    ),
    "the account's address": Breach(
        "facts.profiles",
        "p.contact,",
        "p.contact || (SELECT jsonb_build_object('email', u.email) FROM users u WHERE u.id = p.user_id) AS contact,",
        "alba/account users.email",
    ),
    "what imports kept": Breach(
        "facts.profiles",
        "p.contact,",
        "p.contact || jsonb_build_object('address', p.extras::text) AS contact,",
        "alba/profile profiles.extras",
    ),
    "hidden employers": Breach(
        "facts.projects", "(NOT e.is_hidden)", "true", "alba/hidden-experiences experiences.company_name"
    ),
    "friends": Breach("site.revisions", _PUBLIC, _KNOWN, "fritz/profile profiles.full_name", also="site.profiles"),
    "private CVs": Breach("facts.cv_versions", "v.is_public", "true", "alba/private-cv_versions cv_versions.sections_config", cvs=True),
    "ids": Breach("facts.profiles", "p.location,", 'p.id::varchar(100) COLLATE "default" AS location,', "id "),
}  # fmt: skip


@pytest.fixture(scope="module")
def world(embedded: Cluster) -> Iterator[World]:
    seed = random.SystemRandom().randrange(10**9)
    with embedded.copied() as database, open_world(database, seed, {"alba": "PUBLIC", "fritz": "FRIENDS"}) as made:
        yield made


def breach_view(connection: Any, view: str, old: str, new: str) -> str:
    """Make a view say too much, and return how it was."""
    before = read_definition(connection, view)
    # PostgreSQL writes an alias only where there is a choice
    pattern = re.sub(r"(?<!\w)([a-z])\\\.", r"(?:\1\\.)?", re.escape(old))
    changed = re.sub(pattern, lambda _: new, before)
    assert changed != before, f"{view} doesn't say {old!r}: {before}"
    replace_view(connection, view, changed)
    return before


def search_build(world: World, root: Path, *, cvs: bool = False) -> Search:
    search = Search()
    # what couldn't be rendered couldn't leak either: then the search would have proved nothing
    outcome = build(world.database, root / "build", Heard(), cvs=cvs)
    # named by one view and unreadable through the other: that is a wall that held
    assert set(outcome.failed.values()) <= {"it vanished while it was being read"}
    search.look_into(root / "build", "build")
    return search


def test_without_a_breach_nothing_is_found(world: World, tmp_path: Path) -> None:
    search = search_build(world, tmp_path)
    assert find_leaks(world, search) == []
    assert search.files > 15


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(world: World, tmp_path: Path, name: str) -> None:
    breach = BREACHES[name]
    before = {breach.view: breach_view(world.connection, breach.view, breach.old, breach.new)}
    if breach.also:
        before[breach.also] = breach_view(world.connection, breach.also, breach.old, breach.new)
    try:
        leaks = find_leaks(world, search_build(world, tmp_path, cvs=breach.cvs))
    finally:
        for view, definition in before.items():
            replace_view(world.connection, view, definition)
    assert any(hit.planted.startswith(breach.finds) for hit in leaks), name


def test_one_view_alone_that_shows_friends_publishes_nobody(world: World, tmp_path: Path) -> None:
    """Two walls stand there: who is rendered, and who can be read."""
    for view in ("site.profiles", "site.revisions"):
        before = breach_view(world.connection, view, _PUBLIC, _KNOWN)
        try:
            leaks = find_leaks(world, search_build(world, tmp_path / view))
        finally:
            replace_view(world.connection, view, before)
        # the plan may name an id whose facts can't be read; nobody but the builder sees that
        assert [hit for hit in leaks if not hit.found.startswith(MANIFESTS)] == []
