"""Sites that workers help to publish: a database, a real S3 server, real `careerhub worker` processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from careerhub.db.lock import hold_lock
from careerhub.jobs.crew import QueueCrew
from careerhub.output.folder import open_build_folder
from careerhub.pipeline.build import BuildOutcome, Sources, Wanted, build_site
from careerhub.pipeline.plan import BOTH, ProfileKind
from careerhub.pipeline.publish import PublishOutcome, publish_site
from careerhub.publish.bucket import open_bucket
from careerhub.publish.manifest import ROOT, RemoteObject, read_root
from careerhub.publish.tree import open_tree
from careerhub.reporting import Silent
from careerhub.resources import shipped
from tests.crowded import fill
from tests.pipeline.sites import PAGES, TODAY, Place
from tests.seaweed import Seaweed

BUCKET = "worked"
# a busy machine needs several times as long as an idle one
PATIENCE = 60.0


class Notes(Silent):
    """A report that remembers what happened."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

        self.hooks: dict[str, Callable[[], object]] = {}

    def event(self, name: str, **facts: object) -> None:
        self.events.append((name, facts))
        if hook := self.hooks.pop(name, None):
            hook()

    def list(self, name: str) -> list[dict[str, object]]:
        return [facts for each, facts in self.events if each == name]


@dataclass
class Site:
    """One site, and ways to build and publish it with and without workers."""

    place: Place
    seaweed: Seaweed
    handful: int = 5
    notes: Notes = field(default_factory=Notes)

    def sync(
        self, kinds: frozenset[ProfileKind] = PAGES, *, alone: bool = False
    ) -> tuple[BuildOutcome, PublishOutcome]:
        """Do what `careerhub sync` does; `alone`: without workers."""
        place = self.place
        engine, bucket = place.database.site_engine, open_bucket(place.target, endpoint_url=self.seaweed.endpoint_url)
        sources = Sources(
            templates=shipped("site_templates"), site_url=place.site_url, cache=place.cache, home_slug=place.home_slug
        )
        with hold_lock(engine, bucket.name) as lock, open_build_folder(place.root, create=True) as folder:
            crew = (
                None
                if alone
                else QueueCrew(
                    engine, bucket, lock, self.notes, handful=self.handful, endpoint_url=self.seaweed.endpoint_url
                )
            )
            built = build_site(engine, folder, sources, Wanted(kinds=kinds, jobs=2), self.notes, today=TODAY, crew=crew)
            published = publish_site(
                engine,
                folder,
                bucket,
                self.notes,
                dry_run=False,
                max_deletes=None,
                records=True,
                lock=lock,
                continued=crew.continued if crew else None,
            )
        return built, published

    def fill(self, people: int) -> None:
        """Add people with long careers, in many scripts."""
        fill(self.place.database, people)

    def list_slugs(self) -> list[str]:
        with self.place.database.connect() as connection:
            rows = connection.execute("SELECT slug FROM profiles WHERE visibility = 'PUBLIC' ORDER BY slug").fetchall()
        return [str(row[0]) for row in rows]

    def read(self) -> dict[str, tuple[bytes, dict[str, str]]]:
        """Return the bytes and headers of everything a visitor can get."""
        keys = self.list_keys()
        with ThreadPoolExecutor(8) as pool:
            return dict(zip(keys, pool.map(self.read_object, keys), strict=True))

    def list_keys(self) -> list[str]:
        prefix = self._prefix
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return sorted(item["Key"].removeprefix(prefix) for page in pages for item in page.get("Contents", []))

    def read_object(self, key: str) -> tuple[bytes, dict[str, str]]:
        answer = self._client.get_object(Bucket=BUCKET, Key=self._prefix + key)
        names = ("ContentType", "CacheControl", "ContentDisposition")
        headers = {name: answer.get(name, "") for name in names} | answer["Metadata"]
        return answer["Body"].read(), headers

    def read_manifest(self) -> dict[str, RemoteObject]:
        tree = open_tree(open_bucket(self.place.target, endpoint_url=self.seaweed.endpoint_url))
        tree.load()
        return dict(tree.objects)

    def read_touching(self) -> tuple[str, ...]:
        bucket = open_bucket(self.place.target, endpoint_url=self.seaweed.endpoint_url)
        return read_root(bucket.read_state(ROOT)[0], name=bucket.name).touching

    @cached_property
    def _client(self) -> Any:
        return self.seaweed.client()

    @property
    def _prefix(self) -> str:
        return self.place.target.removeprefix(f"s3://{BUCKET}/") + "/"

    def elsewhere(self, name: str) -> Site:
        """Return the same people on another target, built in another folder."""
        place = self.place.elsewhere(name)
        place.target = f"{self.place.target}-{name}"
        return Site(place, self.seaweed, self.handful)

    def environment(self) -> dict[str, str]:
        return self.place.environment(CAREERHUB_S3_ENDPOINT_URL=self.seaweed.endpoint_url, **self.seaweed.environment())

    def start_sync(self, *options: str) -> subprocess.Popen[str]:
        """Start `careerhub sync` for the pages."""
        arguments = [sys.executable, "-m", "careerhub", "sync", "--only", "pages", "--log", "json", *options]
        return subprocess.Popen(
            arguments, env=self.environment(), cwd=self.place.root.parent, text=True, stderr=subprocess.PIPE
        )

    def run_sync(self, *options: str) -> tuple[int, list[dict[str, Any]]]:
        """Run `careerhub sync` for the pages; return its exit code and what it told."""
        process = self.start_sync(*options)
        _, told = process.communicate(timeout=4 * PATIENCE)
        return process.returncode, [json.loads(line) for line in told.splitlines() if line.startswith("{")]

    @contextmanager
    def workers(self, concurrency: int = 2, *, within: tuple[str, ...] = (), **more: str) -> Iterator[Workers]:
        """Run `careerhub worker` for as long as the block lasts; ready when all of its processes are."""
        before = self.count_hands()
        workers = self.start_workers(concurrency, within=within, **more)
        try:
            wait_until(lambda: self.count_hands() >= before + concurrency or not workers.is_running)
            assert workers.is_running, workers.noise
            yield workers
        finally:
            workers.stop()

    def start_workers(self, concurrency: int = 2, *, within: tuple[str, ...] = (), **more: str) -> Workers:
        """Start `careerhub worker`; `within` is what runs it."""
        arguments = ("worker", "--concurrency", str(concurrency))
        process = subprocess.Popen(
            [*within, sys.executable, "-m", "careerhub", *arguments],
            env=_leave_to_worker(self.environment()) | more,
            cwd=self.place.root.parent,
            text=True,
            stderr=subprocess.PIPE,
        )
        return Workers(process)

    def count_hands(self) -> int:
        return int(self.place.ask("SELECT count(*) FROM jobs.hands"))

    def count_rows(self) -> dict[str, int]:
        """Return how many rows are left of the work."""
        tables = ("procrastinate_jobs", "procrastinate_events", "reports", "runs")
        return {table: self.place.ask(f"SELECT count(*) FROM jobs.{table}") for table in tables}


def _leave_to_worker(environment: dict[str, str]) -> dict[str, str]:
    """Leave what a worker's machine has: of the database's addresses the one of careerhub_site alone."""
    return {
        name: value
        for name, value in environment.items()
        if name == "CAREERHUB_SITE_DATABASE_URL" or not name.endswith("DATABASE_URL")
    }


def check_same(site: Site, sync_alone: Callable[[Site], object]) -> None:
    """Assert that the target is what one process makes of it, with its manifest, and that nothing is left of the work."""
    alone = site.elsewhere("alone")
    sync_alone(alone)
    assert site.read() == alone.read()
    assert site.read_manifest() == alone.read_manifest()
    assert site.read_touching() == ()
    assert not any(site.count_rows().values())


class Workers:
    """A running `careerhub worker`, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.noise: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.noise.append(line)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def list(self, event: str) -> list[dict[str, Any]]:
        return [line for line in list(self.lines) if line["event"] == event]

    def list_processes(self) -> list[int]:
        """Return the processes that work."""
        try:
            return [
                int(pid)
                for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            ]
        except FileNotFoundError:
            return []

    def kill(self) -> None:
        """Kill everything as the machine would."""
        for pid in [self.process.pid, *self.list_processes()]:
            kill(pid)
        self._wait()

    def stop(self) -> int:
        """Stop it as a service manager would; return the exit code."""
        if self.is_running:
            self.process.terminate()
        return self._wait()

    def _wait(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join()
        if self.process.stderr:
            self.process.stderr.close()
        return code


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError("it didn't come about in time")
        time.sleep(0.02)


__all__ = ["BOTH", "BUCKET", "PAGES", "Site", "Workers", "check_same", "kill", "wait_until"]
