"""The demo site in a folder as publishing leaves it, and everything that can serve it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.local.community import read_people
from careerhub.local.demo import load_demo
from careerhub.output.folder import open_build_folder
from careerhub.pipeline.build import Sources, Wanted, build_site
from careerhub.publish.headers import TYPES
from careerhub.reporting import Silent
from careerhub.resources import shipped
from tests.databases import Cluster
from tests.serving.addresses import PERSON, SECRETS
from tests.serving.edges import Run, make_chromium_run, make_njs_run
from tests.serving.servers import Server, find_program, run_caddy, run_nginx, run_preview


@pytest.fixture(scope="session")
def built(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo community's pages and one person's CVs."""
    folder = tmp_path_factory.mktemp("built")
    sources = Sources(
        templates=shipped("site_templates"), site_url="https://people.example.org", cache=folder / "cache"
    )
    today = datetime.now(UTC).date()
    with embedded.copied() as database:
        load_demo(database.app_engine, parse_contact_keys(make_contact_key()), read_people(), Silent())
        with open_build_folder(folder / "build", create=True) as build:
            for wanted in (Wanted(kinds=frozenset({"pages"}), jobs=1), Wanted(slugs=(PERSON,), jobs=1)):
                build_site(database.site_engine, build, sources, wanted, Silent(), today=today)
        database.app_engine.dispose()
        database.site_engine.dispose()
    return folder / "build" / "site"


@pytest.fixture(scope="session")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a published folder: the site, one file of every type, and what nobody may see."""
    root = tmp_path_factory.mktemp("www") / "site"
    shutil.copytree(built, root)
    extra = {f"assets/sample.0123456789ab.{extension}": extension.encode() for extension in TYPES}
    for key, data in {**extra, **SECRETS}.items():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(data)
    state = root.with_name("site.state")
    state.mkdir()
    (state / "manifest.json").write_bytes(b"secret")
    return root


@pytest.fixture(scope="session")
def preview(built: Path) -> Iterator[Server]:
    with run_preview(built) as server:
        yield server


@pytest.fixture(scope="session", params=["nginx", "caddy"])
def server(request: pytest.FixtureRequest, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give each server with our example for it."""
    run = {"nginx": run_nginx, "caddy": run_caddy}[request.param]
    with run(site, tmp_path_factory.mktemp(request.param) / "run") as found:
        yield found


@pytest.fixture(scope="session", params=["chromium", "njs"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Give engines for CloudFront's functions: the whole language, and a small part of it such as theirs."""
    if request.param == "njs":
        yield make_njs_run(find_program("njs"))
        return
    page = request.getfixturevalue("browser").new_page()
    yield make_chromium_run(page)
    page.close()
