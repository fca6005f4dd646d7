"""What publishing owes: edits that aren't out yet, people who aren't gone yet, and how long withdrawals took."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

# enough for a picture of lately, and few enough to read each time
WITHDRAWALS = 1_000
QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Numbers of profiles, and ages in seconds by the database's clock (0: there are none)."""

    public: int
    hidden: int
    dirty: int
    dirty_oldest: float
    withdraw_pending: int
    withdraw_oldest: float
    withdraw_seconds: tuple[tuple[float, float], ...]  # (quantile, seconds), empty when nothing was withdrawn yet


def read_backlog(connection: Connection) -> Backlog:
    """Read it all, as careerhub_site."""
    row = connection.execute(
        text(
            "SELECT count(*) FILTER (WHERE r.is_public) AS public, count(*) FILTER (WHERE NOT r.is_public) AS hidden,"
            " count(*) FILTER (WHERE is_dirty) AS dirty,"
            " coalesce(extract(epoch FROM now() - min(r.changed_at) FILTER (WHERE is_dirty)), 0) AS dirty_oldest,"
            " count(*) FILTER (WHERE is_left) AS pending,"
            " coalesce(extract(epoch FROM now() - min(coalesce(r.removed_at, r.changed_at)) FILTER (WHERE is_left)), 0) AS pending_oldest"
            " FROM site.revisions r LEFT JOIN profile_publications p USING (profile_id),"
            " LATERAL (SELECT r.is_public AND r.revision > coalesce(p.published_revision, 0) AS is_dirty,"
            " NOT r.is_public AND p.profile_id IS NOT NULL AS is_left) AS state"
        )
    ).one()
    seconds = connection.scalar(
        text(
            "SELECT percentile_disc(CAST(:quantiles AS float[])) WITHIN GROUP (ORDER BY took) FROM ("
            " SELECT extract(epoch FROM gone_at - removed_at)::float AS took FROM profile_withdrawals"
            " ORDER BY gone_at DESC LIMIT :limit) AS lately"
        ),
        {"quantiles": list(QUANTILES), "limit": WITHDRAWALS},
    )
    return Backlog(
        public=row.public,
        hidden=row.hidden,
        dirty=row.dirty,
        dirty_oldest=float(row.dirty_oldest),
        withdraw_pending=row.pending,
        withdraw_oldest=float(row.pending_oldest),
        withdraw_seconds=tuple(zip(QUANTILES, seconds, strict=True)) if seconds and seconds[0] is not None else (),
    )
