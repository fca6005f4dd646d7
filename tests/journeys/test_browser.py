"""The demo site as a browser shows it: narrow, dark, without a mouse, without JavaScript, and without anybody else."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.browsers import needs_browser
from tests.journeys.showing import CV_OF, Site, Watched

NARROWEST = 320
HEAVIEST_PROFILE = 50_000
SHARED = ("", "technologies/", "technologies/python/", "about/", "imprint/", "privacy/", "404.html")

pytestmark = needs_browser


class Links(HTMLParser):
    """What a page leads to and loads, and the ids that fragments may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links |= {value for name in ("href", "src") if (value := values.get(name))}
        if found := values.get("id"):
            self.ids.add(found)


def test_no_page_is_wider_than_the_narrowest_phone(site: Site, watch: Callable[..., Watched]) -> None:
    seen = watch(NARROWEST)
    for path in (*SHARED, *site.list_people(), *site.list_projects()):
        seen.page.goto(f"{site.origin}/{path}")
        width = seen.page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
        assert width <= NARROWEST, path
    assert len(seen.requests) > len(SHARED) + 30


def test_nothing_is_asked_of_anybody_else_and_nothing_is_amiss(site: Site, watch: Callable[..., Watched]) -> None:
    seen = watch()
    for path in (*SHARED, *site.list_people(), *site.list_projects()[:3]):
        seen.page.goto(f"{site.origin}/{path}")
    assert {"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in seen.requests} == {site.origin}
    assert seen.complaints == []


def test_the_browser_enforces_the_policy(site: Site, watch: Callable[..., Watched]) -> None:
    seen = watch()
    seen.page.goto(site.origin)
    seen.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/pixel.png'}))")
    seen.page.wait_for_timeout(100)
    assert any("Content Security Policy" in complaint for complaint in seen.complaints)


def test_everything_works_without_javascript(site: Site, watch: Callable[..., Watched]) -> None:
    page = watch(java_script_enabled=False).page
    page.goto(site.origin)
    page.get_by_role("link", name="Maren Holloway").click()
    assert page.url == f"{site.origin}/p/{CV_OF}/"
    page.get_by_role("link", name="pg-lull", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "pg-lull"
    page.get_by_role("link", name="Maren Holloway").click()
    answer = page.request.get(f"{site.origin}{page.get_by_role('link', name='Download CV').get_attribute('href')}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_the_keyboard_can_skip_to_the_content(site: Site, watch: Callable[..., Watched]) -> None:
    page = watch().page
    for path in ("", f"p/{CV_OF}/", "p/samir-qatami/", "technologies/"):
        page.goto(f"{site.origin}/{path}")
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.get_attribute("href") == "#content", path
        box = skip.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)"), path


def test_dark_mode_is_dark(site: Site, watch: Callable[..., Watched]) -> None:
    def measure(scheme: str) -> tuple[int, int]:
        page = watch(color_scheme=scheme).page
        page.goto(f"{site.origin}/p/{CV_OF}/")
        style = "getComputedStyle(document.documentElement)"
        colours = (page.evaluate(f"{style}.backgroundColor"), page.evaluate(f"{style}.color"))
        paper, ink = (sum(int(part) for part in colour[4:-1].split(",")) for colour in colours)
        return paper, ink

    (light_paper, light_ink), (dark_paper, dark_ink) = measure("light"), measure("dark")
    assert light_paper > 700 > 150 > light_ink
    assert dark_ink > 600 > 100 > dark_paper


def test_every_link_inside_the_site_leads_somewhere(site: Site) -> None:
    wanted, asked = {"/"}, set[str]()
    pages: dict[str, Links] = {}
    fragments: set[tuple[str, str]] = set()
    connection = http.client.HTTPConnection(urlsplit(site.origin).netloc)
    while waiting := wanted - asked:
        path = min(waiting)
        asked.add(path)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, path
        if not (answer.getheader("Content-Type") or "").startswith("text/html"):
            continue
        pages[path] = Links(body.decode())
        for link in pages[path].links:
            parts = urlsplit(urljoin(f"https://people.example.org{path}", link))
            if parts.netloc == "people.example.org":
                wanted.add(parts.path)
                fragments.add((parts.path, parts.fragment))
    connection.close()
    assert [(path, name) for path, name in sorted(fragments) if name and name not in pages[path].ids] == []
    assert {f"/{path}" for path in (*site.list_people(), *site.list_projects())} <= set(pages)


def test_a_profile_is_light(site: Site, watch: Callable[..., Watched]) -> None:
    people = site.list_people()
    assert len(people) > 15
    for path in people:
        page = (site.folder / path / "index.html").read_bytes()
        loaded = [link for link in Links(page.decode()).links if link.startswith("/assets/")]
        weight = len(page) + sum((site.folder / link.lstrip("/")).stat().st_size for link in loaded)
        assert loaded
        assert weight <= HEAVIEST_PROFILE, f"{path}: {weight:,} bytes"
