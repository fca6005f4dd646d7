"""Draw docs/performance.md and its picture from the file of results.

python -m benchmarks.performance        after an edit of this file; `scripts/bench` does it by itself
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks.measuring import ROOT
from benchmarks.plotting import HEIGHT, Series, draw_chart, join_charts
from benchmarks.targets import list_targets

PAGE = ROOT / "docs/performance.md"
PICTURE = ROOT / "docs/performance.svg"
Found = dict[str, Any]

_BEGINNING = """\
# Speed, side by side

Drawn by `scripts/bench` from `benchmarks/results.json`. Ratios of runs that took turns on one machine, not promises: on
another machine both sides differ. What isn't met stands here too.
"""
_HOW = """\
## How it is measured

- **People**: a thousand of the demo's crowd with exactly a thousand PUBLIC profiles, and copies with texts of their own for
  the larger sizes. Where Hugo needs more memory for them than the machine has, both sides build lean people too, who have a
  third of the facts. Loading them isn't counted, nor is writing what Hugo builds from.
- **Since then** CareerHub makes more than is compared here: lines of years on profile pages, lists by place, language and
  seniority, a feed for each technology. Full builds measured on 2026-11-23 have none of them, and Hugo's side still hasn't.
- **Hugo** builds the same pages from the same documents: profile, projects, `resume.json` and contact card of each person,
  directory, technologies, sitemap, feed. It renders the Markdown, the teasers, the linked data and both machine files itself;
  dates and counted words in each person's language, evidence and the order of names it is given ready-made. Its input is
  given in two ways (a file of content for each page; one file of data and a content adapter), and the faster counts. No
  minifying, no images, neither side renders to memory, both write to the same file system; new destination, no cache.
- **Memory** is the proportional set size of all processes of a command together, sampled five times a second. PostgreSQL
  isn't in it, for it runs anyway; it has a column of its own, and a target is shown with it too. Wall time has everything in it.
- **One edit** is one person's headline. "Fresh" is a process from its start to its end; the running `sync --watch` says in its
  log how long its build took. Hugo builds a changed site anew when it is started anew; its server, which keeps the whole
  site in memory, builds only what depends on a changed file. Both are compared.
- **Publishing** goes to SeaweedFS on the same machine, with the flags that make each tool fastest, each with a bucket of its
  own. rclone compares checksums with `--checksum`; by time and size it is quicker, and misses a file that was written before
  the last upload began, as `aws s3 sync` and s5cmd do; `--size-only` would miss every edit that keeps the length, and isn't
  compared. `aws s3 sync` runs without `--delete`: this server lists names in another order than S3 does.
- Each figure is the median of runs in turn; a full build of 100,000 is a single run. The parts
  with 100,000 lie on the disk, not in memory, and shared the machine with other work, which disturbs both sides.
"""

_FLOORS = """\
## What isn't met, and where the floor is

- **Full build.** Both sides keep two processors busy. Per person CareerHub spends some 2.4 ms of processor time: half in
  templates, a seventh in reading the documents, a tenth each in writing files and in the parent's bookkeeping, a tenth in
  PostgreSQL. One second at the beginning (imports, templates, the collation table) and one at the end (lists) leave a
  processor idle; at a thousand people they are most of the time.
- **One edit, against Hugo's server.** The server keeps the whole site in memory, and its time grows with the site; ours
  doesn't. A fresh command takes 0.6 s to start.
- **First publish of 3,000 objects.** The server shares the two processors and does most of the work: the same conditional
  PUTs in a bare loop take four fifths of the time that the whole command takes. A condition costs the server a tenth, and
  without it two publishers could overwrite each other. Python, the plan and the look at the folder add 0.7 s in which the
  server has nothing to do.
- **One edit, published by a fresh command.** 0.2 s of it are the import of the database library, and a Go program has begun
  and ended before Python has loaded anything. It doesn't grow with the site, theirs does. `sync --watch` has no start.
"""


def draw_page(results: Found) -> None:
    """Write the page and its picture."""
    parts = results.get("parts", {})
    picture = _draw_picture(parts)
    if picture:
        PICTURE.write_text(picture, encoding="utf-8")
    sections = [
        _BEGINNING,
        _describe_runs(parts),
        draw_targets(results),
        "![Cost by number of profiles](performance.svg)\n" if picture else "",
        _draw_builds(parts.get("hugo", {}).get("found", {})),
        _draw_edits(parts.get("edit", {}).get("found", {})),
        _draw_publishing(parts.get("publish", {}).get("found", {})),
        _draw_latency(parts.get("latency", {}).get("found", {})),
        _FLOORS,
        _HOW,
    ]
    PAGE.write_text("\n".join(filter(None, sections)), encoding="utf-8")


def draw_targets(results: Found) -> str:
    """Return the table of targets."""
    rows = [
        f"| {each.what} | {each.against} | {each.shown or '–'} | {each.wanted} | {each.verdict} |"
        for each in list_targets(results.get("parts", {}))
    ]
    return _draw_table("| what | against | measured | wanted | met |", rows)


def _describe_runs(parts: dict[str, Found]) -> str:
    lines = []
    for name, part in parts.items():
        machine = part["machine"]
        lines.append(
            f"{name} on {part['on']} ({machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']},"
            f" Python {machine['python']}{', a sample' if part['extent'] == 'quick' else ''})"
        )
    return f"Measured: {'; '.join(lines)}.\n"


def _draw_builds(found: Found) -> str:
    rows = []
    for size, one in found.items():
        people, lean = one["people"], " (lean)" if size.endswith("lean") else ""
        for name, run in (("CareerHub", one.get("ours")), ("Hugo", one.get("hugo"))):
            if run:
                rows.append(
                    f"| {people:,}{lean} | {name} | {run['seconds']:.1f} | {people / run['seconds']:,.0f}"
                    f" | {run['seconds'] / people * 1000:.2f} | {run['cpu_seconds'] + run['server_cpu_seconds']:.1f}"
                    f" | {run['peak_mb']:,.0f} | {run['server_peak_mb'] or 0:,.0f} |"
                )
            elif "hugo_failed" in one:
                rows.append(f"| {people:,}{lean} | {name} | – | | | | {one['hugo_failed']} | |")
    title = "| people | | seconds | profiles/s | ms a profile | processor s | peak MB | PostgreSQL MB |"
    return "## Full build, pages, cold\n\n" + _draw_table(title, rows) + _describe_fairness(found) if rows else ""


def _describe_fairness(found: Found) -> str:
    lines = []
    for size, one in found.items():
        if fair := one.get("fairness"):
            counts = ", ".join(f"{kind} {fair['ours'][kind]:,} : {fair['theirs'][kind]:,}" for kind in fair["ours"])
            lines.append(
                f"- {size} people, files of CareerHub : Hugo: {counts}. On {fair['pages_compared']} files of a sample,"
                f" {fair['words_compared']:,} different words: {len(fair['missing'])} are missing in Hugo's,"
                f" {len(fair['added'])} are only there."
            )
    return (
        "\nIs it the same site? Lists are cut into pages differently; everything else is counted and read:\n\n"
        + "\n".join(lines)
        + "\n"
    )


def _draw_edits(found: Found) -> str:
    columns = ("pages", "watch", "with_cvs", "watch_with_cvs")
    rows = []
    for size, one in found.items():
        hugo, lean = one.get("hugo", {}), " (lean)" if size.endswith("lean") else ""
        cells = [one.get(name) for name in columns] + [hugo.get("fresh"), hugo.get("server")]
        rows.append(f"| {one['people']:,}{lean} | " + " | ".join(_write_seconds(each) for each in cells) + " |")
    title = "| people | fresh, pages | watch, pages | fresh, with CVs | watch, with CVs | Hugo fresh | Hugo's server |"
    return "## One edit, built (seconds)\n\n" + _draw_table(title, rows) if rows else ""


def _draw_publishing(found: Found) -> str:
    rows = []
    for one in found.values():
        for kind, said in (("first", "first publish"), ("none", "nothing changed"), ("edit", "one edit")):
            rows += [
                f"| {one['files']:,} | {said} | {name} | {run['seconds']:.2f} | {run['cpu_seconds']:.2f} | {run['peak_mb']:.0f} |"
                for name, run in one["runs"][kind].items()
            ]
    title = "| objects | | | seconds | processor s | peak MB |"
    return "## Publishing\n\n" + _draw_table(title, rows) if rows else ""


def _draw_latency(found: Found) -> str:
    if "page" not in found:
        return ""
    rows = [
        f"| {said} | {one['p50']} | {one['p95']} | {one['p99']} | {one['most']} |"
        for said, one in (("page", found["page"]), ("page and CV", found["page_and_cv"]))
    ]
    said = f"## From commit to the bucket (seconds)\n\n{found['edits']} edits at random moments, {found['people']:,} profiles.\n\n"
    return said + _draw_table("| | p50 | p95 | p99 | most |", rows)


def _draw_picture(parts: dict[str, Found]) -> str:
    builds, edits = (parts.get(name, {}).get("found", {}) for name in ("hugo", "edit"))
    charts = []
    cost = [_trace("CareerHub", builds, "ours", per_profile=True), _trace("Hugo", builds, "hugo", per_profile=True)]
    if known := [each for each in cost if each.points]:
        charts.append(draw_chart("Full build: milliseconds a profile, by number of profiles", "ms", known))
    rebuilt = {size: one.get("hugo", {}) | {"people": one["people"]} for size, one in edits.items()}
    one_edit = [
        _trace("sync --watch", edits, "watch"),
        _trace("fresh build", edits, "pages"),
        _trace("Hugo", rebuilt, "fresh"),
        _trace("Hugo's server", rebuilt, "server"),
    ]
    if known := [each for each in one_edit if each.points]:
        title = "One edit, built: seconds, by number of profiles"
        charts.append(draw_chart(title, "s", known, top=HEIGHT * len(charts)))
    return join_charts(charts) if charts else ""


def _trace(name: str, found: Found, key: str, *, per_profile: bool = False) -> Series:
    points = []
    for size, one in sorted(found.items(), key=lambda item: item[1]["people"]):
        run = one.get(key)
        if run and "seconds" in run and not size.endswith("lean"):
            points.append((one["people"], run["seconds"] * 1000 / one["people"] if per_profile else run["seconds"]))
    return Series(name=name, points=tuple(points))


def _write_seconds(run: Found | None) -> str:
    return f"{run['seconds']:.3f}" if run and "seconds" in run else "–"


def _draw_table(title: str, rows: list[str]) -> str:
    line = "|" + "---|" * (title.count("|") - 1)
    return "\n".join([title, line, *rows, ""])


if __name__ == "__main__":
    draw_page(json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8")))
