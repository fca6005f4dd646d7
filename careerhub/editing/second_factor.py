"""Second factors: codes of an app (RFC 6238), and recovery codes for the day that app is lost.

The secret is encrypted like contact data. A code opens once: its step of 30 seconds is kept, and none before it counts.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from careerhub.db.models import RecoveryCode, UserTotp
from careerhub.editing.contact import ContactKeys, decrypt_contact, encrypt_contact
from careerhub.errors import CareerHubError, Conflict

ISSUER = "CareerHub"
RECOVERY_CODES = 10
_STEP = 30  # seconds, what every app assumes
_TOLERANCE = 1  # steps before and after: clocks differ, and people type slowly
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like others


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What a person has: `is_confirmed` when it counts, and how many recovery codes are left."""

    is_confirmed: bool
    confirmed_at: datetime | None
    codes_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorOwner:
    """Whose secret is encrypted with which key."""

    user_id: str
    secret_key_id: str


def find_second_factor(session: Session, user_id: str) -> SecondFactor | None:
    """Return the actor's second factor, begun or confirmed; None without one."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    wanted = select(UserTotp.confirmed_at, unused.scalar_subquery().label("left")).where(UserTotp.user_id == user_id)
    row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    return SecondFactor(is_confirmed=row.confirmed_at is not None, confirmed_at=row.confirmed_at, codes_left=row.left)


def has_second_factor(session: Session, user_id: str) -> bool:
    """Tell whether the actor's password alone isn't enough."""
    found = find_second_factor(session, user_id)
    return found is not None and found.is_confirmed


def begin_second_factor(session: Session, keys: ContactKeys, user_id: str) -> None:
    """Give the actor a new secret, which counts once it is confirmed; raise Conflict if another counts already."""
    blob, key_id = encrypt_contact(keys, user_id, {"secret": pyotp.random_base32()})
    values = {"secret_encrypted": blob, "secret_key_id": key_id}
    fresh = upsert(UserTotp).values(user_id=user_id, **values)
    begun = fresh.on_conflict_do_update(
        index_elements=[UserTotp.user_id], set_=values, where=UserTotp.confirmed_at.is_(None)
    )
    if session.scalar(begun.returning(UserTotp.user_id)) is None:
        raise Conflict("There is a second factor already: remove it before you set up another.")


def read_pending_secret(session: Session, keys: ContactKeys, user_id: str) -> str | None:
    """Return the secret that the actor has to confirm; None when there is none, or it is confirmed."""
    row = session.execute(select(UserTotp).where(UserTotp.user_id == user_id)).scalar_one_or_none()
    return None if row is None or row.confirmed_at is not None else _open_secret(keys, row)


def make_provisioning_uri(secret: str, email: str) -> str:
    """Return what the picture for apps says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def confirm_second_factor(
    session: Session, keys: ContactKeys, user_id: str, code: str, moment: datetime
) -> list[str] | None:
    """Have the second factor count from now on, if the code is right; return the recovery codes, kept nowhere."""
    row = _lock(session, user_id)
    if row is None or row.confirmed_at is not None or not _use_code(keys, row, code, moment):
        return None
    row.confirmed_at = moment
    session.flush()
    return make_recovery_codes(session, user_id)


def check_code(session: Session, keys: ContactKeys, user_id: str, code: str, moment: datetime) -> bool:
    """Tell whether this is the actor's code of about now, and use it up."""
    row = _lock(session, user_id)
    if row is None or row.confirmed_at is None or not _use_code(keys, row, code, moment):
        return False
    session.flush()
    return True


def make_recovery_codes(session: Session, user_id: str) -> list[str]:
    """Give the actor new recovery codes instead of all former ones; return them, for they are kept nowhere."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]
    session.execute(insert(RecoveryCode), [{"user_id": user_id, "code_hash": _hash_code(code)} for code in codes])
    return codes


def use_recovery_code(session: Session, user_id: str, code: str) -> bool:
    """Use up one of the actor's recovery codes; False if it is none, or was used."""
    is_it = (
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_hash == _hash_code(code),
        RecoveryCode.used_at.is_(None),
    )
    used = update(RecoveryCode).where(*is_it).values(used_at=func.clock_timestamp()).returning(RecoveryCode.user_id)
    return session.scalar(used, execution_options={"synchronize_session": False}) is not None


def remove_second_factor(session: Session, user_id: str) -> None:
    """Have the actor's password be enough again."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(delete(UserTotp).where(UserTotp.user_id == user_id))


def list_factor_owners(session: Session, *, except_key: str = "", at_once: int) -> Iterator[Sequence[FactorOwner]]:
    """Yield, `at_once` at a time, whose secret isn't encrypted with this key; for the owner, who asks by a door."""
    wanted = text("SELECT user_id, secret_key_id FROM list_second_factor_owners(:key_id)")
    with session.execute(wanted, {"key_id": except_key}, execution_options={"yield_per": at_once}) as found:
        for rows in found.mappings().partitions(at_once):
            yield [FactorOwner(**row) for row in rows]


def count_factor_owners(session: Session, *, except_key: str = "") -> dict[str, int]:
    """Count the secrets that aren't encrypted with this key, by the key they are encrypted with."""
    wanted = text("SELECT secret_key_id, count(*) AS owners FROM list_second_factor_owners(:key_id) GROUP BY 1")
    return {row.secret_key_id: row.owners for row in session.execute(wanted, {"key_id": except_key})}


def check_secret(session: Session, keys: ContactKeys, user_id: str) -> bool:
    """Tell whether the actor has a secret; raise CareerHubError when it can't be opened."""
    row = session.execute(select(UserTotp).where(UserTotp.user_id == user_id)).scalar_one_or_none()
    return row is not None and bool(_open_secret(keys, row))


def reencrypt_secret(session: Session, keys: ContactKeys, user_id: str) -> bool:
    """Encrypt the actor's secret with the newest key; False when there is nothing to do."""
    row = _lock(session, user_id)
    if row is None or row.secret_key_id == keys.newest[0]:
        return False
    secret = _open_secret(keys, row)
    row.secret_encrypted, row.secret_key_id = encrypt_contact(keys, user_id, {"secret": secret})
    session.flush()
    return True


def _lock(session: Session, user_id: str) -> UserTotp | None:
    wanted = select(UserTotp).where(UserTotp.user_id == user_id).with_for_update()
    return session.execute(wanted, execution_options={"populate_existing": True}).scalar_one_or_none()


def _use_code(keys: ContactKeys, row: UserTotp, code: str, moment: datetime) -> bool:
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return False
    app = pyotp.TOTP(_open_secret(keys, row), interval=_STEP)
    now = int(moment.timestamp()) // _STEP
    for step in range(now - _TOLERANCE, now + _TOLERANCE + 1):
        if step > row.last_step and hmac.compare_digest(app.generate_otp(step), typed):
            row.last_step = step
            return True
    return False


def _open_secret(keys: ContactKeys, row: UserTotp) -> str:
    try:
        return decrypt_contact(keys, row.user_id, row.secret_key_id, bytes(row.secret_encrypted))["secret"]
    except CareerHubError as error:
        said = str(error).replace("The contact data of profile", "The second factor of account")
        raise CareerHubError(said) from None


def _hash_code(code: str) -> bytes:
    plain = "".join(c for c in code.casefold() if c.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()
