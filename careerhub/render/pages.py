"""A person's own files: portfolio page, project pages, JSON Resume and contact card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from careerhub.document.cv import name_cv
from careerhub.document.dates import PartialDate
from careerhub.document.profile import AnonymizedProject, Profile, Project
from careerhub.document.text import clean_line
from careerhub.render.editions import Edition, list_tongues, make_editions, name_project
from careerhub.render.files import File
from careerhub.render.labels import Labels
from careerhub.render.linked_data import make_linked_data
from careerhub.render.markdown import plain_text
from careerhub.render.originals import Original
from careerhub.render.portrait import list_photo_files, make_image, make_portrait
from careerhub.render.renderer import Renderer
from careerhub.render.resume import render_resume
from careerhub.render.sections import (
    group_achievements,
    group_by_employer,
    group_skills,
    list_jobs,
    list_voluntary,
    show_evidence,
)
from careerhub.render.themes import read_look
from careerhub.render.timeline import make_timeline
from careerhub.render.vcard import render_vcard

# Search engines show about 160 characters of a description, and cards about as much of a project.
_TEASER_LENGTH = 160


def render_profile(
    renderer: Renderer,
    profile: Profile,
    *,
    cv_paths: tuple[tuple[str, str], ...],
    is_home: bool,
    photos: Mapping[str, bytes] | None = None,
) -> tuple[File, ...]:
    """Render everything of one person but the PDFs, in every language; `cv_paths` are those that exist, the default first.

    `photos` are the photo's bytes by SHA-256; without them the pages show none.
    """
    if photos is None:
        profile = replace(profile, photo=None)
    folder = f"p/{profile.slug}/"
    home = "" if is_home else folder
    url = renderer.absolute(home)
    image = make_image(renderer, profile)
    editions = make_editions(renderer, profile, is_home=is_home)
    return (
        *(_render_portfolio(renderer, edition, editions, cv_paths=cv_paths, is_home=is_home) for edition in editions),
        *(
            _render_project(renderer, edition, editions, project, is_home=is_home)
            for edition in editions
            for project in edition.shown.projects
            if project.slug in edition.projects
        ),
        *(_render_moved(renderer, profile, slug, home=home) for slug in profile.former_slugs),
        *list_photo_files(profile, photos or {}),
        File(path=f"{folder}resume.json", data=render_resume(profile, url=url, image=image.url if image else "")),
        File(path=f"{folder}contact.vcf", data=render_vcard(profile, url=url)),
    )


def shorten(text: str, length: int = _TEASER_LENGTH) -> str:
    """Return the beginning of a text, ending with a whole word where words have spaces."""
    line = clean_line(text)
    if len(line) <= length:
        return line
    cut = line[:length]
    kept = cut.rpartition(" ")[0]
    return f"{(kept if len(kept) > length // 2 else cut).rstrip(' ,.;:–-')}…"


def write_years(project: AnonymizedProject, labels: Labels) -> str:
    """Write the years of an anonymised project: all that is known of its dates."""
    start, end = (PartialDate(year=year) if year else None for year in (project.start_year, project.end_year))
    return labels.period(start, end, project.is_ongoing)


def _render_portfolio(
    renderer: Renderer,
    edition: Edition,
    editions: tuple[Edition, ...],
    *,
    cv_paths: tuple[tuple[str, str], ...],
    is_home: bool,
) -> File:
    profile, shown, labels = edition.profile, edition.shown, edition.labels
    folder = editions[0].folder
    url = renderer.absolute(edition.home)
    image = make_image(renderer, profile)
    look = read_look(profile.theme, renderer.themes)
    return renderer.write_page(
        "pages/profile.html",
        f"{edition.folder}index.html",
        lang=labels.lang,
        title=_join(profile.full_name, profile.headline),
        description=_describe(profile),
        canonical=url,
        robots=_robots(profile),
        theme=look.theme,
        accent=look.accent,
        og_type="profile",
        alternates=(("application/json", "JSON Resume", renderer.link(f"{folder}resume.json")),),
        linked_data=make_linked_data(
            profile, url=url, home=renderer.absolute(editions[0].home), image=image.url if image else ""
        ),
        image=image,
        tongues=list_tongues(editions, edition),
        portrait=make_portrait(renderer, profile),
        is_home=is_home,
        profile=shown,
        place=_write_place(profile, labels),
        mail=_quote_mail(profile.contact.email),
        folder=renderer.link(folder),
        cvs=tuple((renderer.link(path), title) for path, title in _prefer_cvs(edition, editions[0], cv_paths)),
        timeline=make_timeline(profile, labels),
        jobs=group_by_employer(list_jobs(shown)),
        voluntary=group_by_employer(list_voluntary(shown)),
        skill_groups=group_skills(shown.skills),
        evidence=show_evidence(profile, labels),
        achievement_groups=group_achievements(shown.achievements),
        teasers={project.slug: _tease(project) for project in shown.projects},
        project_links=_link_projects(renderer, edition, editions[0]),
        withheld=tuple((project, write_years(project, labels)) for project in profile.anonymized_projects),
    )


def _render_project(
    renderer: Renderer, edition: Edition, editions: tuple[Edition, ...], project: Project, *, is_home: bool
) -> File:
    profile = edition.shown
    about = str(_tease(project)) or _join(project.role, project.organization)
    look = read_look(profile.theme, renderer.themes)
    return renderer.write_page(
        "pages/project.html",
        f"{name_project(edition, project.slug)}index.html",
        lang=edition.labels.lang,
        title=_join(project.name, profile.full_name),
        description=about or _join(project.name, profile.full_name),
        robots=_robots(profile),
        theme=look.theme,
        accent=look.accent,
        tongues=list_tongues(editions, edition, project.slug),
        is_home=is_home,
        profile=profile,
        project=project,
        back=renderer.link(edition.home),
    )


def _prefer_cvs(
    edition: Edition, original: Edition, cv_paths: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Return the CVs with those in a translated page's own language first; one without a name is called by its own."""
    if edition.is_original:
        return cv_paths
    lang = original.labels.lang
    named = tuple((path, title or original.labels.title_language(lang)) for path, title in cv_paths)
    profile = edition.profile
    fitting = {name_cv(profile, each) for each in profile.cv_versions if each.lang.lower() == profile.lang.lower()}
    return tuple(sorted(named, key=lambda each: each[0] not in fitting))


def _link_projects(renderer: Renderer, edition: Edition, original: Edition) -> dict[str, str]:
    """Return the address of each project's page: in this language where there is one."""
    return {
        project.slug: renderer.link(
            name_project(edition if project.slug in edition.projects else original, project.slug)
        )
        for project in edition.profile.projects
    }


def _render_moved(renderer: Renderer, profile: Profile, slug: str, *, home: str) -> File:
    """Render what a former address shows: the way to the present one, for servers that can't redirect."""
    return renderer.write(
        "pages/moved.html",
        f"p/{slug}/index.html",
        name=clean_line(profile.full_name),
        address=renderer.absolute(home),
        link=renderer.link(home),
        refresh=f"0; url={renderer.link(home)}",
        lang=renderer.labels(profile.lang).lang,
        robots=_robots(profile),
    )


def _write_place(profile: Profile, labels: Labels) -> str:
    parts = (profile.city, profile.region, labels.country(profile.country_code))
    return profile.location or labels.comma.join(part for part in parts if part)


def _quote_mail(address: str) -> str:
    said = clean_line(address)
    return quote(said, safe="@") if said.count("@") == 1 and " " not in said else ""


def _tease(project: Project) -> str:
    # The first paragraph alone: a list torn from its lines isn't a sentence.
    said = shorten(plain_text(str(project.description)).partition("\n")[0])
    return Original(said, project.description.lang) if isinstance(project.description, Original) else said


def _describe(profile: Profile) -> str:
    said = shorten(plain_text(profile.summary))
    return said or ", ".join(filter(None, map(clean_line, (profile.full_name, profile.headline, profile.location))))


def _join(*parts: str) -> str:
    return " – ".join(filter(None, map(clean_line, parts)))


def _robots(profile: Profile) -> str:
    wishes = [] if profile.is_indexable else ["noindex"]
    return ", ".join(wishes if profile.allows_ai else [*wishes, "noai", "noimageai"])
