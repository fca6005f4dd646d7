"""A place to build in: a database, a build folder, a target, and short ways to look at what came out."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from careerhub.output.folder import open_build_folder
from careerhub.output.listings import REACHES, Reaches
from careerhub.pipeline.build import BuildOutcome, Sources, Wanted, build_site
from careerhub.pipeline.plan import BOTH, ProfileKind
from careerhub.pipeline.publish import PublishOutcome, publish_site
from careerhub.publish.bucket import open_bucket
from careerhub.reporting import Silent
from careerhub.resources import PACKAGE, shipped
from tests.databases import Database
from tests.people import add_career, add_person

TODAY = date(2031, 5, 17)
SITE_URL = "https://people.example.org"
PAGES: frozenset[ProfileKind] = frozenset({"pages"})
CVS: frozenset[ProfileKind] = frozenset({"cvs"})
# a private-use character: no font draws it
UNDRAWABLE = "\ue000"


@dataclass
class Place:
    """Where a test builds and publishes."""

    database: Database
    root: Path
    cache: Path
    home_slug: str = ""
    site_url: str = SITE_URL
    target: str = field(default="")
    reaches: Reaches = REACHES
    templates: Path = field(default_factory=lambda: shipped("site_templates"))

    def __post_init__(self) -> None:
        self.target = self.target or (self.root.parent / "www").as_uri()

    @property
    def site(self) -> Path:
        return self.root / "site"

    def elsewhere(self, name: str) -> Place:
        """Return another build folder of the same database and target."""
        return replace(self, root=self.root.parent / name)

    def build(
        self, kinds: frozenset[ProfileKind] = PAGES, *, today: date = TODAY, jobs: int = 2, **wanted: Any
    ) -> BuildOutcome:
        sources = Sources(templates=self.templates, site_url=self.site_url, cache=self.cache, home_slug=self.home_slug)
        with open_build_folder(self.root, create=True, reaches=self.reaches) as folder:
            return build_site(
                self.database.site_engine,
                folder,
                sources,
                Wanted(kinds=kinds, jobs=jobs, **wanted),
                Silent(),
                today=today,
            )

    def build_all(self, **wanted: Any) -> BuildOutcome:
        """Build pages and CVs."""
        return self.build(BOTH, **wanted)

    def publish(self, *, target: str = "", dry_run: bool = False, **options: Any) -> PublishOutcome:
        with open_build_folder(self.root, create=False, reaches=self.reaches) as folder:
            return publish_site(
                self.database.site_engine,
                folder,
                open_bucket(target or self.target),
                Silent(),
                dry_run=dry_run,
                max_deletes=None,
                records=not target,
                **options,
            )

    def add(self, *slugs: str, **columns: Any) -> None:
        """Add people with one row of every kind."""
        for slug in slugs:
            add_career(self.database.app_engine, add_person(self.database.app_engine, slug, **columns))

    def edit(self, *statements: str, **values: Any) -> None:
        """Change rows in one transaction, of however many people; the triggers are the same for everybody."""
        with self.database.superuser_engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def force(self, *statements: str) -> None:
        """Change what the application couldn't, as a superuser."""
        with self.database.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, query: str) -> Any:
        with self.database.connect() as connection:
            row = connection.execute(query).fetchone()
            return row[0] if row else None

    def hide(self, slug: str, visibility: str = "PRIVATE") -> None:
        self.edit("UPDATE profiles SET visibility = :to WHERE slug = :slug", to=visibility, slug=slug)

    def read(self, path: str) -> str:
        return (self.site / path).read_text(encoding="utf-8")

    def read_published(self) -> dict[str, bytes]:
        return read_tree(Path(self.target.removeprefix("file://")))

    def files(self) -> dict[str, str]:
        """Return the digest of every file of the site."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in read_tree(self.site).items()}

    def times(self) -> dict[str, tuple[int, int]]:
        """Return when, and as which inode, every file was written."""
        return {
            path.relative_to(self.site).as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino)
            for path in self.site.rglob("*")
            if path.is_file()
        }

    def manifest(self) -> list[tuple[str, str, str, str]]:
        """Return what the manifest says of each file."""
        with open_build_folder(self.root, create=False, reaches=self.reaches) as folder:
            return [(file.path, file.owner, file.kind, file.sha256) for file in folder.manifest.list_files()]

    def lines(self) -> dict[str, list[Any]]:
        """Return what the manifest says of everybody and of every list."""
        tables = ("entry", "listing", "tally")
        with open_build_folder(self.root, create=False, reaches=self.reaches) as folder:
            built = list(folder.manifest.list_built())
            return {"profile": built} | {
                table: folder.manifest.lists._store.run(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()
                for table in tables
            }

    def check_whole(self) -> None:
        """Assert that the folder and its manifest say the same, and that nothing is left of the work."""
        assert {path: digest for path, _, _, digest in self.manifest()} == self.files()
        assert sorted(path.name for path in self.root.iterdir()) == ["lock", "manifest.sqlite", "site"]
        assert not [path for path in self.site.rglob("*") if path.is_dir() and not any(path.iterdir())]

    def environment(self, **more: str) -> dict[str, str]:
        """Return the variables of a command line that works here."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(PACKAGE.parent),
            "CAREERHUB_HOME": str(self.cache.parent),
            "CAREERHUB_BUILD_DIR": str(self.root),
            "CAREERHUB_SITE_URL": self.site_url,
            "CAREERHUB_TARGET": self.target,
            "CAREERHUB_HOME_PROFILE": self.home_slug,
            "CAREERHUB_DATABASE_URL": self.database.url("careerhub_app"),
            "CAREERHUB_SITE_DATABASE_URL": self.database.url("careerhub_site"),
            **more,
        }

    def start(self, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        """Start `careerhub …` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "careerhub", *arguments],
            env=self.environment(**environment),
            cwd=cwd or self.root.parent,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Ended:
        process = self.start(*arguments, cwd=cwd, **environment)
        out, error = process.communicate(timeout=60)
        return Ended(code=process.returncode, out=out, error=error)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def read_tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def list_children(pid: int) -> list[int]:
    """Return the processes a process has started and not yet waited for."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def wait_for_end(pids: list[int], seconds: float = 5.0) -> list[int]:
    """Wait until processes are gone; return those that aren't."""
    end = time.monotonic() + seconds
    while left := [pid for pid in pids if is_alive(pid)]:
        if time.monotonic() > end:
            return left
        time.sleep(0.02)
    return []


def is_alive(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill_after(process: subprocess.Popen[str], seconds: float) -> list[int]:
    """Kill a process as the machine would; return the children it had."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        time.sleep(0.005)
    children = list_children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return children


def each_page(place: Place) -> Iterator[tuple[str, str]]:
    for path in sorted(place.files()):
        if path.endswith(".html"):
            yield path, place.read(path)


def spoil_rows(place: Place, slug: str) -> None:
    """Put a date nobody can read into somebody's rows, as a database older than the constraint could have."""
    drops = place.ask(
        "SELECT string_agg(format('ALTER TABLE certifications DROP CONSTRAINT %I', conname), '; ') FROM pg_constraint"
        " WHERE conrelid = 'certifications'::regclass AND contype = 'c'"
    )
    if drops:
        place.force(drops)
    where = f"WHERE profile_id = (SELECT id FROM profiles WHERE slug = '{slug}')"
    place.force(f"UPDATE certifications SET issue_date = 'infinity', issue_precision = 'D' {where}")


def heal_rows(place: Place, slug: str) -> None:
    where = f"WHERE profile_id = (SELECT id FROM profiles WHERE slug = '{slug}')"
    place.force(f"UPDATE certifications SET issue_date = '2020-01-01' {where}")
