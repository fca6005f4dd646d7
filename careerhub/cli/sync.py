"""`careerhub sync`: build what is stale and publish it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careerhub.cli.context import Context, show_json

if TYPE_CHECKING:
    from careerhub.pipeline.sync import Round
    from careerhub.reporting import Report

# What a round finds without being woken: the longest an edit waits when notifications get lost.
POLL_SECONDS = 5.0


@click.command()
@click.option("--watch", is_flag=True, help="Go on: publish each edit as it is made, until stopped.")
@click.option(
    "--only", type=click.Choice(("pages",)), help="Only pages (HTML, resume.json, lists); CVs stay as they are."
)
@click.option("--jobs", type=click.IntRange(1, 256), help="How many processes render (default: one a core).")
@click.option(
    "--workers", type=click.Choice(("auto", "none")), default="auto", show_default=True,
    help="auto: hand out what is more than a handful to `careerhub worker`s that live.",
)  # fmt: skip
@click.option(
    "--poll", type=click.FloatRange(0.1, 3600), default=POLL_SECONDS, show_default=True, metavar="SECONDS",
    help="How often --watch looks without having been woken.",
)  # fmt: skip
@click.option(
    "--metrics", type=click.Path(path_type=Path), metavar="DIR",
    help="Where careerhub_sync.prom is written (default: CAREERHUB_HOME/metrics).",
)  # fmt: skip
@click.option(
    "--log",
    type=click.Choice(("text", "json")),
    help="What stderr gets (default: text on a terminal, else JSON lines).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    only: str | None,
    jobs: int | None,
    workers: str,
    poll: float,
    metrics: Path | None,
    log: str | None,
    *,
    watch: bool,
    as_json: bool,
) -> int:
    """Build what is stale and publish it to CAREERHUB_TARGET: the line for cron.

    Only one runs at a time, on one machine or many; a second exits 0 at once and says so. When nothing changed nothing
    is written. Once a day it also does what `careerhub tidy` does. Metrics are written also when it fails.

    \b
    Example: careerhub sync
             careerhub sync --watch
    """
    from careerhub.cli.syncing import Job, follow

    context = Context()
    context.report = _make_report(log)
    job = Job(
        context,
        only=only,
        jobs=jobs or 0,
        metrics=metrics or context.settings.home / "metrics",
        # a folder is nobody else's
        is_watch=watch,
        has_workers=workers == "auto" and context.settings.target.startswith("s3:"),
    )
    if watch:
        follow(job, poll_seconds=poll)
        return 0
    return job.run(show=_show_plain if as_json else _describe)


def _make_report(log: str | None) -> Report:
    from careerhub.ids import make_id
    from careerhub.reporting import JsonLog, Terminal

    is_text = log == "text" or (log is None and sys.stderr.isatty())
    return Terminal() if is_text else JsonLog(make_id())


def _show_plain(done: Round) -> None:
    published = done.publish.done if done.publish else None
    show_json(
        {
            "changed": not done.changed_nothing,
            "exit_code": done.exit_code,
            "seconds": round(done.seconds, 3),
            "rendered": done.build.rendered if done.build else None,
            "dropped": done.build.dropped if done.build else None,
            "failed": done.build.failed if done.build else None,
            "uploaded": len(published.uploaded) if published else None,
            "withdrawn": len(published.withdrawn) if published else None,
            "problems": [str(problem) for problem in done.problems],
        }
    )


def _describe(done: Round) -> None:
    if done.changed_nothing:
        click.echo("Nothing to do.")
        return
    if done.build:
        for slug, reason in done.build.failed.items():
            click.echo(f"failed: {slug}: {reason}", err=True)
        click.echo(f"Rendered {done.build.rendered:,} profiles, took {done.build.dropped:,} away.")
    if done.publish and (published := done.publish.done):
        for note in (*done.publish.notes, *filter(None, [done.publish.pending])):
            click.echo(note, err=True)
        click.echo(
            f"Uploaded {len(published.uploaded):,} files, withdrew {len(published.withdrawn):,}; {done.seconds:.1f} s."
        )
