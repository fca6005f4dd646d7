"""Erasure: everything of one person, by that person's right."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def list_slugs(session: Session, profile_id: str) -> list[str]:
    """Return a profile's address and its former ones, of the actor's own profile."""
    found = session.execute(
        text(
            "SELECT slug FROM profiles WHERE id = :id AND slug IS NOT NULL"
            " UNION SELECT slug FROM slug_history WHERE profile_id = :id AND slug IS NOT NULL ORDER BY 1"
        ),
        {"id": profile_id},
    )
    return [str(slug) for slug in found.scalars()]


def erase_account(session: Session) -> dict[str, int]:
    """Erase the actor: account, profile and everything they own, what the log of changes said, former addresses.

    Return how much of each there was. Counters and hashes stay: that something was published, and that nobody else
    takes the address for ninety days.
    """
    found = session.execute(text("SELECT what, count FROM erase_account()"))
    return {str(row.what): int(row[1]) for row in found}
