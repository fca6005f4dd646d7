"""The search as a browser does it: words of any script, misspelt ones, facets, the keyboard, addresses, the shortlist."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import needs_browser
from tests.journeys.showing import Site, Watched
from tests.pipeline.test_indexing import WORDS

pytestmark = needs_browser

MAREN = "Maren Holloway"
UNLISTED = "zaneta-brzozowicz"


@pytest.fixture
def page(site: Site, watch: Callable[..., Watched]) -> Page:
    """Open the search."""
    opened = watch().page
    opened.goto(f"{site.origin}/search/")
    opened.wait_for_selector("#find:not([hidden])")
    return opened


def wait(page: Page, expression: str, arg: Any = None) -> None:
    """Wait until something is true of the page: Playwright's own way is a text made code, which the policy forbids."""
    for _ in range(100):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{expression} never became true")


def find(page: Page, text: str) -> list[str]:
    """Type a text, and return who is found."""
    before = page.evaluate("asked")
    page.evaluate("document.getElementById('count').textContent = ''")
    page.fill("#q", text)
    wait(page, "before => asked > before && document.getElementById('count').textContent !== ''", before)
    return page.locator("#results h2").all_inner_texts()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("maren holloway", MAREN),
        ("holl", MAREN),
        ("Hollowey", MAREN),
        ("Hlloway", MAREN),
        ("Hololway", MAREN),
        ("Tran Nguyet", "Trần Nguyệt Khuê"),
        ("δαφνη", "Δάφνη Καραλή-Μοσχονά"),
        ("jasansky", "Vojtěch Jasanský"),
        ("Вербинский", "Олексій Вербинський"),
        ("Вербінський", "Олексій Вербинський"),
        ("水無瀬", "水無瀬 遥香"),
        ("遥", "水無瀬 遥香"),
        ("デザイナ", "水無瀬 遥香"),
        ("도하린", "도하린"),
        ("苏映", "苏映澄"),
        ("القطامي", "سمير عبد الهادي القطامي"),
        ("سمير", "سمير عبد الهادي القطامي"),
        ("ברקוביץ", "נועה ברקוביץ־לב"),
        ("ברקוביח", "נועה ברקוביץ־לב"),
        ("आरोही", "आरोही देशवाल"),
        ("payments", MAREN),
        ("PostgreSQL holloway", MAREN),
        ("Postgresq holloway", MAREN),
    ],
)
def test_people_are_found_in_every_script_and_with_a_wrong_letter(page: Page, text: str, name: str) -> None:
    assert find(page, text)[:1] == [name]


def test_who_doesnt_want_to_be_found_isnt(site: Site, page: Page) -> None:
    assert (site.folder / "p" / UNLISTED / "index.html").exists()
    assert find(page, "brzozowicz") == find(page, "Żaneta") == find(page, "klos") == []


def test_nobody_is_found_by_what_nobody_is(page: Page) -> None:
    assert find(page, "qqqqxxxxqqqq") == []
    assert page.inner_text("#count").startswith("0")


def test_the_browser_and_the_builder_make_the_same_words(page: Page) -> None:
    assert page.evaluate("texts => texts.map(listWords)", list(WORDS)) == list(WORDS.values())


def test_facets_are_combined_and_kept_in_the_address(site: Site, page: Page) -> None:
    page.fill("#t", "PostgreSQL")
    page.press("#t", "Enter")
    page.wait_for_selector("#results li")
    with_one = page.locator("#results h2").all_inner_texts()
    assert MAREN in with_one
    assert len(with_one) > 1
    page.select_option("#s", "senior")
    wait(page, "location.search.includes('s=senior')")
    address = page.url
    assert address == f"{site.origin}/search/?t=postgresql&s=senior"
    wait(page, "count => document.querySelectorAll('#results li').length < count", len(with_one))
    with_two = page.locator("#results h2").all_inner_texts()
    assert set(with_two) < set(with_one)
    page.go_back()
    wait(page, "count => document.querySelectorAll('#results li').length === count", len(with_one))
    page.goto(address)
    page.wait_for_selector("#results li")
    assert page.locator("#results h2").all_inner_texts() == with_two
    assert page.locator("#chosen button").count() == 2
    page.locator("#chosen button").first.click()
    wait(page, "!location.search.includes('t=')")


def test_what_the_facet_pages_say_is_what_the_search_finds(site: Site, page: Page) -> None:
    pages = {path.parent.name: path.read_text("utf-8") for path in site.folder.glob("p/*/index.html")}
    unlisted = {slug for slug, text in pages.items() if 'content="noindex' in text}
    assert UNLISTED in unlisted
    compared = 0
    for kind, name in (("technologies", "t"), ("languages", "l"), ("places", "g"), ("seniority", "s")):
        for folder in [each for each in sorted((site.folder / kind).iterdir()) if each.is_dir()][:12]:
            listed = set(re.findall(r"/p/([a-z0-9-]+)/", (folder / "index.html").read_text("utf-8"))) - unlisted
            page.goto(f"{site.origin}/search/?{name}={folder.name}")
            wait(page, "document.getElementById('count').textContent !== ''")
            assert int(re.sub(r"\D", "", page.inner_text("#count"))) == len(listed), folder
            if len(listed) <= 10:
                links = page.locator("#results h2 a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
                assert {link.split("/")[2] for link in links} == listed
                compared += 1
    assert compared > 20


def test_the_keyboard_is_enough(page: Page) -> None:
    find(page, "e")
    find(page, "en")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.href")
    assert "/p/" in first
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.href") != first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/**")


def test_the_shortlist_stays_in_the_browser_and_goes_into_files(site: Site, page: Page) -> None:
    find(page, "holloway")
    page.click("#results .keep button")
    find(page, "水無瀬")
    page.click("#results .keep button")
    page.reload()
    expect(page.locator("#kept li")).to_have_count(2)
    with page.expect_download() as download:
        page.click("#csv")
    table = Path(download.value.path()).read_text("utf-8-sig")
    assert MAREN in table
    assert f"{site.origin}/p/minase-haruka/" in table
    with page.expect_download() as download:
        page.click("#cards")
    cards = Path(download.value.path()).read_bytes().decode()
    assert cards.count("BEGIN:VCARD") == cards.count("END:VCARD") == 2
    page.click("#kept button >> nth=0")
    expect(page.locator("#kept li")).to_have_count(1)
    assert site.origin in page.url


def test_a_table_program_takes_nothing_for_a_formula(page: Page) -> None:
    assert page.evaluate("['=1+1', '+49', '-x', '@a', 'plain \"x\"'].map(cell)") == [
        '"\'=1+1"', '"\'+49"', '"\'-x"', '"\'@a"', '"plain ""x"""',
    ]  # fmt: skip


def test_who_is_gone_from_the_site_leaves_the_shortlist(site: Site, page: Page) -> None:
    page.evaluate(
        "kept => localStorage.setItem(SHORTLIST, JSON.stringify(kept))",
        [["nobody-here", "Nobody", "", ""], ["maren-holloway", MAREN, "", ""]],
    )
    page.reload()
    expect(page.locator("#kept li")).to_have_count(1)
    assert page.evaluate("readKept().map(one => one[0])") == ["maren-holloway"]


def test_what_somebody_put_into_the_browsers_memory_or_the_address_does_no_harm(site: Site, page: Page) -> None:
    for bad in ("{", '"x"', "[1]", json.dumps([["../x", "<img src=x onerror=alert(1)>", "", ""]])):
        page.evaluate("bad => localStorage.setItem(SHORTLIST, bad)", bad)
        page.reload()
        page.wait_for_selector("#find:not([hidden])")
        assert page.locator("#kept li").count() == 0
    page.goto(f"{site.origin}/search/?q=%3Cimg+src%3Dx%3E&t=..%2F..,python&g=%3Cb%3E&page=-5&o=2")
    page.wait_for_selector("#find:not([hidden])")
    assert page.locator("img").count() == 0
    assert page.input_value("#q") == "<img src=x>"


def test_nothing_is_asked_of_anybody_else_and_little_is_loaded(site: Site, watch: Callable[..., Any]) -> None:
    seen = watch()
    sizes: list[int] = []
    seen.page.on("response", lambda answer: sizes.append(len(answer.body())))
    seen.page.goto(f"{site.origin}/search/")
    seen.page.wait_for_selector("#find:not([hidden])")
    seen.page.wait_for_load_state("networkidle")
    assert sum(sizes) <= 60_000, sizes
    find(seen.page, "maren")
    assert all(url.startswith((site.origin, "blob:")) for url in seen.requests)
    assert seen.complaints == []


def test_it_is_no_wider_than_the_narrowest_phone(site: Site, watch: Callable[..., Watched]) -> None:
    page = watch(320).page
    page.goto(f"{site.origin}/search/?q=e")
    page.wait_for_selector("#find:not([hidden])")
    find(page, "en")
    page.click("#results .keep button >> nth=0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_javascript_it_leads_to_the_lists(site: Site, watch: Callable[..., Watched]) -> None:
    page = watch(java_script_enabled=False).page
    page.goto(f"{site.origin}/search/")
    links = page.locator("noscript a, main a").all()
    assert len(links) >= 4
    assert not page.locator("#find").is_visible()
