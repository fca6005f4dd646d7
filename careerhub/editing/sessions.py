"""Sessions: a browser that is signed in has a token; the database has its SHA-256, and ends it when it is told to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from careerhub.db.models import UserSession
from careerhub.editing.tokens import draw_token, expire_after, hash_token
from careerhub.ids import make_id

SHORT = timedelta(hours=12)
LONG = timedelta(days=30)
_OPEN = text(
    "SELECT s.*, set_config('careerhub.actor', s.user_id, true), set_config('careerhub.ip_address', :ip_address, true),"
    " set_config('careerhub.user_agent', :user_agent, true) FROM open_session(:token_hash) s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """Whose session it is, with what every page needs of them; '' where there is no profile yet."""

    session_id: str
    user_id: str
    email: str
    plan: str
    is_verified: bool
    profile_id: str
    slug: str
    full_name: str
    visibility: str
    lang: str
    created_at: datetime


_KNOWN = tuple(each.name for each in fields(OpenSession))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSession:
    """A session as its person sees it in the list."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    ip_address: str
    user_agent: str


def start_session(
    session: Session, user_id: str, *, stays: bool = False, ip_address: str = "", user_agent: str = ""
) -> str:
    """Begin a session of the person who signs the transaction; return its token, which is kept nowhere."""
    token = draw_token()
    row = {"token_hash": hash_token(token), "id": make_id(), "user_id": user_id}
    seen = {"ip_address": ip_address or None, "user_agent": user_agent[:300]}
    session.execute(insert(UserSession).values(**row, **seen, expires_at=expire_after(LONG if stays else SHORT)))
    return token


def open_session(session: Session, token: str, *, ip_address: str = "", user_agent: str = "") -> OpenSession | None:
    """Return whose live session this token opens, and sign the transaction with them.

    None, and no signature, when the token is unknown or over, or the account is closed.
    """
    seen = {"ip_address": ip_address, "user_agent": user_agent}
    row = session.connection().execute(_OPEN, {"token_hash": hash_token(token), **seen}).one_or_none()
    if row is None:
        return None
    found = row._mapping
    known: dict[str, Any] = {name: "" if found[name] is None else found[name] for name in _KNOWN}
    return OpenSession(**known)


def list_sessions(session: Session, user_id: str) -> list[ListedSession]:
    """Return a person's live sessions, the latest first."""
    seen = (UserSession.id, UserSession.created_at, UserSession.last_seen_at, UserSession.user_agent)
    wanted = select(*seen, func.coalesce(func.host(UserSession.ip_address), "").label("ip_address")).where(
        UserSession.user_id == user_id, UserSession.expires_at > func.clock_timestamp()
    )
    rows = session.execute(wanted.order_by(UserSession.last_seen_at.desc(), UserSession.id)).mappings()
    return [ListedSession(**row) for row in rows]


def end_session(session: Session, session_id: str) -> None:
    """End one session of the person who signs the transaction; one that is over already stays so."""
    session.execute(delete(UserSession).where(UserSession.id == session_id))


def end_sessions(session: Session, user_id: str, *, except_id: str = "") -> int:
    """End every session of a person, but for one; return how many there were."""
    theirs = delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != (except_id or None))
    if not except_id:
        theirs = delete(UserSession).where(UserSession.user_id == user_id)
    return len(session.scalars(theirs.returning(UserSession.id)).all())
