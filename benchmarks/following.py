"""Run a program in the background and read what it says, line by line, as it says it."""

from __future__ import annotations

import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from benchmarks.measuring import ROOT

# Seconds for a program to end when it is asked to.
_GRACE = 20


class Lines:
    """The lines of a running program; reading them never waits longer than said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def follow(self, seconds: float) -> Iterator[str]:
        """Yield lines until the program ends, or until this many seconds have passed."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                return
            if line is None:
                return
            yield line

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(line)
        self._lines.put(None)


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Lines]:
    """Run a program for as long as the block lasts; its errors are among its lines."""
    process = subprocess.Popen(
        list(command),
        env=dict(environment),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Lines(process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
