"""Accounts: find one by its e-mail address, or add one."""

from __future__ import annotations

import re

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from careerhub.db.models import User
from careerhub.document.text import clean_line
from careerhub.errors import Conflict, InputInvalid

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
    found: str | None = session.scalar(select(func.find_account(clean_email(email))))
    return found


def add_account(session: Session, email: str, *, user_id: str) -> None:
    """Add an account without a password; raise Conflict when the address has one.

    The transaction is signed by the new person, with this id: nobody makes an account for somebody else.
    """
    cleaned = clean_email(email)
    if find_account(session, cleaned):
        raise Conflict(f"There is an account for {cleaned} already.")
    session.execute(insert(User), [{"id": user_id, "email": cleaned}])
