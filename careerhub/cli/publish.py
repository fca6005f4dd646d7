"""`careerhub publish`: the build goes to its target."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from careerhub.cli.context import Context, show_json

if TYPE_CHECKING:
    from careerhub.output.folder import BuildFolder
    from careerhub.publish.bucket import Bucket
    from careerhub.publish.outcome import PublishOutcome


@click.command()
@click.option("--target", metavar="URL", help="s3://bucket[/prefix] or file:///folder (default: CAREERHUB_TARGET).")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--max-deletes", type=click.IntRange(0), metavar="N", help="Refuse to delete more old assets than this.")
@click.option("--yes", is_flag=True, help="Delete old assets whatever their number, and people of other databases.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(target: str | None, max_deletes: int | None, *, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Upload what changed; take away, first, what may no longer be seen.

    Publishing twice uploads nothing the second time. Whoever was hidden since the build goes all the same, from the
    lists too. Exit 4: something withdrawn may still be seen, or a guard refused. Exit 5: something of a profile that stays
    was taken away since the build, and waits for the next build; or somebody else is publishing.

    Example: careerhub publish --target s3://my-bucket --dry-run
    """
    from careerhub.output.folder import open_build_folder
    from careerhub.pipeline.equal import publish_nothing
    from careerhub.publish.bucket import open_bucket

    context = Context()
    settings = context.settings
    bucket = open_bucket(target or settings.target, endpoint_url=settings.s3_endpoint_url or None)
    # the counters, and the distribution, are of the target of the settings
    is_own = target in (None, settings.target)
    has_cdn = is_own and bool(settings.cloudfront_distribution)
    url = context.database_url("careerhub_site")
    with open_build_folder(settings.build_dir, create=False) as folder:
        nothing = None if dry_run else publish_nothing(url, folder, bucket, has_cdn=has_cdn)
        outcome = nothing or _publish(
            context,
            folder,
            bucket,
            dry_run=dry_run,
            max_deletes=10**9 if yes else max_deletes,
            allow_strangers=yes,
            is_own=is_own,
        )
    if as_json:
        show_json(_to_plain(outcome, bucket))
    else:
        _describe(outcome, bucket.name)
    if outcome.is_removal_incomplete:
        return 4
    return 5 if outcome.notes else 0


def _publish(
    context: Context, folder: BuildFolder, bucket: Bucket, *, dry_run: bool, is_own: bool, **options: Any
) -> PublishOutcome:
    from careerhub.db.state import read_today
    from careerhub.pipeline.publish import has_leavers, publish_site
    from careerhub.publish.cdn import open_cdn

    settings, engine = context.settings, context.engine("careerhub_site")
    if not (dry_run or folder.is_unfinished) and has_leavers(engine, folder):
        from careerhub.pipeline.build import take_away

        # whoever has hidden since the build: the lists must not name them either
        take_away(engine, folder, context.sources(), context.report, today=read_today(engine))
    cdn = open_cdn(settings.cloudfront_distribution, site_url=settings.site_url) if is_own else None
    return publish_site(engine, folder, bucket, context.report, dry_run=dry_run, records=is_own, cdn=cdn, **options)


def _to_plain(outcome: PublishOutcome, bucket: Bucket) -> dict[str, Any]:
    from careerhub.publish.plan import to_plain

    done = outcome.done
    requests: Counter[str] = Counter()
    for (operation, _), count in bucket.requests.items():
        requests[operation] += count
    numbers = (
        {"uploaded": len(done.uploaded), "withdrawn": len(done.withdrawn), "deleted": len(done.deleted)}
        if done
        else None
    )
    return {
        "target": bucket.name,
        "dry_run": done is None,
        "plan": to_plain(outcome.plan),
        "done": numbers,
        "recorded": outcome.recorded,
        "notes": outcome.notes,
        "run": done.run if done else None,
        "requests": dict(requests),
        "bytes": done.sent if done else 0,
        "withdrawn": [{"key": key, "seconds": seconds} for key, seconds in done.withdrawn.items()] if done else [],
        "purged": list(outcome.purged),
        "purge_seconds": outcome.purge_seconds,
        "pending": outcome.pending,
    }


def _describe(outcome: PublishOutcome, target: str) -> None:
    from careerhub.publish.plan import describe_plan

    for note in outcome.notes:
        click.echo(note, err=True)
    if (done := outcome.done) is None:
        for line in describe_plan(outcome.plan):
            click.echo(line)
        return
    if outcome.pending:
        click.echo(outcome.pending, err=True)
    for key in outcome.plan.held:
        click.echo(f"held back: {key}", err=True)
    click.echo(
        f"Uploaded {len(done.uploaded):,}, withdrew {len(done.withdrawn):,}, deleted {len(done.deleted):,} old assets;"
        f" {done.unchanged:,} unchanged.\nPublished at {target}"
    )
