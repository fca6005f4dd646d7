"""`careerhub tidy`: retention."""

from __future__ import annotations

import click

from careerhub.cli.context import Context, show_json


@click.command(name="tidy")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(*, as_json: bool) -> None:
    """Let go of what may not be kept longer. To be run every day.

    Imported files after 30 days, what the audit log says after 400 (that something happened stays), dead tokens after
    a day, dead share links after 30, addresses of profiles that are gone after 90.

    Example: careerhub tidy
    """
    from careerhub.db.audit import tidy

    done = tidy(Context().engine("careerhub_site"))
    if as_json:
        show_json(done)
        return
    for what, count in done.items():
        click.echo(f"{what}: {count:,}")
