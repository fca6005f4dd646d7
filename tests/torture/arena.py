"""Where things are killed: a database, a target, machines with build folders of their own, and a few people."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import text

from careerhub.output.folder import open_build_folder
from careerhub.pipeline.publish import PublishOutcome, publish_site
from careerhub.publish.bucket import Bucket
from careerhub.publish.headers import headers_for
from careerhub.reporting import Silent
from careerhub.resources import PACKAGE
from tests.databases import Database
from tests.people import add_career, add_person
from tests.pipeline.sites import Ended, list_children, read_tree, wait_for_end
from tests.torture.shelves import S3Shelf, Shelf
from tests.torture.visitors import SITE_URL, Objects, find_broken, find_words

# words of the kind the journeys' search finds in whatever spelling, planted where nobody may see them
HIDDEN_JOB, DRAFT, NOT_PUBLIC, FRIENDS_ONLY = (
    "zqhiddenjobaaaaa",
    "zqdraftbbbbbbbbb",
    "zqprivatecccccccc",
    "zqfriendsddddddd",
)
SECRETS = frozenset({HIDDEN_JOB, DRAFT, NOT_PUBLIC, FRIENDS_ONLY})
# public until a test takes it away
CLIENT, LEAVER = "zqclienteeeeeeee", "zqleaverffffffff"
_PATIENCE = 120
COMMAND = (sys.executable, "-m", "careerhub")


@dataclass
class Arena:
    """One machine, its database and its target."""

    database: Database
    root: Path
    home: Path
    shelf: Shelf
    endpoint_url: str = ""
    software: Path = PACKAGE.parent
    more: dict[str, str] = field(default_factory=dict)

    @property
    def build_folder(self) -> Path:
        return self.root / "build"

    def elsewhere(self, name: str, shelf: Shelf | None = None) -> Arena:
        """Return another machine at the same database, and at the same target unless it gets one of its own."""
        root = self.root.with_name(name)
        root.mkdir(exist_ok=True)
        return replace(self, root=root, shelf=shelf or self.shelf)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        s3 = self.shelf.server if isinstance(self.shelf, S3Shelf) else None
        endpoint = {"CAREERHUB_S3_ENDPOINT_URL": self.endpoint_url or s3.endpoint_url} if s3 else {}
        return {
            **kept,
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self.software),
            "CAREERHUB_HOME": str(self.home),
            "CAREERHUB_BUILD_DIR": str(self.build_folder),
            "CAREERHUB_SITE_URL": SITE_URL,
            "CAREERHUB_TARGET": self.shelf.address,
            "CAREERHUB_DATABASE_URL": self.database.url("careerhub_app"),
            "CAREERHUB_SITE_DATABASE_URL": self.database.url("careerhub_site"),
            **(s3.environment() if s3 else {}),
            **endpoint,
            **self.more,
            **more,
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `careerhub …` as a process of its own."""
        return subprocess.Popen(
            [*COMMAND, *arguments], env=self.environment(**environment), cwd=self.root,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str, **environment: str) -> Ended:
        process = self.start(*arguments, **environment)
        return end(process)

    def do(self, *arguments: str, **environment: str) -> Ended:
        """Run a command that has to succeed."""
        done = self.run(*arguments, **environment)
        assert done.code == 0, (arguments, done.code, done.error)
        return done

    def publish(self, bucket: Bucket | None = None) -> PublishOutcome:
        """Publish in this process; the target may be one that breaks."""
        with open_build_folder(self.build_folder, create=False) as folder:
            return publish_site(
                self.database.site_engine, folder, bucket or self.shelf.open(), Silent(),
                dry_run=False, max_deletes=None, records=True,
            )  # fmt: skip

    def edit(self, *statements: str, **values: str) -> None:
        """Change rows in one transaction; triggers are the same for everybody."""
        with self.database.superuser_engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def ask(self, query: str) -> object:
        with self.database.connect() as connection:
            row = connection.execute(query.encode()).fetchone()
            return row[0] if row else None

    def built(self) -> dict[str, bytes]:
        return read_tree(self.build_folder / "site")

    def check_visitors(self, secret: frozenset[str] = SECRETS, *, is_first: bool = False) -> dict[str, object]:
        """Assert that the site is whole and keeps quiet; return what there is.

        `is_first`: nothing was there before, so that pages may lead to a feed that comes last.
        """
        objects = self.shelf.read()
        broken = [each for each in find_broken(objects) if not (is_first and each.endswith(" -> feed.xml"))]
        assert not broken, broken
        assert find_words(objects, secret) == []
        return dict(objects)

    def check_published(self, secret: frozenset[str] = SECRETS) -> None:
        """Assert that the target holds what was built, with the right headers, and old assets at most besides."""
        objects = self.shelf.read()
        built = self.built()
        extra = [key for key in objects if key not in built and not key.startswith("assets/")]
        assert extra == []
        assert {key: each.data for key, each in objects.items() if key in built} == built
        for key, each in objects.items():
            if each.headers:
                assert each.headers[:2] == (headers_for(key).content_type, headers_for(key).cache_control), key
        broken = find_broken(objects)
        assert not broken, broken
        assert find_words(objects, secret) == []

    def add_people(self) -> None:
        """Add four people with everything, and two whom nobody may see."""
        for slug in ("ann", "bob", "cy"):
            self.add(slug)
        add_person(self.database.app_engine, "dee", headline="Keeper of nothing yet")
        add_person(self.database.app_engine, "pia", visibility="PRIVATE", headline=NOT_PUBLIC)
        add_person(self.database.app_engine, "fay", visibility="FRIENDS", headline=FRIENDS_ONLY)
        self.edit(
            "UPDATE profiles SET draft_data = jsonb_build_object('headline', cast(:draft AS text)) WHERE slug = 'ann'",
            "UPDATE projects SET name = :client WHERE profile_id = (SELECT id FROM profiles WHERE slug = 'ann')",
            "UPDATE profiles SET headline = :leaver WHERE slug = 'bob'",
            "UPDATE interests SET name = :hidden, is_hidden = true"
            " WHERE profile_id = (SELECT id FROM profiles WHERE slug = 'cy')",
            draft=DRAFT, client=CLIENT, leaver=LEAVER, hidden=HIDDEN_JOB,
        )  # fmt: skip

    def add(self, slug: str) -> None:
        add_career(self.database.app_engine, add_person(self.database.app_engine, slug))


def end(process: subprocess.Popen[str], seconds: float = _PATIENCE) -> Ended:
    """Wait for a command's end; kill one that doesn't come to it."""
    try:
        out, error = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, error = process.communicate()
        raise AssertionError(f"it didn't end within {seconds} s: {error[-2000:]}") from None
    return Ended(code=process.returncode, out=out, error=error)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and wait for what it had started."""
    children = list_children(process.pid)
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.communicate()
    assert wait_for_end(children, 15) == []


def wait_until(is_so: Callable[[], bool], seconds: float = 60, *, what: str = "it") -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"{what} didn't come about in time"
        time.sleep(0.01)


def copy_software(to: Path, style: str) -> Path:
    """Copy the software with another style sheet."""
    for name in ("careerhub", "site_templates", "migrations"):
        shutil.copytree(PACKAGE.parent / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE.parent / "pyproject.toml", to)
    sheet = to / "site_templates/themes/base.css"
    sheet.write_text(sheet.read_text() + style)
    return to


def same(one: Objects, other: Objects) -> list[str]:
    """Return the keys that differ, by bytes or headers."""
    return sorted(key for key in {*one, *other} if one.get(key) != other.get(key))


def tell(line: str) -> None:
    """Say what a run showed; `pytest -s` shows it."""
    sys.stdout.write(f"\n{line}")
