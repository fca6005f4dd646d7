"""`careerhub profile`: operators' shortcuts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from careerhub.cli.context import Context, show_json
from careerhub.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from careerhub.document.profile import Profile


@click.group(name="profile")
def command() -> None:
    """Show a profile, or change who may see it."""


@command.command(name="set")
@click.argument("slug")
@click.option(
    "--visibility", type=click.Choice(("PRIVATE", "FRIENDS", "PUBLIC")), required=True, help="Who may see it."
)
def set_(slug: str, visibility: str) -> None:
    """Change who may see a profile. Build and publish carry it out.

    Example: careerhub profile set ada --visibility PRIVATE
    """
    from careerhub.db.session import edit
    from careerhub.editing.profiles import change_visibility

    engine = Context().engine("careerhub_app")
    edit(engine, get_owner(engine, slug), lambda session: change_visibility(session, slug, visibility))
    click.echo(f"{slug} is {visibility}. Next: careerhub build && careerhub publish")


@command.command(name="next")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def next_(slug: str, *, as_json: bool) -> None:
    """Say how complete a profile is, and what to add next.

    Example: careerhub profile next ada
    """
    from careerhub.db.session import acting
    from careerhub.db.site import find_profile_id
    from careerhub.editing.completeness import list_parts, plan_next_steps

    engine = Context().engine("careerhub_app")
    with acting(engine, get_owner(engine, slug)) as session:
        parts = list_parts(session, str(find_profile_id(session.connection(), slug, schema="own")))
    score, steps = sum(part.points for part in parts), plan_next_steps(parts)
    if as_json:
        show_json({"slug": slug, "score": score, "next": [asdict(step) for step in steps]})
        return
    click.echo(f"{slug} has {score} of {sum(part.possible for part in parts)} points.")
    for step in steps:
        click.echo(step.sentence)


@command.command()
@click.argument("slug")
@click.option(
    "--as", "viewer", type=click.Choice(("public", "owner")), default="public", show_default=True, help="Whose eyes."
)
def show(slug: str, viewer: str) -> None:
    """Print what a viewer may know of a profile, as JSON.

    Example: careerhub profile show ada --as owner
    """
    from careerhub.document.canonical import to_plain

    show_json(to_plain(load_profile(Context(), slug, as_owner=viewer == "owner")))


def load_profile(context: Context, slug: str, *, as_owner: bool) -> Profile:
    """Load one profile: what the public may know, or what its owner sees in a preview."""
    from careerhub.db.errors import translated
    from careerhub.db.session import acting
    from careerhub.db.site import find_profile_id, load_profiles

    today = datetime.now(UTC).date()
    if not as_owner:
        with translated(), context.engine("careerhub_site").connect() as connection:
            profile_id = find_profile_id(connection, slug)
            found = load_profiles(connection, [profile_id], today=today) if profile_id else {}
        if not found:
            raise NotFound(f"No PUBLIC profile has the slug {slug!r}.")
        return found[str(profile_id)]
    engine = context.engine("careerhub_app")
    with acting(engine, get_owner(engine, slug)) as session:
        connection = session.connection()
        profile_id = find_profile_id(connection, slug, schema="own")
        return load_profiles(connection, [str(profile_id)], today=today, schema="own")[str(profile_id)]


def load_photo(context: Context, slug: str) -> dict[str, bytes]:
    """Load the bytes of a profile's photo by SHA-256, as its owner."""
    from careerhub.db.session import acting
    from careerhub.db.site import find_profile_id, load_photos

    engine = context.engine("careerhub_app")
    with acting(engine, get_owner(engine, slug)) as session:
        connection = session.connection()
        profile_id = str(find_profile_id(connection, slug, schema="own"))
        return load_photos(connection, [profile_id], schema="own").get(profile_id, {})


def get_owner(engine: Engine, slug: str) -> str:
    """Return the user whose profile has this slug; raise NotFound when nobody's has."""
    from careerhub.db.find import find_owner
    from careerhub.db.session import acting

    with acting(engine, None) as session:
        owner = find_owner(session, slug)
    if owner is None:
        raise NotFound(f"No profile has the slug {slug!r}.")
    return owner
