"""A transaction signed by the person who acts in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from careerhub.db.errors import translated


@contextmanager
def acting(engine: Engine, actor: str | None) -> Iterator[Session]:
    """Open one transaction signed by `actor` (a user's id, or None for nobody); commit it, or undo everything."""
    with translated(), Session(engine, expire_on_commit=False) as session:
        # for every transaction of the session, and only for it: a pooled connection forgets it at its end
        event.listen(session, "after_begin", lambda _s, _t, connection: _sign(connection, actor))
        with session.begin():
            yield session


def _sign(connection: Connection, actor: str | None) -> None:
    connection.execute(text("SELECT set_config('careerhub.actor', :actor, true)"), {"actor": actor or ""})


def lock_profile(session: Session, profile_id: str) -> None:
    """Wait for other writers of this profile: without it they deadlock on each other's rows."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:profile_id, 0))"), {"profile_id": profile_id})
