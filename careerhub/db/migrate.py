"""Migrations: up, down, and the question whether the database is where the models think it is."""

from __future__ import annotations

from typing import Any

from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.dialects.postgresql import DOMAIN

from careerhub.db.base import Base, Ulid
from careerhub.db.errors import translated
from careerhub.db.state import find_revision
from careerhub.errors import WrongUse
from careerhub.resources import shipped

# any number that no other program locks
MIGRATION_LOCK = 0x0CA3EE2


def run_sql(name: str) -> None:
    """Run one file of `migrations/sql/`, as it stands: neither `%` nor `:name` means anything in it."""
    sql = (shipped("migrations") / "sql" / name).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(sql)


def read_roles_sql() -> str:
    """Return the SQL that creates CareerHub's roles, for psql or for a superuser's connection."""
    return (shipped("migrations") / "sql" / "roles.sql").read_text(encoding="utf-8")


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring the database to the newest revision; return the revisions before and after."""
    with translated(), engine.connect() as connection:
        _check_database(connection)
        before = find_revision(connection)
        command.upgrade(_config(connection), "head")
        return before, find_revision(connection) or ""


def downgrade(engine: Engine, revision: str) -> tuple[str | None, str | None]:
    """Take the database back to an older revision, or to `base`; return the revisions before and after."""
    with translated(), engine.connect() as connection:
        before = find_revision(connection)
        try:
            command.downgrade(_config(connection), revision)
        except CommandError as error:
            raise WrongUse(f"{error}. `careerhub db check` names the revision the database is at.") from error
        return before, find_revision(connection)


def find_drift(engine: Engine) -> list[str]:
    """Return every difference between the models and the database, in words."""
    import careerhub.db.models  # noqa: F401 - fills the metadata

    with translated(), engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": compare_types, "include_object": is_ours, "target_metadata": Base.metadata},
        )
        return [_describe(difference) for difference in compare_metadata(context, Base.metadata)]


def is_ours(_item: Any, name: str | None, kind: str, *_: Any) -> bool:
    """Tell alembic what to compare: indexes stand in SQL only, and `schema.sql` is the picture that shows them."""
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


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
