"""One look at the database, by the driver alone: has anybody been edited since? For whoever mostly has nothing to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from careerhub.db.head import head

CONNECT_TIMEOUT_SECONDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What was seen: the database's time, and whether somebody was edited."""

    has_edits: bool
    now: datetime


def glance(url: str, cursor: str) -> Glance | None:
    """Look for edits since a cursor, as `str(Cursor)` writes it.

    None whenever something isn't as expected, an error of the driver too: the long way says what it is.
    """
    import psycopg

    mark, _, xmin = cursor.rpartition(":")
    if not xmin.isdigit():
        return None
    try:
        with psycopg.connect(
            url.replace("postgresql+psycopg://", "postgresql://", 1),
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            application_name="careerhub-site",
            autocommit=True,
        ) as connection:
            row = connection.execute(
                "SELECT h.mark, (SELECT max(version_num) FROM public.alembic_version), now(),"
                " EXISTS (SELECT FROM site.revisions r WHERE r.xid >= CAST(%s AS xid8)) FROM site.history h",
                (xmin,),
            ).fetchone()
    except psycopg.Error:
        return None
    if row is None or (row[0], row[1]) != (mark, head()):
        return None
    return Glance(now=row[2], has_edits=row[3])
