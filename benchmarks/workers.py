"""What a second worker is worth: CVs per second of two `careerhub worker`s against one, each a single process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

from benchmarks.crowds import Home
from benchmarks.editing import read_event
from benchmarks.following import Lines, running
from benchmarks.measuring import Failed, careerhub, measure, remove, say
from tests.seaweed import Seaweed

BUCKET = "bench-workers"
COUNTS = (1, 2)
# Seconds: fonts and templates are read before the first job is taken.
READY = 60


def measure_workers(home: Home, server: Seaweed, *, rounds: int = 3) -> dict[str, Any]:
    """Let one worker and two take turns, each with a fresh build folder and a fresh target.

    Measured is the run they share, from handing out to the last report; publishing the lists comes after it, whatever
    the number of workers.
    """
    server.client().create_bucket(Bucket=BUCKET)
    rates: dict[int, list[float]] = {count: [] for count in COUNTS}
    cvs = 0
    for number in range(rounds):
        for count in COUNTS:
            target = {
                "CAREERHUB_TARGET": f"s3://{BUCKET}/{number}-{count}",
                "CAREERHUB_S3_ENDPOINT_URL": server.endpoint_url,
            }
            environment = home.environment(server.environment() | target)
            remove(home.build_dir)
            seconds = _sync(home, environment, count)
            cvs = _count_cvs(server, f"{number}-{count}/")
            rates[count].append(cvs / seconds)
            say(f"{count} workers: {cvs / seconds:.2f} CVs a second")
    middle = {count: round(statistics.median(each), 3) for count, each in rates.items()}
    return {"people": home.people, "cvs": cvs, "one": middle[1], "two": middle[2], "ratio": middle[2] / middle[1]}


def _sync(home: Home, environment: dict[str, str], count: int) -> float:
    """Return how many seconds so many workers took together."""
    environment = environment | {"CAREERHUB_SITE_DATABASE_URL": home.url("careerhub_site")}
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(_working(environment))
        run = measure(careerhub("sync", "--log", "json", "--jobs", "1"), environment)
    events = {event.get("event"): event for event in map(read_event, run.output.splitlines())}
    if "run_announced" not in events or "run_ended" not in events:
        raise Failed(f"Nothing was handed out:\n{run.output[-2000:]}")
    began, ended = (datetime.fromisoformat(events[name]["ts"]) for name in ("run_announced", "run_ended"))
    return (ended - began).total_seconds()


def _count_cvs(server: Seaweed, prefix: str) -> int:
    pages = server.client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix + "p/")
    return sum(found["Key"].endswith(".pdf") for page in pages for found in page.get("Contents", ()))


@contextmanager
def _working(environment: dict[str, str]) -> Iterator[Lines]:
    """Run one worker for as long as the block lasts; it takes jobs when the block begins."""
    with running(careerhub("worker", "--concurrency", "1"), environment) as lines:
        for line in lines.follow(READY):
            if read_event(line).get("event") == "working":
                break
        else:
            raise Failed("The worker didn't begin to work.")
        time.sleep(2)  # it is forked by now, and has to sign in
        yield lines
