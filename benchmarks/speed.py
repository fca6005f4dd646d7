"""Speed, side by side in one run: CareerHub beside Hugo, rclone, s5cmd and `aws s3 sync`.

    scripts/bench                    everything that takes half an hour
    scripts/bench --quick            a sample of each part in a few minutes: shows that it works, no figures to quote
    scripts/bench --large            100,000 profiles and 100,000 objects alone, on the disk: what memory has room for comes
                                     from the run before
    scripts/bench publish edit       some parts

hugo      full builds of pages: wall time and memory
edit      one edit, built: by a fresh `careerhub build`, by the running `sync --watch`, by Hugo
publish   a bucket's first publish, one with nothing changed, one after an edit
latency   from an edit's commit to the changed page and CV in the bucket, with `sync --watch`
workers   CVs per second of two workers against one
cvs       CVs per second of a build against WeasyPrint's command for each
admin     requests a second of the editor beside a bare Flask page; fifty people who edit for two minutes

Results go to benchmarks/results.json, a part at a time, and docs/performance.md is drawn from it.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.admin import measure_admin
from benchmarks.crowds import Crowds, made_crowds
from benchmarks.cvs import measure_cvs
from benchmarks.editing import measure_edits
from benchmarks.latency import measure_latency
from benchmarks.measuring import ROOT, Failed, describe_machine, remove, say
from benchmarks.performance import draw_page, draw_targets
from benchmarks.rival_hugo import LAYOUTS, measure_builds
from benchmarks.rival_upload import measure_publishing
from benchmarks.workers import measure_workers
from tests.seaweed import run_seaweed

RESULTS = ROOT / "benchmarks/results.json"
QUICK, USUAL, LARGE = "quick", "usual", "large"
THOUSAND, TEN_THOUSAND, HUNDRED_THOUSAND = 1_000, 10_000, 100_000
# So many people's pages are 3,000 files, and 100,000.
PEOPLE_OF_3_000_FILES = 600
PEOPLE_OF_100_000_FILES = 21_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the parts of one run share."""

    crowds: Crowds
    folder: Path
    extent: str

    @property
    def is_quick(self) -> bool:
        return self.extent == QUICK

    @property
    def is_large(self) -> bool:
        return self.extent == LARGE


def measure_hugo_part(bench: Bench) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if bench.is_large:
        # with all their facts Hugo needs some 28 GB for them: ten times what 10,000 people take
        lean = bench.crowds.get(HUNDRED_THOUSAND, lean=True)
        return {f"{HUNDRED_THOUSAND} lean": measure_builds(lean, rounds=1, layouts=("files",))}
    for size in _sizes(bench):
        # which way of giving Hugo its input is faster shows at a thousand already
        layouts = LAYOUTS if size == THOUSAND else (found[str(THOUSAND)]["layout"],)
        found[str(size)] = measure_builds(bench.crowds.get(size), rounds=1 if bench.is_quick else 3, layouts=layouts)
    return found


def measure_edit_part(bench: Bench) -> dict[str, Any]:
    if bench.is_large:
        # a rebuild by Hugo takes minutes there
        lean = bench.crowds.get(HUNDRED_THOUSAND, lean=True)
        return {f"{HUNDRED_THOUSAND} lean": measure_edits(lean, rounds=3, with_cvs=False)}
    found = {}
    for size in _sizes(bench):
        # every CV has to be made before one edit can be: that takes minutes a thousand
        with_cvs = size == THOUSAND and not bench.is_quick
        rounds = 3 if bench.is_quick else 9
        found[str(size)] = measure_edits(bench.crowds.get(size), rounds=rounds, with_cvs=with_cvs)
    return found


def measure_publish_part(bench: Bench) -> dict[str, Any]:
    people = PEOPLE_OF_100_000_FILES if bench.is_large else PEOPLE_OF_3_000_FILES
    rounds, edits = (1, 2) if bench.is_quick else (1, 3) if bench.is_large else (4, 8)
    with _running_seaweed(bench.folder) as (server, folder):
        measured = measure_publishing(bench.crowds.get(people), server, folder, rounds=rounds, edits=edits)
    return {"100,000" if bench.is_large else "3,000": measured}


def measure_latency_part(bench: Bench) -> dict[str, Any]:
    people, edits = {QUICK: (100, 10), USUAL: (THOUSAND, 60), LARGE: (TEN_THOUSAND, 200)}[bench.extent]
    with _running_seaweed(bench.folder) as (server, _):
        return measure_latency(bench.crowds.get(people), server, edits=edits)


def measure_workers_part(bench: Bench) -> dict[str, Any]:
    rounds = 1 if bench.is_quick else 3
    with _running_seaweed(bench.folder) as (server, _):
        return measure_workers(bench.crowds.get(100), server, rounds=rounds)


def measure_cvs_part(bench: Bench) -> dict[str, Any]:
    if bench.is_quick:
        return measure_cvs(bench.crowds.get(100), rounds=1, plain=5)
    return measure_cvs(bench.crowds.get(PEOPLE_OF_3_000_FILES), rounds=3, plain=20)


def measure_admin_part(bench: Bench) -> dict[str, Any]:
    home = bench.crowds.get(100 if bench.is_quick else THOUSAND)
    if bench.is_quick:
        return measure_admin(home, seconds=3, rounds=1, editors=10, minutes=0.1)
    return measure_admin(home, seconds=10, rounds=3, editors=50, minutes=2)


PARTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "hugo": measure_hugo_part,
    "edit": measure_edit_part,
    "publish": measure_publish_part,
    "latency": measure_latency_part,
    "workers": measure_workers_part,
    "cvs": measure_cvs_part,
    "admin": measure_admin_part,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which parts")
    parser.add_argument("--quick", action="store_const", dest="extent", const=QUICK, default=USUAL)
    parser.add_argument("--large", action="store_const", dest="extent", const=LARGE)
    parser.add_argument("--folder", type=Path, help="where everything lies (default: in memory if there is room)")
    parser.add_argument("--keep", action="store_true", help="leave the crowds there for the next run")
    parser.add_argument("--results", type=Path, help="default: benchmarks/results.json; with --quick a scratch file")
    options = parser.parse_args()
    # an end from outside stops servers and removes folders too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results = options.results or _choose_results(options.extent)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="careerhub-bench-", dir=_choose_place(options.extent)))
    failed = []
    with made_crowds(folder, keep=options.keep) as crowds:
        bench = Bench(crowds=crowds, folder=folder, extent=options.extent)
        for name in options.parts or PARTS:
            say(f"— {name} —")
            try:
                note_result(results, name, PARTS[name](bench), options.extent)
            except Failed as error:
                say(f"{name} failed: {error}")
                failed.append(name)
    known = json.loads(results.read_text(encoding="utf-8"))
    print(draw_targets(known))
    if results == RESULTS:
        draw_page(known)
    return 1 if failed else 0


def note_result(path: Path, part: str, found: dict[str, Any], extent: str) -> None:
    """Put one part's figures into the file of results; of sizes that weren't measured now the older ones stay."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() and path.stat().st_size else {}
    parts = known.setdefault("parts", {})
    before = parts.get(part, {}).get("found", {})
    kept = before if part in ("hugo", "edit", "publish") else {}
    measured = {"on": datetime.now(UTC).date().isoformat(), "extent": extent, "machine": describe_machine()}
    parts[part] = measured | {"found": kept | found}
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


@contextmanager
def _running_seaweed(folder: Path) -> Any:
    place = folder / "seaweed"
    remove(place)
    place.mkdir()
    try:
        with run_seaweed(place) as server:
            yield server, place
    finally:
        remove(place)


def _sizes(bench: Bench) -> tuple[int, ...]:
    return (THOUSAND,) if bench.is_quick else (THOUSAND, TEN_THOUSAND)


def _choose_place(extent: str) -> Path | None:
    """Return the folder for everything: memory, where files cost no more than they must; for 100,000 people the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    return memory if extent != LARGE and memory.is_dir() else None


def _choose_results(extent: str) -> Path:
    if extent != QUICK:
        return RESULTS
    path = Path(tempfile.gettempdir()) / "careerhub-bench-quick.json"
    path.unlink(missing_ok=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
