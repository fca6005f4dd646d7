"""A machine's post in the work: everything loaded once, then processes that take jobs."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from careerhub.db.engine import make_engine
from careerhub.db.publications import note_sighting
from careerhub.db.snapshot import open_snapshot
from careerhub.db.state import check_current
from careerhub.errors import CareerHubError, WrongUse
from careerhub.jobs.hand import Hand
from careerhub.jobs.queue import name_queue
from careerhub.jobs.serving import State, serve
from careerhub.jobs.supervisor import supervise
from careerhub.pipeline.toolbox import Toolbox
from careerhub.publish.bucket import open_bucket
from careerhub.reporting import Report

SIGHTING_SECONDS = 60.0
# A worker process asks on one connection while it loads on another.
CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where a worker gets its work, with what it does it, and where it puts the result."""

    database_url: str
    target: str
    endpoint_url: str | None
    toolbox: Toolbox


def work(post: Post, count: int, report: Report) -> None:
    """Work until interrupted, or until templates, fonts or software on the disk aren't those that were loaded."""
    check_target(post.target)
    bucket = open_bucket(post.target, endpoint_url=post.endpoint_url)
    with open_snapshot(make_engine(post.database_url, "careerhub_site")) as connection:
        check_current(connection)
    post.toolbox.warm()
    # forked processes share what is loaded: frozen, no collection copies it page by page
    gc.collect()
    gc.freeze()
    folder = Path(tempfile.mkdtemp(prefix="careerhub-worker-"))
    report.event("working", target=bucket.name, processes=count)
    try:
        supervise(
            lambda: _serve(post, folder / str(os.getpid()), report),
            count,
            report,
            is_outdated=_keep_seen(post),
            clear=lambda pid: shutil.rmtree(folder / str(pid), ignore_errors=True),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_seen(post: Post) -> Callable[[], bool]:
    """Return the supervisor's question whether this program is old: asking it also says once a minute that it lives."""
    told = float("-inf")

    def ask() -> bool:
        nonlocal told
        if time.monotonic() - told >= SIGHTING_SECONDS:
            told = time.monotonic()
            engine = make_engine(post.database_url, "careerhub_site")
            with suppress(CareerHubError):  # the processes tell what is wrong with the database
                note_sighting(engine, "WORKER")
            engine.dispose()  # no connection is open when processes are forked
        return post.toolbox.is_outdated()

    return ask


def check_target(target: str) -> None:
    """Raise WrongUse for a target that other machines don't reach."""
    if not target.startswith("s3:"):
        raise WrongUse(f"{target}: workers need a target that every machine reaches, as in s3://my-bucket.")


def _serve(post: Post, folder: Path, report: Report) -> int:
    toolbox = post.toolbox
    engine = make_engine(post.database_url, "careerhub_site", pool_size=CONNECTIONS)
    bucket = open_bucket(post.target, endpoint_url=post.endpoint_url)
    for name in ("incoming", "site"):
        (folder / name).mkdir(parents=True)

    def make_hand(state: State) -> Hand:
        return Hand(
            engine=engine,
            bucket=bucket,
            renderer=toolbox.renderer,
            cv_renderer=toolbox.cv_renderer,
            site_url=toolbox.sources.site_url,
            pages_fingerprint=toolbox.pages_fingerprint,
            cvs_fingerprint=toolbox.cvs_fingerprint,
            folder=folder,
            is_stopping=lambda: state.is_stopping,
            tell=state.note_progress,
        )

    queue = name_queue(bucket.name, toolbox.sources.site_url, toolbox.pages_fingerprint)
    return serve(post.database_url, engine, make_hand, State(queue=queue, cvs=toolbox.cvs_fingerprint), report)
