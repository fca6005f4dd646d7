"""The demo community, and somebody with too much of everything, served as files are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from careerhub.render.pages import render_profile
from tests.databases import Cluster
from tests.gates.crammed import CRAMMED
from tests.journeys.showing import Site, show_demo
from tests.render.reading import renderer_at


@pytest.fixture(scope="session")
def site(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build and serve the demo community; beside it lies the page of who has too much of everything."""
    with show_demo(embedded, tmp_path_factory.mktemp("gates")) as shown:
        for profile in CRAMMED:
            for file in render_profile(renderer_at("https://people.example.org"), profile, cv_paths=(), is_home=False):
                path = shown.folder / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.data)
        yield shown
