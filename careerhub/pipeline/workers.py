"""Processes that render: forked once everything is loaded, replaced when one dies, never waited for forever."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from selectors import EVENT_READ, PollSelector
from typing import Any, Generic, TypeVar

from careerhub.errors import CareerHubError

T = TypeVar("T")
R = TypeVar("R")

# A page takes milliseconds and a CV a fraction of a second: a minute means something is wrong with this one.
SECONDS_A_TASK = 60.0
# cmarkgfm 2025.10 never frees the trees it parses, some 5 kB a profile: after this many a fresh process goes on.
TASKS_A_WORKER = 500
SECONDS_A_PARCEL = 0.1
# A worker that has nothing to do ends at once, unless the machine is very busy.
SECONDS_TO_END = 5.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Killed(Generic[T]):
    """The task during which a process died or took too long."""

    task: T
    reason: str


@dataclass(slots=True)
class _Worker(Generic[T]):
    process: Any
    pipe: Connection
    batch: deque[T] = field(default_factory=deque)
    since: float = 0.0
    done: int = 0


def run_tasks(
    work: Callable[[Sequence[T]], Iterator[R]],
    batches: Iterable[Sequence[T]],
    *,
    jobs: int,
    around: Callable[[], AbstractContextManager[Any]] = nullcontext,
    seconds_a_task: float = SECONDS_A_TASK,
    tasks_a_worker: int = TASKS_A_WORKER,
) -> Generator[R | Killed[T], None, None]:
    """Yield the result of every task; `work` yields one result for each task of a batch, in order.

    Each process works within `around`: what it opens is the process's own, and lasts for all its batches.
    When a process dies, what it hadn't sent yet is done again, each task by itself, so that only the one that kills is
    lost. Call it from a process without threads, for the workers are forked, and close it: they end with it.
    """
    waiting = iter(batches)
    returned: deque[tuple[T]] = deque()
    workers: list[_Worker[T]] = []
    # not epoll: a forked child would share its state
    watched = PollSelector()
    try:
        while True:
            while len(workers) < jobs and (batch := _next_batch(returned, waiting)):
                workers.append(_start(work, around, batch, workers))
                watched.register(workers[-1].pipe, EVENT_READ)
            if not workers:
                return
            ready = {key.fileobj for key, _ in watched.select(min(1.0, seconds_a_task))}
            for worker in list(workers):
                lost = ""
                if worker.pipe in ready:
                    lost = yield from _receive(worker)
                elif time.monotonic() - worker.since > seconds_a_task:
                    lost = f"took more than {seconds_a_task:g} s"
                if lost and len(worker.batch) == 1:
                    yield Killed(worker.batch.popleft(), lost)
                elif lost:
                    returned += [(task,) for task in worker.batch]
                elif not worker.batch and worker.done < tasks_a_worker and (batch := _next_batch(returned, waiting)):
                    _give(worker, batch)
                if lost or not worker.batch:
                    workers.remove(worker)
                    watched.unregister(worker.pipe)
                    _end(worker, patience=0 if lost else SECONDS_TO_END)
    finally:
        for worker in workers:
            _end(worker, patience=0)


def _next_batch(returned: deque[tuple[T]], waiting: Iterator[Sequence[T]]) -> Sequence[T]:
    """Return work that somebody left undone, else new work; nothing when there is none."""
    if returned:
        return returned.popleft()
    return next((batch for batch in waiting if batch), ())


def _start(
    work: Callable[[Sequence[T]], Iterator[R]],
    around: Callable[[], AbstractContextManager[Any]],
    batch: Sequence[T],
    others: Iterable[_Worker[T]],
) -> _Worker[T]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    # it inherits our end of every pipe: open there, no worker would notice that we hung up
    inherited = [ours, *(other.pipe for other in others)]
    process = context.Process(target=_serve, args=(work, around, theirs, inherited, os.getpid()), daemon=True)
    process.start()
    theirs.close()
    worker: _Worker[T] = _Worker(process=process, pipe=ours)
    _give(worker, batch)
    return worker


def _give(worker: _Worker[T], batch: Sequence[T]) -> None:
    worker.batch = deque(batch)
    worker.since = time.monotonic()
    # a worker that is dead already is found out when its answer is read
    with suppress(BrokenPipeError, ConnectionResetError):
        worker.pipe.send(tuple(batch))


def _receive(worker: _Worker[T]) -> Generator[Any, None, str]:
    """Yield what the worker sent; return how it died, if it has."""
    try:
        results = worker.pipe.recv()
    except (EOFError, OSError):  # at the end of a message, or in its midst
        worker.process.join()
        return f"its process ended with {_say_exit(worker.process.exitcode)}"
    if isinstance(results, BaseException):
        raise results
    worker.since = time.monotonic()
    worker.done += len(results)
    for result in results:
        worker.batch.popleft()
        yield result
    return ""


def _end(worker: _Worker[T], *, patience: float) -> None:
    """Hang up and wait for the worker's end; after `patience` seconds it is killed."""
    worker.pipe.close()
    if patience:
        worker.process.join(patience)
    worker.process.kill()
    worker.process.join()
    worker.process.close()


def _serve(
    work: Callable[[Sequence[T]], Iterator[R]],
    around: Callable[[], AbstractContextManager[Any]],
    pipe: Connection,
    inherited: Iterable[Connection],
    parent: int,
) -> None:
    """Work for the parent until it hangs up."""
    die_with(parent)
    for other in inherited:
        other.close()
    # the parent decides when to stop: a Ctrl-C reaches the whole group
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # between batches: while documents become pages there is next to nothing to collect, and looking costs a twentieth
    gc.disable()
    try:
        with around():
            while True:
                _send_in_parcels(pipe, work(pipe.recv()))
                gc.collect(0)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - it is raised again in the parent, where it can be reported
        with suppress(OSError):
            pipe.send(_make_portable(error))
        os._exit(1)


def _send_in_parcels(pipe: Connection, results: Iterator[Any]) -> None:
    """Send what is done every now and then: a message wakes the parent, which costs as much as a small page."""
    parcel: list[Any] = []
    sent = time.monotonic()
    for result in results:
        parcel.append(result)
        if time.monotonic() - sent > SECONDS_A_PARCEL:
            pipe.send(parcel)
            parcel, sent = [], time.monotonic()
    if parcel:
        pipe.send(parcel)


def die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent dies: nobody would read what it goes on to make."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _make_portable(error: BaseException) -> Exception:
    """Return an error that survives the pipe, with the place where it arose."""
    if not isinstance(error, CareerHubError):
        error.add_note("".join(traceback.format_exception(error)))
    try:
        same = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever its class does there
        same = None
    return same if isinstance(same, Exception) else RuntimeError(f"{type(error).__name__}: {error}")


def _say_exit(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
