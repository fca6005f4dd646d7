"""Change capture under fire, for as long as you like: is anybody stale, or published twice?

    .venv/bin/python benchmarks/capture.py --seconds 300

The proof of `tests/db/test_capture.py` with more of everything. Exit code 1 when something was lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.capturing import run_capture
from tests.databases import embedded_cluster


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--editors", type=int, default=12)
    parser.add_argument("--builders", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with embedded_cluster() as cluster, cluster.copied() as database, tempfile.TemporaryDirectory() as folder:
        outcome = run_capture(
            database,
            Path(folder),
            people=wanted.people,
            editors=wanted.editors,
            builders=wanted.builders,
            seconds=wanted.seconds,
            seed=wanted.seed,
        )
    wrong = (*outcome.stale, *outcome.finished_twice, *outcome.built_from_other_content)
    print("| committed | rolled back | published | builders killed | stale | published twice | from other content |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {outcome.committed:,} | {outcome.rolled_back:,} | {outcome.finished:,} | {outcome.killed}"
        f" | {len(outcome.stale)} | {len(outcome.finished_twice)} | {len(outcome.built_from_other_content)} |"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
