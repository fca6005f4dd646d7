"""`careerhub build`: documents become files."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careerhub.cli.context import Context, show_json

if TYPE_CHECKING:
    from careerhub.pipeline.build import BuildOutcome


@click.command()
@click.option("--all", "everything", is_flag=True, help="Render everything, not only what is stale.")
@click.option("--profile", "slugs", multiple=True, metavar="SLUG", help="Only this profile (may be repeated).")
@click.option(
    "--only", type=click.Choice(("pages", "cvs")), help="Only pages (HTML, resume.json, lists), or only PDFs."
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Another build folder than CAREERHUB_BUILD_DIR."
)
@click.option("--jobs", type=click.IntRange(1, 256), help="How many processes render (default: one a core).")
@click.option("--explain", is_flag=True, help="Name every file that was written or removed, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, with every file and its reason.")
def command(
    slugs: tuple[str, ...],
    only: str | None,
    out: Path | None,
    jobs: int | None,
    *,
    everything: bool,
    explain: bool,
    as_json: bool,
) -> int:
    """Render every PUBLIC profile that is stale: pages, CVs, resume.json, contact card, and the lists.

    A profile that can't be rendered keeps its last good pages and is named; the rest is done (exit 3).

    Example: careerhub build --profile ada --explain
    """
    from careerhub.output.folder import open_build_folder
    from careerhub.pipeline.build import Wanted, build_site
    from careerhub.pipeline.plan import BOTH

    context = Context()
    began = time.monotonic()
    root = (out or context.settings.build_dir).absolute()
    engine = context.engine("careerhub_site")
    with open_build_folder(root, create=True) as folder:
        outcome = build_site(
            engine,
            folder,
            context.sources(),
            Wanted(
                kinds=BOTH if only is None else frozenset({only}),  # type: ignore[arg-type]
                everything=everything,
                slugs=slugs or None,
                jobs=jobs or 0,
                is_explained=explain or as_json,
            ),
            context.report,
            today=datetime.now(UTC).date(),
        )
    if as_json:
        show_json(_to_plain(outcome, root))
    else:
        for change in outcome.changes:
            click.echo(f"{change.path}: {change.reason}")
        _describe(outcome, root, time.monotonic() - began)
    return 3 if outcome.failed else 0


def _to_plain(outcome: BuildOutcome, root: Path) -> dict[str, Any]:
    return {
        "folder": str(root / "site"),
        "people": outcome.people,
        "rendered": outcome.rendered,
        "files": outcome.files,
        "dropped": outcome.dropped,
        "shared_changed": outcome.shared,
        "mended": outcome.mended,
        "reasons": outcome.reasons,
        "changes": [{"path": change.path, "reason": change.reason} for change in outcome.changes],
        "failed": outcome.failed,
        "failed_before": outcome.failed_before,
    }


def _describe(outcome: BuildOutcome, root: Path, seconds: float) -> None:
    for slug, reason in outcome.failed.items():
        click.echo(f"failed: {slug}: {reason}", err=True)
    for slug, reason in outcome.failed_before.items():
        click.echo(f"failed before, not tried again: {slug}: {reason}", err=True)
    if outcome.changed_nothing:
        click.echo(f"Nothing was stale: {outcome.people:,} people in {root / 'site'}")
        return
    why = ", ".join(f"{count:,} {reason}" for reason, count in sorted(outcome.reasons.items()))
    click.echo(
        f"Rendered {outcome.rendered:,} profiles ({why or 'none stale'}), {outcome.files:,} files;"
        f" {outcome.shared:,} shared files changed; {outcome.dropped:,} profiles taken away; {seconds:.1f} s."
    )
    click.echo(f"{outcome.people:,} people in {root / 'site'}")
