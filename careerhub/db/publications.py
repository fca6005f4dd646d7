"""What is published: the builder's own record, compared and set, never cleared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal

from sqlalchemy import Connection, Engine, text

from careerhub.db.errors import translated

ROWS_A_STATEMENT = 5_000
# what a person is told of a failure; all of it is in the publisher's log
_LONGEST_REASON = 1000

PublisherKind = Literal["SYNC", "WATCH", "WORKER"]


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


def note_failures(engine: Engine, reasons: Mapping[str, str]) -> None:
    """Note why these PUBLIC profiles, named by slug or id, couldn't be rendered; whoever is published anew is cleared.

    What was noted of somebody who never was published, and has hidden, goes: nothing of them is left to withdraw.
    """
    with translated(), engine.begin() as connection:
        if reasons:
            connection.execute(
                text(
                    "INSERT INTO profile_publications AS p (profile_id, attempts, last_error)"
                    " SELECT s.profile_id, 1, u.reason FROM unnest(CAST(:names AS text[]), CAST(:reasons AS text[])) AS u (name, reason)"
                    " JOIN site.profiles s ON s.slug = u.name OR s.profile_id = u.name"
                    " ON CONFLICT (profile_id) DO UPDATE SET attempts = p.attempts + 1, last_error = excluded.last_error"
                ),
                {"names": sorted(reasons), "reasons": [reasons[name][:_LONGEST_REASON] for name in sorted(reasons)]},
            )
        connection.execute(
            text(
                "DELETE FROM profile_publications p USING site.revisions r WHERE p.published_revision = 0"
                " AND p.last_error IS NOT NULL AND r.profile_id = p.profile_id AND NOT r.is_public"
            )
        )


def list_requests(engine: Engine) -> dict[str, str]:
    """Return the requests to publish that wait, with whose each is: ids of requests and profiles."""
    with translated(), engine.connect() as connection:
        return {
            row.id: row.profile_id for row in connection.execute(text("SELECT id, profile_id FROM list_requests()"))
        }


def serve_requests(engine: Engine, tried: Iterable[str] = (), failed: Iterable[str] = ()) -> int:
    """Note which requests to publish are done by now; return how many.

    Of those that were `tried` (ids), the ones of profiles that `failed` again (slugs or ids) are done too.
    """
    answers = {"tried": sorted(tried), "failed": sorted(failed)}
    question = text("SELECT serve_requests(CAST(:tried AS text[]), CAST(:failed AS text[]))")
    with translated(), engine.begin() as connection:
        return int(connection.scalar(question, answers) or 0)


def note_sighting(engine: Engine, kind: PublisherKind) -> None:
    """Note that a publisher of this kind is at work, at most once a minute: people are told who will serve them."""
    with translated(), engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO publisher_sightings AS s (kind) VALUES (:kind) ON CONFLICT (kind) DO UPDATE SET"
                " seen_at = clock_timestamp(), began_at = CASE WHEN s.seen_at < clock_timestamp() - interval '5 minutes'"
                " THEN clock_timestamp() ELSE s.began_at END WHERE s.seen_at < clock_timestamp() - interval '1 minute'"
            ),
            {"kind": kind},
        )
