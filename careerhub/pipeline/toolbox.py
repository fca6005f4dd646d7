"""What renders a site: each part loaded when it's first needed, or all of it beforehand for many builds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from careerhub.pipeline.fingerprint import fingerprint_cvs, fingerprint_pages
from careerhub.render.fonts import DEFAULT_FOLDERS, FontSet, find_fonts
from careerhub.render.renderer import Renderer, make_renderer, warm_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a site is made with besides the database."""

    templates: Path
    site_url: str
    cache: Path
    font_folders: tuple[Path, ...] = DEFAULT_FOLDERS
    home_slug: str = ""


class Toolbox:
    """The renderers of one site, with the fingerprints of what they were loaded from."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    @cached_property
    def renderer(self) -> Renderer:
        return make_renderer(self.sources.templates, self.sources.site_url)

    @cached_property
    def fonts(self) -> FontSet:
        return find_fonts(self.sources.font_folders, cache=self.sources.cache)

    @cached_property
    def cv_renderer(self) -> Any:
        from careerhub.render.cv import make_cv_renderer

        return make_cv_renderer(self.sources.templates, self.fonts, self.sources.cache)

    @cached_property
    def pages_fingerprint(self) -> str:
        return fingerprint_pages(self.sources.templates, self.sources.site_url)

    @cached_property
    def cvs_fingerprint(self) -> str:
        return fingerprint_cvs(self.sources.templates, self.sources.site_url, self.fonts.fingerprint)

    def warm_cvs(self) -> None:
        """Load what CVs need, all of it."""
        from careerhub.render.cv import warm

        warm(self.cv_renderer)

    def warm(self) -> None:
        """Load everything now, for processes that will be forked from this one."""
        from careerhub.pipeline.rendering import load_collator

        # the fingerprints first: what changes while the rest is loading is noticed later
        _ = self.pages_fingerprint, self.cvs_fingerprint
        warm_pages(self.renderer)
        self.warm_cvs()
        load_collator()

    def is_outdated(self) -> bool:
        """Tell whether templates, fonts or the software on the disk aren't those that were loaded."""
        now = Toolbox(self.sources)
        return (now.pages_fingerprint, now.cvs_fingerprint) != (self.pages_fingerprint, self.cvs_fingerprint)
