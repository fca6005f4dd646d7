"""`careerhub publish`: the build goes to its target."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from careerhub.cli.context import Context, show_json

if TYPE_CHECKING:
    from careerhub.pipeline.publish import PublishOutcome


@click.command()
@click.option("--target", metavar="URL", help="s3://bucket[/prefix] or file:///folder (default: CAREERHUB_TARGET).")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--max-deletes", type=click.IntRange(0), metavar="N", help="Refuse to delete more old assets than this.")
@click.option("--yes", is_flag=True, help="Delete old assets whatever their number, and people of other databases.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(target: str | None, max_deletes: int | None, *, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Upload what changed; take away, first, what may no longer be seen.

    Publishing twice uploads nothing the second time. Whoever was hidden since the build goes all the same, from the
    lists too. Exit 5: something of a profile that stays was taken away since the build: it waits for the next build.

    Example: careerhub publish --target s3://my-bucket --dry-run
    """
    from careerhub.output.folder import open_build_folder
    from careerhub.pipeline.build import take_away
    from careerhub.pipeline.publish import publish_site
    from careerhub.publish.bucket import open_bucket

    context = Context()
    settings = context.settings
    bucket = open_bucket(target or settings.target, endpoint_url=settings.s3_endpoint_url or None)
    engine = context.engine("careerhub_site")
    with open_build_folder(settings.build_dir, create=False) as folder:
        if not (dry_run or folder.is_unfinished):
            # whoever has hidden since the build: the lists must not name them either
            take_away(engine, folder, context.sources(), context.report, today=datetime.now(UTC).date())
        outcome = publish_site(
            engine,
            folder,
            bucket,
            context.report,
            dry_run=dry_run,
            max_deletes=10**9 if yes else max_deletes,
            records=target in (None, settings.target),
            allow_strangers=yes,
        )
    if as_json:
        show_json(_to_plain(outcome, bucket.name))
    else:
        _describe(outcome, bucket.name)
    return 5 if outcome.notes else 0


def _to_plain(outcome: PublishOutcome, target: str) -> dict[str, Any]:
    from careerhub.publish.plan import to_plain

    done = outcome.done
    numbers = (
        {"uploaded": len(done.uploaded), "withdrawn": len(done.withdrawn), "deleted": len(done.deleted)}
        if done
        else None
    )
    return {
        "target": target,
        "dry_run": done is None,
        "plan": to_plain(outcome.plan),
        "done": numbers,
        "recorded": outcome.recorded,
        "notes": outcome.notes,
    }


def _describe(outcome: PublishOutcome, target: str) -> None:
    from careerhub.publish.plan import describe_plan

    for note in outcome.notes:
        click.echo(note, err=True)
    if (done := outcome.done) is None:
        for line in describe_plan(outcome.plan):
            click.echo(line)
        return
    for key in outcome.plan.held:
        click.echo(f"held back: {key}", err=True)
    click.echo(
        f"Uploaded {len(done.uploaded):,}, withdrew {len(done.withdrawn):,}, deleted {len(done.deleted):,} old assets;"
        f" {done.unchanged:,} unchanged.\nPublished at {target}"
    )
