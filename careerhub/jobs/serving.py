"""One worker process: the engine fetches jobs and says that we live, a thread of it does the work."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.worker import Worker
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Engine

from careerhub.db.workers import STALLED_SECONDS
from careerhub.errors import CareerHubError
from careerhub.jobs.hand import GivenBack, Hand, NotOurs
from careerhub.jobs.orders import Order, read_order
from careerhub.jobs.queue import (
    HEARTBEAT_SECONDS,
    TASK,
    is_alive,
    open_queue,
    register_hand,
)
from careerhub.reporting import Report

# A page takes milliseconds and a CV a fraction of a second: a minute means something is wrong with this one.
SECONDS_A_PROFILE = 60.0
# Libraries in C don't give back all they take: after so many pages, or CVs, a fresh process goes on.
PAGES_A_PROCESS = 3000
CVS_A_PROCESS = 500
# Who is told to stop finishes the profile at hand.
SECONDS_TO_STOP = 5.0
POLL_SECONDS = 1.0
STOPPED = 143


@dataclass(slots=True)
class State:
    """What one process is at; the engine's loop and the working thread share it."""

    queue: str
    cvs: str
    worker: int = 0
    job: int = 0
    used: float = 0.0  # 1: used up
    since: float = 0.0
    is_stopping: bool = False
    is_used_up: bool = False
    engine_worker: Worker | None = field(default=None, repr=False)

    def note_progress(self, _count: int) -> None:
        self.since = time.monotonic()


class GiveBack(BaseRetryStrategy):
    """A job that was given back is for somebody else, at once; any other failure is its coordinator's to see."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002
        return RetryDecision(retry_at=datetime.now(UTC)) if isinstance(exception, GivenBack) else None


class Told(logging.Handler):
    """What libraries log, as one line that has nothing of what they were working with."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        where = traceback.extract_tb(error.__traceback__)[-1:] if error else ()
        self._report.event(
            "library_failed",
            library=record.name,
            error_type=type(error).__name__,
            where=[f"{Path(frame.filename).name}:{frame.lineno}" for frame in where],
        )


def serve(url: str, engine: Engine, make_hand: Callable[[State], Hand], state: State, report: Report) -> int:
    """Take jobs until told to stop, or used up; return the exit code."""
    for name in ("procrastinate", "psycopg.pool", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [Told(report)], False
        logger.setLevel(logging.ERROR)
    try:
        with open_queue(engine):
            hand = make_hand(state)

        def work(job: int, order: Order) -> None:
            _work(hand, state, report, engine, job, order)

        return asyncio.run(_serve(url, engine, state, work))
    except (CareerHubError, ConnectorException, psycopg.OperationalError) as error:
        report.event(
            "worker_failed", error_type=type(error).__name__, message=" ".join(str(error.__cause__ or error).split())
        )
        return 1


def make_address(url: str) -> str:
    """Return the address under which the engine finds its tables, with the rights of careerhub_site."""
    given = conninfo_to_dict(url)
    options = f"{given.get('options') or ''} -csearch_path=jobs,pg_catalog -crole=careerhub_site".strip()
    return make_conninfo(url, options=options, application_name="careerhub-worker")


async def _serve(url: str, engine: Engine, state: State, work: Callable[[int, Order], None]) -> int:
    connector = PsycopgConnector(conninfo=make_address(url), min_size=1, max_size=4)
    app = App(connector=connector)

    # the decorator's types are those of any function
    @app.task(name=TASK, pass_context=True, retry=GiveBack())
    def render(context: JobContext, order: dict[str, Any]) -> None:
        assert context.job.id
        work(context.job.id, read_order(order))

    async with app.open_async():
        worker = Worker(
            app,
            queues=[state.queue],
            delete_jobs="always",
            install_signal_handlers=False,
            fetch_job_polling_interval=POLL_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )
        state.engine_worker = worker
        return await _run(app, worker, engine, state)


async def _run(app: App, worker: Worker, engine: Engine, state: State) -> int:
    """Run the engine's worker beside what watches over it."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
    registering = asyncio.create_task(_register(worker, engine, state))
    await asyncio.wait([running, registering], return_when=asyncio.FIRST_COMPLETED)
    if registering.done():
        registering.result()
    watching = asyncio.create_task(_watch_time(state))
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait([running, waiting, watching], return_when=asyncio.FIRST_COMPLETED)
    registering.cancel()
    watching.cancel()
    waiting.cancel()
    if running.done():
        running.result()  # raises what ended it
        return 0 if state.is_used_up else 1
    state.is_stopping = True
    worker.stop()  # type: ignore[no-untyped-call]
    ended, _ = await asyncio.wait([running], timeout=SECONDS_TO_STOP)
    if not ended:
        await _leave(app, state)
    return STOPPED


async def _register(worker: Worker, engine: Engine, state: State) -> None:
    """Say which queue this worker serves, as soon as the engine has given it a number."""
    while worker.worker_id is None:
        await asyncio.sleep(0.02)
    state.worker = worker.worker_id

    def register() -> None:
        with open_queue(engine) as connection:
            register_hand(connection, state.worker, state.queue, state.cvs)

    await asyncio.to_thread(register)


async def _watch_time(state: State) -> None:
    """End this process when one profile takes too long: the engine's loop lives on while a thread hangs."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        if state.job and time.monotonic() - state.since > SECONDS_A_PROFILE:
            os._exit(1)


async def _leave(app: App, state: State) -> None:
    """Give the job at hand back without waiting for it, and end: its thread can't be stopped otherwise."""
    if state.job:
        await app.job_manager.retry_job_by_id_async(job_id=state.job, retry_at=datetime.now(UTC))
    if state.worker:
        await app.job_manager.unregister_worker(state.worker)
    os._exit(STOPPED)


def _work(hand: Hand, state: State, report: Report, engine: Engine, job: int, order: Order) -> None:
    with open_queue(engine) as connection:
        lives = is_alive(connection, state.worker)
    state.job, state.since = job, time.monotonic()
    began = state.since
    facts = {"run": order.token, "batch": order.batch}
    try:
        if not lives:
            # its heartbeat broke off: what it does others would do again
            raise GivenBack("this worker is thought to be dead")
        answer = hand.take(job, order)
        if answer.refusal or answer.overtaken:
            report.event("batch_refused", **facts, message=answer.refusal or answer.overtaken)
        else:
            milliseconds = round((time.monotonic() - began) * 1000, 1)
            report.event("batch_done", **facts, profiles=len(order.errands), duration_ms=milliseconds)
    except GivenBack as error:
        report.event("batch_given_back", **facts, message=str(error))
        raise
    except NotOurs as error:
        report.event("batch_lost", **facts, message=str(error))
    finally:
        state.job = 0
        state.used += len(order.errands) / (CVS_A_PROCESS if order.cvs_fingerprint else PAGES_A_PROCESS)
        state.is_used_up = state.used >= 1 or not lives
        if state.is_used_up and state.engine_worker:
            state.engine_worker.stop()  # type: ignore[no-untyped-call]
