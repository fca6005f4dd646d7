"""One edit: built by a fresh `careerhub build`, by the running `sync --watch`, and by Hugo."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.crowds import Home
from benchmarks.following import Lines, running
from benchmarks.measuring import Failed, Measured, TooLarge, careerhub, measure, median, remove, say
from benchmarks.rival_hugo import find_hugo_site, make_hugo_site, measure_rebuilds

# Seconds for the first round of a watch, which publishes everybody, and for one edit.
FIRST_ROUND = 4 * 3600
ONE_EDIT = 120
WARM_EDITS = 3


def measure_edits(home: Home, *, rounds: int, with_cvs: bool) -> dict[str, Any]:
    """Edit one person at a time, everything else built; CVs too only where all of them may be made first."""
    say(f"{home.people:,} people: building what isn't built…")
    measure(careerhub("build", "--only", "pages"), home.environment())
    found: dict[str, Any] = {"people": home.people, "pages": median(edit_fresh(home, rounds, "--only", "pages"))}
    say(f"{home.people:,} people, one edit by a fresh build: {found['pages']['seconds']:.2f} s")
    found["watch"] = _attempt_watch(home, rounds, "--only", "pages")
    if with_cvs:
        say(f"{home.people:,} people: every CV…")
        made = measure(careerhub("build"), home.environment(), server=home.postmaster)
        found["all_cvs"] = made.to_plain() | {"cvs": sum(1 for _ in home.site.glob("p/*/cv.pdf"))}
        found["with_cvs"] = median(edit_fresh(home, rounds))
        found["watch_with_cvs"] = _attempt_watch(home, rounds)
    site = find_hugo_site(home) or make_hugo_site(home, "files")
    try:
        found["hugo"] = measure_rebuilds(home, site, rounds=min(rounds, 3))
    except TooLarge as error:
        found["hugo_failed"] = str(error)
    return found


def edit_fresh(home: Home, rounds: int, *options: str) -> list[Measured]:
    """Edit and build, each time in a process of its own."""
    slugs = home.list_slugs()
    runs = []
    for number in range(rounds):
        home.edit(slugs[number], f"Edited at {time.time():.3f}")
        runs.append(measure(careerhub("build", *options), home.environment(), server=home.postmaster))
    return runs


def has_command(name: str) -> bool:
    """Tell whether this CareerHub has a command."""
    try:
        measure(careerhub(name, "--help"))
    except Failed:
        return False
    return True


@contextmanager
def watching(home: Home, target: dict[str, str], *options: str) -> Iterator[Lines]:
    """Run `sync --watch` for as long as the block lasts; it has published everything when the block begins."""
    environment = home.environment(target)
    command = careerhub("sync", "--watch", "--log", "json", "--poll", "1", *options)
    # so that the first round has something to tell
    home.edit(home.list_slugs()[-1], f"First round at {time.time():.3f}")
    with running(command, environment) as lines:
        wait_for(lines, "published", FIRST_ROUND)
        yield lines


def wait_for(lines: Lines, event: str, seconds: float) -> dict[str, Any]:
    """Return the next event of this name; raise Failed when it doesn't come, or something else failed."""
    said = []
    for line in lines.follow(seconds):
        said.append(line)
        found = read_event(line)
        if found.get("event") == event:
            return found
        if str(found.get("event", "")).endswith("_failed"):
            break
    raise Failed(f"sync --watch said no {event!r}:\n{''.join(said[-20:])}")


def read_event(line: str) -> dict[str, Any]:
    """Read a line of the log; what isn't one is empty."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _attempt_watch(home: Home, rounds: int, *options: str) -> dict[str, Any]:
    if not has_command("sync"):
        return {"missing": "there is no `careerhub sync` yet"}
    target = home.folder / "target"
    remove(target, target.with_suffix(".state"))
    with watching(home, {"CAREERHUB_TARGET": f"file://{target}"}, *options) as lines:
        return _edit_watched(home, lines, rounds + WARM_EDITS)


def _edit_watched(home: Home, lines: Lines, edits: int) -> dict[str, Any]:
    slugs = home.list_slugs()
    built, published, whole = [], [], []
    for number in range(edits):
        time.sleep(0.5)
        home.edit(slugs[number], f"Watched at {time.time():.3f}")
        began = time.monotonic()
        built.append(wait_for(lines, "built", ONE_EDIT)["duration_ms"] / 1000)
        published.append(wait_for(lines, "published", ONE_EDIT)["duration_ms"] / 1000)
        whole.append(time.monotonic() - began)
    # the first ones fill caches
    kept = slice(WARM_EDITS, None)
    result = {"seconds": built[kept], "published": published[kept], "from_commit": whole[kept]}
    found: dict[str, Any] = {name: round(statistics.median(values), 4) for name, values in result.items()}
    say(f"{home.people:,} people, one edit by sync --watch: {found['seconds']:.3f} s")
    return found | {"runs": [round(each, 4) for each in built[kept]]}
