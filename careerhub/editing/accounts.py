"""Accounts: find one by its e-mail address, or add one; for operators, list and change everybody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from careerhub.db.models import User
from careerhub.document.text import clean_line
from careerhub.errors import Conflict, InputInvalid, NotFound

PLANS = ("FREE", "PRO", "EXPERT")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_EMAIL_LENGTH = 255  # the column's
# Rows on their way at once: enough to hide the round trips.
_FETCHED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as operators see it; without a profile it has neither slug nor visibility."""

    email: str
    plan: str
    is_active: bool
    slug: str | None
    visibility: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What decides whether somebody may sign in. Never shown."""

    user_id: str
    email: str
    password_hash: str = field(repr=False)
    is_active: bool
    is_verified: bool
    plan_expires_at: datetime | None
    last_login_at: datetime | None


def clean_email(email: str) -> str:
    """Return an e-mail address without what mail programs add around it; raise InputInvalid for anything else."""
    cleaned = clean_line(email).strip("<>").removeprefix("mailto:")
    if not _EMAIL.fullmatch(cleaned) or len(cleaned) > _EMAIL_LENGTH:
        raise InputInvalid(f"{cleaned[:80]!r} is not an e-mail address such as ada@example.org.")
    return cleaned


def find_account(session: Session, email: str) -> str | None:
    """Return the user id of the account with this e-mail address, whatever its case; whoever acts may ask."""
    found: str | None = session.scalar(select(func.find_account(clean_email(email))))
    return found


def get_account(session: Session, email: str) -> str:
    """Return the user id of the account with this e-mail address, or raise NotFound."""
    if (user_id := find_account(session, email)) is None:
        raise NotFound(f"There is no account for {clean_email(email)}: `careerhub users list` shows them all.")
    return user_id


def add_account(session: Session, email: str, *, user_id: str) -> None:
    """Add an account without a password; raise Conflict when the address has one.

    The transaction is signed by the new person, with this id: nobody makes an account for somebody else.
    """
    cleaned = clean_email(email)
    # the index decides, not a question before: two who register at once can't both be told that it is free
    added = insert(User).values(id=user_id, email=cleaned)
    unless_there = added.on_conflict_do_nothing(index_elements=[func.lower(User.email)]).returning(User.id)
    if session.scalar(unless_there) is None:
        raise Conflict(f"There is an account for {cleaned} already.")


def change_password(session: Session, user_id: str, password_hash: str) -> None:
    """Give the actor another password; only its hash is kept."""
    theirs = update(User).where(User.id == user_id).values(password_hash=password_hash).returning(User.id)
    if session.scalar(theirs, execution_options={"synchronize_session": False}) is None:
        raise NotFound("This account isn't there any more.")


def read_credentials(session: Session, user_id: str) -> Credentials | None:
    """Return what decides whether the actor may sign in; None where there is no such account."""
    names = ("email", "password_hash", "is_active", "is_verified", "plan_expires_at", "last_login_at")
    wanted = select(User.id.label("user_id"), *(getattr(User, name) for name in names)).where(User.id == user_id)
    row = session.execute(wanted).mappings().one_or_none()
    return Credentials(**row) if row else None


def note_sign_in(session: Session, user_id: str) -> None:
    """Keep when the actor signed in last."""
    theirs = update(User).where(User.id == user_id).values(last_login_at=func.clock_timestamp())
    session.execute(theirs, execution_options={"synchronize_session": False})


def replace_hash(session: Session, user_id: str, old_hash: str, new_hash: str) -> None:
    """Keep the actor's same password under a newer cost, unless it has been changed meanwhile."""
    theirs = update(User).where(User.id == user_id, User.password_hash == old_hash).values(password_hash=new_hash)
    session.execute(theirs, execution_options={"synchronize_session": False})


def list_accounts(session: Session) -> Iterator[Account]:
    """Yield every account by its e-mail address, for the owner; memory doesn't grow with their number."""
    wanted = text("SELECT email, plan, is_active, slug, visibility FROM list_accounts()")
    with session.execute(wanted, execution_options={"yield_per": _FETCHED}) as found:
        for row in found.mappings():
            yield Account(**row)


def change_account(
    session: Session,
    user_id: str,
    *,
    is_active: bool | None = None,
    plan: str | None = None,
    password_hash: str | None = None,
) -> None:
    """Change somebody's account, as the owner; None leaves a thing as it is."""
    if plan is not None and plan not in PLANS:
        raise InputInvalid(f"{plan[:40]!r} is no plan: choose one of {', '.join(PLANS)}.")
    changes = {"user_id": user_id, "is_active": is_active, "plan": plan, "password_hash": password_hash}
    if not session.scalar(text("SELECT change_account(:user_id, :is_active, :plan, :password_hash)"), changes):
        raise NotFound("This account isn't there any more.")
