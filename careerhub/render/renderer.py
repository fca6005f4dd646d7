"""What every page needs: templates, labels, assets under hashed names, and the addresses of the site."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2.environment import TemplateModule
from jinja2.sandbox import ImmutableSandboxedEnvironment

from careerhub.render.environment import make_environment
from careerhub.render.files import File
from careerhub.render.labels import FALLBACK, Labels, make_labels
from careerhub.render.themes import list_themes

# Twelve hexadecimal digits: two versions of a file meet once in 10^14.
_HASH_LENGTH = 12
_CSS_URL = re.compile(r"""url\((["']?)([^"')]+)\1\)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorPage:
    """A page the operator wrote: `/<name>/`."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """The templates of one site at one address; it only ever learns labels."""

    environment: ImmutableSandboxedEnvironment = field(repr=False)
    labels_folder: Path
    origin: str
    base: str
    assets: tuple[File, ...] = field(repr=False)
    asset_names: dict[str, str] = field(repr=False)
    operator_pages: tuple[OperatorPage, ...] = field(repr=False)
    themes: tuple[str, ...]
    lang: str = FALLBACK
    known_labels: dict[str, Labels] = field(default_factory=dict, repr=False)
    known_parts: dict[str, TemplateModule] = field(default_factory=dict, repr=False)

    def labels(self, lang: str) -> Labels:
        """Return the labels of a language."""
        if lang not in self.known_labels:
            self.known_labels[lang] = make_labels(self.labels_folder, lang)
        return self.known_labels[lang]

    def parts(self, lang: str) -> TemplateModule:
        """Return the macros of `pages/parts.html` in a language: read again for every page, they would cost a tenth of it."""
        if lang not in self.known_parts:
            labels = self.labels(lang)
            template = self.environment.get_template("pages/parts.html")
            self.known_parts[lang] = template.make_module({"site": self, "labels": labels, "t": labels.texts})
        return self.known_parts[lang]

    def link(self, path: str) -> str:
        """Return a path's address from the root of the host: `p/ada/` becomes `/people/p/ada/`."""
        return self.base + _quote_path(path)

    def technology_link(self, slug: str) -> str:
        """Return the address of a technology's page."""
        return self.link(f"technologies/{slug}/")

    def absolute(self, path: str) -> str:
        """Return a path's canonical address."""
        return self.origin + self.link(path)

    def asset(self, name: str) -> str:
        """Return the address of an asset under its hashed name."""
        return self.link(self.asset_names[name])

    def sheet(self, theme: str) -> str:
        """Return the address of a theme's style sheet; without a name, of the usual one's."""
        return self.asset(f"{theme or self.themes[0]}.css")

    def write(self, template: str, path: str, **values: Any) -> File:
        """Render a template as the file at `path`."""
        text = self.environment.get_template(template).render(site=self, **values)
        return File(path=path, data=text.encode())

    def write_page(self, template: str, path: str, *, lang: str = "", **values: Any) -> File:
        """Render an HTML page; its canonical address is its own unless `canonical` says otherwise."""
        labels = self.labels(lang or self.lang)
        page = {
            "parts": self.parts(lang or self.lang),
            "labels": labels,
            "t": labels.texts,
            "canonical": self.absolute(path.removesuffix("index.html")),
            "robots": "",
            "theme": "",
            "accent": "",
            "alternates": (),
            "tongues": (),
            "linked_data": None,
            "image": None,
            "og_type": "website",
        }
        return self.write(template, path, **(page | values))


@lru_cache(maxsize=4096)
def _quote_path(path: str) -> str:
    """Quote a path: those of technologies stand in many pages."""
    return f"/{quote(path.lstrip('/'))}"


def make_renderer(templates: Path, site_url: str) -> Renderer:
    """Make the renderer of a template folder for a site at `site_url`, which may have a path."""
    parts = urlsplit(site_url)
    themes = tuple(theme.name for theme in list_themes(templates))
    assets, names = _read_assets(templates, themes)
    return Renderer(
        environment=make_environment(templates, Renderer),
        labels_folder=templates / "labels",
        origin=f"{parts.scheme}://{parts.netloc}",
        base=parts.path.rstrip("/"),
        assets=assets,
        asset_names=names,
        operator_pages=_read_operator_pages(templates / "operator"),
        themes=themes,
    )


def warm_pages(renderer: Renderer) -> None:
    """Compile the templates of pages and feeds: once, for all processes that are forked afterwards."""
    for name in renderer.environment.list_templates(filter_func=lambda name: name.startswith(("pages/", "feeds/"))):
        renderer.environment.get_template(name)


def _read_assets(templates: Path, themes: tuple[str, ...]) -> tuple[tuple[File, ...], dict[str, str]]:
    files: list[File] = []
    names: dict[str, str] = {}

    def add(name: str, data: bytes) -> None:
        stem, _, suffix = name.rpartition(".")
        names[name] = f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:_HASH_LENGTH]}.{suffix}"
        files.append(File(path=names[name], data=data))

    for path in sorted(path for path in (templates / "assets").iterdir() if path.is_file()):
        add(path.name, path.read_bytes())
    # Style sheets last: they name the others, and their own hash has to change with those.
    base = (templates / "themes" / "base.css").read_text("utf-8")
    for theme in themes:
        css = base + (templates / "themes" / theme / "theme.css").read_text("utf-8")
        add(f"{theme}.css", _CSS_URL.sub(lambda found: _hashed_url(found, names), css).encode())
    return tuple(files), names


def _hashed_url(found: re.Match[str], names: dict[str, str]) -> str:
    known = names.get(found[2])
    return f'url("{known.removeprefix("assets/")}")' if known else found[0]


def _read_operator_pages(folder: Path) -> tuple[OperatorPage, ...]:
    pages = []
    for path in sorted(folder.glob("*.md")):
        first, _, rest = path.read_text(encoding="utf-8").partition("\n")
        pages.append(OperatorPage(name=path.stem, title=first.lstrip("# ").strip() or path.stem, text=rest))
    return tuple(pages)
