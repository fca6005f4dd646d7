"""`careerhub users`: accounts, for operators."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from careerhub.cli.context import Context, show_json
from careerhub.errors import InputInvalid, WrongUse

PLANS = ("FREE", "PRO", "EXPERT")
# Far more than a password may have; a stream without a line's end must not fill the memory.
LONGEST_LINE = 10_000

from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")


@click.group(name="users")
def command() -> None:
    """Add, list and change accounts."""


@command.command()
@click.argument("email")
@click.option("--plan", type=click.Choice(PLANS), default="FREE", show_default=True, help="What the account may use.")
@from_stdin
def add(email: str, plan: str, *, password_stdin: bool) -> None:
    """Add an account. Without --password-stdin it has no password until the person sets one.

    Example: careerhub users add ada@example.org --plan PRO
    """
    from careerhub.db.session import acting
    from careerhub.editing.accounts import add_account
    from careerhub.ids import make_id

    password_hash = _read_password_hash() if password_stdin else None
    context = Context()
    # what nobody can give themselves: a plan, and an address that counts as proved because an operator vouches for it
    is_operators = plan != "FREE" or password_hash is not None
    if is_operators:
        context.database_url("careerhub_owner")  # asked now: else the account would be there without it
    new_id = make_id()
    # people are added by themselves: row security lets nobody add anybody else
    with acting(context.engine("careerhub_app"), new_id) as session:
        add_account(session, email, user_id=new_id)
    if is_operators:
        _change(context, new_id, plan=plan, password_hash=password_hash)
    click.echo(f"Added {email}.")


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def list_(*, as_json: bool) -> None:
    """List accounts: address, plan, active or disabled, and their profile's slug and visibility.

    Example: careerhub users list --json
    """
    from careerhub.db.session import acting
    from careerhub.editing.accounts import list_accounts

    with acting(Context().engine("careerhub_owner"), None) as session:
        accounts = list_accounts(session)
        if as_json:
            show_json([asdict(each) for each in accounts])
            return
        for each in accounts:
            state = "active" if each.is_active else "disabled"
            click.echo(f"{each.email}\t{each.plan}\t{state}\t{each.slug or '-'}\t{each.visibility or '-'}")


@command.command()
@click.argument("email")
def disable(email: str) -> None:
    """Let nobody sign in to an account. Its profile stays as visible as it is.

    Example: careerhub users disable ada@example.org
    """
    _change_of(email, is_active=False)
    click.echo(f"{email} is disabled. What is public stays so: see `careerhub profile set --help`.")


@command.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let the person sign in again.

    Example: careerhub users enable ada@example.org
    """
    _change_of(email, is_active=True)
    click.echo(f"{email} is active.")


@command.command()
@click.argument("email")
@click.argument("plan", type=click.Choice(PLANS))
def plan(email: str, plan: str) -> None:
    """Change what an account may use.

    Example: careerhub users plan ada@example.org PRO
    """
    _change_of(email, plan=plan)
    click.echo(f"{email} has the plan {plan}.")


@command.command()
@click.argument("email")
@from_stdin
def password(email: str, *, password_stdin: bool) -> None:
    """Set somebody's password: asked for on a terminal, or read from stdin. Mailed links to reset it end.

    Example: careerhub users password ada@example.org --password-stdin < new-password
    """
    from careerhub.db.session import acting
    from careerhub.editing.accounts import get_account
    from careerhub.editing.tokens import revoke_tokens

    context = Context()
    app = context.engine("careerhub_app")
    with acting(app, None) as session:
        user_id = get_account(session, email)
    _change(context, user_id, password_hash=_read_password_hash() if password_stdin else _ask_password_hash())
    with acting(app, user_id) as session:
        revoke_tokens(session, user_id, "RESET_PASSWORD")
    click.echo(f"{email} has a new password.")


def _change_of(email: str, *, is_active: bool | None = None, plan: str | None = None) -> None:
    from careerhub.db.session import acting
    from careerhub.editing.accounts import get_account

    context = Context()
    with acting(context.engine("careerhub_app"), None) as session:
        user_id = get_account(session, email)
    _change(context, user_id, is_active=is_active, plan=plan)


def _change(
    context: Context,
    user_id: str,
    *,
    is_active: bool | None = None,
    plan: str | None = None,
    password_hash: str | None = None,
) -> None:
    from careerhub.db.session import acting
    from careerhub.editing.accounts import change_account

    with acting(context.engine("careerhub_owner"), None) as session:
        change_account(session, user_id, is_active=is_active, plan=plan, password_hash=password_hash)


def _ask_password_hash() -> str:
    if not sys.stdin.isatty():
        raise WrongUse("There is no terminal to ask for the password: give it with --password-stdin.")
    return _hash(click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))


def _read_password_hash() -> str:
    line = sys.stdin.buffer.readline(LONGEST_LINE)
    try:
        return _hash(line.decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError:
        raise InputInvalid("The password on stdin isn't UTF-8.") from None


def _hash(password: str) -> str:
    from careerhub.editing.passwords import check_password_strength, hash_password

    check_password_strength(password)
    return hash_password(password)
