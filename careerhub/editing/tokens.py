"""Tokens that are mailed to people: used once, until they expire, and kept only as their SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, func, insert, select, text, update
from sqlalchemy.orm import Session

from careerhub.db.models import UserToken
from careerhub.errors import InputInvalid

Purpose = Literal["VERIFY_EMAIL", "RESET_PASSWORD", "CHANGE_EMAIL"]

_TOKEN_BYTES = 32  # nobody guesses 256 bits, so a fast hash is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedEmail:
    """Whose address has changed, from what to what."""

    user_id: str
    old_email: str
    new_email: str


def make_token(session: Session, user_id: str, purpose: Purpose, lifetime: timedelta, *, new_email: str = "") -> str:
    """Add a token for this person, who signs the transaction, and return its text: it is kept nowhere.

    `new_email` is the address that a CHANGE_EMAIL token proves.
    """
    token = draw_token()
    row = {"token_hash": hash_token(token), "user_id": user_id, "purpose": purpose}
    session.execute(insert(UserToken).values(**row, new_email=new_email, expires_at=expire_after(lifetime)))
    return token


def use_token(session: Session, token: str, purpose: Purpose) -> str | None:
    """Use a token up and return whose it was; None if it is unknown, used, expired or for something else."""
    return session.scalar(select(func.use_token(hash_token(token), purpose)))


def use_email_token(session: Session, token: str) -> ChangedEmail | None:
    """Use up the token that was mailed to a new address, which is the person's from now on; None if it is worth nothing."""
    asked = text("SELECT user_id, old_email, new_email FROM use_email_token(:token_hash)")
    row = session.execute(asked, {"token_hash": hash_token(token)}).mappings().one_or_none()
    return ChangedEmail(**row) if row else None


def revoke_tokens(session: Session, user_id: str, purpose: Purpose) -> int:
    """Make this person's unused tokens useless, say after a new password; return how many there were."""
    theirs = (UserToken.user_id == user_id, UserToken.purpose == purpose, UserToken.used_at.is_(None))
    revoked = update(UserToken).where(*theirs).values(used_at=func.clock_timestamp()).returning(UserToken.user_id)
    return len(session.scalars(revoked, execution_options={"synchronize_session": False}).all())


def draw_token() -> str:
    """Return a new secret that can stand in an address."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """Return what the database keeps of a token: its SHA-256."""
    # what isn't ASCII is no token of ours, and may come from anybody's address bar
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def expire_after(lifetime: timedelta) -> ColumnElement[datetime]:
    """Return the moment a token expires, by the database's clock: that clock judges it too."""
    if lifetime <= timedelta(0):
        raise InputInvalid("A link has to live longer than no time at all.")
    expires: ColumnElement[datetime] = func.clock_timestamp() + lifetime
    return expires
