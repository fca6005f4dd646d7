"""What the proofs of privacy share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.databases import Cluster
from tests.journeys.showing import Site, Watched, show_demo


@pytest.fixture(scope="session", autouse=True)
def without_sync() -> Iterator[None]:
    """Don't wait for the disk: no power is cut here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        yield


@pytest.fixture(scope="session")
def site(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build the demo community, all pages and one person's CVs, and serve them."""
    with show_demo(embedded, tmp_path_factory.mktemp("site")) as shown:
        yield shown


@pytest.fixture
def watch(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Give a way to open a page that is watched; `options` are those of a browser's context."""
    contexts = []

    def open_page(width: int = 1280, **options: Any) -> Watched:
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, **options))
        watched = Watched(contexts[-1].new_page())
        watched.page.on("request", lambda request: watched.requests.append(request.url))
        watched.page.on("console", lambda message: watched.complaints.append(f"{message.type}: {message.text}"))
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        return watched

    yield open_page
    for context in contexts:
        context.close()
