"""The outbox: mails that are to be sent, written in the transaction that is their reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from careerhub.db.models import Mail
from careerhub.ids import make_id

Kind = Literal[
    "SIGN_UP",
    "SIGNED_UP_ALREADY",
    "RESET_PASSWORD",
    "PASSWORD_CHANGED",
    "CHANGE_EMAIL",
    "EMAIL_CHANGING",
    "SECOND_FACTOR_CHANGED",
    "PUBLICATION_FAILED",
    "IMPORT_FAILED",
    "CERTIFICATE_EXPIRES",
]
_ERROR_LENGTH = 500  # the column's


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMail:
    """A mail that is lent to who sends it; `recipient` is '' for the account's own address."""

    id: str
    user_id: str
    email: str
    kind: str
    recipient: str
    payload: Mapping[str, Any]
    attempts: int
    full_name: str
    lang: str


def queue_mail(
    session: Session, user_id: str, kind: Kind, *, recipient: str = "", payload: Mapping[str, Any] | None = None
) -> None:
    """Have a mail sent to the actor; one of the same kind to the same address that still waits is enough."""
    is_same = (Mail.user_id == user_id, Mail.kind == kind, Mail.recipient == recipient, Mail.sent_at.is_(None))
    waits = select(Mail.id).where(*is_same, Mail.attempts == 0, Mail.payload == dict(payload or {})).limit(1)
    if session.scalar(waits) is None:
        row = {"id": make_id(), "user_id": user_id, "kind": kind, "recipient": recipient}
        session.execute(insert(Mail).values(**row, payload=dict(payload or {})))


def take_mail(session: Session) -> DueMail | None:
    """Borrow the next mail that is due, or None; if nobody says that it was sent, it is due again, later and later."""
    row = session.execute(text("SELECT * FROM take_mail()")).mappings().one_or_none()
    return DueMail(**row) if row else None


def note_sent(session: Session, mail_id: str) -> None:
    """Keep that the actor's mail was sent: it is due no more."""
    _note(session, mail_id, sent_at=func.clock_timestamp(), last_error="")


def note_failure(session: Session, mail_id: str, reason: str) -> None:
    """Keep why the actor's mail couldn't be sent."""
    _note(session, mail_id, last_error=reason[:_ERROR_LENGTH])


def drop_mails(session: Session, user_id: str, *kinds: Kind) -> None:
    """Have mails to the actor that still wait not be sent: what they are about is over."""
    theirs = (Mail.user_id == user_id, Mail.kind.in_(kinds), Mail.sent_at.is_(None))
    dropped = update(Mail).where(*theirs).values(sent_at=func.clock_timestamp(), last_error="not sent: it was over")
    session.execute(dropped, execution_options={"synchronize_session": False})


def queue_notices(session: Session) -> int:
    """Queue what people should be told that nobody did at that moment; return how many mails that makes."""
    return int(session.execute(text("SELECT queue_notices()")).scalar_one())


def _note(session: Session, mail_id: str, **values: Any) -> None:
    noted = update(Mail).where(Mail.id == mail_id).values(**values)
    session.execute(noted, execution_options={"synchronize_session": False})
