"""A transaction signed by the person who acts in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from careerhub.db.errors import Collided, translated

T = TypeVar("T")

_SIGNATURE = text(
    "SELECT set_config('careerhub.actor', :actor, true), set_config('careerhub.ip_address', :ip_address, true),"
    " set_config('careerhub.user_agent', :user_agent, true), set_config('careerhub.share_token', :share_token, true)"
)


@contextmanager
def acting(engine: Engine, actor: str | None, *, ip_address: str = "", user_agent: str = "") -> Iterator[Session]:
    """Open one transaction signed by `actor` (a user's id, or None for nobody); commit it, or undo everything.

    The database shows and takes nothing but what is the actor's; address and user agent go to the audit log.
    """
    with _signed(engine, actor=actor or "", ip_address=ip_address, user_agent=user_agent) as session:
        yield session


def edit(
    engine: Engine,
    actor: str,
    work: Callable[[Session], T],
    *,
    attempts: int = 3,
    ip_address: str = "",
    user_agent: str = "",
) -> T:
    """Do work in a transaction signed by the actor, and do it anew when another transaction was in its way.

    So `work` does nothing but read and write through its session.
    """
    while True:
        try:
            with acting(engine, actor, ip_address=ip_address, user_agent=user_agent) as session:
                return work(session)
        except Collided:
            attempts -= 1
            if attempts <= 0:
                raise


@contextmanager
def knocking(engine: Engine) -> Iterator[Connection]:
    """Open a connection for questions to doors that need nobody's signature: each is a transaction of its own."""
    with translated(), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def unsigned(engine: Engine) -> Iterator[Session]:
    """Open one transaction that nobody signed: it sees nothing before a question signs it (`editing/sessions.py`)."""
    with translated(), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def visiting(engine: Engine, token: str) -> Iterator[Session]:
    """Open one transaction of whoever holds a share link: schema `shared` shows what its live token names."""
    with _signed(engine, share_token=hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()) as session:
        yield session


def sign(session: Session, actor: str, *, user_agent: str = "") -> None:
    """Sign the rest of this transaction with another actor, for work on many people at once."""
    session.execute(_SIGNATURE, {"actor": actor, "ip_address": "", "user_agent": user_agent, "share_token": ""})


@contextmanager
def _signed(engine: Engine, **signature: str) -> Iterator[Session]:
    whole = {"actor": "", "ip_address": "", "user_agent": "", "share_token": ""} | signature
    with translated(), Session(engine, expire_on_commit=False) as session:
        # for every transaction of the session, and only for it: a pooled connection forgets it at its end
        event.listen(session, "after_begin", lambda _s, _t, connection: connection.execute(_SIGNATURE, whole))
        with session.begin():
            yield session


def lock_profile(session: Session, profile_id: str) -> None:
    """Wait for other writers of this profile: without it they deadlock on each other's rows."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:profile_id, 0))"), {"profile_id": profile_id})
