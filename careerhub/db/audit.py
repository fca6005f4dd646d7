"""The audit log as operators see it: seal it, verify it, and let go of what may not be kept.

The database writes the log, chains it and judges it (`migrations/sql/0008_audit.up.sql`); here its answers become values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, text
from sqlalchemy.orm import Session

from careerhub.db.session import acting
from careerhub.errors import InputInvalid

_HEAD = "SELECT position, chain FROM audit_seals ORDER BY position DESC LIMIT 1"
# one statement, one snapshot: what is written or sealed meanwhile must not look like a difference
_JUDGED = text(
    "SELECT v.*, h.position, h.chain, k.chain AS known_chain FROM verify_audit_log() v"
    f" LEFT JOIN ({_HEAD}) h ON true LEFT JOIN audit_seals k ON k.position = :known"
)
_SEAL = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One link of the chain: it stands for its row and for all rows before it."""

    position: int
    chain: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.chain.hex()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """The first row that isn't as it was written: its place, and what of it is still there."""

    position: int
    id: str | None
    action: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of the log. `intact`, `emptied` and `bad` are all its rows; `unsealed` are some of the first two."""

    intact: int
    emptied: int
    unsealed: int
    bad: int
    first_bad: BadRow | None
    head: Seal | None
    # None: nobody gave a seal to compare
    is_known_seal_there: bool | None

    @property
    def is_good(self) -> bool:
        return self.first_bad is None and self.is_known_seal_there is not False


def parse_seal(written: str) -> Seal:
    """Read `POSITION:HASH`, as `seal_log` gave it."""
    if not (found := _SEAL.fullmatch(written.strip())):
        raise InputInvalid(f"{written[:100]!r} is no seal: give POSITION:HASH as `careerhub audit seal` printed it.")
    return Seal(position=int(found[1]), chain=bytes.fromhex(found[2]))


def seal_log(engine: Engine) -> tuple[int, Seal | None]:
    """Chain every row that isn't sealed yet; return how many those were, and the newest seal."""
    # Two transactions: the first holds writers up and has to be over before the work begins.
    with acting(engine, None) as session:
        end = session.scalar(text("SELECT find_audit_end()"))
    with acting(engine, None) as session:
        sealed = session.scalar(text("SELECT seal_audit_log(:upto)"), {"upto": end})
        return int(sealed or 0), _find_head(session)


def verify_log(engine: Engine, known: Seal | None = None) -> Verdict:
    """Recompute every digest and the whole chain, and compare a seal that was kept elsewhere."""
    with acting(engine, None) as session:
        found = session.execute(_JUDGED, {"known": known and known.position}).one()
    return Verdict(
        intact=found.intact,
        emptied=found.emptied,
        unsealed=found.unsealed,
        bad=found.bad,
        first_bad=_make_bad_row(found),
        head=None if found.position is None else Seal(position=found.position, chain=found.chain),
        is_known_seal_there=None if known is None else found.known_chain == known.chain,
    )


def tidy(engine: Engine) -> dict[str, int]:
    """Empty and remove what has been kept long enough; return how much of what."""
    with acting(engine, None) as session:
        rows = session.execute(text("SELECT what, count FROM tidy()"))
        return {what: int(count) for what, count in rows}


def _make_bad_row(found: Row[Any]) -> BadRow | None:
    if found.bad_reason is None:
        return None
    return BadRow(position=found.bad_position, id=found.bad_id, action=found.bad_action, reason=found.bad_reason)


def _find_head(session: Session) -> Seal | None:
    row = session.execute(text(_HEAD)).one_or_none()
    return None if row is None else Seal(position=row.position, chain=row.chain)
