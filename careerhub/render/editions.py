"""The languages that a person's pages are in: one edition each, all of one record, leading to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from careerhub.document.profile import Profile
from careerhub.document.translations import list_languages, list_translated_projects, mark_originals, translate
from careerhub.render.labels import Labels
from careerhub.render.originals import Original
from careerhub.render.sections import name_languages

if TYPE_CHECKING:  # the renderer's environment knows what is defined here
    from careerhub.render.renderer import Renderer

# Below a person's folder: `in/de/`. A language alone could meet another folder there, as Chuvash (cv) would.
_FOLDER = "in/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A page in one language: its path, and how a link to it is written."""

    lang: str
    direction: str
    name: str
    path: str
    is_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A person's pages in one language.

    `home` is the path of the portfolio, `folder` that of its file; `profile` reads in that language as far as there are
    texts, and in `shown` those that stayed as they were say so. `projects` are those with a page in this edition.
    """

    labels: Labels
    home: str
    folder: str
    profile: Profile
    shown: Profile
    projects: frozenset[str]
    is_original: bool = False


def make_editions(renderer: Renderer, profile: Profile, *, is_home: bool) -> tuple[Edition, ...]:
    """Make the editions of a profile, the one it was written in first; languages that nobody can name have none."""
    folder = f"p/{profile.slug}/"
    own = renderer.labels(profile.lang)
    original = Edition(
        labels=own,
        home="" if is_home else folder,
        folder=folder,
        profile=profile,
        shown=profile,
        projects=frozenset(project.slug for project in profile.projects),
        is_original=True,
    )
    if not profile.translations:
        return (original,)
    return original, *(_make_edition(renderer, profile, own.lang, lang) for lang in _list_shown(renderer, profile))


def list_addresses(renderer: Renderer, profile: Profile, *, is_home: bool) -> list[tuple[str, tuple[Tongue, ...]]]:
    """Return every page of a person, each with the languages it is in (none for a page in one language alone)."""
    editions = make_editions(renderer, profile, is_home=is_home)
    pages = [(edition.home, list_tongues(editions, edition)) for edition in editions]
    for project in profile.projects:
        pages += [
            (name_project(edition, project.slug), list_tongues(editions, edition, project.slug))
            for edition in editions
            if project.slug in edition.projects
        ]
    return pages


def list_tongues(editions: Sequence[Edition], here: Edition, project: str = "") -> tuple[Tongue, ...]:
    """Return the languages that a portfolio is in, or with its slug a project's page, if there are several."""
    if len(editions) == 1:
        return ()  # as for most people: to name a language costs as much as half a page
    tongues = tuple(
        Tongue(
            lang=edition.labels.lang,
            direction=edition.labels.direction,
            name=edition.labels.title_language(edition.labels.lang),
            path=name_project(edition, project) if project else edition.home,
            is_here=edition is here,
        )
        for edition in editions
        if not project or project in edition.projects
    )
    return tongues if len(tongues) > 1 else ()


def name_project(edition: Edition, slug: str) -> str:
    """Return the path of a project's page."""
    return f"{edition.folder}projects/{slug}/"


def _make_edition(renderer: Renderer, profile: Profile, original: str, lang: str) -> Edition:
    folder = f"p/{profile.slug}/{_FOLDER}{lang.lower()}/"
    labels, translated = renderer.labels(lang), translate(profile, lang)
    shown = mark_originals(profile, translated, lambda text: Original(text, original))
    return Edition(
        labels=labels,
        home=folder,
        folder=folder,
        profile=replace(translated, languages=name_languages(translated.languages, labels)),
        shown=replace(shown, languages=name_languages(shown.languages, labels)),
        projects=list_translated_projects(profile, lang),
    )


def _list_shown(renderer: Renderer, profile: Profile) -> list[str]:
    # labels of a language that isn't known are English
    return [lang for lang in list_languages(profile) if renderer.labels(lang).lang == lang]
