"""Tell people how long work is going: one line on stderr, only when somebody watches."""

from __future__ import annotations

import sys
import time
from typing import Protocol


class Report(Protocol):
    """What long work tells: a step, how far it is, and what it noticed."""

    def progress(self, what: str, done: int, total: int) -> None: ...

    def note(self, message: str) -> None: ...


class Silent:
    """A report nobody reads."""

    def progress(self, what: str, done: int, total: int) -> None:
        return None

    def note(self, message: str) -> None:
        return None


class Terminal:
    """A report on stderr: notes always, the progress line only on a terminal."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._line = False
        self._watched = sys.stderr.isatty()

    def progress(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        # ten times a second is as often as an eye can follow
        if not self._watched or (now - self._shown < 0.1 and done < total):
            return
        self._shown = now
        sys.stderr.write(f"\r\033[K{what} {done:,}/{total:,}")
        self._line = done < total
        if not self._line:
            sys.stderr.write("\n")
        sys.stderr.flush()

    def note(self, message: str) -> None:
        if self._line:
            sys.stderr.write("\r\033[K")
            self._line = False
        print(message, file=sys.stderr, flush=True)
