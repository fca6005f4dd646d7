"""`careerhub cv`: one PDF."""

from __future__ import annotations

import click

from careerhub.cli.context import Context, read_output_path
from careerhub.cli.profile import load_profile
from careerhub.errors import NotFound


@click.command()
@click.argument("slug")
@click.option("--version", "name", metavar="NAME", help="A CV version by its name or slug (default: the default CV).")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write the PDF.")
def command(slug: str, name: str | None, output: str) -> None:
    """Write one CV of a profile, public or not, as PDF.

    Example: careerhub cv ada -o ada.pdf
    """
    from careerhub.document.cv import plan_cvs
    from careerhub.output.files import raise_for
    from careerhub.render.cv import make_cv_renderer, render_cv
    from careerhub.render.fonts import find_fonts
    from careerhub.render.resume import render_resume

    target = read_output_path(output)
    context = Context()
    profile = load_profile(context, slug, as_owner=True)
    cvs = plan_cvs(profile)
    slugs = {f"p/{slug}/cv/{version.slug}.pdf": version.slug for version in profile.cv_versions}
    chosen = [cv for cv in cvs if name is None or name in (cv.title, slugs.get(cv.path))]
    if not chosen:
        titles = ", ".join(repr(cv.title) for cv in cvs if cv.title) or "none"
        raise NotFound(f"{slug} has no public CV version {name!r}; it has: {titles}.")
    sources = context.sources()
    renderer = make_cv_renderer(sources.templates, find_fonts(sources.font_folders, cache=sources.cache), sources.cache)
    url = f"{sources.site_url}/p/{slug}/"
    data = render_cv(renderer, chosen[0], url=url, resume=render_resume(chosen[0].profile, url=url))
    try:
        target.write_bytes(data)
    except OSError as error:
        raise_for(error, target)
    click.echo(f"Wrote {target} ({len(data):,} bytes).")
