"""`careerhub verify`: is the target as it was published?"""

from __future__ import annotations

from dataclasses import asdict

import click

from careerhub.cli.context import Context, show_json


@click.command()
@click.option("--target", metavar="URL", help="s3://bucket[/prefix] or file:///folder (default: CAREERHUB_TARGET).")
@click.option("--deep", is_flag=True, help="Ask for every object's headers and digest, not only list them.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(target: str | None, *, deep: bool, as_json: bool) -> int:
    """Compare the target with what was published there: extra, missing and changed objects. Nothing is changed.

    A missing or changed object comes back with `careerhub publish` when its target's manifest is removed, or when its
    page changes. Exit 4: there are differences.

    Example: careerhub verify --target s3://my-bucket
    """
    from careerhub.pipeline.verify import describe_differences, verify_target
    from careerhub.publish.bucket import open_bucket

    context = Context()
    settings = context.settings
    bucket = open_bucket(target or settings.target, endpoint_url=settings.s3_endpoint_url or None)
    verified = verify_target(bucket, context.report, deep=deep)
    if as_json:
        show_json({"target": bucket.name, "is_clean": verified.is_clean, **asdict(verified)})
    else:
        for line in describe_differences(verified):
            click.echo(line)
    return 0 if verified.is_clean else 4
