"""Processes that render: forked once everything is loaded, replaced when one dies, never waited for forever."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# A page takes milliseconds and a CV a fraction of a second: a minute means something is wrong with this one.
SECONDS_A_TASK = 60.0


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


def run_tasks(
    work: Callable[[Sequence[T]], Iterator[R]],
    batches: Iterable[Sequence[T]],
    *,
    jobs: int,
    seconds_a_task: float = SECONDS_A_TASK,
) -> Iterator[R | Killed[T]]:
    """Yield the result of every task; `work` yields one result for each task of a batch, in order.

    A process that dies loses only the task it was at: the rest of its batch goes to the next one. Call it from a
    process without threads: the workers are forked.
    """
    waiting = iter(batches)
    returned: deque[Sequence[T]] = deque()
    workers: list[_Worker[T]] = []
    try:
        for _ in range(jobs):
            batch = next(waiting, None)
            if batch is None:
                break
            workers.append(_start(work, batch))
        while workers:
            ready = wait([worker.pipe for worker in workers], timeout=1.0)
            for worker in list(workers):
                ended = False
                if worker.pipe in ready:
                    ended = yield from _receive(worker, returned)
                elif worker.batch and time.monotonic() - worker.since > seconds_a_task:
                    worker.process.kill()
                    yield Killed(worker.batch.popleft(), f"took more than {seconds_a_task:.0f} s")
                    returned.append(tuple(worker.batch))
                    ended = True
                if ended:
                    workers.remove(worker)
                    _end(worker)
                if ended or not worker.batch:
                    _next_batch(work, worker, workers, returned, waiting, fresh=ended)
    finally:
        for worker in workers:
            worker.process.kill()
            _end(worker)


def _start(work: Callable[[Sequence[T]], Iterator[R]], batch: Sequence[T]) -> _Worker[T]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(work, theirs, ours), daemon=True)
    process.start()
    theirs.close()
    worker: _Worker[T] = _Worker(process=process, pipe=ours)
    _give(worker, batch)
    return worker


def _give(worker: _Worker[T], batch: Sequence[T]) -> None:
    worker.batch = deque(batch)
    worker.since = time.monotonic()
    worker.pipe.send(tuple(batch))


def _receive(worker: _Worker[T], returned: deque[Sequence[T]]) -> Generator[Any, None, bool]:
    """Yield what the worker sent; return whether it has died."""
    try:
        result = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        worker.process.join()
        code = worker.process.exitcode
        if worker.batch:
            yield Killed(worker.batch.popleft(), f"its process ended with {_say_exit(code)}")
            returned.append(tuple(worker.batch))
        return True
    if isinstance(result, BaseException):
        raise result
    worker.batch.popleft()
    worker.since = time.monotonic()
    yield result
    return False


def _next_batch(
    work: Callable[[Sequence[T]], Iterator[R]],
    worker: _Worker[T],
    workers: list[_Worker[T]],
    returned: deque[Sequence[T]],
    waiting: Iterator[Sequence[T]],
    *,
    fresh: bool,
) -> None:
    batch: Sequence[T] | None = ()
    while batch is not None and not batch:
        batch = returned.popleft() if returned else next(waiting, None)
    if batch is None:
        if not fresh:
            workers.remove(worker)
            _end(worker)
    elif fresh:
        workers.append(_start(work, batch))
    else:
        _give(worker, batch)


def _end(worker: _Worker[T]) -> None:
    worker.pipe.close()
    worker.process.join(5)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()


def _serve(work: Callable[[Sequence[T]], Iterator[R]], pipe: Connection, others: Connection) -> None:
    """Work for the parent until it hangs up."""
    others.close()
    # the parent decides when to stop: a Ctrl-C reaches the whole group
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        while True:
            for result in work(pipe.recv()):
                pipe.send(result)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - it is raised again in the parent, where it can be reported
        pipe.send(error if isinstance(error, Exception) else RuntimeError(repr(error)))
        os._exit(1)


def _say_exit(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
