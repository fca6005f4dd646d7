"""One publisher at a time, whatever the machine: an advisory lock that ends with its connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from careerhub.db.errors import translated
from careerhub.db.workers import end_runs
from careerhub.errors import Occupied, Overtaken


class Lock:
    """A lock that is held, as long as its connection lives."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self.name = name

    def check(self) -> None:
        """Raise Overtaken when the lock may be somebody else's by now: nothing may be written any more."""
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            # also who asks again after it was lost, which no driver is asked any more
            raise Overtaken(
                f"{self.name}: the database that says who publishes was lost on the way; nothing was written"
                " after that. Run it again."
            ) from error


@contextmanager
def hold_lock(engine: Engine, name: str) -> Iterator[Lock]:
    """Hold the lock of this name. Occupied: another process, here or elsewhere, has it.

    Workers that an earlier holder had sent out are waited for.
    """
    with translated():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    is_ours = False
    try:
        with translated():
            is_ours = connection.scalar(
                text("SELECT pg_try_advisory_lock(hashtextextended('careerhub ' || :name, 0))"), {"name": name}
            )
        if not is_ours:
            raise Occupied(f"{name}: another publisher is at work; run it again when that is done.")
        with translated():
            end_runs(connection, name)
        yield Lock(connection, name)
    finally:
        if is_ours:
            # a server takes its time to notice that a connection is gone, and the next run shouldn't wait for that
            with suppress(SQLAlchemyError):
                connection.execute(
                    text("SELECT pg_advisory_unlock(hashtextextended('careerhub ' || :name, 0))"), {"name": name}
                )
        # closed, not returned to a pool: the lock ends with the connection
        connection.invalidate()
        connection.close()
