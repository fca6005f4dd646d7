"""Build sites of several sizes side by side: cost per profile must not grow with their number, nor memory.

    .venv/bin/python benchmarks/build.py 1000 5000            pages only
    .venv/bin/python benchmarks/build.py --cvs 1000           pages and CVs

Every size gets a database and a build folder of its own; a size is measured cold (everything is new), idle (nothing
changed) and after one edit. Memory is the proportional set size of all processes together, sampled.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from careerhub.local.server import stop_server

SAMPLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one command took."""

    seconds: float
    peak_mb: float
    files: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+", help="numbers of people")
    parser.add_argument("--cvs", action="store_true", help="render CVs too")
    options = parser.parse_args()
    only = () if options.cvs else ("--only", "pages")
    print("| people | first build s | profiles/s | files/s | CVs/s | peak MB | idle s | one edit s |")
    print("|---|---|---|---|---|---|---|---|")
    for size in options.sizes:
        measure_size(size, only)


def measure_size(size: int, only: tuple[str, ...]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="chub-bench-"))
    folder.chmod(0o755)
    environment = os.environ | {"CAREERHUB_HOME": str(folder / "home"), "CAREERHUB_BUILD_DIR": str(folder / "build")}
    try:
        run(environment, "demo", "--people", str(size))
        first = run(environment, "build", *only, site=folder / "build/site")
        idle = run(environment, "build", *only)
        people = [path.name for path in (folder / "build/site/p").iterdir()]
        address = subprocess.run(
            [sys.executable, "-m", "careerhub", "db", "url"],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        edit(address, people[0])
        edited = run(environment, "build", *only)
        cvs = sum(1 for _ in (folder / "build/site/p").glob("*/cv.pdf"))
        print(
            f"| {len(people):,} | {first.seconds:.1f} | {len(people) / first.seconds:.0f} | {first.files / first.seconds:.0f}"
            f" | {cvs / first.seconds:.1f} | {first.peak_mb:.0f} | {idle.seconds:.2f} | {edited.seconds:.2f} |",
            flush=True,
        )
    finally:
        stop_server(folder / "home")
        shutil.rmtree(folder, ignore_errors=True)


def edit(address: str, slug: str) -> None:
    import psycopg

    with psycopg.connect(address) as connection:
        connection.execute("UPDATE profiles SET headline = headline || ' (edited)' WHERE slug = %s", (slug,))


def run(environment: dict[str, str], *arguments: str, site: Path | None = None) -> Measured:
    """Run a command and watch it."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "careerhub", *arguments], env=environment, stdout=subprocess.DEVNULL
    )
    peak = [0.0]
    watcher = threading.Thread(target=watch, args=(process, peak))
    watcher.start()
    if process.wait() not in (0, 3):
        sys.exit(f"careerhub {' '.join(arguments)} ended with {process.returncode}.")
    seconds = time.monotonic() - began
    watcher.join()
    files = sum(1 for path in site.rglob("*") if path.is_file()) if site else 0
    return Measured(seconds=seconds, peak_mb=peak[0], files=files)


def watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(read_pss, list_family(process.pid))) / 1024)
        time.sleep(SAMPLE_SECONDS)


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


if __name__ == "__main__":
    main()
