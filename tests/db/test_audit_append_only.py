"""Nobody rewrites the audit log, and its doors open to operators alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import psycopg
import pytest

from careerhub.db.audit import seal_log
from careerhub.ids import make_id
from tests.databases import Cluster, Database
from tests.people import add_person, owner_of


@pytest.fixture(scope="module")
def sealed(embedded: Cluster) -> Iterator[tuple[Database, str]]:
    """Give a database with a sealed log, and a profile in it; the tests leave it as it is."""
    with embedded.copied() as database:
        profile_id = add_person(database.app_engine, "ada", headline="Keeper")
        seal_log(database.owner_engine)
        yield database, profile_id


ROLES = ["careerhub_app", "careerhub_site", "careerhub_owner", "careerhub_backup", "postgres"]
VERBS = ["UPDATE", "INSERT INTO", "DELETE FROM", "TRUNCATE"]
# a superuser can add rows: one below a seal is told by it
REFUSED = [
    c for c in product(ROLES, ["audit_log", "audit_seals"], VERBS) if c != ("postgres", "audit_log", "INSERT INTO")
]


@pytest.mark.parametrize(("role", "table", "verb"), REFUSED)
def test_nobody_rewrites_the_log(sealed: tuple[Database, str], role: str, table: str, verb: str) -> None:
    database, profile_id = sealed
    rest = {"UPDATE": "SET chain = chain", "INSERT INTO": "VALUES (1, sha256('x'), now())"}
    if table == "audit_log":
        rest = {"UPDATE": "SET action = action", "INSERT INTO": f"VALUES ('{make_id()}', NULL, NULL, 'X')"}
    with database.connect(role) as connection, connection.transaction(force_rollback=True):
        connection.execute("SELECT set_config('careerhub.actor', %s, true)", (owner_of(profile_id),))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"{verb} {table} {rest.get(verb, '')}")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("change", "is_allowed"),
    [
        ("old_values = NULL, new_values = NULL, salt = NULL, ip_address = NULL, user_agent = NULL", True),
        ("ip_address = NULL", True),
        ("new_values = '{}'", False),
        ("old_values = '{}', new_values = NULL, salt = NULL", False),
        ("salt = 'x'", False),
        ("user_id = NULL", False),
        ("created_at = now()", False),
        ("values_digest = NULL", False),
        ("entity_id = 'x'", False),
    ],
)
def test_the_one_role_that_may_empty_rows_may_do_nothing_else(
    any_database: Database, change: str, is_allowed: bool
) -> None:
    add_person(any_database.app_engine, "ada")
    with any_database.connect() as connection:
        connection.execute("SET ROLE careerhub_system")
        if is_allowed:
            connection.execute(f"UPDATE audit_log SET {change}")  # type: ignore[call-overload]
            return
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            connection.execute(f"UPDATE audit_log SET {change}")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "call",
    [
        "tidy(now())",
        "empty_audit_values(now())",
        "forget_audit_values('a', 'b')",
        "seal_audit_log(1)",
        "find_audit_end()",
    ],
)
@pytest.mark.parametrize("role", ["careerhub_app", "careerhub_site"])
def test_operators_doors_are_shut_to_the_others(sealed: tuple[Database, str], role: str, call: str) -> None:
    with sealed[0].connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT {call}")  # type: ignore[call-overload]
