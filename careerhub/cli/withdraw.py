"""`careerhub withdraw`: somebody is taken off now, and the proof is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from careerhub.cli.context import Context, show_json

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from careerhub.pipeline.withdrawing import Proof


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print the proof as JSON.")
def command(slug: str, *, as_json: bool) -> int:
    """Make a profile PRIVATE and take it off the target and the CDN now; print what proves it.

    A publisher that is at work is waited for. Exit 4: something may still be seen; run it again.

    Example: careerhub withdraw ada
    """
    from careerhub.cli.profile import get_owner
    from careerhub.db.session import edit
    from careerhub.editing.profiles import change_visibility

    context = Context()
    engine = context.engine("careerhub_app")
    owner = get_owner(engine, slug)
    profile_id, slugs = find_addresses(engine, owner)

    def hide() -> None:
        edit(engine, owner, lambda session: change_visibility(session, slug, "PRIVATE"))

    proof = withdraw_now(context, profile_id, slugs, hide)
    if as_json:
        show_json({"slug": slug, **to_plain(proof)})
    else:
        click.echo(f"{slug} is PRIVATE.")
        describe(proof)
    return 0 if proof.is_gone else 4


def find_addresses(engine: Engine, owner: str) -> tuple[str, list[str]]:
    """Return the person's profile and its slugs; an empty id when there is none."""
    from sqlalchemy import text

    from careerhub.db.session import acting
    from careerhub.editing.erasure import list_slugs

    with acting(engine, owner) as session:
        profile_id = session.scalar(text("SELECT id FROM profiles WHERE user_id = :owner"), {"owner": owner})
        return str(profile_id or ""), list_slugs(session, profile_id) if profile_id else []


def withdraw_now(context: Context, profile_id: str, slugs: list[str], hide: Callable[[], None]) -> Proof:
    from careerhub.db.state import read_today
    from careerhub.pipeline.withdrawing import withdraw

    place = context.place()
    return withdraw(place, profile_id, slugs, hide, context.report, today=read_today(place.engine))


def to_plain(proof: Proof) -> dict[str, Any]:
    return {
        "is_gone": proof.is_gone,
        "keys_asked": list(proof.asked),
        "keys_left": list(proof.left),
        "lists_naming": list(proof.named),
        "addresses_visible": dict(proof.visible),
        "unproved": proof.unproved,
        "cdn_pending": proof.pending,
        "seconds": proof.seconds,
    }


def describe(proof: Proof) -> None:
    if not proof.asked:
        click.echo("Nothing of it was published.")
    else:
        click.echo(f"The target: {len(proof.asked):,} files asked for, {len(proof.left):,} still there.")
    for key in proof.left:
        click.echo(f"still there: {key}", err=True)
    for key in proof.named:
        click.echo(f"still named: {key}", err=True)
    for address, answer in proof.visible:
        click.echo(f"still visible: {address} ({answer})", err=True)
    if proof.pending:
        click.echo(f"{proof.pending}. It is tried again by the next publish.", err=True)
    if proof.unproved:
        click.echo(f"Not asked through the public address: {proof.unproved} (CAREERHUB_SITE_URL).")
    elif proof.asked and not proof.visible:
        click.echo("The public address: each of them asked for, none answers.")
    if proof.seconds is not None:
        click.echo(f"Gone {proof.seconds:.1f} s after it was hidden.")
