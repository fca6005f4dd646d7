"""Do the same for many things, several at a time, and stop at the first error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
# how long a lock is believed to be held without asking, seconds
TRUSTED_SECONDS = 1.0


class Lock(Protocol):
    """What keeps other publishers away."""

    def check(self) -> None:
        """Raise Overtaken when it may be somebody else's by now."""


class Watch:
    """Asks a lock again before a write, when the last answer is older than a second.

    A publisher that was frozen notices before its next write, not after it.
    """

    def __init__(self, lock: Lock | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = lock
        self._clock = clock
        self._asked = float("-inf")
        self._mutex = threading.Lock()

    def check(self, *, anyway: bool = False) -> None:
        """Raise Overtaken when the lock is lost; `anyway`: however short ago it was there."""
        if self._lock is None:
            return
        with self._mutex:
            if anyway or self._clock() - self._asked > TRUSTED_SECONDS:
                self._lock.check()
                self._asked = self._clock()


def work_through(things: Collection[T], work: Callable[[T], None], *, parallel: int) -> None:
    """Do work for every thing; the first error keeps what hasn't begun from beginning, and is raised at the end."""
    if parallel == 1 or len(things) < 2:
        for thing in things:
            work(thing)
        return
    # its import takes as long as a small publish: only who needs it pays
    from concurrent.futures import ThreadPoolExecutor

    left = _Left(things)

    def take_and_work() -> None:
        for thing in left:
            try:
                work(thing)
            except BaseException:
                left.stop()
                raise

    with ThreadPoolExecutor(min(parallel, len(things))) as pool:
        futures = [pool.submit(take_and_work) for _ in range(min(parallel, len(things)))]
        try:
            for future in futures:
                future.result()
        finally:
            left.stop()


class _Left(Generic[T]):
    """What nobody has begun yet, shared by threads."""

    def __init__(self, things: Iterable[T]) -> None:
        self._things = iter(things)
        self._mutex = threading.Lock()
        self._is_stopped = False

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._mutex:
            if self._is_stopped:
                raise StopIteration
            return next(self._things)

    def stop(self) -> None:
        self._is_stopped = True
