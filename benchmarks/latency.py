"""From an edit's commit to the changed bytes in the bucket, CV included, with `sync --watch` running."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.crowds import Home
from benchmarks.editing import has_command, watching
from benchmarks.measuring import Failed, careerhub, measure, say
from tests.seaweed import Seaweed

BUCKET = "bench-latency"
# Seconds: edits come at random moments, on average this far apart.
MEAN_GAP = 1.5
POLL_SECONDS = 0.02
# An edit that isn't there after this many seconds never comes.
PATIENCE = 60


@dataclass(slots=True, kw_only=True)
class _Edit:
    slug: str
    text: bytes
    etag: str
    committed: float
    page_after: float = 0.0
    cv_after: float = 0.0
    looked: float = 0.0
    is_over: bool = False


def measure_latency(home: Home, server: Seaweed, *, edits: int, seed: int = 1) -> dict[str, Any]:
    """Make edits at random moments and look for each in the bucket until page and CV have changed."""
    if not has_command("sync"):
        return {"missing": "there is no `careerhub sync` yet"}
    client = server.client()
    client.create_bucket(Bucket=BUCKET)
    target = server.environment() | {
        "CAREERHUB_TARGET": f"s3://{BUCKET}",
        "CAREERHUB_S3_ENDPOINT_URL": server.endpoint_url,
    }
    say(f"{home.people:,} people: every page and CV…")
    measure(careerhub("build"), home.environment())
    with watching(home, target):
        done = _follow(home, client, edits, random.Random(seed))
    pages = sorted(edit.page_after for edit in done)
    both = sorted(max(edit.page_after, edit.cv_after) for edit in done)
    return {"people": home.people, "edits": len(done), "page": _summarize(pages), "page_and_cv": _summarize(both)}


def _follow(home: Home, client: Any, count: int, chance: random.Random) -> list[_Edit]:
    slugs = [slug for slug in home.list_slugs() if _has_cv(client, slug)][:count]
    if len(slugs) < count:
        raise Failed(f"Only {len(slugs)} people have a CV in the bucket.")
    made: list[_Edit] = []
    following = time.monotonic() + 1
    while len(made) < count or not all(edit.is_over for edit in made):
        if len(made) < count and time.monotonic() >= following:
            made.append(_edit(home, client, slugs[len(made)], len(made)))
            following = time.monotonic() + chance.expovariate(1 / MEAN_GAP)
            if len(made) % 20 == 0:
                say(f"{len(made)} edits, {sum(edit.is_over for edit in made)} of them in the bucket")
        # one a tick, in turn: looking must not take the processor from what is looked at
        if waiting := [edit for edit in made if not edit.is_over]:
            _look(client, min(waiting, key=lambda edit: edit.looked))
        time.sleep(POLL_SECONDS)
    return made


def _has_cv(client: Any, slug: str) -> bool:
    listed = client.list_objects_v2(Bucket=BUCKET, Prefix=f"p/{slug}/cv.pdf", MaxKeys=1)
    return bool(listed.get("Contents"))


def _edit(home: Home, client: Any, slug: str, number: int) -> _Edit:
    etag = client.head_object(Bucket=BUCKET, Key=f"p/{slug}/cv.pdf")["ETag"]
    text = f"Seen by number {number}"
    home.edit(slug, text)
    return _Edit(slug=slug, text=text.encode(), etag=etag, committed=time.monotonic())


def _look(client: Any, edit: _Edit) -> None:
    edit.looked = time.monotonic()
    if not edit.page_after:
        page = client.get_object(Bucket=BUCKET, Key=f"p/{edit.slug}/index.html")["Body"].read()
        edit.page_after = time.monotonic() - edit.committed if edit.text in page else 0.0
    if not edit.cv_after:
        etag = client.head_object(Bucket=BUCKET, Key=f"p/{edit.slug}/cv.pdf")["ETag"]
        edit.cv_after = time.monotonic() - edit.committed if etag != edit.etag else 0.0
    edit.is_over = bool(edit.page_after and edit.cv_after)
    if not edit.is_over and time.monotonic() - edit.committed > PATIENCE:
        raise Failed(f"{edit.slug} isn't in the bucket {PATIENCE} s after the edit.")


def _summarize(seconds: Sequence[float]) -> dict[str, float]:
    at = statistics.quantiles(seconds, n=100, method="inclusive")
    found = {"p50": at[49], "p95": at[94], "p99": at[98], "most": seconds[-1]}
    return {name: round(value, 3) for name, value in found.items()}
