"""`careerhub search`: find what the public may see, in the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import click

from careerhub.cli.context import Context, show_json

# What stands in a line, of each kind of result.
SHOWN = {
    "people": ("slug", "full_name", "headline", "place", "why"),
    "experiences": ("slug", "full_name", "position", "company_name"),
    "projects": ("slug", "full_name", "name", "role"),
    "technologies": ("slug", "name", "alias", "category", "layer"),
}
# Beyond these columns a cell is cut: lines are for reading, --json is for programs.
WIDEST_CELL = 40


@click.command(name="search")
@click.argument("query")
@click.option("--in", "kind", type=click.Choice(list(SHOWN)), default="people", show_default=True, help="What to find.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many at most.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 60_000),
    default=1000,
    show_default=True,
    help="Milliseconds before it gives up.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(query: str, kind: str, limit: int, timeout: int, *, as_json: bool) -> None:
    """Find people who are PUBLIC, their jobs and projects, or technologies; the best first.

    Accents, case and a letter or two don't matter; % and _ are letters like others.

    Example: careerhub search "zoe muller" --limit 5
    """
    from careerhub.db import search
    from careerhub.db.session import acting

    find: Callable[..., Sequence[Any]] = {
        "people": search.search_people,
        "experiences": search.search_experiences,
        "projects": search.search_projects,
        "technologies": search.search_technologies,
    }[kind]
    with acting(Context().engine("careerhub_app"), None) as session:
        found = [asdict(one) for one in find(session, query, limit=limit, timeout_ms=timeout)]
    if as_json:
        show_json(found)
    elif found:
        click.echo("\n".join(align([[str(one[column]) for column in SHOWN[kind]] for one in found])))
    if not found:
        click.echo(f"No {kind} found.", err=True)


def align(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines whose columns stand below each other on a terminal, in any script."""
    cells = [[cut(cell) for cell in row] for row in rows]
    widths = [max(measure(cell) for cell in column) for column in zip(*cells, strict=True)]
    return ["  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def measure(words: str) -> int:
    """Return how many columns of a terminal the words take."""
    return sum(_width(letter) for letter in words)


def cut(words: str) -> str:
    """Shorten words that are wider than a cell, and put them into one line."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    if measure(plain) <= WIDEST_CELL:
        return plain
    while measure(plain) >= WIDEST_CELL:
        plain = plain[:-1]
    return plain.rstrip() + "…"


def pad(words: str, width: int) -> str:
    """Fill a cell up with spaces."""
    return words + " " * (width - measure(words))


def _width(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
