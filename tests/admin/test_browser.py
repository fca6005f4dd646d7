"""Every page of the admin as a browser shows it: accessible by axe-core's rules, narrow, dark, light in weight."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from careerhub.admin.app import make_app
from careerhub.db.engine import make_engine
from careerhub.db.session import acting
from careerhub.editing.sessions import start_session
from careerhub.local.community import read_people
from careerhub.local.demo import load_demo
from careerhub.reporting import Silent
from tests.admin.conftest import make_parts
from tests.browsers import needs_browser
from tests.databases import Cluster

PERSON = "maren-holloway"
NARROWEST = 320
HEAVIEST = 100_000
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC_PAGES = ("/sign-in", "/sign-up", "/forgotten")

pytestmark = needs_browser


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin that is being served, with somebody who is signed in."""

    origin: str
    cookie: str
    pages: tuple[str, ...]


@pytest.fixture(scope="module")
def admin(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    """Serve the admin with the demo community, one of whom is signed in."""
    folder = tmp_path_factory.mktemp("admin")
    with embedded.copied() as database:
        engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=10)
        # the port is known before the app is made: its address is part of it
        server = make_server("127.0.0.1", 0, Flask("waiting"), threaded=True)
        parts = make_parts(engine, folder, admin_url=f"http://127.0.0.1:{server.server_port}")
        load_demo(engine, parts.contact_keys, read_people(), Silent())
        app = make_app(parts)
        server.app = app
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with database.connect() as connection:
            row = connection.execute("SELECT user_id, id FROM profiles WHERE slug = %s", (PERSON,)).fetchone()
        assert row
        user_id, profile_id = str(row[0]), str(row[1])
        with acting(engine, user_id) as session:
            token = start_session(session, user_id)
        signer: Any = app.session_interface
        cookie = str(signer.get_signing_serializer(app).dumps({"_user_id": token, "_fresh": True}))
        yield Admin(
            parts.admin_url,
            cookie,
            tuple(list_pages(app, connection_url=database.url("postgres"), profile_id=profile_id)),
        )
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


def list_pages(app: Flask, *, connection_url: str, profile_id: str) -> Iterator[str]:
    """Yield the address of every page that a signed-in person can open, with ids of their own."""
    import psycopg

    with psycopg.connect(connection_url) as connection:

        def find(table: str) -> str:
            row = connection.execute(
                f'SELECT id FROM "{table}" WHERE profile_id = %s ORDER BY id LIMIT 1',
                (profile_id,),  # type: ignore[call-overload]
            ).fetchone()
            return str(row[0]) if row else ""

        experience = find("experiences")
        own_cv = find("cv_versions")
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.endpoint in ("static", "links.open"):
                continue
            if rule.rule.endswith((".json", ".pdf", ".png", ".webp", ".vcf", ".svg")) or "/page/" in rule.rule:
                continue
            values: dict[str, Any] = {}
            if "section" in rule.arguments:
                values["section"] = "experiences"
            if "lang" in rule.arguments:
                values["lang"] = "de"
            if "item_id" in rule.arguments:
                values["item_id"] = experience
            if "version_id" in rule.arguments:
                values["version_id"] = own_cv
            if rule.arguments - values.keys() or "" in values.values():
                continue
            built = rule.build(values)
            assert built is not None
            yield str(built[1])


def enter(browser: Browser, admin: Admin, *, is_signed_in: bool = True, **options: Any) -> BrowserContext:
    """Open a browser window, signed in or not."""
    context = browser.new_context(**options)
    if is_signed_in:
        host = admin.origin.split("//")[1].split(":")[0]
        context.add_cookies([{"name": "careerhub", "value": admin.cookie, "domain": host, "path": "/"}])
    return context


def find_violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong on the page that is open."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(document, {...rules, resultTypes: ['violations']})", RULES)
    return [
        f"{each['id']}: {each['help']}: {', '.join(node['html'][:120] for node in each['nodes'][:3])}"
        for each in found["violations"]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(scheme: Any, admin: Admin, browser: Browser) -> None:
    wrong: dict[str, list[str]] = {}
    for is_signed_in, paths in ((True, admin.pages), (False, PUBLIC_PAGES)):
        # a bypass of the policy, for the rules are a script of the test's
        context = enter(browser, admin, is_signed_in=is_signed_in, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        for path in paths:
            answer = page.goto(admin.origin + path)
            assert answer
            assert answer.status < 500, path
            if "text/html" in answer.headers.get("content-type", "") and (found := find_violations(page)):
                wrong[path] = found
        context.close()
    assert wrong == {}
    assert len(admin.pages) > 20


@pytest.mark.slow
def test_no_page_is_too_wide_or_too_heavy_or_asks_for_anything_elsewhere(admin: Admin, browser: Browser) -> None:
    wrong = []
    context = enter(browser, admin, viewport={"width": NARROWEST, "height": 700})
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in (*admin.pages, *PUBLIC_PAGES):
        answer = page.goto(admin.origin + path)
        assert answer
        if len(answer.body()) > HEAVIEST:
            wrong.append(f"{path} has {len(answer.body()):,} bytes")
        if (width := page.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
            wrong.append(f"{path} is {width} pixels wide")
    context.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith((admin.origin, "data:"))] == []
    assert [said for said in complaints if "status of 4" not in said] == []


@pytest.mark.slow
def test_every_page_can_be_left_and_read_by_keyboard(admin: Admin, browser: Browser) -> None:
    """The first stop is the way to the content, everything that takes part is seen to have the focus."""
    context = enter(browser, admin)
    page = context.new_page()
    for path in admin.pages:
        page.goto(admin.origin + path)
        # where a problem took the focus, begin at the top again
        page.evaluate("document.activeElement?.blur()")
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.className")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert first == "skip", path
        assert outline != "none", path
    context.close()
