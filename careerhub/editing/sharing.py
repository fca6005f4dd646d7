"""Share links: whoever has one sees a profile that isn't PRIVATE, until it expires or is revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.orm import Session

from careerhub.db.models import Profile, ShareLink
from careerhub.db.session import lock_profile
from careerhub.document.text import clean_line
from careerhub.editing.tokens import draw_token, expire_after, hash_token
from careerhub.errors import InputInvalid, NotFound
from careerhub.ids import make_id

_LABEL_LENGTH = 100  # the column's


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLink:
    """A share link as its owner sees it: everything but the link itself, which only its receivers have."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    is_live: bool


def add_share_link(session: Session, profile_id: str, label: str, lifetime: timedelta) -> str:
    """Add a link to a profile of the person who signs the transaction; return its token, which is kept nowhere."""
    token = draw_token()
    row = {"id": make_id(), "profile_id": profile_id, "token_hash": hash_token(token), "label": _check_label(label)}
    session.execute(insert(ShareLink).values(**row, expires_at=expire_after(lifetime)))
    return token


def list_share_links(session: Session, profile_id: str) -> list[SharedLink]:
    """Return the links of a profile, oldest first; none if the profile isn't the actor's."""
    seen = (ShareLink.id, ShareLink.label, ShareLink.created_at, ShareLink.expires_at, ShareLink.revoked_at)
    wanted = select(*seen, ShareLink.last_used_at, _is_live().label("is_live"))
    rows = session.execute(
        wanted.where(ShareLink.profile_id == profile_id).order_by(ShareLink.created_at, ShareLink.id)
    )
    return [SharedLink(**row) for row in rows.mappings()]


def revoke_share_link(session: Session, profile_id: str, link_id: str) -> None:
    """Let a link show nothing from now on; raise NotFound when the actor has no such link."""
    is_it = (ShareLink.profile_id == profile_id, ShareLink.id == link_id)
    # a second time changes nothing: the first one is when it ended
    when = func.coalesce(ShareLink.revoked_at, func.clock_timestamp())
    revoked = update(ShareLink).where(*is_it).values(revoked_at=when).returning(ShareLink.id)
    if session.scalar(revoked, execution_options={"synchronize_session": False}) is None:
        raise NotFound("This share link isn't there any more.")


def allow_friends(session: Session, profile_id: str) -> None:
    """Let who has a link see a profile that was PRIVATE; it needs no address of its own for that."""
    lock_profile(session, profile_id)
    is_it = (Profile.id == profile_id, Profile.visibility == "PRIVATE")
    session.execute(
        update(Profile).where(*is_it).values(visibility="FRIENDS"), execution_options={"synchronize_session": False}
    )


def _is_live() -> ColumnElement[bool]:
    return and_(ShareLink.revoked_at.is_(None), ShareLink.expires_at > func.clock_timestamp())


def _check_label(label: str) -> str:
    cleaned = clean_line(label)
    if len(cleaned) > _LABEL_LENGTH:
        raise InputInvalid(f"The label of a share link has {_LABEL_LENGTH} characters at most.")
    return cleaned
