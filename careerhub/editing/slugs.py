"""Addresses of profiles: whether one is free, and the change from one to another."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import String, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from careerhub.db.models import Profile
from careerhub.db.session import lock_profile
from careerhub.editing.profiles import check_slug
from careerhub.errors import Conflict, InputInvalid, NotFound

Availability = Literal["free", "yours", "reserved", "taken", "malformed"]

_IS_FREE = text("SELECT slug FROM free_slugs(:wanted, :profile_id) AS slug").bindparams(
    bindparam("wanted", type_=ARRAY(String))
)


def find_availability(session: Session, slug: str, profile_id: str | None) -> Availability:
    """Return whether this profile could have this address; a former one of its own is free to it."""
    try:
        check_slug(slug)
    except InputInvalid:
        return "malformed"
    if profile_id and session.scalar(select(Profile.slug).where(Profile.id == profile_id)) == slug:
        return "yours"
    if session.scalar(select(func.is_reserved_slug(slug))):
        return "reserved"
    found = session.execute(_IS_FREE, {"wanted": [slug], "profile_id": profile_id}).scalar()
    return "free" if found else "taken"


def change_slug(session: Session, profile_id: str, slug: str) -> str:
    """Give a profile another address and return the former one, which leads on; a trigger keeps it.

    The index decides between two who want the same one at once.
    """
    check_slug(slug)
    lock_profile(session, profile_id)
    former = session.execute(select(Profile.slug).where(Profile.id == profile_id)).one_or_none()
    if former is None:
        raise NotFound("This profile isn't there any more.")
    available = find_availability(session, slug, profile_id)
    if available == "reserved":
        raise InputInvalid("The site needs this address itself: choose another.")
    if available == "taken":
        raise Conflict("Somebody else has this address, or had it less than 90 days ago: choose another.")
    changed = update(Profile).where(Profile.id == profile_id).values(slug=slug)
    session.execute(changed, execution_options={"synchronize_session": False})
    return former.slug or ""
