"""The queue in the database: runs, jobs, who takes them, and what they report. Nobody else names its tables."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine, text

from careerhub.db.errors import translated
from careerhub.db.workers import STALLED_SECONDS
from careerhub.jobs.orders import Order, write_order
from careerhub.publish.headers import fingerprint_headers

TASK = "careerhub.render"
# A worker says every few seconds that it lives.
HEARTBEAT_SECONDS = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the database says at this moment of one profile, of the run and of the job."""

    is_public: bool
    slug: str
    removed_at_revision: int
    is_current: bool
    is_ours: bool


def name_queue(target: str, site_url: str, pages_fingerprint: str) -> str:
    """Return the queue of one target for one version of software and templates: others never see its jobs."""
    words = (target, site_url, pages_fingerprint, fingerprint_headers())
    # a channel's name has 63 characters at most
    return "site-" + hashlib.sha256("\n".join(words).encode()).hexdigest()[:24]


@contextmanager
def open_queue(engine: Engine | Connection) -> Iterator[Connection]:
    """Open a transaction in which the engine's own names are found, on a new connection or on a given one."""
    with translated(), engine.begin() if isinstance(engine, Engine) else _begun(engine) as connection:
        connection.execute(text("SET LOCAL search_path = jobs, pg_catalog"))
        yield connection


@contextmanager
def _begun(connection: Connection) -> Iterator[Connection]:
    with connection.begin():
        yield connection


# workers


def register_hand(connection: Connection, worker: int, queue: str, cvs: str) -> None:
    """Note that a worker takes jobs of a queue, with these fonts."""
    connection.execute(
        text("INSERT INTO hands (worker_id, queue, cvs) VALUES (:worker, :queue, :cvs)"),
        {"worker": worker, "queue": queue, "cvs": cvs},
    )


def count_hands(connection: Connection, queue: str, cvs: str, stalled_seconds: float = STALLED_SECONDS) -> int:
    """Return how many workers live that take jobs of a queue; `cvs`: with these fonts, "" with any."""
    found: int = connection.execute(
        text(
            "SELECT count(*) FROM hands h JOIN procrastinate_workers w ON w.id = h.worker_id WHERE h.queue = :queue"
            " AND (:cvs = '' OR h.cvs = :cvs) AND w.last_heartbeat > now() - make_interval(secs => :seconds)"
        ),
        {"queue": queue, "cvs": cvs, "seconds": stalled_seconds},
    ).scalar_one()
    return found


def is_alive(connection: Connection, worker: int, stalled_seconds: float = STALLED_SECONDS) -> bool:
    """Tell whether others believe that a worker lives."""
    return bool(
        connection.scalar(
            text(
                "SELECT last_heartbeat > now() - make_interval(secs => :seconds) FROM procrastinate_workers WHERE id = :id"
            ),
            {"id": worker, "seconds": stalled_seconds},
        )
    )


# runs


def begin_run(connection: Connection, target: str, token: str) -> None:
    """Make a run the one that may write on a target: its coordinator holds the lock, so that no other is at work."""
    connection.execute(
        text(
            "INSERT INTO runs (target, token) VALUES (:target, :token)"
            " ON CONFLICT (target) DO UPDATE SET token = excluded.token, started_at = now()"
        ),
        {"target": target, "token": token},
    )
    connection.execute(text("DELETE FROM reports WHERE token NOT IN (SELECT token FROM runs)"))


def end_run(connection: Connection, target: str, token: str) -> None:
    """Forget a run: its workers stop, and nothing of it stays."""
    connection.execute(
        text("DELETE FROM runs WHERE target = :target AND token = :token"), {"target": target, "token": token}
    )
    connection.execute(
        text("DELETE FROM procrastinate_jobs WHERE status <> 'doing' AND args -> 'order' ->> 'token' = :token"),
        {"token": token},
    )
    connection.execute(text("DELETE FROM reports WHERE token = :token"), {"token": token})


# jobs


def defer(connection: Connection, queue: str, orders: Sequence[Order]) -> None:
    """Put orders into a queue."""
    if not orders:
        return
    # the line for cron mostly has nothing to hand out, and doesn't wait for the engine's library
    from procrastinate import App, SyncPsycopgConnector

    driver = connection.connection.driver_connection
    # not opened: the engine's own pool would have threads, and who defers may have to fork
    task = App(connector=SyncPsycopgConnector()).configure_task(TASK, queue=queue, connection=driver)
    arguments: list[dict[str, Any]] = [{"order": write_order(order)} for order in orders]
    task.batch_defer(*arguments)


def list_jobs(connection: Connection, token: str, stalled_seconds: float = STALLED_SECONDS) -> dict[int, bool]:
    """Return the batches of a run that are in the queue, and of each whether whoever has it is dead."""
    rows = connection.execute(
        text(
            "SELECT CAST(args -> 'order' ->> 'batch' AS int) AS batch, j.status = 'doing'"
            " AND coalesce(w.last_heartbeat < now() - make_interval(secs => :seconds), true) AS is_stalled"
            " FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id"
            " WHERE j.status IN ('todo', 'doing') AND args -> 'order' ->> 'token' = :token"
        ),
        {"token": token, "seconds": stalled_seconds},
    )
    return {row.batch: row.is_stalled for row in rows}


def drop_jobs(connection: Connection, token: str, batches: Collection[int]) -> dict[int, bool]:
    """Take batches out of the queue, from whoever has them; tell for each whether somebody ever had it."""
    rows = connection.execute(
        text(
            "DELETE FROM procrastinate_jobs WHERE args -> 'order' ->> 'token' = :token"
            " AND CAST(args -> 'order' ->> 'batch' AS int) = ANY (:batches)"
            " RETURNING CAST(args -> 'order' ->> 'batch' AS int) AS batch, status <> 'todo' OR attempts > 0 AS was_taken"
        ),
        {"token": token, "batches": sorted(batches)},
    )
    return {row.batch: row.was_taken for row in rows}


# reports


def save_report(connection: Connection, order: Order, job: int, report: dict[str, Any], *, is_whole: bool) -> None:
    """Write what became of a batch, or of a part of it; only while the run and the job are there."""
    connection.execute(
        text(
            "INSERT INTO reports (token, batch, is_whole, report) SELECT r.token, :batch, :whole, :report FROM runs r"
            " WHERE r.token = :token AND EXISTS (SELECT FROM procrastinate_jobs WHERE id = :job AND status = 'doing')"
            " ON CONFLICT (token, batch) DO UPDATE SET is_whole = excluded.is_whole, report = excluded.report"
        ),
        {"token": order.token, "batch": order.batch, "whole": is_whole, "report": Jsonb(report), "job": job},
    )


def find_report(connection: Connection, token: str, batch: int) -> dict[str, Any] | None:
    """Return what somebody reported of a part of a batch before giving it back."""
    found: dict[str, Any] | None = connection.scalar(
        text("SELECT report FROM reports WHERE token = :token AND batch = :batch AND NOT is_whole"),
        {"token": token, "batch": batch},
    )
    return found


def list_reported(connection: Connection, token: str) -> set[int]:
    """Return the batches that are reported and not taken yet."""
    query = text("SELECT batch FROM reports WHERE token = :token AND is_whole")
    return set(connection.scalars(query, {"token": token}))


def take_reports(connection: Connection, token: str) -> dict[int, dict[str, Any]]:
    """Return the reports of whole batches, and delete them."""
    rows = connection.execute(
        text("DELETE FROM reports WHERE token = :token AND is_whole RETURNING batch, report"), {"token": token}
    )
    return {row.batch: row.report for row in rows}


def look(connection: Connection, order: Order, job: int, profile_id: str) -> View:
    """Ask, in one query, whether a profile may be put on the target now, by this job of this run."""
    row = connection.execute(
        text(
            "SELECT coalesce(r.is_public, false) AS is_public, coalesce(p.slug, '') AS slug,"
            " coalesce(r.removed_at_revision, 0) AS removed_at_revision,"
            " EXISTS (SELECT FROM runs WHERE target = :target AND token = :token) AS is_current,"
            " EXISTS (SELECT FROM procrastinate_jobs WHERE id = :job AND status = 'doing') AS is_ours"
            " FROM (SELECT CAST(:id AS text)) AS asked (id) LEFT JOIN site.revisions r ON r.profile_id = asked.id"
            " LEFT JOIN site.profiles p ON p.profile_id = asked.id"
        ),
        {"target": order.target, "token": order.token, "job": job, "id": profile_id},
    ).one()
    return View(
        is_public=row.is_public,
        slug=row.slug,
        removed_at_revision=row.removed_at_revision,
        is_current=row.is_current,
        is_ours=row.is_ours,
    )
