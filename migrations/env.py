"""Run migrations, each in a transaction of its own, never waiting long for a lock. `careerhub/db/migrate.py` calls this."""

from alembic import context
from sqlalchemy import Connection, text

from careerhub.db.base import Base
from careerhub.db.migrate import compare_types, is_ours

target_metadata = Base.metadata


def run(connection: Connection, lock_timeout: float) -> None:
    connection.execute(
        text(
            "SELECT set_config('lock_timeout', :lock_timeout, false), set_config('statement_timeout', '15min', false),"
            # a forgotten policy is an error then, and not 0 rows
            " set_config('row_security', 'off', false)"
        ),
        {"lock_timeout": f"{round(lock_timeout * 1000)}ms"},
    )
    connection.commit()
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


run(context.config.attributes["connection"], context.config.attributes["lock_timeout"])
