"""Find whose a thing is, before anybody has signed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from careerhub.db.models import Profile


def find_owner(session: Session, slug: str) -> str | None:
    """Return the user whose profile has this slug."""
    return session.scalar(select(Profile.user_id).where(Profile.slug == slug))
