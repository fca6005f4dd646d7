"""Read rendered files the way a browser would, but strictly: what isn't well formed is an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from careerhub.document.profile import Profile
from careerhub.render.files import File
from careerhub.render.pages import render_profile
from careerhub.render.renderer import Renderer, make_renderer
from careerhub.resources import shipped

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "area", "base", "col", "embed", "source", "wbr"})


@dataclass(slots=True)
class Page(HTMLParser):
    """An HTML page taken apart: its elements, its links, its words."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    linked_data: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    titles: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says an attribute twice"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.titles += tag == "title" and "svg" not in self.open
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> closes {self.open}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.linked_data.append(data)
        elif data.strip():
            self.words.append(data.strip())

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    @property
    def text(self) -> str:
        """Return what a reader sees."""
        return " ".join(self.words)

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the elements with the names of their attributes."""
        return [(tag, tuple(sorted(attributes))) for tag, attributes in self.elements]

    def find(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """Return the attributes of the elements that have these values."""
        found = (attributes for name, attributes in self.elements if name == tag)
        return [a for a in found if all(a.get(key) == value for key, value in wanted.items())]


def read_page(data: bytes) -> Page:
    """Take a page apart; every element has to be closed where it should be."""
    page = Page()
    page.feed(data.decode())
    page.close()
    assert not page.open, f"never closed: {page.open}"
    return page


@lru_cache
def renderer_at(site_url: str = "https://example.org") -> Renderer:
    """Make the renderer of the templates that are shipped."""
    return make_renderer(shipped("site_templates"), site_url)


def render(profile: Profile, *, site_url: str = "https://example.org", is_home: bool = False) -> dict[str, bytes]:
    """Render a profile without CVs."""
    return by_path(render_profile(renderer_at(site_url), profile, cv_paths=(), is_home=is_home))


def by_path(files: Iterable[File]) -> dict[str, bytes]:
    """Return files by path; two may not have the same."""
    listed = [(file.path, file.data) for file in files]
    assert len(listed) == len(dict(listed))
    return dict(listed)


def portfolio(profile: Profile) -> Page:
    """Render and read a profile's first page."""
    return read_page(render(profile)[f"p/{profile.slug}/index.html"])


def change_texts(value: Any, change: Any, path: tuple[str, ...] = ()) -> Any:
    """Return a document whose texts are `change(path, text)`."""
    if isinstance(value, str):
        return change(path, value)
    if isinstance(value, tuple):
        return tuple(change_texts(item, change, path) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: change_texts(getattr(value, f.name), change, (*path, f.name)) for f in fields(value)}
        return replace(value, **changed)
    return value


def html_pages(files: dict[str, bytes]) -> Iterator[tuple[str, Page]]:
    """Read every HTML page of some files."""
    for path, data in files.items():
        if path.endswith(".html"):
            yield path, read_page(data)
