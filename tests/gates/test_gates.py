"""The site before strict judges: HTML checker, accessibility in every theme and light, Lighthouse, the narrowest phone."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from careerhub.render.themes import list_themes
from careerhub.resources import shipped
from tests.browsers import CHROMIUM
from tests.gates.crammed import CRAMMED
from tests.gates.tools import AXE, LIGHTHOUSE, VNU, needs_tools
from tests.journeys.showing import CV_OF, Site

pytestmark = [needs_tools, pytest.mark.xdist_group("gates")]

THEMES = tuple(theme.name for theme in list_themes(shipped("site_templates")))
# one of each kind, from left to right and from right to left, with scripts of their own
PEOPLE = (
    f"p/{CV_OF}/",
    f"p/{CV_OF}/projects/pg-lull/",
    "p/samir-qatami/",
    "p/noa-berkovich-lev/",
    "p/minase-haruka/",
    "p/jonas-achterkamp/in/en/",
)
SHARED = (
    *("", "technologies/", "technologies/python/", "places/", "languages/en/", "seniority/", "open-to-work/"),
    *("search/", "search/?q=en", "about/", "privacy/", "404.html"),
)
CRAMMED_PAGES = tuple(f"p/{profile.slug}/" for profile in CRAMMED)
# Other work on the machine makes a page look slow: so many runs may be tried.
RUNS = 3
# Somebody without the technology Go: Lighthouse takes a link to it for one that says "go".
LIGHTHOUSE_OF = "p/quillan-desrochers/"
BEST = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}

# a theme is its style sheet and nothing else
SWAP = """sheet => new Promise(done => {
  const link = document.querySelector('link[rel=stylesheet]');
  if (link.getAttribute('href') === sheet) return done();
  link.onload = () => done();
  link.href = sheet;
})"""


def check_html(paths: list[Path]) -> list[str]:
    """Return what the Nu HTML checker says of files, as `file:line: message`."""
    command = ["java", "-Xss4m", "-jar", str(VNU), "--format", "json", "--exit-zero-always", *map(str, paths)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    said = json.loads(ended.stderr)["messages"]
    return [
        f"{each['url'].rpartition('/site/')[2]}:{each.get('lastLine')}: {each['message']}"
        for each in said
        if each["type"] != "info"
    ]


def test_the_html_checker_finds_no_error(site: Site) -> None:
    pages = sorted(site.folder.rglob("*.html"))
    assert len(pages) > 100
    assert check_html(pages) == []


def test_the_html_checker_would_find_one(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><html lang="en"><title>t</title><p><div id="a"></div></p><b id="a">x</b>')
    assert len(check_html([page])) >= 2


@pytest.fixture(scope="module")
def judge(browser: Browser) -> Iterator[Page]:
    """Open a page that lets a script in which isn't the site's."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def list_violations(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_page_of_a_person_is_accessible(site: Site, judge: Page, theme: str, scheme: Any) -> None:
    judge.emulate_media(color_scheme=scheme)
    [sheet] = [path.name for path in (site.folder / "assets").glob(f"{theme}.*.css")]
    for path in PEOPLE:
        judge.goto(f"{site.origin}/{path}")
        judge.evaluate(
            SWAP,
            f"/assets/{sheet}",
        )
        assert list_violations(judge) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_shared_page_is_accessible(site: Site, judge: Page, scheme: Any) -> None:
    judge.emulate_media(color_scheme=scheme)
    for path in SHARED:
        judge.goto(f"{site.origin}/{path}")
        judge.wait_for_load_state("networkidle")
        assert list_violations(judge) == [], path


def test_the_accessibility_checker_would_find_something(judge: Page) -> None:
    judge.set_content(
        '<html lang="en"><title>t</title><main><input><img src="data:,"><p style="color:#ccc">pale</p></main>'
    )
    found = {said.partition(":")[0] for said in list_violations(judge)}
    assert {"label", "image-alt", "color-contrast"} <= found


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_wider_than_the_narrowest_phone_or_the_paper(site: Site, browser: Browser, theme: str) -> None:
    context = browser.new_context(bypass_csp=True, viewport={"width": 320, "height": 800})
    page = context.new_page()
    [sheet] = [path.name for path in (site.folder / "assets").glob(f"{theme}.*.css")]
    for path in (*CRAMMED_PAGES, f"{CRAMMED_PAGES[0]}projects/works-0/", *PEOPLE):
        page.goto(f"{site.origin}/{path}")
        page.evaluate(
            SWAP,
            f"/assets/{sheet}",
        )
        for medium, width in (("screen", 320), ("print", 680), ("screen", 1280)):
            page.emulate_media(media=medium)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 800})
            # paper scrolls nowhere: a letter may hang over by its own ornament
            allowed = width + (4 if medium == "print" else 0)
            assert page.evaluate("document.documentElement.scrollWidth") <= allowed, (path, medium)
    context.close()


def test_no_page_asks_anybody_else_or_breaks_its_own_policy(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in sorted(site.folder.rglob("*.html")):
        text = path.read_text("utf-8")
        if 'http-equiv="refresh"' not in text:
            assert "Content-Security-Policy\" content=\"default-src 'none';" in text, path
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", text), path
    for name in (*PEOPLE, *SHARED, *CRAMMED_PAGES):
        page.goto(f"{site.origin}/{name}")
    page.close()
    assert [url for url in asked if not url.startswith((f"{site.origin}/", "data:"))] == []
    assert said == []


def test_a_page_with_too_much_of_everything_is_still_light_for_what_it_says(site: Site) -> None:
    [page, *_] = [site.folder / path / "index.html" for path in CRAMMED_PAGES]
    text = page.read_text("utf-8")
    drawn = text[text.index('<svg class="timeline"') : text.index("</svg>", text.index('<svg class="timeline"'))]
    assert len(drawn) < 50_000


def run_lighthouse(url: str, folder: Path) -> tuple[dict[str, int], list[str]]:
    """Return the score of each category, and what wasn't perfect."""
    report = folder / "report.json"
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
    command = [str(LIGHTHOUSE), url, "--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={flags}"]
    command += ["--preset=desktop", f"--only-categories={','.join(BEST)}"]
    environment = os.environ | {"CHROME_PATH": str(CHROMIUM)}
    subprocess.run(command, check=True, capture_output=True, timeout=180, env=environment)
    found = json.loads(report.read_text("utf-8"))
    wrong = [
        f"{name}: {audit['score']} {audit.get('explanation', '')}"
        for name, audit in found["audits"].items()
        if audit.get("score") is not None and audit["score"] < 1
    ]
    return {name: round(100 * category["score"]) for name, category in found["categories"].items()}, wrong


def list_judged(site: Site) -> list[str]:
    """Return one page of each kind."""
    project = min(path for path in site.list_projects() if path.startswith(f"{LIGHTHOUSE_OF}projects/"))
    return ["", LIGHTHOUSE_OF, "technologies/python/", project]


@pytest.mark.parametrize("number", range(4), ids=["home", "profile", "facet", "project"])
def test_lighthouse_finds_nothing_to_mend(site: Site, tmp_path: Path, number: int) -> None:
    path = list_judged(site)[number]
    best: dict[str, int] = {}
    for _ in range(RUNS):
        scores, wrong = run_lighthouse(f"{site.origin}/{path}", tmp_path)
        best = {name: max(score, best.get(name, 0)) for name, score in scores.items()}
        if all(best[name] >= wanted for name, wanted in BEST.items()):
            return
    pytest.fail(f"{best}: {wrong}")
