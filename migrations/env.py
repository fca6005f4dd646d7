"""Run migrations: one at a time, each in a transaction of its own, never waiting long for a lock."""

from alembic import context
from sqlalchemy import Connection, text

from careerhub.db.base import Base
from careerhub.db.migrate import MIGRATION_LOCK, compare_types, is_ours

target_metadata = Base.metadata


def run(connection: Connection) -> None:
    # 5 s: a migration that waits for a lock makes everybody behind it wait too
    connection.execute(text("SET lock_timeout = '5s'; SET statement_timeout = '15min'; SET row_security = off"))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.commit()
    try:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            transaction_per_migration=True,
            compare_type=compare_types,
            compare_server_default=False,
            include_object=is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()


run(context.config.attributes["connection"])
