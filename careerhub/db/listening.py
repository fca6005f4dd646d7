"""Be woken by edits. A notification may get lost with its connection: what there is to do, the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from careerhub.db.errors import translated

CHANNEL = "careerhub_changes"


class Ear:
    """A connection that listens."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def wait(self, seconds: float) -> bool:
        """Wait until somebody edits, at most so long; tell whether somebody did. DatabaseUnreachable: it's gone."""
        with translated():
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))


@contextmanager
def listening(engine: Engine) -> Iterator[Ear]:
    """Listen to edits on a connection of its own."""
    with translated(), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.autocommit = True
        driver.execute(f"LISTEN {CHANNEL}")
        try:
            yield Ear(driver)
        finally:
            connection.invalidate()
