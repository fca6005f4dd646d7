"""Tell people how long work is going, and programs what was done: lines on stderr."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from typing import Protocol


class Report(Protocol):
    """What long work tells: a step, how far it is, what it noticed, and what happened."""

    def progress(self, what: str, done: int, total: int) -> None: ...

    def note(self, message: str) -> None: ...

    def event(self, name: str, **facts: object) -> None:
        """Tell what happened under a stable name; facts are numbers, addresses of the site and ids, never people's texts."""


class Silent:
    """A report nobody reads."""

    def progress(self, what: str, done: int, total: int) -> None:
        return None

    def note(self, message: str) -> None:
        return None

    def event(self, name: str, **facts: object) -> None:
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

    def event(self, name: str, **facts: object) -> None:
        return None


class JsonLog:
    """A report for programs: one JSON object a line on stderr, in UTC; no line is ever broken by what stands in it."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id

    def progress(self, what: str, done: int, total: int) -> None:
        return None

    def note(self, message: str) -> None:
        self._write("WARNING", "note", {"message": message})

    def event(self, name: str, **facts: object) -> None:
        self._write("ERROR" if name.endswith("failed") else "INFO", name, facts)

    def _write(self, level: str, name: str, facts: dict[str, object]) -> None:
        line = {
            "ts": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "event": name,
            "run_id": self._run_id,
            **facts,
        }
        # one write a line: several processes share the stream
        sys.stderr.write(json.dumps(line, ensure_ascii=True, default=str) + "\n")
        sys.stderr.flush()
