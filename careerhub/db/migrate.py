"""Migrations: up, down, and the question whether the database is where the models think it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.exc import DBAPIError

from careerhub.db.base import Base, Ulid
from careerhub.db.errors import explain_migration, translated
from careerhub.db.state import find_revision, head
from careerhub.errors import WrongUse
from careerhub.resources import shipped

# any number that no other program locks
MIGRATION_LOCK = 0x0CA3EE2
# Seconds: a migration that waits for a lock makes everybody behind it wait too.
LOCK_TIMEOUT = 5.0
# The digest of the SQL of procrastinate 3.10. Another release gets a migration that runs its own steps from here to there.
QUEUE_SCHEMA = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What a downgrade takes back, newest first, and how much there is in the database."""

    revisions: tuple[tuple[str, str], ...]  # each with its title
    accounts: int
    profiles: int
    audit_entries: int  # about: what the planner believes, because nobody may count them


def run_sql(name: str) -> None:
    """Run one file of `migrations/sql/`, as it stands: neither `%` nor `:name` means anything in it."""
    sql = (shipped("migrations") / "sql" / name).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(sql)


def run_queue_sql(schema: str) -> None:
    """Run the queue engine's own SQL, as the installed package has it, in this schema.

    WrongUse: the package's tables are others than this software knows.
    """
    sql = read_queue_sql()
    if hashlib.sha256(sql.encode()).hexdigest() != QUEUE_SCHEMA:
        raise WrongUse(
            "The installed procrastinate isn't the one this migration was made for: pip install 'procrastinate~=3.10.0'."
        )
    connection = op.get_bind().execution_options(no_parameters=True)
    before = connection.exec_driver_sql("SHOW search_path").scalar_one()
    connection.execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": schema})
    connection.exec_driver_sql(sql)
    connection.execute(text("SELECT set_config('search_path', :before, true)"), {"before": before})


def read_queue_sql() -> str:
    """Return the SQL that makes the queue engine's tables and functions."""
    return (files("procrastinate") / "sql" / "schema.sql").read_text(encoding="utf-8")


def read_roles_sql() -> str:
    """Return the SQL that creates CareerHub's roles, for psql or for a superuser's connection."""
    return (shipped("migrations") / "sql" / "roles.sql").read_text(encoding="utf-8")


@contextmanager
def writing_rows(*tables: str) -> Iterator[None]:
    """Let a migration change rows of these tables, which row security forbids even to their owner.

    Forced again at the end; after an error the migration's whole transaction is undone, and this with it.
    """
    quoted = [op.get_bind().dialect.identifier_preparer.quote(table) for table in tables]
    for table in quoted:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in quoted:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def upgrade(engine: Engine, revision: str = "head", *, lock_timeout: float = LOCK_TIMEOUT) -> tuple[str | None, str]:
    """Bring the database to the newest revision, or to this one; return the revisions before and after."""
    with translated(), engine.connect() as connection, _alone(connection):
        _check_database(connection)
        before = find_revision(connection)
        with _ending_whole(connection):
            command.upgrade(_config(connection, lock_timeout), revision)
        return before, find_revision(connection) or ""


def downgrade(engine: Engine, revision: str, *, lock_timeout: float = LOCK_TIMEOUT) -> tuple[str | None, str | None]:
    """Take the database back to an older revision, or to `base`; return the revisions before and after."""
    with translated(), engine.connect() as connection, _alone(connection):
        before = find_revision(connection)
        with _ending_whole(connection):
            command.downgrade(_config(connection, lock_timeout), revision)
        return before, find_revision(connection)


def plan_downgrade(engine: Engine, revision: str) -> Undoing:
    """Return what a downgrade to this revision would take back."""
    with translated(), engine.connect() as connection, _ending_whole(connection):
        current = find_revision(connection)
        script = ScriptDirectory.from_config(_config())
        undone = script.iterate_revisions(current, revision) if current else ()
        accounts, profiles, audit_entries = connection.execute(text(_count_people(connection))).one()
        return Undoing(
            revisions=tuple((each.revision, each.doc) for each in undone),
            accounts=accounts,
            profiles=profiles,
            audit_entries=audit_entries,
        )


def _count_people(connection: Connection) -> str:
    """Return the query that counts: through the operators' door where row security hides the rows themselves."""
    has_door, has_tables = connection.execute(
        text("SELECT to_regprocedure('public.list_accounts()') IS NOT NULL, to_regclass('public.profiles') IS NOT NULL")
    ).one()
    if not has_tables:
        return "SELECT 0, 0, 0"
    people = "list_accounts()" if has_door else "users LEFT JOIN profiles ON user_id = users.id"
    return (
        f"SELECT count(*), count({'profile_id' if has_door else 'profiles.id'}), (SELECT greatest(reltuples,"
        f" pg_stat_get_live_tuples(oid), 0)::bigint FROM pg_class WHERE oid = 'audit_log'::regclass) FROM {people}"
    )


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Wait until no other migration of this database runs, and let none begin meanwhile."""
    # longer than a migration may take: whoever waits here isn't in anybody's way
    connection.execute(text("SELECT set_config('lock_timeout', '20min', false)"))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        if not connection.invalidated:  # a lost connection has lost its lock
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()


@contextmanager
def _ending_whole(connection: Connection) -> Iterator[None]:
    """Say of a migration that can't be done at which whole revision the database is."""
    try:
        yield
    except (CommandError, RevisionError) as error:
        raise WrongUse(
            f"{str(error).rstrip('.')}. `careerhub db check` names the revision the database is at;"
            f" this software knows revisions up to {head()}."
        ) from error
    except DBAPIError as error:
        connection.rollback()
        raise explain_migration(error, find_revision(connection)) from error


def find_drift(engine: Engine) -> list[str]:
    """Return every difference between the models and the database, in words."""
    import careerhub.db.models  # noqa: F401 - fills the metadata

    with translated(), engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": compare_types, "include_object": is_ours, "target_metadata": Base.metadata},
        )
        return [_describe(difference) for difference in compare_metadata(context, Base.metadata)]


def is_ours(item: Any, name: str | None, kind: str, *_: Any) -> bool:
    """Tell alembic what to compare: indexes stand in SQL only, and `schema.sql` is the picture that shows them."""
    if kind == "foreign_key_constraint" and str(item.referred_table.schema or "").startswith("partition_"):
        return False  # what a foreign key to a partitioned table keeps for each partition
    return kind != "index" and not (kind == "table" and name == "alembic_version")


def compare_types(_context: Any, _column: Any, _own: Any, found: Any, wanted: Any) -> bool | None:
    """Tell whether a column's types differ; None leaves it to alembic, which doesn't know our domain."""
    if isinstance(wanted, Ulid) or isinstance(found, DOMAIN):
        return not (isinstance(wanted, Ulid) and isinstance(found, DOMAIN) and found.name == "ulid")
    return None


def _describe(difference: Any) -> str:
    if isinstance(difference, list):
        return "; ".join(_describe(one) for one in difference)
    return " ".join(str(getattr(part, "name", None) or part) for part in difference if part is not None)


def _check_database(connection: Connection) -> None:
    version = int(connection.scalar(text("SHOW server_version_num")) or 0)
    if version < 150000:
        raise WrongUse(f"PostgreSQL {version // 10000} is too old: CareerHub needs 15 or newer.")
    encoding, ctype = connection.execute(
        text("SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()")
    ).one()
    if encoding != "UTF8" or ctype in ("C", "POSIX"):
        raise WrongUse(
            f"The database has encoding {encoding} and lc_ctype {ctype}: names in other scripts could not be searched."
            " Create it with: CREATE DATABASE … ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0."
        )
    prepared = connection.scalar(
        text(
            "SELECT count(*) = 5 AND bool_and(CASE WHEN rolname = 'careerhub_owner' THEN"
            " has_schema_privilege(oid, 'public', 'CREATE') AND has_database_privilege(oid, current_database(), 'CREATE')"
            " ELSE true END) FROM pg_roles WHERE rolname = ANY (ARRAY['careerhub_owner', 'careerhub_app', 'careerhub_site', 'careerhub_system', 'careerhub_backup'])"
        )
    )
    connection.rollback()
    if not prepared:  # as the login itself: it may be a superuser, which careerhub_owner isn't
        connection.execute(text("RESET ROLE"))
        connection.execution_options(no_parameters=True).exec_driver_sql(read_roles_sql())
        connection.commit()
    connection.execute(text("SET ROLE careerhub_owner"))
    connection.commit()


def _config(connection: Connection | None = None, lock_timeout: float = LOCK_TIMEOUT) -> Config:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.attributes |= {"connection": connection, "lock_timeout": lock_timeout}
    return config
