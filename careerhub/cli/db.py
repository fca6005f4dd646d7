"""`careerhub db`: migrate, check, and find the database."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from careerhub.cli.context import Context, show_json
from careerhub.errors import GuardRefused, WrongUse

if TYPE_CHECKING:
    from careerhub.db.migrate import Undoing

ROLES = ("owner", "app", "site", "backup")


@click.group(name="db")
def command() -> None:
    """Migrate and check the database; print addresses and roles."""


@command.command()
def upgrade() -> None:
    """Bring the database to the newest revision.

    Example: careerhub db upgrade
    """
    from careerhub.db.migrate import upgrade

    before, after = upgrade(Context().engine("careerhub_owner"))
    click.echo(
        f"The database is at revision {after}"
        + (" already." if before == after else f" (it was at {before or 'none'}).")
    )


@command.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Don't ask: tables and what is in them will be dropped.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Take the database back to REVISION, or to `base`. What newer revisions made is dropped.

    Example: careerhub db downgrade 0005
    """
    from careerhub.db.migrate import downgrade, plan_downgrade

    engine = Context().engine("careerhub_owner")
    undoing = plan_downgrade(engine, revision)
    if undoing.revisions:
        _tell_loss(undoing)
        if not yes:
            _ask_again(revision)
    before, after = downgrade(engine, revision)
    click.echo(
        f"The database is at revision {after or 'base'}"
        + (" already." if before == after else f" (it was at {before or 'base'}).")
    )


def _tell_loss(undoing: Undoing) -> None:
    click.echo("This takes back, with everything that is kept only there:", err=True)
    for revision, title in undoing.revisions:
        click.echo(f"  {revision}  {title}", err=True)
    click.echo(
        f"The database holds: accounts {undoing.accounts:,}, profiles {undoing.profiles:,},"
        f" audit entries about {undoing.audit_entries:,}.",
        err=True,
    )


def _ask_again(revision: str) -> None:
    if not (sys.stdin and sys.stdin.isatty()):  # None: somebody closed it
        raise GuardRefused(
            f"Nothing was done: a downgrade asks first, and nobody is there to answer. Make a backup, then run"
            f" `careerhub db downgrade {revision} --yes`."
        )
    if click.prompt("Type the revision again to go on", err=True) != revision:
        raise GuardRefused("Nothing was done: that wasn't the same revision.")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(*, as_json: bool) -> int:
    """Is the database behind, or has it drifted from the models? Exit 4 if so.

    Example: careerhub db check --json
    """
    from careerhub.db.migrate import find_drift
    from careerhub.db.state import find_revision, head

    engine = Context().engine("careerhub_owner")
    with engine.connect() as connection:
        revision = find_revision(connection)
    is_behind = revision != head()
    drift = [] if is_behind else find_drift(engine)
    if as_json:
        show_json({"revision": revision, "head": head(), "is_behind": is_behind, "drift": drift})
    elif is_behind:
        click.echo(
            f"The database is at revision {revision or 'none'}, this software needs {head()}: run `careerhub db upgrade`."
        )
    else:
        for difference in drift:
            click.echo(f"differs from the models: {difference}")
        click.echo(f"The database is at revision {revision}; {len(drift) or 'no'} differences from the models.")
    return 4 if is_behind or drift else 0


@command.command()
@click.option("--count", type=click.IntRange(2, 256), help="How many. Powers of two can be split in two later.")
@click.option("--undo", is_flag=True, help="Bring every table together again.")
@click.option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    default=30.0,
    show_default=True,
    help="Seconds to wait for who uses them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def partition(*, count: int | None, undo: bool, wait: float, as_json: bool) -> None:
    """Spread the tables that profiles own over partitions, or bring them together again.

    Off until you ask: below some millions of rows it gains nothing. One transaction, checked before it is final: a kill
    or an error leaves the tables as they were. Nobody can read or write them while it runs, and the disk needs room for
    them twice. Stop builds and the admin first. It writes everything anew also from one number of partitions to another.

    Example: careerhub db partition --count 16
    """
    from dataclasses import asdict

    from careerhub.operations.partition import partition_tables

    if (count is None) is not undo:
        raise WrongUse("Say --count 16, or another number of partitions, or --undo.")
    context = Context()
    done = partition_tables(context.engine("careerhub_owner"), count or 0, context.report, patience=wait)
    if as_json:
        show_json(asdict(done))
        return
    into = f"in {done.after} partitions" if done.after else "in one piece"
    if not done.is_changed:
        click.echo(f"The {done.tables} tables that profiles own are {into} already.")
        return
    click.echo(
        f"The {done.tables} tables that profiles own, {done.rows:,} rows, are {into} now"
        f" (they were in {done.before or 'no'} partitions). They were locked for {done.locked_seconds:.1f} seconds."
    )


@command.command()
@click.option("--role", type=click.Choice(ROLES), default="owner", show_default=True, help="Whose login.")
def url(role: str) -> None:
    """Print an address that psql takes; starts the embedded server if need be.

    Example: psql "$(careerhub db url)"
    """
    role_name = {name: f"careerhub_{name}" for name in ROLES}[role]
    click.echo(Context().database_url(role_name))  # type: ignore[arg-type]


@command.command()
@click.option("--print", is_flag=True, required=True, expose_value=False, help="Print the SQL; nothing is run.")
def roles() -> None:
    """Print the SQL that creates CareerHub's roles, for servers where another login must do it.

    Example: careerhub db roles --print | psql postgresql://admin@db.example.org/careerhub
    """
    from careerhub.db.migrate import read_roles_sql

    click.echo(read_roles_sql(), nl=False)


@command.command()
def stop() -> None:
    """Stop the embedded PostgreSQL; the next command that needs it starts it again.

    Example: careerhub db stop
    """
    from careerhub.local.server import stop_server

    settings = Context().settings
    if not settings.is_embedded:
        raise WrongUse("CAREERHUB_DATABASE_URL is set: that server isn't CareerHub's to stop.")
    stopped = stop_server(settings.home)
    click.echo("Stopped." if stopped else "It wasn't running.")
