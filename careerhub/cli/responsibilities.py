"""`careerhub responsibilities`: what people in a position do, to put into a CV."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby

import click

from careerhub.cli.context import Context, show_json


@click.command(name="responsibilities")
@click.argument("position")
@click.option(
    "--seniority",
    type=click.Choice(("JUNIOR", "MID", "SENIOR", "LEAD", "EXECUTIVE"), case_sensitive=False),
    help="Otherwise what POSITION says.",
)
@click.option("--typed", default="", help="Only those with words that begin like these.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(position: str, *, seniority: str | None, typed: str, limit: int, as_json: bool) -> None:
    """Suggest responsibilities for POSITION, the nearest seniority first.

    Example: careerhub responsibilities "Senior backend developer" --limit 5
    """
    from careerhub.db.session import acting
    from careerhub.editing.suggestions import suggest_responsibilities

    with acting(Context().engine("careerhub_app"), None) as session:
        found = suggest_responsibilities(session, position, seniority=seniority, typed=typed, limit=limit)
    if as_json:
        show_json([asdict(each) for each in found])
        return
    if not found:
        click.echo(f"The library has nothing for {position!r}: try the name of a job, such as Nurse.", err=True)
    for (category, level), group in groupby(found, key=lambda each: (each.role_category, each.seniority_level)):
        click.echo(f"{category}, {level}")
        for each in group:
            click.echo(f"  {each.responsibility}")
