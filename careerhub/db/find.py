"""Find whose a thing is, before anybody has signed."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def find_owner(session: Session, slug: str) -> str | None:
    """Return the user whose profile has this slug."""
    found: str | None = session.scalar(select(func.find_owner(slug)))
    return found
