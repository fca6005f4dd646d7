"""Accounts: find one by its e-mail address, or add one."""

from __future__ import annotations

import re

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from careerhub.db.models import User
from careerhub.document.text import clean_line
from careerhub.errors import Conflict, InputInvalid
from careerhub.ids import make_id

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_EMAIL_LENGTH = 255  # the column's


def clean_email(email: str) -> str:
    """Return an e-mail address without what mail programs add around it; raise InputInvalid for anything else."""
    cleaned = clean_line(email).removeprefix("mailto:").strip("<>")
    if not _EMAIL.fullmatch(cleaned) or len(cleaned) > _EMAIL_LENGTH:
        raise InputInvalid(f"{cleaned[:80]!r} is not an e-mail address such as ada@example.org.")
    return cleaned


def find_account(session: Session, email: str) -> str | None:
    """Return the user id of the account with this e-mail address, whatever its case."""
    return session.scalar(select(User.id).where(func.lower(User.email) == func.lower(clean_email(email))))


def add_account(session: Session, email: str, *, user_id: str | None = None) -> str:
    """Add an account without a password and return its user id; raise Conflict when the address has one.

    A caller whose transaction is signed by the new person passes the id it signed with.
    """
    cleaned = clean_email(email)
    if find_account(session, cleaned):
        raise Conflict(f"There is an account for {cleaned} already.")
    new_id = user_id or make_id()
    session.execute(insert(User), [{"id": new_id, "email": cleaned}])
    return new_id
