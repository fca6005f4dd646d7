"""`careerhub export`: a profile as a file for other tools."""

from __future__ import annotations

import sys

import click

from careerhub.cli.context import Context, read_output_path
from careerhub.cli.profile import load_profile


@click.command()
@click.argument("slug")
@click.option(
    "--format", "format_", type=click.Choice(("jsonresume", "vcard")), default="jsonresume", show_default=True
)
@click.option(
    "--private",
    is_flag=True,
    help="With private contact data and everything a file brought that has no place of its own.",
)
@click.option("-o", "--output", metavar="FILE", help="Where to write it (default: standard output).")
def command(slug: str, format_: str, output: str | None, *, private: bool) -> None:
    """Write a profile as JSON Resume or vCard: its public facts, unless --private.

    Example: careerhub export ada --format jsonresume -o ada.json
    """
    from careerhub.render.resume import render_resume
    from careerhub.render.vcard import render_vcard

    target = read_output_path(output) if output else None
    context = Context()
    profile = load_profile(context, slug, as_owner=private)
    url = f"{context.settings.site_url}/p/{slug}/"
    if format_ == "vcard":
        data = render_vcard(profile, url=url)
    elif private:
        from careerhub.moving.export import export_private_resume

        data = export_private_resume(context.engine("careerhub_app"), context.contact_keys(), slug, profile, url=url)
    else:
        data = render_resume(profile, url=url)
    if target is None:
        sys.stdout.buffer.write(data)
        return
    target.write_bytes(data)
    click.echo(f"Wrote {target} ({len(data):,} bytes).")
