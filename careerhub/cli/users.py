"""`careerhub users`: accounts, for operators."""

from __future__ import annotations

import click

from careerhub.cli.context import Context, show_json


@click.group(name="users")
def command() -> None:
    """Add and list accounts."""


@command.command()
@click.argument("email")
def add(email: str) -> None:
    """Add an account. It has no password until the person sets one.

    Example: careerhub users add ada@example.org
    """
    from careerhub.db.session import acting
    from careerhub.editing.accounts import add_account
    from careerhub.ids import make_id

    user_id = make_id()
    with acting(Context().engine("careerhub_app"), user_id) as session:
        add_account(session, email, user_id=user_id)
    click.echo(f"Added {email}.")


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def list_(*, as_json: bool) -> None:
    """List accounts with their profile's slug and visibility.

    Example: careerhub users list --json
    """
    from sqlalchemy import text

    from careerhub.db.session import acting

    with acting(Context().engine("careerhub_owner"), None) as session:
        rows = session.execute(text("SELECT email, plan, slug, visibility FROM list_accounts()")).all()
    if as_json:
        show_json([dict(row._mapping) for row in rows])
        return
    for email, plan, slug, visibility in rows:
        click.echo(f"{email}\t{plan}\t{slug or '-'}\t{visibility or '-'}")
