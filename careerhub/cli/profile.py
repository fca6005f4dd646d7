"""`careerhub profile`: operators' shortcuts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from careerhub.cli.context import Context, show_json
from careerhub.errors import NotFound

if TYPE_CHECKING:
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
    from careerhub.db.find import find_owner
    from careerhub.db.session import acting
    from careerhub.editing.profiles import change_visibility

    engine = Context().engine("careerhub_app")
    with acting(engine, None) as session:
        owner = find_owner(session, slug)
    with acting(engine, owner) as session:
        change_visibility(session, slug, visibility)
    click.echo(f"{slug} is {visibility}. Next: careerhub build && careerhub publish")


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
    from careerhub.db.find import find_owner

    engine = context.engine("careerhub_app")
    with acting(engine, None) as session:
        owner = find_owner(session, slug)
    if owner is None:
        raise NotFound(f"No profile has the slug {slug!r}.")
    with acting(engine, owner) as session:
        connection = session.connection()
        profile_id = find_profile_id(connection, slug, schema="own")
        return load_profiles(connection, [str(profile_id)], today=today, schema="own")[str(profile_id)]
