"""`careerhub demo`: fictional people."""

from __future__ import annotations

import click

from careerhub.cli.context import Context


@click.command()
@click.option(
    "--people",
    type=click.IntRange(0, 1_000_000),
    default=0,
    help="This many more people, made by rule: the same N gives the same data.",
)
@click.option("--remove", is_flag=True, help="Remove all demo people again.")
def command(people: int, *, remove: bool) -> None:
    """Load the demo community: fictional people of many trades, countries and scripts.

    Example: careerhub demo --people 1000
    """
    from careerhub.local.demo import load_demo, remove_demo

    context = Context()
    engine = context.engine("careerhub_app")
    if remove:
        click.echo(
            f"Removed {remove_demo(context.engine('careerhub_owner'), engine):,} demo people. `careerhub build` takes their pages away."
        )
        return
    from itertools import chain

    from careerhub.local.community import read_people
    from careerhub.local.crowd import make_people

    loaded = load_demo(engine, context.contact_keys(), chain(read_people(), make_people(people)), context.report)
    click.echo(f"Loaded {loaded:,} demo people." if loaded else "The demo people are there already.")
