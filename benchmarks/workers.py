"""What a second worker is worth: CVs per second of two against one, on the same database and the same S3 server.

    .venv/bin/python benchmarks/workers.py                  60 people with pages and CVs, three rounds of each
    .venv/bin/python benchmarks/workers.py --pages 400      pages alone

One and two take turns, so that whatever else the machine does is shared fairly. Measured is a whole run, from handing
out to the last report; publishing the lists comes after it, whatever the number of workers.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.crowded import fill
from tests.databases import embedded_cluster
from tests.jobs.sites import BOTH, BUCKET, PAGES, Site
from tests.pipeline.sites import Place
from tests.seaweed import run_seaweed

WANTED = 1.6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=int, nargs="?", default=60)
    parser.add_argument("--pages", action="store_true", help="pages without CVs")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    kinds = PAGES if options.pages else BOTH
    rates: dict[int, list[float]] = {1: [], 2: []}
    with prepare(options.people) as sites:
        for _ in range(options.rounds):
            for count in rates:
                rates[count].append(measure(next(sites), kinds, count))
    middle = {count: statistics.median(each) for count, each in rates.items()}
    ratio = middle[2] / middle[1]
    what = "people's pages" if options.pages else "people's pages and CVs"
    print(f"| {what} a second | one worker | two | ratio | wanted | met |\n|---|---|---|---|---|---|")
    is_met = ratio >= WANTED
    print(
        f"| {options.people} | {middle[1]:.1f} | {middle[2]:.1f} | {ratio:.2f}× | ≥ {WANTED}× | {'yes' if is_met else 'NO'} |"
    )
    return 0 if is_met else 1


@contextmanager
def prepare(people: int) -> Iterator[Iterator[Site]]:
    """Give one fresh build folder and target of the same people after another."""
    with (
        tempfile.TemporaryDirectory(prefix="chub-bench-") as name,
        embedded_cluster() as cluster,
        cluster.copied() as database,
    ):
        folder = Path(name)
        fill(database, people)
        (folder / "seaweed").mkdir()
        with run_seaweed(folder / "seaweed") as seaweed:
            seaweed.client().create_bucket(Bucket=BUCKET)
            os.environ.update(seaweed.environment())

            def each() -> Iterator[Site]:
                number = 0
                while True:
                    number += 1
                    home = folder / str(number)
                    home.mkdir()
                    place = Place(database, home / "build", folder / "home/cache", target=f"s3://{BUCKET}/{number}")
                    yield Site(place, seaweed)

            yield each()


def measure(site: Site, kinds: frozenset[str], count: int) -> float:
    """Return how many people a second so many workers did."""
    began: list[float] = []
    site.notes.hooks["run_announced"] = lambda: began.append(time.monotonic())
    ended: list[float] = []
    site.notes.hooks["run_ended"] = lambda: ended.append(time.monotonic())
    with site.workers(count):
        built, _ = site.sync(kinds)  # type: ignore[arg-type]
    rate = built.rendered / (ended[0] - began[0])
    print(f"{count}: {rate:.1f} a second", file=sys.stderr)
    return rate


if __name__ == "__main__":
    sys.exit(main())
