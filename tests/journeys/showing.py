"""The demo community as a built site that is being served, and pages of it that are watched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.local.community import read_people
from careerhub.local.demo import load_demo
from careerhub.local.preview import make_preview
from careerhub.output.folder import open_build_folder
from careerhub.pipeline.build import Sources, Wanted, build_site
from careerhub.reporting import Silent
from careerhub.resources import shipped
from tests.databases import Cluster

CV_OF = "maren-holloway"


@dataclass(frozen=True, slots=True)
class Site:
    """A built site that is being served."""

    origin: str
    folder: Path

    def list_people(self) -> list[str]:
        return sorted(f"p/{path.name}/" for path in (self.folder / "p").iterdir())

    def list_projects(self) -> list[str]:
        return sorted(
            f"{path.parent.relative_to(self.folder)}/" for path in self.folder.glob("p/*/projects/*/index.html")
        )


@dataclass(slots=True)
class Watched:
    """A page, with everything it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = make_preview(folder, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def show_demo(embedded: Cluster, folder: Path) -> Iterator[Site]:
    """Build the demo community, all pages and one person's CVs, and serve them."""
    sources = Sources(
        templates=shipped("site_templates"), site_url="https://people.example.org", cache=folder / "cache"
    )
    today = datetime.now(UTC).date()
    with embedded.copied() as database:
        load_demo(database.app_engine, parse_contact_keys(make_contact_key()), read_people(), Silent())
        with open_build_folder(folder / "build", create=True) as build:
            for wanted in (Wanted(kinds=frozenset({"pages"}), jobs=1), Wanted(slugs=(CV_OF,), jobs=1)):
                outcome = build_site(database.site_engine, build, sources, wanted, Silent(), today=today)
                assert not outcome.failed
        database.app_engine.dispose()
        database.site_engine.dispose()
    with served(folder / "build" / "site") as origin:
        yield Site(origin, folder / "build" / "site")
