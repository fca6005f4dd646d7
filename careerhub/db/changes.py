"""Which profiles changed since a moment, found without looking at the others.

Timestamps can't tell: transactions commit in another order than they began. Transaction numbers can: whatever a snapshot
sees that an earlier one didn't was written by a transaction that hadn't ended at the earlier one, so its number is at
least the earlier snapshot's xmin. The few that both see are told twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

from careerhub.db.site import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A moment in the history of edits that `mark` names; numbers of another history mean nothing here."""

    mark: str
    xmin: int

    def __str__(self) -> str:
        return f"{self.mark}:{self.xmin}"


def parse_cursor(text: str) -> Cursor | None:
    """Read what `str(cursor)` wrote; None when there is nothing to read."""
    mark, colon, xmin = text.rpartition(":")
    return Cursor(mark=mark, xmin=int(xmin)) if colon and xmin.isdigit() else None


def read_cursor(connection: Connection) -> Cursor:
    """Return the moment that this connection's transaction sees: it has to be a snapshot (`open_snapshot`)."""
    row = connection.execute(
        text(
            "SELECT (SELECT mark FROM site.history) AS mark, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin"
        )
    ).one()
    return Cursor(mark=row.mark, xmin=row.xmin)


def list_changed(connection: Connection, since: Cursor) -> list[Revision]:
    """Return, by id, every profile edited since; some may be older. LookupError: the cursor is of another history."""
    if since.mark != connection.scalar(text("SELECT mark FROM site.history")):
        raise LookupError(since.mark)
    return _list_revisions(connection, "xid >= CAST(CAST(:xmin AS text) AS xid8)", xmin=str(since.xmin))


def list_revisions(connection: Connection, profile_ids: Collection[str]) -> list[Revision]:
    """Return, by id, how far these profiles' edits are; those there never were are left out."""
    return _list_revisions(connection, "profile_id = ANY (:ids)", ids=sorted(profile_ids)) if profile_ids else []


def _list_revisions(connection: Connection, where: str, **values: object) -> list[Revision]:
    rows = connection.execute(
        text(
            "SELECT profile_id, revision, removed_at_revision, is_public FROM site.revisions"
            f' WHERE {where} ORDER BY profile_id COLLATE "C"'
        ),
        values,
    )
    return [
        Revision(
            profile_id=row.profile_id,
            revision=row.revision,
            removed_at_revision=row.removed_at_revision or 0,
            is_public=row.is_public,
        )
        for row in rows
    ]
