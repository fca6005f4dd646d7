"""Workers of other machines: whoever comes to publish waits until those of an earlier run are done."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, text

from careerhub.errors import Occupied

# Whose heartbeat is older is dead, and somebody else does its work.
STALLED_SECONDS = 10.0
# A worker asks before each profile and at least every second whether its run is still the one.
PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.2


def end_runs(
    connection: Connection,
    target: str,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """End every run of a target, and wait until no living worker is at it. Occupied: one doesn't stop.

    What they put until then the target's own root says: it names the places they touched.
    """
    if connection.scalar(text("SELECT to_regclass('jobs.runs')")) is None:
        return  # an older database; who uses it will say so
    # the engine's triggers name their tables without a schema
    connection.execute(text("SET search_path = jobs, pg_catalog"))
    try:
        connection.execute(text("DELETE FROM runs WHERE target = :target"), {"target": target})
        connection.execute(text(_DROP_WAITING), {"target": target})
        _wait_for_living(connection, target, clock, sleep)
    finally:
        connection.execute(text("RESET search_path"))


def _wait_for_living(
    connection: Connection, target: str, clock: Callable[[], float], sleep: Callable[[float], None]
) -> None:
    end = clock() + PATIENCE_SECONDS
    while connection.scalar(text(_COUNT_LIVING), {"target": target, "seconds": STALLED_SECONDS}):
        if clock() > end:
            raise Occupied(f"{target}: workers of an earlier run are still at it; run it again.")
        sleep(LOOK_SECONDS)


_DROP_WAITING = "DELETE FROM procrastinate_jobs WHERE status <> 'doing' AND args -> 'order' ->> 'target' = :target"
# The jobs of the dead go on the way: should one of them rise, it has nothing to do any more.
_COUNT_LIVING = """
WITH living AS (
  SELECT j.id FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
   WHERE j.status = 'doing' AND j.args -> 'order' ->> 'target' = :target
     AND w.last_heartbeat > now() - make_interval(secs => :seconds)
), dead AS (
  DELETE FROM procrastinate_jobs WHERE status = 'doing' AND args -> 'order' ->> 'target' = :target
     AND id NOT IN (SELECT id FROM living)
) SELECT count(*) FROM living
"""
