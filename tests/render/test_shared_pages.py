from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from careerhub.document.profile import Profile
from careerhub.document.site import DIRECTORY, SITEMAP, TECHNOLOGIES, find_initial, make_entry
from careerhub.render import lists
from careerhub.render.renderer import Renderer
from careerhub.render.themes import ACCENTS, list_themes
from careerhub.resources import shipped
from tests.render.making import PYTHON, RUST
from tests.render.people import EVERYBODY, RICH
from tests.render.reading import Page, by_path, html_pages, read_page, renderer_at

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = renderer_at()
ENTRIES = tuple(make_entry(profile) for profile in EVERYBODY)
LISTED = tuple(lists.render_listed(SITE, profile, profile.slug.encode(), is_home=False) for profile in EVERYBODY)
NAMES = {"path": "technologies/python", "name": "Python"}

THEMES = tuple(theme.name for theme in list_themes(shipped("site_templates")))


def directory(people: tuple[Profile, ...] = EVERYBODY, site: Renderer = SITE, **page: Any) -> Page:
    lines = [lists.render_listed(site, profile, b"", is_home=False).card for profile in people]
    values: dict[str, Any] = {"path": DIRECTORY, "lines": lines, "people": len(lines)} | page
    return read_page(lists.render_list(site, lists.ListPage(**values)).data)


def test_everybody_given_is_listed_and_linked() -> None:
    page = directory()
    linked = [a["href"] for a in page.find("a") if a["href"].startswith("/p/")]
    assert linked == [f"/p/{entry.slug}/" for entry in ENTRIES]
    assert all(entry.full_name in page.words for entry in ENTRIES)
    # one leads to everybody who is
    assert page.words.count("Open to work") == 3


def test_a_card_in_another_script_has_its_own_language_and_direction() -> None:
    page = directory()
    assert page.find("li", lang="ar", dir="rtl")
    assert page.find("li", lang="ja", dir="ltr")


def test_an_empty_site_says_so() -> None:
    page = directory(())
    assert "Nobody has published a profile yet." in page.words
    assert page.find("li") == []


def test_pages_of_a_list_lead_to_their_neighbours_and_back_to_the_first() -> None:
    middle = lists.ListPage(
        path=DIRECTORY, anchor="0a1b", lines=[LISTED[0].card], previous="", following="2c3d", initial="R", people=130
    )
    file = lists.render_list(SITE, middle)
    assert file.path == "people/0a1b/index.html"
    page = read_page(file.data)
    assert [a["href"] for rel in ("prev", "first", "next") for a in page.find("a", rel=rel)] == [
        "/",
        "/",
        "/people/2c3d/",
    ]
    assert page.find("link", rel="canonical", href="https://example.org/people/0a1b/")
    assert "People – R" in page.words
    # how many there are stands on the first page alone: a page further on doesn't change when somebody comes
    assert "130 people" not in page.words
    last = directory(anchor="2c3d", previous="0a1b")
    assert last.find("a", rel="prev", href="/people/0a1b/")
    assert last.find("a", rel="next") == []


def test_the_first_page_of_a_long_list_leads_to_where_each_letter_begins() -> None:
    page = directory(following="0a1b", letters=[("A", ""), ("R", "0a1b"), ("漢", "0a1b")])
    letters = [a["href"] for a in page.find("a") if a["href"] in ("/", "/people/0a1b/") and "rel" not in a]
    assert letters == ["/", "/people/0a1b/", "/people/0a1b/"]
    assert [word for word in page.words if word in ("A", "R", "漢")] == ["A", "R", "漢"]
    assert page.find("a", rel="next", href="/people/0a1b/")


@pytest.mark.parametrize(
    ("name", "initial"),
    [("Ångström", "A"), ("ada", "A"), ("Émile", "E"), ("王伟", "漢"), ("김민준", "\u1100"), ("Жук", "Ж"), ("เก่ง", "ก"), ("", "#"), ("’t Hooft", "#"), ("7", "#")],
)  # fmt: skip
def test_a_name_is_looked_for_under_its_first_letter(name: str, initial: str) -> None:
    assert find_initial(name) == initial


def test_a_technology_page_shows_names_and_places_and_no_more() -> None:
    lines = [listed.line for listed in LISTED]
    first = lists.render_list(SITE, lists.ListPage(**NAMES, lines=lines, following="0a1b", people=61))
    second = lists.render_list(SITE, lists.ListPage(**NAMES, lines=lines, anchor="0a1b", previous=""))
    assert [first.path, second.path] == ["technologies/python/index.html", "technologies/python/0a1b/index.html"]
    assert read_page(second.data).find("a", rel="prev", href="/technologies/python/")
    page = read_page(first.data)
    assert "61 people" in page.words
    for entry in ENTRIES:
        assert entry.full_name in page.words
        assert not entry.location or entry.location in page.words
        assert not entry.headline or entry.headline not in page.text
    assert page.words.count("Open to work") == 1
    assert page.find("a", href="/open-to-work/")
    assert page.find("link", rel="alternate", href="/technologies/python/feed.xml")
    assert page.find("a", href="/technologies/")


def test_every_technology_is_counted() -> None:
    page = read_page(
        lists.render_index(
            SITE,
            TECHNOLOGIES,
            [lists.Count(f"technologies/{one.slug}", one.name, people) for one, people in ((PYTHON, 3), (RUST, 1))],
        ).data
    )
    assert page.find("a", href="/technologies/rust/")
    assert page.words[page.words.index("Python") + 1] == "3"


def test_a_sitemap_has_every_page_of_who_wants_to_be_found() -> None:
    person = next(listed for listed in LISTED if listed.entry.projects and listed.entry.is_indexable)
    root = ET.fromstring(lists.render_sitemap(SITE, "sitemap.xml", [person.urls], ["", "about/"]).data)
    entry = person.entry
    own = [f"p/{entry.slug}/", *(f"p/{entry.slug}/projects/{project}/" for project in entry.projects)]
    assert [e.text for e in root.iter(f"{MAP}loc")] == [f"https://example.org/{path}" for path in ("", "about/", *own)]
    assert {e.text for e in root.iter(f"{MAP}lastmod")} == {entry.changed_on.isoformat()}


def test_a_sitemap_names_the_home_page_and_leaves_out_who_wants_to_stay_hidden() -> None:
    profile = next(each for each in EVERYBODY if each.is_indexable)
    assert "<loc>https://example.org/</loc>" in lists.render_listed(SITE, profile, b"", is_home=True).urls
    hidden = replace(profile, is_indexable=False)
    assert lists.render_listed(SITE, hidden, b"", is_home=False).urls == ""


def test_a_long_sitemap_becomes_an_index() -> None:
    paths = [lists.list_file(SITEMAP, anchor) for anchor in ("", "0a1b")]
    file = lists.render_sitemap_index(SITE, paths)
    parts = [e.text for e in ET.fromstring(file.data).iter(f"{MAP}loc")]
    assert file.path == "sitemap.xml"
    assert parts == ["https://example.org/sitemaps/first.xml", "https://example.org/sitemaps/0a1b.xml"]


def test_a_feed_has_the_latest_change_first_and_lasting_ids() -> None:
    older, newer = replace(ENTRIES[0], slug="a"), replace(ENTRIES[1], slug="b", changed_on=date(2026, 5, 1))
    root = ET.fromstring(lists.render_feed(SITE, [older, newer]).data)
    assert [e.findtext(f"{ATOM}id") for e in root.iter(f"{ATOM}entry")] == [
        "https://example.org/p/b/",
        "https://example.org/p/a/",
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-05-01T00:00:00Z"
    for holder in (root, *root.iter(f"{ATOM}entry")):
        assert all(holder.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert all(e.findtext(f"{ATOM}author/{ATOM}name") for e in root.iter(f"{ATOM}entry"))


def test_a_feed_leaves_out_who_doesnt_want_to_be_indexed() -> None:
    root = ET.fromstring(lists.render_feed(SITE, [replace(ENTRIES[0], is_indexable=False)]).data)
    assert list(root.iter(f"{ATOM}entry")) == []
    assert root.findtext(f"{ATOM}updated")


def test_robots_are_shown_the_sitemap() -> None:
    assert b"Sitemap: https://example.org/sitemap.xml" in lists.render_robots(SITE).data


def test_the_page_for_nothing_is_indexed_by_nobody() -> None:
    file = lists.render_missing(SITE)
    page = read_page(file.data)
    assert file.path == "404.html"
    assert page.find("meta", name="robots", content="noindex")
    assert page.find("link", rel="canonical") == []


def test_the_operators_pages_are_written_and_linked_everywhere() -> None:
    files = by_path(lists.render_operator_pages(SITE))
    assert {"about/index.html", "imprint/index.html", "privacy/index.html"} <= files.keys()
    for path, page in html_pages(files | by_path([lists.render_missing(SITE)])):
        assert {"/about/", "/imprint/", "/privacy/"} <= {a["href"] for a in page.find("a")}, path
    assert "They set no cookies" in read_page(files["privacy/index.html"]).text


def test_a_base_path_is_kept_in_lists_and_feeds() -> None:
    site = renderer_at("https://example.org/people/")
    one = lists.render_listed(site, RICH, b"", is_home=False)
    files = [
        lists.render_list(
            site, lists.ListPage(path=DIRECTORY, anchor="0a1b", lines=[one.card], previous="", following="2")
        ),
        lists.render_list(site, lists.ListPage(**NAMES, lines=[one.line], following="2c", letters=[("A", "")])),
        lists.render_index(site, TECHNOLOGIES, [lists.Count("technologies/python", "Python", 1)]),
        lists.render_missing(site),
        *lists.render_operator_pages(site),
    ]
    for path, page in html_pages(by_path(files)):
        addresses = [a["href"] for tag, a in page.elements if tag in ("a", "link") and a["href"].startswith("/")]
        assert {address[:8] for address in addresses} == {"/people/"}, path
    feed = ET.fromstring(lists.render_feed(site, ENTRIES).data)
    assert all((e.text or "").startswith("https://example.org/people/") for e in feed.iter(f"{ATOM}id"))


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_can_be_read_by_weak_eyes(theme: str, accent: str, is_dark: bool) -> None:
    colours = read_colours(theme, accent, is_dark=is_dark)
    pairs = [(ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "surface", "tint")]
    for ink, ground in [*pairs, ("on-accent", "accent")]:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_is_small(theme: str) -> None:
    assert len(read_sheet(theme).encode()) <= 24_000


def read_sheet(theme: str) -> str:
    """Return the style sheet of a theme as browsers get it."""
    [sheet] = [asset for asset in renderer_at().assets if asset.path.startswith(f"assets/{theme}.")]
    return sheet.data.decode()


def read_colours(theme: str, accent: str, *, is_dark: bool) -> dict[str, str]:
    """Return the custom properties that are colours, as a browser would resolve them."""
    css = read_sheet(theme)
    dark = "".join(re.findall(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", css, re.S))
    light = re.sub(r"@media [^{]*\{.*?\n\}", "", css, flags=re.S)
    blocks = [
        found[1]
        for source in ([light, dark] if is_dark else [light])
        for selector in (":root", f"\\.{accent}")
        for found in re.finditer(selector + r" \{([^}]*)\}", source)
    ]
    return {name: value for block in blocks for name, value in re.findall(r"--([\w-]+): (#\w{3,6});", block)}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    darker, lighter = sorted(luminance(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rgb` or `#rrggbb`."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_rich_entry_names_no_technology_of_a_withheld_project() -> None:
    only_withheld = replace(RICH, experiences=(), projects=(), skills=())
    assert "Apache Kafka" not in directory((only_withheld,)).words
