"""`careerhub cv`: one CV in one file."""

from __future__ import annotations

from pathlib import Path

import click

from careerhub.cli.context import Context, read_output_path
from careerhub.cli.profile import load_photo, load_profile
from careerhub.errors import NotFound

# of careerhub.render.cv_formats, which imports what `--help` doesn't need
_FORMATS = ("pdf", "docx", "md", "txt")


@click.command()
@click.argument("slug")
@click.option("--version", "name", metavar="NAME", help="A CV version by its name or slug (default: the default CV).")
@click.option("--format", "kind", type=click.Choice(_FORMATS), help="Default: as the file is called, else PDF.")
@click.option("--anonymous", "is_anonymous", is_flag=True, help="Without name, contact, employers and schools.")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write it.")
def command(slug: str, name: str | None, kind: str | None, output: str, *, is_anonymous: bool) -> None:
    """Write one CV of a profile, public or not, as PDF, Word file, Markdown or text.

    In an anonymous CV names that the profile knows are masked in texts too; read it before you give it away: nobody can
    mask what a text says in other words.

    Example: careerhub cv ada -o ada.pdf
    """
    from careerhub.document.cv import plan_cvs, with_photo
    from careerhub.output.files import raise_for
    from careerhub.render.cv import make_cv_renderer
    from careerhub.render.cv_formats import make_anonymous, render_as
    from careerhub.render.fonts import find_fonts

    target = read_output_path(output)
    context = Context()
    profile = load_profile(context, slug, as_owner=True)
    cvs = [with_photo(cv, load_photo(context, slug)) if cv.profile.photo else cv for cv in plan_cvs(profile)]
    slugs = {f"p/{slug}/cv/{version.slug}.pdf": version.slug for version in profile.cv_versions}
    chosen = [cv for cv in cvs if name is None or name in (cv.title, slugs.get(cv.path))]
    if not chosen:
        titles = ", ".join(repr(cv.title) for cv in cvs if cv.title) or "none"
        raise NotFound(f"{slug} has no public CV version {name!r}; it has: {titles}.")
    sources = context.sources()
    renderer = make_cv_renderer(sources.templates, find_fonts(sources.font_folders, cache=sources.cache), sources.cache)
    cv = make_anonymous(renderer, chosen[0]) if is_anonymous else chosen[0]
    url = "" if is_anonymous else f"{sources.site_url}/p/{slug}/"
    data = render_as(renderer, cv, kind or _guess_format(target), url=url)
    try:
        target.write_bytes(data)
    except OSError as error:
        raise_for(error, target)
    click.echo(f"Wrote {target} ({len(data):,} bytes).")


def _guess_format(target: Path) -> str:
    ending = target.suffix.lower().removeprefix(".")
    return ending if ending in _FORMATS else _FORMATS[0]
