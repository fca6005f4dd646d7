"""Themes: what a profile chose, what its pages then link to, and a theme of one's own."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from careerhub.render.pages import render_profile
from careerhub.render.renderer import Renderer, make_renderer
from careerhub.render.themes import ACCENTS, Look, list_themes, read_look, write_look
from careerhub.resources import shipped
from tests.render.making import make_profile
from tests.render.people import RICH

NAMES = ("modern", "classic", "compact")


def link_sheets(renderer: Renderer, theme: str) -> list[bool]:
    """Tell of each of a person's pages whether it links the style sheet of a theme."""
    files = render_profile(renderer, replace(RICH, theme=theme), cv_paths=(), is_home=False)
    address = renderer.sheet(read_look(theme, renderer.themes).theme).encode()
    return [address in file.data for file in files if file.path.endswith("/index.html") and b"<main" in file.data]


def test_the_themes_are_listed_in_their_order_and_described() -> None:
    themes = list_themes(shipped("site_templates"))
    assert tuple(theme.name for theme in themes) == NAMES
    assert len({theme.description for theme in themes}) == len(themes)


@pytest.mark.parametrize(
    ("chosen", "look"),
    [
        ("modern", ("modern", "forest")),
        ("ocean", ("modern", "ocean")),
        ("classic", ("classic", "forest")),
        ("compact-graphite", ("compact", "graphite")),
        ("modern-plum", ("modern", "plum")),
        ("gone-plum", ("modern", "forest")),
        ("", ("modern", "forest")),
        ('x" onload="x', ("modern", "forest")),
    ],
)
def test_a_choice_is_a_theme_an_accent_or_both(chosen: str, look: tuple[str, str]) -> None:
    assert read_look(chosen, NAMES) == Look(theme=look[0], accent=look[1])


def test_every_look_is_kept_as_it_was_chosen() -> None:
    for theme in NAMES:
        for accent in ACCENTS:
            look = Look(theme=theme, accent=accent)
            assert read_look(write_look(look, NAMES), NAMES) == look


@pytest.mark.parametrize("theme", NAMES)
def test_all_pages_of_a_person_have_their_theme(theme: str) -> None:
    renderer = make_renderer(shipped("site_templates"), "https://example.org")
    linked = link_sheets(renderer, theme)
    assert len(linked) > 1
    assert all(linked)


def test_a_theme_changes_nothing_but_the_style_sheet_and_the_class() -> None:
    renderer = make_renderer(shipped("site_templates"), "https://example.org")
    pages = []
    for theme in NAMES:
        [page, *_] = render_profile(renderer, make_profile(theme=theme, summary="Hello."), cv_paths=(), is_home=False)
        pages.append(page.data.replace(renderer.sheet(theme).encode(), b"SHEET"))
    assert len(set(pages)) == 1


def test_a_theme_of_ones_own_is_a_folder_of_two_files(tmp_path: Path) -> None:
    templates = tmp_path / "site_templates"
    shutil.copytree(shipped("site_templates"), templates)
    folder = templates / "themes" / "night-owl"
    folder.mkdir()
    (folder / "theme.json").write_text(json.dumps({"place": 4, "description": "Dark at noon."}))
    (folder / "theme.css").write_text(":root { --paper: #000; }\n")
    renderer = make_renderer(templates, "https://example.org")
    assert renderer.themes == (*NAMES, "night-owl")
    assert all(link_sheets(renderer, "night-owl-ember"))
    [sheet] = [asset.data for asset in renderer.assets if asset.path.startswith("assets/night-owl.")]
    assert sheet.endswith(b":root { --paper: #000; }\n")
    assert len(sheet) > 10_000
