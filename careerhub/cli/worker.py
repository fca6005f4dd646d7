"""`careerhub worker`: take queued work."""

from __future__ import annotations

import os
import sys

import click

from careerhub.cli.context import Context


@click.command()
@click.option(
    "--concurrency", type=click.IntRange(1, 256), metavar="N", help="How many processes work (default: one a core)."
)
def command(concurrency: int | None) -> None:
    """Render and upload what `careerhub sync` hands out, until stopped; any number, on any number of machines.

    It needs the database of CAREERHUB_SITE_DATABASE_URL, the same CAREERHUB_SITE_URL and CAREERHUB_TARGET (on S3, with
    credentials for it), templates and fonts as the machine that runs `sync`: a worker that would make other bytes gets
    no work. When it is stopped it finishes the profile at hand and gives the rest back. stderr gets JSON lines.

    Example: careerhub worker --concurrency 4
    """
    from careerhub.ids import make_id
    from careerhub.jobs.post import Post, check_target, work
    from careerhub.pipeline.toolbox import Toolbox
    from careerhub.reporting import JsonLog

    context = Context()
    settings = context.settings
    check_target(settings.target)
    report = JsonLog(make_id())
    post = Post(
        database_url=context.database_url("careerhub_site"),
        target=settings.target,
        endpoint_url=settings.s3_endpoint_url or None,
        toolbox=Toolbox(context.sources()),
    )
    work(post, concurrency or os.cpu_count() or 1, report)
    report.event("reloading")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very program, as it is now
