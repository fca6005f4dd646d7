"""A parent that forks worker processes once everything is loaded, and starts another when one ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from careerhub.pipeline.workers import die_with
from careerhub.reporting import Report

# A process that ends sooner than this didn't get to work: the next one waits, longer each time.
SECONDS_TO_PROVE = 5.0
LONGEST_PAUSE_SECONDS = 30.0
LOOK_SECONDS = 2.0
# More than a worker allows itself: it gives its work back first.
SECONDS_TO_END = 8.0


@dataclass(slots=True)
class _Child:
    process: Any
    began: float


def supervise(
    serve: Callable[[], int],
    count: int,
    report: Report,
    *,
    is_outdated: Callable[[], bool],
    clear: Callable[[int], None],
) -> None:
    """Keep `count` processes at work until interrupted, or until `is_outdated` says that this program is old.

    `clear` is told the number of each process that ended, to remove what it left. Call it from a process without threads.
    """
    children: list[_Child] = []
    pause, not_before = 0.0, 0.0
    try:
        while not is_outdated():
            while len(children) < count and time.monotonic() >= not_before:
                children.append(_start(serve))
            wait([child.process.sentinel for child in children], timeout=min(LOOK_SECONDS, pause or LOOK_SECONDS))
            for child in [each for each in children if each.process.exitcode is not None]:
                children.remove(child)
                clear(child.process.pid)
                pause = _tell_end(child, pause, report)
                not_before = time.monotonic() + pause
    finally:
        _end(children, clear)


def _start(serve: Callable[[], int]) -> _Child:
    child = multiprocessing.get_context("fork").Process(target=_run, args=(serve, os.getpid()))
    child.start()
    return _Child(process=child, began=time.monotonic())


def _run(serve: Callable[[], int], parent: int) -> None:
    die_with(parent)
    raise SystemExit(serve())


def _tell_end(child: _Child, pause: float, report: Report) -> float:
    """Say how a process ended; return for how many seconds no other is started."""
    code = child.process.exitcode
    if code == 0:
        return 0.0
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    report.event("process_failed", pid=child.process.pid, message=how)
    if time.monotonic() - child.began > SECONDS_TO_PROVE:
        return 0.0
    return min(2 * pause or 1.0, LONGEST_PAUSE_SECONDS)


def _end(children: list[_Child], clear: Callable[[int], None]) -> None:
    for child in children:
        child.process.terminate()
    end = time.monotonic() + SECONDS_TO_END
    for child in children:
        child.process.join(max(0.0, end - time.monotonic()))
        child.process.kill()
        child.process.join()
        clear(child.process.pid)
