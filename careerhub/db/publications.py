"""What is published: the builder's own record, compared and set, never cleared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection, Engine, text

from careerhub.db.errors import translated

ROWS_A_STATEMENT = 5_000


def list_published(connection: Connection) -> dict[str, int]:
    """Return the published revision of every profile that has one."""
    rows = connection.execute(text("SELECT profile_id, published_revision FROM profile_publications"))
    return {row.profile_id: row.published_revision for row in rows}


def record_published(engine: Engine, done: Mapping[str, tuple[int, date | None]], *, gone: Collection[str]) -> int:
    """Record revisions that are newer than what was recorded, and forget the profiles that are gone.

    Return how many profiles advanced. An older run can't set a counter back.
    """
    advanced = 0
    ids = sorted(done)
    with translated(), engine.begin() as connection:
        for start in range(0, len(ids), ROWS_A_STATEMENT):
            some = ids[start : start + ROWS_A_STATEMENT]
            advanced += connection.execute(
                text(
                    "INSERT INTO profile_publications AS p (profile_id, published_revision, published_at, next_change_at)"
                    " SELECT i, r, now(), c FROM unnest(CAST(:ids AS text[]), CAST(:revisions AS bigint[]), CAST(:changes AS date[])) AS u (i, r, c)"
                    " ON CONFLICT (profile_id) DO UPDATE SET published_revision = excluded.published_revision,"
                    " published_at = excluded.published_at, next_change_at = excluded.next_change_at, attempts = 0, last_error = NULL"
                    " WHERE p.published_revision < excluded.published_revision"
                    " OR p.next_change_at IS DISTINCT FROM excluded.next_change_at"
                ),
                {"ids": some, "revisions": [done[i][0] for i in some], "changes": [done[i][1] for i in some]},
            ).rowcount
        if gone:
            # one statement: whoever was published and is gone now, with the moment that took them away
            connection.execute(
                text(
                    "WITH gone AS (DELETE FROM profile_publications WHERE profile_id = ANY (:gone) RETURNING profile_id)"
                    " INSERT INTO profile_withdrawals (profile_id, removed_at)"
                    " SELECT r.profile_id, coalesce(r.removed_at, r.changed_at) FROM site.revisions r JOIN gone USING (profile_id)"
                ),
                {"gone": sorted(gone)},
            )
    return advanced


def find_withdrawal_seconds(engine: Engine, profile_id: str) -> float | None:
    """Return how long a profile's latest withdrawal took, from hiding to being gone; None when it isn't gone."""
    with translated(), engine.connect() as connection:
        found = connection.scalar(
            text(
                "SELECT extract(epoch FROM w.gone_at - w.removed_at)::float FROM profile_withdrawals w"
                " JOIN site.revisions r USING (profile_id) WHERE profile_id = :id"
                " AND w.removed_at >= coalesce(r.removed_at, r.changed_at) ORDER BY w.gone_at DESC LIMIT 1"
            ),
            {"id": profile_id},
        )
    return None if found is None else float(found)
