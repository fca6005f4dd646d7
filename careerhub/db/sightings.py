"""Who may be seen at this moment, and what the database thinks is published of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One profile as the public may see it; revisions are 0 where there is none."""

    profile_id: str
    is_public: bool
    removed_at_revision: int
    published_revision: int


def list_sightings(connection: Connection, profile_ids: Collection[str]) -> list[Sighting]:
    """Return what the database has ever had of these profiles."""
    rows = connection.execute(
        text(
            "SELECT r.profile_id, r.is_public, coalesce(r.removed_at_revision, 0) AS removed, coalesce(p.published_revision, 0) AS published"
            " FROM site.revisions r LEFT JOIN profile_publications p ON p.profile_id = r.profile_id"
            " WHERE r.profile_id = ANY (CAST(:ids AS text[]))"
        ),
        {"ids": sorted(profile_ids)},
    )
    return [
        Sighting(
            profile_id=row.profile_id,
            is_public=row.is_public,
            removed_at_revision=row.removed,
            published_revision=row.published,
        )
        for row in rows
    ]


def read_clock(connection: Connection) -> datetime:
    """Return the database's time: this machine's clock may be wrong."""
    moment: datetime = connection.scalar(text("SELECT now()"))
    return moment
