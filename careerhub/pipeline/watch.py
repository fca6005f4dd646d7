"""Follow edits: a round whenever somebody edits, and every few seconds whether or not anybody was heard.

The watching process stays small and without threads; each round is a child forked from it, with everything loaded
already. Whatever a round leaks or breaks ends with it.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any, NoReturn

from sqlalchemy import Engine

from careerhub.db.listening import Ear, listening
from careerhub.errors import CareerHubError, DatabaseUnreachable
from careerhub.reporting import Report

# After a failed round the next one waits this long, twice as long each time.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
# A round that is told to stop finishes what it holds and lets go of its locks.
SECONDS_TO_STOP = 5.0
# Somebody else is publishing, or overtook us: what is left is for the next round, soon.
OVERTAKEN = 5
# What a round couldn't do without somebody changing something: it isn't tried again at once.
HARMLESS = (0, 3)


def watch_site(
    engine: Engine,
    work: Callable[[], int],
    report: Report,
    *,
    poll_seconds: float,
    is_outdated: Callable[[], bool],
    rounds: int | None = None,
) -> None:
    """Run `work` in a child again and again, until stopped, or until `is_outdated` says that this process is old.

    `work` returns an exit code. `rounds` ends it after so many, for tests.
    """
    pause = FIRST_PAUSE_SECONDS
    with ExitStack() as stack:
        ear: Ear | None = None
        while rounds is None or rounds > 0:
            rounds = None if rounds is None else rounds - 1
            # listening first: an edit during the round then wakes the next one
            ear = ear or _try_to_listen(stack, engine, report)
            if is_outdated():
                return
            code = _run_round(work, report)
            if code in HARMLESS:
                pause = FIRST_PAUSE_SECONDS
            else:
                time.sleep(min(pause, FIRST_PAUSE_SECONDS if code == OVERTAKEN else pause))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                if code != OVERTAKEN:
                    continue
            ear = _wait(ear, poll_seconds, report)


def _try_to_listen(stack: ExitStack, engine: Engine, report: Report) -> Ear | None:
    try:
        return stack.enter_context(listening(engine))
    except DatabaseUnreachable as error:
        report.event("listen_failed", message=str(error))
        return None


def _wait(ear: Ear | None, seconds: float, report: Report) -> Ear | None:
    """Wait for an edit; return who goes on listening, None when the connection is gone."""
    if ear is None:
        time.sleep(seconds)
        return None
    try:
        ear.wait(seconds)
    except CareerHubError as error:
        report.event("listen_failed", message=str(error))
        return None
    return ear


def _run_round(work: Callable[[], int], report: Report) -> int:
    """Run one round in a child; return its exit code, 1 when it was killed."""
    child: Any = multiprocessing.get_context("fork").Process(target=_serve, args=(work,))
    child.start()
    try:
        child.join()
    except BaseException:  # told to stop: so is the child, and nobody waits for it forever
        with suppress(BaseException):
            child.terminate()
            child.join(SECONDS_TO_STOP)
        child.kill()
        child.join()
        raise
    code = int(child.exitcode)
    if code < 0:
        report.event("round_failed", message=f"it was killed by {signal.Signals(-code).name}")
        return 1
    return code


def _serve(work: Callable[[], int]) -> NoReturn:
    raise SystemExit(work())
