"""`careerhub erase`: a person goes altogether, and the proof is printed."""

from __future__ import annotations

import sys

import click

from careerhub.cli.context import Context, show_json
from careerhub.cli.withdraw import describe, find_addresses, to_plain, withdraw_now
from careerhub.errors import GuardRefused


@click.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Erase without asking: there is no way back.")
@click.option("--json", "as_json", is_flag=True, help="Print the proof as JSON.")
def command(email: str, *, yes: bool, as_json: bool) -> int:
    """Remove a person: account, profile, what the log of changes said about them, everything published; print a proof.

    There is no way back. Without a terminal it needs --yes.

    Example: careerhub erase ada@example.org --yes
    """
    from careerhub.db.session import acting, edit
    from careerhub.editing.accounts import get_account
    from careerhub.editing.erasure import erase_account

    context = Context()
    engine = context.engine("careerhub_app")
    with acting(engine, None) as session:
        owner = get_account(session, email)
    if not yes:
        _ask(email)
    profile_id, slugs = find_addresses(engine, owner)
    erased: dict[str, int] = {}
    proof = withdraw_now(context, profile_id, slugs, lambda: erased.update(edit(engine, owner, erase_account)))
    if as_json:
        show_json({"erased": erased, **to_plain(proof)})
    else:
        click.echo("Erased: " + ", ".join(f"{count:,} {what}" for what, count in erased.items()) + ".")
        describe(proof)
    return 0 if proof.is_gone else 4


def _ask(email: str) -> None:
    if not sys.stdin.isatty():
        raise GuardRefused(f"Erasing {email} can't be undone: add --yes. Nothing was changed.")
    if click.prompt(f"Everything of {email} goes, for good. Type the address to go on", err=True) != email:
        raise GuardRefused("That isn't the address. Nothing was changed.")
