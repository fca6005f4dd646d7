"""`careerhub import`: somebody's file becomes rows."""

from __future__ import annotations

from pathlib import Path

import click

from careerhub.cli.context import Context, show_json


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--user", "email", required=True, metavar="EMAIL", help="Whose profile; the account is made if there is none."
)
@click.option("--slug", metavar="S", help="The new profile's address; proposed from the name if left out.")
@click.option(
    "--visibility",
    type=click.Choice(("PRIVATE", "FRIENDS", "PUBLIC")),
    help="Who may see the new profile (default: PRIVATE). An existing profile keeps its own.",
)
@click.option(
    "--format",
    expose_value=False,
    type=click.Choice(("auto", "jsonresume")),
    default="auto",
    show_default=True,
    help="What the file is.",
)
@click.option("--dry-run", is_flag=True, help="Report what would happen; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(file: Path, email: str, slug: str | None, visibility: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Import a JSON Resume (1.x, or the older 0.0.x names).

    E-mail, phone and street address are kept encrypted and private. Every entry is reported: imported, kept in extras,
    or refused with its reason. Importing the same file again changes nothing.

    Example: careerhub import resume.json --user ada@example.org --slug ada --visibility PUBLIC
    """
    from careerhub.moving.importing import import_jsonresume
    from careerhub.moving.reading import read_file

    data = read_file(file)
    context = Context()
    report = import_jsonresume(
        context.engine("careerhub_app"),
        context.contact_keys(),
        data,
        file_name=file.name,
        email=email,
        slug=slug,
        visibility=visibility,
        dry_run=dry_run,
    )
    if as_json:
        show_json(report.to_plain())
    else:
        for line in report.describe():
            click.echo(line)
