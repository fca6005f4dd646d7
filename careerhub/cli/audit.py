"""`careerhub audit`: make tampering with the log of changes evident."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from careerhub.cli.context import Context, show_json

if TYPE_CHECKING:
    from careerhub.db.audit import BadRow, Verdict

_REASONS = {
    "altered": "was altered after it was sealed, or a row before it was removed",
    "missing": "is missing: it was sealed",
    "inserted": "was inserted among rows that had been sealed",
    "values altered": "no longer says what it said",
    "half emptied": "was emptied in part: retention and erasure empty a row whole",
}


@click.group(name="audit")
def command() -> None:
    """Seal the log of changes, and verify that nobody rewrote it."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def seal(*, as_json: bool) -> None:
    """Chain what was logged since the last seal, and print the newest seal: POSITION:HASH.

    Keep what it prints away from the database: whoever rewrites the log and all its seals can't rewrite that.

    Example: careerhub audit seal >> seals.txt
    """
    from careerhub.db.audit import seal_log

    sealed, head = seal_log(Context().engine("careerhub_owner"))
    if as_json:
        show_json({"sealed": sealed, "seal": head and str(head)})
    elif head is None:
        click.echo("Nothing has been logged yet.", err=True)
    else:
        click.echo(str(head))
        click.echo(
            f"Sealed {sealed:,} rows. Keep this line away from the database: `careerhub audit verify --seal {head.position}:…`"
            " finds out even who rewrote all seals.",
            err=True,
        )


@command.command()
@click.option("--seal", "written", metavar="POSITION:HASH", help="A seal that was kept elsewhere, to compare.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(written: str | None, *, as_json: bool) -> int:
    """Recompute the chain and every digest. Exit 4, and name the first bad row, when the log isn't as it was written.

    Rows that retention or erasure emptied are counted, and are no reason for alarm.

    Example: careerhub audit verify --seal "$(tail -n 1 seals.txt)"
    """
    from careerhub.db.audit import parse_seal, verify_log

    known = parse_seal(written) if written else None
    verdict = verify_log(Context().engine("careerhub_owner"), known)
    if as_json:
        found = asdict(verdict) | {"head": verdict.head and str(verdict.head), "is_good": verdict.is_good}
        show_json(found)
    else:
        for line in _describe(verdict):
            click.echo(line)
    return 0 if verdict.is_good else 4


def _describe(verdict: Verdict) -> list[str]:
    lines = [
        f"{verdict.intact:,} rows are as they were written, {verdict.emptied:,} emptied by retention or erasure.",
        f"{verdict.unsealed:,} of them are not sealed yet.",
    ]
    if verdict.first_bad:
        lines.append(f"{verdict.bad:,} rows are not. The first: {_name(verdict.first_bad)}.")
    if verdict.is_known_seal_there is False:
        lines.append("The seal you gave isn't in this log: the log up to there was rewritten, or belongs elsewhere.")
    elif verdict.is_known_seal_there:
        lines.append("The seal you gave is in this log.")
    return lines


def _name(bad: BadRow) -> str:
    what = f" ({bad.id}, {bad.action})" if bad.id else ""
    return f"row {bad.position}{what} {_REASONS[bad.reason]}"
