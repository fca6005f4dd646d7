"""The pages everybody shares: directory, technologies, feed, sitemap and the operator's own.

What stands of a person on a page of a list is rendered with the person, once, and kept: a page of a list is put
together from these texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import orjson
from markupsafe import Markup

from careerhub.document.facets import find_country
from careerhub.document.profile import Profile
from careerhub.document.search import list_keys
from careerhub.document.site import (
    DIRECTORY,
    FACETS,
    LANGUAGES,
    OPEN_TO_WORK,
    PLACES,
    SENIORITY,
    SITEMAP,
    TECHNOLOGIES,
    Entry,
    Listed,
    make_entry,
)
from careerhub.render.editions import list_addresses
from careerhub.render.files import File
from careerhub.render.markdown import render_trusted
from careerhub.render.renderer import Renderer

# Readers fetch a feed whole, many times a day.
ENTRIES_A_FEED = 100
# What fits two lines of a card.
_TECHNOLOGIES_A_CARD = 5
# The label of each folder of lists.
_TITLES = {TECHNOLOGIES: "technologies", PLACES: "places", LANGUAGES: "languages", SENIORITY: "seniority"}


class Count(NamedTuple):
    """A list and how many people are in it; `name` is what most of them call it."""

    path: str
    name: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of the directory or of a facet: the texts of its people, in order, and its neighbours.

    `anchor` is '' for the first page, which alone counts `people` and has `letters`: each with the anchor of the page
    where it begins. `largest` are the lists most people are in, on the directory's first page. `previous` and `following` are anchors, None where there is no such page.
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
    largest: Sequence[Count] = ()


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
        urls=_render_person_urls(renderer, profile, is_home=is_home),
        keys=list_keys(entry),
    )


def render_list(renderer: Renderer, page: ListPage) -> File:
    """Render one page of the directory or of a facet."""
    t = renderer.labels(renderer.lang).texts
    is_directory = page.path == DIRECTORY
    name = name_list(renderer, page.path, page.name)
    title = t["people"] if is_directory else name
    is_technology = page.path.startswith(TECHNOLOGIES)
    about = t["technology_intro"].format(name=name) if is_technology else f"{name} – {t['people']}"
    return renderer.write_page(
        "pages/directory.html" if is_directory else "pages/facet.html",
        list_file(page.path, page.anchor),
        title=f"{title} – {page.initial}" if page.anchor else title,
        description=t["people_intro"] if is_directory else about,
        name=name,
        intro=about if is_technology else "",
        crumbs=_list_crumbs(renderer, page.path),
        largest=_group_counts(renderer, page.largest),
        alternates=_list_feeds(renderer, page.path, name),
        is_first=not page.anchor,
        people=page.people,
        lines=_trust("".join(page.lines)),
        letters=[(letter, _link(renderer, page.path, anchor)) for letter, anchor in page.letters],
        previous=_link(renderer, page.path, page.previous),
        following=_link(renderer, page.path, page.following),
        first=_link(renderer, page.path, ""),
    )


def name_list(renderer: Renderer, path: str, name: str) -> str:
    """Return what a list is called in the site's language: `Germany`, `Berlin, Germany`, `German`, `Senior`."""
    labels = renderer.labels(renderer.lang)
    if path == OPEN_TO_WORK:
        return labels.text("open_to_work")
    if path.startswith(PLACES):
        country = find_country(path.removeprefix(PLACES))
        known = labels.country(country) if country else ""
        return known if name == country else labels.comma.join(part for part in (name, known) if part)
    if path.startswith(LANGUAGES):
        return labels.language_name(name)
    return labels.word("seniority", name) if path.startswith(SENIORITY) else name


def _list_crumbs(renderer: Renderer, path: str) -> list[tuple[str, str]]:
    """Return what a list is a part of, each with its address."""
    folder = f"{path.partition('/')[0]}/"
    if folder not in _TITLES:
        return []
    crumbs = [(renderer.labels(renderer.lang).text(_TITLES[folder]), renderer.link(folder))]
    slug = path.removeprefix(PLACES)
    country = find_country(slug) if folder == PLACES else ""
    if country and slug != country.lower():
        known = f"{PLACES}{country.lower()}"
        crumbs.append((name_list(renderer, known, country), renderer.link(f"{known}/")))
    return crumbs


def _list_feeds(renderer: Renderer, path: str, name: str) -> list[tuple[str, str, str]]:
    if not path.startswith(TECHNOLOGIES):
        return []
    return [("application/atom+xml", name, renderer.link(feed_file(path)))]


def feed_file(path: str) -> str:
    """Return the file of a list's own feed."""
    return f"{path}/feed.xml"


def _group_counts(renderer: Renderer, counts: Sequence[Count]) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Return counts with names and addresses, under the title of their folder."""
    t = renderer.labels(renderer.lang).texts
    groups = [
        (t[title], [each for each in counts if each.path.startswith(folder)]) for folder, title in _TITLES.items()
    ]
    return [(title, _link_counts(renderer, group)) for title, group in groups if group]


def _link_counts(renderer: Renderer, counts: Sequence[Count]) -> list[tuple[str, str, int]]:
    return [(name_list(renderer, path, name), renderer.link(list_path(path)), people) for path, name, people in counts]


def _link(renderer: Renderer, path: str, anchor: str | None) -> str:
    return "" if anchor is None else renderer.link(list_path(path, anchor))


def _trust(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - made by our own templates, which escape


def render_index(renderer: Renderer, folder: str, counts: Sequence[Count]) -> File:
    """Render the index of a folder of lists, each with how many people are in it, in the order given."""
    t = renderer.labels(renderer.lang).texts
    title = t[_TITLES[folder]]
    # countries stand before what lies in them
    wide = [each for each in counts if folder == PLACES and find_country(each.path[len(PLACES) :]) == each.name]
    narrow = [each for each in counts if each not in wide]
    return renderer.write_page(
        "pages/facets.html",
        f"{folder}index.html",
        title=title,
        description=t["technologies_intro"] if folder == TECHNOLOGIES else f"{title} – {t['people']}",
        intro=t["technologies_intro"] if folder == TECHNOLOGIES else "",
        groups=[_link_counts(renderer, group) for group in (wide, narrow) if group],
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
    addresses = [(renderer.absolute(path), changed, ()) for path, changed in urls]
    return renderer.write("feeds/urls.xml", "", addresses=addresses).data.decode()


def _render_person_urls(renderer: Renderer, profile: Profile, *, is_home: bool) -> str:
    """Render every page of a person that a search engine should know, with the day of the last visible edit."""
    if not profile.is_indexable:
        return ""
    pages = list_addresses(renderer, profile, is_home=is_home)
    addresses = [(renderer.absolute(path), profile.changed_on, tongues) for path, tongues in pages]
    return renderer.write("feeds/urls.xml", "", addresses=addresses).data.decode()


def render_robots(renderer: Renderer) -> File:
    """Render robots.txt: everything may be fetched, for a page says itself whether it may be listed."""
    return renderer.write("feeds/robots.txt", "robots.txt")


def render_feed(renderer: Renderer, entries: Iterable[Entry]) -> File:
    """Render the Atom feed of people who may be listed by machines, the latest change first."""
    t = renderer.labels(renderer.lang).texts
    return _render_feed(renderer, "feed.xml", "", entries, title=t["people"], intro=t["people_intro"])


def render_list_feed(renderer: Renderer, path: str, name: str, entries: Iterable[Entry]) -> File:
    """Render the Atom feed of a list: names and places, the latest change first."""
    intro = renderer.labels(renderer.lang).say("technology_intro", name=name)
    plain = (replace(entry, headline="") for entry in entries)
    return _render_feed(renderer, feed_file(path), list_path(path), plain, title=name, intro=intro)


def _render_feed(renderer: Renderer, file: str, page: str, entries: Iterable[Entry], *, title: str, intro: str) -> File:
    listed = sorted((e for e in entries if e.is_indexable), key=lambda e: (-e.changed_on.toordinal(), e.slug))
    newest = listed[0].changed_on if listed else date(1970, 1, 1)
    shown = listed[:ENTRIES_A_FEED]
    return renderer.write(
        "feeds/feed.xml", file, file=file, page=page, title=title, intro=intro, entries=shown, newest=newest
    )


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


def render_search(renderer: Renderer) -> File:
    """Render the page that searches: by itself, in the browser, with the index below `/s/`."""
    t = renderer.labels(renderer.lang).texts
    told = {name: t[name] for name in ("one_person", "people_with", "keep", "drop")}
    return renderer.write_page(
        "pages/search.html",
        "search/index.html",
        title=t["search"],
        description=t["search_intro"],
        robots="noindex",
        ways=[(t[_TITLES[folder]], renderer.link(folder)) for folder in FACETS],
        settings=orjson.dumps({"base": renderer.link("")} | told).decode(),
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
