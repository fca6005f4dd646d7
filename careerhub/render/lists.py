"""The pages everybody shares: directory, technologies, feed, sitemap and the operator's own.

What stands of a person on a page of a list is rendered with the person, once, and kept: a page of a list is put
together from these texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from careerhub.document.profile import Profile, Technology
from careerhub.document.site import DIRECTORY, SITEMAP, Entry, Listed, make_entry
from careerhub.render.files import File
from careerhub.render.markdown import render_trusted
from careerhub.render.renderer import Renderer

# Readers fetch a feed whole, many times a day.
ENTRIES_A_FEED = 100
# What fits two lines of a card.
_TECHNOLOGIES_A_CARD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of the directory or of a technology: the texts of its people, in order, and its neighbours.

    `anchor` is '' for the first page, which alone counts `people` and has `letters`: each with the anchor of the page
    where it begins. `previous` and `following` are anchors, None where there is no such page.
    """

    path: str
    name: str = ""
    anchor: str = ""
    lines: Sequence[str] = ()
    previous: str | None = None
    following: str | None = None
    initial: str = ""
    people: int = 0
    letters: Sequence[tuple[str, str]] = ()


def list_path(path: str, anchor: str = "") -> str:
    """Return the folder of a page of a list: empty, `people/0a1b…/`, `technologies/python/`."""
    if path == DIRECTORY:
        return f"people/{anchor}/" if anchor else ""
    return f"{path}/{anchor}/" if anchor else f"{path}/"


def list_file(path: str, anchor: str = "") -> str:
    """Return the file of a page of a list, or of a part of the sitemap."""
    if path == SITEMAP:
        return f"{path}/{anchor or 'first'}.xml"
    return f"{list_path(path, anchor)}index.html"


def render_listed(renderer: Renderer, profile: Profile, sort_key: bytes, *, is_home: bool) -> Listed:
    """Render what lists show of a profile."""
    entry = make_entry(profile)
    t = renderer.labels(renderer.lang).texts
    shown = {
        "entry": entry,
        "t": t,
        "labels": renderer.labels(renderer.lang),
        "theirs": renderer.labels(entry.lang),
        "parts": renderer.parts(renderer.lang),
    }
    return Listed(
        entry=entry,
        sort_key=sort_key,
        card=renderer.write("pages/card.html", "", shown=_TECHNOLOGIES_A_CARD, **shown).data.decode() + "\n",
        line=renderer.write("pages/line.html", "", **shown).data.decode() + "\n",
        urls=_render_urls(renderer, _list_urls(entry, is_home=is_home)),
    )


def render_list(renderer: Renderer, page: ListPage) -> File:
    """Render one page of the directory or of a technology."""
    t = renderer.labels(renderer.lang).texts
    is_directory = page.path == DIRECTORY
    title = t["people"] if is_directory else page.name
    return renderer.write_page(
        "pages/directory.html" if is_directory else "pages/technology.html",
        list_file(page.path, page.anchor),
        title=f"{title} – {page.initial}" if page.anchor else title,
        description=t["people_intro"] if is_directory else t["technology_intro"].format(name=page.name),
        name=page.name,
        is_first=not page.anchor,
        people=page.people,
        lines=_trust("".join(page.lines)),
        letters=[(letter, _link(renderer, page.path, anchor)) for letter, anchor in page.letters],
        previous=_link(renderer, page.path, page.previous),
        following=_link(renderer, page.path, page.following),
        first=_link(renderer, page.path, ""),
    )


def _link(renderer: Renderer, path: str, anchor: str | None) -> str:
    return "" if anchor is None else renderer.link(list_path(path, anchor))


def _trust(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - made by our own templates, which escape


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


def render_sitemap(renderer: Renderer, path: str, lines: Iterable[str], addresses: Iterable[str] = ()) -> File:
    """Render a sitemap of paths (`about/`) and of people's lines."""
    own = _render_urls(renderer, ((address, None) for address in addresses))
    return renderer.write("feeds/sitemap.xml", path, lines=_trust(own + "".join(lines)))


def render_sitemap_index(renderer: Renderer, paths: Iterable[str]) -> File:
    """Render the sitemap that leads to others."""
    return renderer.write(
        "feeds/sitemap-index.xml", "sitemap.xml", addresses=[renderer.absolute(path) for path in paths]
    )


def _render_urls(renderer: Renderer, urls: Iterable[tuple[str, date | None]]) -> str:
    addresses = [(renderer.absolute(path), changed) for path, changed in urls]
    return renderer.write("feeds/urls.xml", "", addresses=addresses).data.decode()


def _list_urls(entry: Entry, *, is_home: bool) -> list[tuple[str, date | None]]:
    """Return every page of a person that a search engine should know, with the day of the last visible edit."""
    if not entry.is_indexable:
        return []
    own = "" if is_home else f"p/{entry.slug}/"
    return [
        (own, entry.changed_on),
        *((f"p/{entry.slug}/projects/{project}/", entry.changed_on) for project in entry.projects),
    ]


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
