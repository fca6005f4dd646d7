"""The pages everybody shares: directory, technologies, feed, sitemap and the operator's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from careerhub.document.profile import Technology
from careerhub.document.site import Entry
from careerhub.render.files import File
from careerhub.render.markdown import render_trusted
from careerhub.render.renderer import Renderer

PEOPLE_A_PAGE = 60
# The limits of sitemaps.org; an address of ours has far fewer than its 1,000 bytes.
ADDRESSES_A_SITEMAP = 50_000
# Readers fetch a feed whole, many times a day.
ENTRIES_A_FEED = 100
# What fits two lines of a card.
_TECHNOLOGIES_A_CARD = 5


def directory_path(page: int) -> str:
    """Return the folder of a page of the directory: empty, `page/2/`."""
    return "" if page == 1 else f"page/{page}/"


def technology_path(slug: str, page: int = 1) -> str:
    """Return the folder of a page of a technology."""
    return f"technologies/{slug}/{directory_path(page)}"


def render_directory(renderer: Renderer, entries: Sequence[Entry], *, page: int, pages: int, people: int) -> File:
    """Render one page of all people: `entries` are this page's, `people` the count of all."""
    t = renderer.labels(renderer.lang).texts
    return renderer.write_page(
        "pages/directory.html",
        f"{directory_path(page)}index.html",
        title=_numbered(renderer, t["people"], page, pages),
        description=t["people_intro"],
        entries=entries,
        people=people,
        pager=_make_pager(renderer, [directory_path(n) for n in (page - 1, page + 1)], page, pages),
        shown=_TECHNOLOGIES_A_CARD,
    )


def render_technology(
    renderer: Renderer, technology: Technology, entries: Sequence[Entry], *, page: int, pages: int, people: int
) -> File:
    """Render one page of the people who work with a technology."""
    t = renderer.labels(renderer.lang).texts
    return renderer.write_page(
        "pages/technology.html",
        f"{technology_path(technology.slug, page)}index.html",
        title=_numbered(renderer, technology.name, page, pages),
        description=t["technology_intro"].format(name=technology.name),
        technology=technology,
        entries=entries,
        people=people,
        pager=_make_pager(renderer, [technology_path(technology.slug, n) for n in (page - 1, page + 1)], page, pages),
        shown=_TECHNOLOGIES_A_CARD,
    )


def render_technologies(renderer: Renderer, counts: Sequence[tuple[Technology, int]]) -> File:
    """Render the list of all technologies, each with how many people name it."""
    t = renderer.labels(renderer.lang).texts
    return renderer.write_page(
        "pages/technologies.html",
        "technologies/index.html",
        title=t["technologies"],
        description=t["technologies_intro"],
        counts=counts,
    )


def render_sitemap(renderer: Renderer, pages: Iterable[tuple[str, date | None]]) -> tuple[File, ...]:
    """Render the sitemap of paths (`p/ada/`) and the days they changed; a long one becomes an index and its parts."""
    addresses = [(renderer.absolute(path), changed) for path, changed in pages]
    if len(addresses) <= ADDRESSES_A_SITEMAP:
        return (renderer.write("feeds/sitemap.xml", "sitemap.xml", addresses=addresses),)
    starts = range(0, len(addresses), ADDRESSES_A_SITEMAP)
    parts = tuple(
        renderer.write(
            "feeds/sitemap.xml", f"sitemap-{number}.xml", addresses=addresses[start : start + ADDRESSES_A_SITEMAP]
        )
        for number, start in enumerate(starts, 1)
    )
    index = [renderer.absolute(part.path) for part in parts]
    return (renderer.write("feeds/sitemap-index.xml", "sitemap.xml", addresses=index), *parts)


def render_robots(renderer: Renderer) -> File:
    """Render robots.txt: everything may be fetched, for a page says itself whether it may be listed."""
    return renderer.write("feeds/robots.txt", "robots.txt")


def render_feed(renderer: Renderer, entries: Iterable[Entry]) -> File:
    """Render the Atom feed of people who may be listed by machines, the latest change first."""
    listed = sorted((e for e in entries if e.is_indexable), key=lambda e: (-e.changed_on.toordinal(), e.slug))
    newest = listed[0].changed_on if listed else date(1970, 1, 1)
    t = renderer.labels(renderer.lang).texts
    return renderer.write("feeds/feed.xml", "feed.xml", t=t, entries=listed[:ENTRIES_A_FEED], newest=newest)


def render_missing(renderer: Renderer) -> File:
    """Render the page for addresses that lead nowhere."""
    t = renderer.labels(renderer.lang).texts
    return renderer.write_page(
        "pages/missing.html",
        "404.html",
        title=t["missing_title"],
        description=t["missing_text"],
        canonical="",
        robots="noindex",
    )


def render_operator_pages(renderer: Renderer) -> tuple[File, ...]:
    """Render the pages the operator wrote: About, Imprint, Privacy and whatever lies beside them."""
    return tuple(
        renderer.write_page(
            "pages/operator.html",
            f"{page.name}/index.html",
            title=page.title,
            description=page.title,
            body=render_trusted(page.text),
        )
        for page in renderer.operator_pages
    )


def _numbered(renderer: Renderer, title: str, page: int, pages: int) -> str:
    if page == 1:
        return title
    said = renderer.labels(renderer.lang).text("page_of").format(page=page, pages=pages)
    return f"{title} – {said}"


def _make_pager(renderer: Renderer, paths: Sequence[str], page: int, pages: int) -> dict[str, str] | None:
    if pages <= 1:
        return None
    return {
        "previous": renderer.link(paths[0]) if page > 1 else "",
        "next": renderer.link(paths[1]) if page < pages else "",
        "said": renderer.labels(renderer.lang).text("page_of").format(page=page, pages=pages),
    }
