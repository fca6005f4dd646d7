"""`careerhub publish`: the build goes to its target."""

from __future__ import annotations

import click

from careerhub.cli.context import Context, show_json


@click.command()
@click.option("--target", metavar="URL", help="s3://bucket[/prefix] or file:///folder (default: CAREERHUB_TARGET).")
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--max-deletes", type=click.IntRange(0), metavar="N", help="Refuse to delete more old assets than this.")
@click.option("--yes", is_flag=True, help="Delete old assets whatever their number.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(target: str | None, max_deletes: int | None, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Upload what changed; take away, first, what may no longer be seen.

    Publishing twice uploads nothing the second time.

    Example: careerhub publish --target s3://my-bucket --dry-run
    """
    from careerhub.output.folder import open_build_folder
    from careerhub.pipeline.publish import publish_site
    from careerhub.publish.bucket import open_bucket
    from careerhub.publish.plan import describe_plan, to_plain

    context = Context()
    settings = context.settings
    bucket = open_bucket(target or settings.target, endpoint_url=settings.s3_endpoint_url or None)
    with open_build_folder(settings.build_dir, create=False) as folder:
        outcome = publish_site(
            context.engine("careerhub_site"),
            folder,
            bucket,
            context.report,
            dry_run=dry_run,
            max_deletes=10**9 if yes else max_deletes,
            records=target in (None, settings.target),
        )
    done = outcome.done
    if as_json:
        numbers = (
            {"uploaded": len(done.uploaded), "withdrawn": len(done.withdrawn), "deleted": len(done.deleted)}
            if done
            else None
        )
        show_json({"target": bucket.name, "dry_run": dry_run, "plan": to_plain(outcome.plan), "done": numbers})
    elif done is None:
        for line in describe_plan(outcome.plan):
            click.echo(line)
    else:
        click.echo(
            f"Uploaded {len(done.uploaded):,}, withdrew {len(done.withdrawn):,}, deleted {len(done.deleted):,} old assets;"
            f" {done.unchanged:,} unchanged.\nPublished at {bucket.name}"
        )
