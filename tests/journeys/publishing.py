"""Build and publish a world as the commands do, and search everything that came out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from careerhub.output.folder import open_build_folder
from careerhub.pipeline.build import BuildOutcome, Sources, Wanted, build_site
from careerhub.pipeline.plan import BOTH
from careerhub.pipeline.publish import publish_site
from careerhub.publish.bucket import open_bucket
from careerhub.resources import shipped
from tests.databases import Database
from tests.journeys.searching import Hit, Search
from tests.journeys.world import World

SITE_URL = "https://people.example"
# The only places that may name a profile's id, and only a PUBLIC one's: both are state that no visitor gets.
MANIFESTS = ("build/manifest.sqlite", "www.state/", "_state/")
_PAGES = frozenset({"pages"})


@dataclass
class Heard:
    """A report that keeps all it is told."""

    said: list[str] = field(default_factory=list)

    def progress(self, what: str, done: int, total: int) -> None:
        self.said.append(f"{what} {done}/{total}")

    def note(self, message: str) -> None:
        self.said.append(message)


@dataclass(frozen=True)
class Place:
    """A build folder and a target of a test's own: a folder beside it, unless it is on S3."""

    root: Path
    s3: str = ""
    endpoint_url: str | None = None

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def target(self) -> Path:
        return self.root / "www"

    def build_and_publish(self, database: Database, *, cvs: bool = False, everything: bool = False) -> BuildOutcome:
        """Bring the folder and the target to the database's state; what was reported is kept as a log."""
        heard = Heard()
        outcome = build(database, self.build, heard, cvs=cvs, everything=everything)
        with open_build_folder(self.build, create=False) as folder:
            published = publish_site(
                database.site_engine,
                folder,
                open_bucket(self.s3 or self.target.as_uri(), endpoint_url=self.endpoint_url),
                heard,
                dry_run=False,
                max_deletes=None,
                records=True,
            )
        told = [*heard.said, repr(outcome), repr(published.notes)]
        (self.root / "report.log").write_text("\n".join(told), encoding="utf-8")
        return outcome

    def search(self) -> Search:
        """Search the build folder, the target with its state, and what was reported."""
        search = Search()
        for folder in ("build", "www", "www.state"):
            search.look_into(self.root / folder, folder)
        search.look("report.log", (self.root / "report.log").read_bytes())
        return search


def build(
    database: Database, root: Path, heard: Heard, *, cvs: bool = False, everything: bool = False, jobs: int = 1
) -> BuildOutcome:
    """Build a folder: pages only, or CVs too."""
    sources = Sources(templates=shipped("site_templates"), site_url=SITE_URL, cache=root.with_name("cache"))
    wanted = Wanted(kinds=BOTH if cvs else _PAGES, everything=everything, jobs=jobs)  # type: ignore[arg-type]
    with open_build_folder(root, create=True) as folder:
        return build_site(database.site_engine, folder, sources, wanted, heard, today=date(2026, 3, 1))


def find_leaks(world: World, search: Search) -> list[Hit]:
    """Return every secret needle that was met, and every id outside the manifests."""
    allowed = world.public_ids
    ids = [
        hit for hit in search.hits(world.ids) if not (hit.needle in allowed and hit.found.startswith(MANIFESTS))
    ]  # fmt: skip
    return search.hits(world.ledger.secret) + ids


def run_command(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run careerhub as people do, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "careerhub", *arguments],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )


def make_environment(database: Database, root: Path) -> dict[str, str]:
    """Make the settings of a world's site."""
    return {
        "CAREERHUB_HOME": str(root / "home"),
        "CAREERHUB_DATABASE_URL": database.url("careerhub_app"),
        "CAREERHUB_SITE_DATABASE_URL": database.url("careerhub_site"),
        "CAREERHUB_BUILD_DIR": str(root / "build"),
        "CAREERHUB_SITE_URL": SITE_URL,
        "CAREERHUB_TARGET": (root / "www").as_uri(),
    }


def read_bucket(client: Any, bucket: str) -> dict[str, bytes]:
    """Return every object of a bucket as files: bodies, and headers with metadata as text."""
    files: dict[str, bytes] = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", ()):
            files |= _read_object(client, bucket, item["Key"], "")
    return files


def read_versions(client: Any, bucket: str) -> dict[str, bytes]:
    """Return every version of every object, also those that were replaced or deleted."""
    files: dict[str, bytes] = {}
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for item in page.get("Versions", ()):
            files |= _read_object(client, bucket, item["Key"], item["VersionId"])
    return files


def _read_object(client: Any, bucket: str, key: str, version: str) -> dict[str, bytes]:
    chosen = {"VersionId": version} if version and version != "null" else {}
    answer = client.get_object(Bucket=bucket, Key=key, **chosen)
    body = answer.pop("Body").read()
    marked = f"{version}/{key}" if version and version != "null" else key
    return {marked: body, f"{marked}.headers": repr(answer).encode()}
