"""Themes: a folder each of how a person's pages look, and the accent colours they share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

# The names of classes in `themes/base.css`; the first is what everybody else gets.
ACCENTS = ("forest", "ocean", "plum", "ember", "graphite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One folder of `site_templates/themes`: its `place` among the others, and in a sentence how it looks."""

    name: str
    place: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a profile chose: the name of a theme, and one of the accents."""

    theme: str
    accent: str


def list_themes(templates: Path) -> tuple[Theme, ...]:
    """Return the themes there are, in the order in which people are offered them; the first is the usual one."""
    found = [
        Theme(name=path.parent.name, **json.loads(path.read_text("utf-8")))
        for path in templates.glob("themes/*/theme.json")
    ]
    return tuple(sorted(found, key=lambda theme: (theme.place, theme.name)))


def read_look(chosen: str, themes: tuple[str, ...]) -> Look:
    """Read `profiles.theme`: a theme, an accent of the usual one, or both as in `classic-plum`; else what is usual."""
    if chosen in themes:
        return Look(theme=chosen, accent=ACCENTS[0])
    theme, _, accent = chosen.rpartition("-")
    if accent in ACCENTS and (not theme or theme in themes):
        return Look(theme=theme or themes[0], accent=accent)
    return Look(theme=themes[0], accent=ACCENTS[0])


def write_look(look: Look, themes: tuple[str, ...]) -> str:
    """Write a look as `profiles.theme` keeps it: the usual theme goes without saying."""
    return look.accent if look.theme == themes[0] else f"{look.theme}-{look.accent}"
