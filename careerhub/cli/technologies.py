"""`careerhub technologies`: the catalogue, for operators."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from careerhub.cli.context import Context, show_json
from careerhub.errors import GuardRefused, WrongUse

# Those of the table's checks.
CATEGORIES = ("Framework", "Library", "Platform", "Service", "System")
LAYERS = ("Backend", "Database", "DevOps", "Frontend", "Language", "Tools")


@click.group(name="technologies")
def command() -> None:
    """List the catalogue of technologies, add to it, merge two of it."""


@command.command(name="list")
@click.option("--unused", is_flag=True, help="Only those that nobody names.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def list_(*, unused: bool, as_json: bool) -> None:
    """List technologies with their other names and how many people use them.

    Example: careerhub technologies list --unused
    """
    from careerhub.db.session import acting
    from careerhub.db.technologies import list_technologies_in_use

    with acting(Context().engine("careerhub_owner"), None) as session:
        entries = [each for each in list_technologies_in_use(session) if not (unused and each.people)]
    if as_json:
        show_json([asdict(each) for each in entries])
        return
    for each in entries:
        aliases = ", ".join(each.aliases) or "-"
        click.echo(f"{each.name}\t{each.slug}\t{each.category}\t{each.layer}\t{aliases}\t{each.people}")


@command.command()
@click.argument("name")
@click.option("--category", type=click.Choice(CATEGORIES), required=True, help="What kind of thing it is.")
@click.option("--layer", type=click.Choice(LAYERS), required=True, help="Where it is used.")
@click.option("--alias", "aliases", multiple=True, help="Another name for it; may be given several times.")
def add(name: str, category: str, layer: str, aliases: tuple[str, ...]) -> None:
    """Add a technology.

    Example: careerhub technologies add Zephyr --category System --layer Tools --alias "Zephyr RTOS"
    """
    from careerhub.db.session import acting
    from careerhub.db.technologies import add_technology

    with acting(Context().engine("careerhub_owner"), None) as session:
        slug = add_technology(session, name, category=category, layer=layer, aliases=aliases)
    click.echo(f"Added {name}: its page will be /technologies/{slug}/.")


@command.command()
@click.argument("from_", metavar="FROM")
@click.argument("into")
@click.option("--yes", is_flag=True, help="Don't ask.")
def merge(from_: str, into: str, *, yes: bool) -> None:
    """Let everybody who names FROM name INTO; FROM goes, its name stays as an alias. Names, aliases or slugs.

    Example: careerhub technologies merge ReactJS React
    """
    from careerhub.db.session import acting
    from careerhub.db.technologies import get_technology, merge_technologies

    engine = Context().engine("careerhub_owner")
    with acting(engine, None) as session:
        gone, kept = get_technology(session, from_), get_technology(session, into)
    if gone.id != kept.id and not yes:
        question = f"Merge {gone.name} into {kept.name}, for everybody and for good?"
        try:
            is_meant = click.confirm(question, err=True)
        except click.Abort:
            if sys.stdin.isatty():
                raise
            raise GuardRefused("Nothing was merged: nobody is there to answer. Say --yes.") from None
        if not is_meant:
            raise WrongUse("Nothing was merged.")
    with acting(engine, None) as session:
        moved = merge_technologies(session, gone.id, kept.id)
    click.echo(
        f"{gone.name} is now {kept.name}. Profiles: {moved.people}, skills: {moved.skills}, projects: {moved.projects},"
        f" jobs: {moved.experiences}. Next: careerhub build && careerhub publish"
    )
