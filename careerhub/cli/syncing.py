"""What `careerhub sync` does around a round: metrics, the daily tidying, and following edits."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careerhub.cli.context import Context
from careerhub.errors import CareerHubError, Occupied

if TYPE_CHECKING:
    from careerhub.db.backlog import Backlog
    from careerhub.db.lock import Lock
    from careerhub.db.publications import PublisherKind
    from careerhub.operations.metrics import Figures, Gauge
    from careerhub.pipeline.crew import Crew
    from careerhub.pipeline.sync import Place, Round

JOB = "sync"
# In a watch that has nothing to do, the metrics still say that it lives.
METRICS_EVERY_SECONDS = 60.0


class Job:
    """One way to sync, run once or again and again."""

    def __init__(
        self,
        context: Context,
        *,
        only: str | None,
        jobs: int,
        metrics: Path,
        has_workers: bool = False,
        is_watch: bool = False,
    ) -> None:
        self.context = context
        self._only = only
        self._jobs = jobs
        self._has_workers = has_workers
        self._kind: PublisherKind = "WATCH" if is_watch else "SYNC"
        self._metrics = metrics

    @cached_property
    def place(self) -> Place:
        place = self.context.place()
        return replace(place, hire=lambda lock: _hire(self.context, place, lock)) if self._has_workers else place

    def run(self, show: Callable[[Round], None] | None = None) -> int:
        """Do one round; return its exit code. Somebody else at it is no failure."""
        began = time.time()
        try:
            done = self._sync()
        except Occupied as error:
            self.context.report.note(f"Nothing done: {error}")
            return 0
        except CareerHubError as error:
            self._write_metrics(began, error.exit_code, None)
            self.context.report.event("sync_failed", error_type=type(error).__name__, message=str(error))
            raise
        if show:
            show(done)
        for problem in done.problems:
            click.echo(f"careerhub: {problem}", err=True)
        if not (show is None and done.changed_nothing and self._has_fresh_metrics(began)):
            self._write_metrics(began, done.exit_code, done)
        return done.exit_code

    def _sync(self) -> Round:
        from careerhub.db.publications import note_sighting
        from careerhub.db.state import read_today
        from careerhub.pipeline.build import Wanted
        from careerhub.pipeline.plan import BOTH
        from careerhub.pipeline.sync import sync_site

        today = read_today(self.place.engine)
        kinds: Any = frozenset({self._only}) if self._only else BOTH
        done = sync_site(self.place, Wanted(kinds=kinds, jobs=self._jobs), self.context.report, today=today)
        note_sighting(self.place.engine, self._kind)
        self._tidy_daily(today)
        return done

    def _tidy_daily(self, today: date) -> None:
        """Let go of what outlived its retention, on the first run of a day."""
        from careerhub.db.audit import tidy

        mark = self.context.settings.home / "tidied"
        try:
            if mark.read_text(encoding="ascii") == today.isoformat():
                return
        except (OSError, ValueError):
            pass
        self.context.report.event(
            "tidied", **{what.replace(" ", "_"): n for what, n in tidy(self.place.engine).items()}
        )
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(today.isoformat(), encoding="ascii")

    def _has_fresh_metrics(self, now: float) -> bool:
        try:
            return now - (self._metrics / f"careerhub_{JOB}.prom").stat().st_mtime < METRICS_EVERY_SECONDS
        except OSError:
            return False

    def _write_metrics(self, began: float, code: int, done: Round | None) -> None:
        """Write what is known; a failure here is told and changes nothing else."""
        from careerhub.operations.metrics import read_metrics, write_metrics

        try:
            before = read_metrics(self._metrics, JOB)
            gauges = [*_describe_job(began, code, before), *_describe_round(done, before, self.place)]
            write_metrics(self._metrics, JOB, gauges + self._describe_backlog())
        except CareerHubError as error:
            self.context.report.note(str(error))

    def _describe_backlog(self) -> list[Gauge]:
        from careerhub.db.backlog import read_backlog
        from careerhub.db.errors import translated

        try:
            with translated(), self.place.engine.connect() as connection:
                return _describe_backlog(read_backlog(connection))
        except CareerHubError:
            return []  # the database is what failed: the exit code tells


def _hire(context: Context, place: Place, lock: Lock) -> Crew:
    """Return whoever helps in this round, should there be enough to do and somebody who lives."""
    from careerhub.jobs.crew import QueueCrew

    endpoint_url = context.settings.s3_endpoint_url or None
    return QueueCrew(place.engine, place.bucket, lock, context.report, endpoint_url=endpoint_url)


def follow(job: Job, *, poll_seconds: float) -> None:
    """Follow edits until stopped; start anew when templates, fonts or the software have changed."""
    from careerhub.pipeline.watch import watch_site

    place = job.place
    place.toolbox.warm()
    job.context.report.event("watching", target=place.bucket.name, folder=str(place.folder))
    watch_site(
        place.engine,
        lambda: _run_quietly(job),
        job.context.report,
        poll_seconds=poll_seconds,
        is_outdated=place.toolbox.is_outdated,
    )
    job.context.report.event("reloading")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very program, as it is now


def _run_quietly(job: Job) -> int:
    try:
        return job.run()
    except CareerHubError as error:
        return error.exit_code


def _describe_job(began: float, code: int, before: dict[str, Figures]) -> list[Gauge]:
    from careerhub.operations.metrics import Gauge

    succeeded: Figures = {(JOB,): began} if code in (0, 3) else before.get("job_last_success_timestamp_seconds", {})
    return [
        Gauge(name="job_last_success_timestamp_seconds", help="When the job last did what it should.", labels=("job",), values=succeeded),
        Gauge(name="job_last_run_timestamp_seconds", help="When the job last ran.", labels=("job",), values={(JOB,): began}),
        Gauge(name="job_last_exit_code", help="What the job ended with.", labels=("job",), values={(JOB,): code}),
        Gauge(name="job_duration_seconds", help="How long the job took.", labels=("job",), values={(JOB,): time.time() - began}),
    ]  # fmt: skip


def _describe_round(done: Round | None, before: dict[str, Figures], place: Place) -> list[Gauge]:
    from careerhub.operations.metrics import Gauge

    requests = dict(before.get("s3_requests_total", {}))
    for (operation, code), count in place.bucket.requests.items():
        requests[operation, code] = requests.get((operation, code), 0) + count
    uploaded = before.get("publish_bytes", {}).get((), 0) + (
        done.publish.done.sent if done and done.publish and done.publish.done else 0
    )
    failed = {**done.build.failed, **done.build.failed_before} if done and done.build else None
    pending = done.publish.queued if done and done.publish else None
    return [
        Gauge(name="s3_requests_total", help="Requests to the target.", labels=("op", "code"), values=requests),
        Gauge(name="publish_bytes", help="Bytes uploaded so far.", values={(): uploaded}),
        *([Gauge(name="build_failed", help="Profiles that can't be rendered.", values={(): len(failed)})] if failed is not None else []),
        *([Gauge(name="cdn_purge_pending", help="Paths the CDN hasn't been told to forget.", values={(): pending})] if pending is not None else []),
    ]  # fmt: skip


def _describe_backlog(backlog: Backlog) -> list[Gauge]:
    from careerhub.operations.metrics import Gauge

    quantiles: Figures = {(str(quantile),): seconds for quantile, seconds in backlog.withdraw_seconds}
    return [
        Gauge(name="profiles_total", help="Profiles there are or were.", labels=("state",), values={("public",): backlog.public, ("hidden",): backlog.hidden}),
        Gauge(name="dirty_profiles", help="PUBLIC profiles whose last edit isn't published.", values={(): backlog.dirty}),
        Gauge(name="dirty_oldest_seconds", help="How long the oldest of them has waited.", values={(): backlog.dirty_oldest}),
        Gauge(name="withdraw_pending", help="Profiles to be taken off the target.", values={(): backlog.withdraw_pending}),
        Gauge(name="withdraw_oldest_seconds", help="How long the oldest of them has waited.", values={(): backlog.withdraw_oldest}),
        Gauge(name="withdraw_seconds", help="From hiding to being gone.", labels=("quantile",), values=quantiles),
    ]  # fmt: skip
