"""What was wanted of speed, and what was measured: one line for each target, pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

OURS = "careerhub"
Found = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target. `value` is None where nothing was measured; `shown` says both sides of it."""

    what: str
    against: str
    wanted: str
    value: float | None
    shown: str
    is_met: bool

    @property
    def verdict(self) -> str:
        return "not measured" if self.value is None else "yes" if self.is_met else "**no**"


def list_targets(parts: dict[str, Found]) -> Iterator[Target]:
    """Yield every target with what the parts found."""
    found = {name: part.get("found", {}) for name, part in parts.items()}
    hugo, edit, publish = (found.get(name, {}) for name in ("hugo", "edit", "publish"))
    yield from _list_builds(hugo)
    yield from _list_edits(edit)
    yield from _list_publishing(publish)
    yield from _list_others(found)


def _list_builds(hugo: Found) -> Iterator[Target]:
    for size in ("10000", "100000"):
        one, lean = _choose(hugo, size)
        what = f"full build of {int(size):,} {lean}profiles, cold"
        ours, theirs = one.get("ours"), one.get("hugo")
        yield _compare(f"{what}: wall time", "Hugo", 0.6, ours, theirs, lambda run: run["seconds"], _seconds)
        if size == "100000":
            # a Hugo that was stopped for its memory needed at least what it was given
            least = {"peak_mb": one.get("hugo_limit_mb"), "server_peak_mb": 0} if "hugo_failed" in one else None
            for said, take in (("peak memory", _peak), ("peak memory with PostgreSQL's", _with_server)):
                yield _compare(f"{what}: {said}", "Hugo", 0.1, ours, theirs or least, take, _megabytes)


def _list_edits(edit: Found) -> Iterator[Target]:
    for size in ("10000", "100000"):
        one, lean = _choose(edit, size)
        ours = {"the running `sync --watch`": (one.get("watch"), 1 / 50)}
        ours["a fresh `careerhub build`"] = (one.get("pages"), 1 / 5 if size == "10000" else 1 / 25)
        # a server that keeps the whole site in memory is the harder rival, also for a command that starts from nothing
        rivals = {
            "Hugo, started anew": one.get("hugo", {}).get("fresh"),
            "Hugo's server": one.get("hugo", {}).get("server"),
        }
        for who, (run, wanted) in ours.items():
            for rival, theirs in rivals.items():
                what = f"one edit of {int(size):,} {lean}profiles, built by {who}"
                yield _compare(what, rival, wanted, run, theirs, _take, _seconds)
    large, small = edit.get("100000", {}).get("watch"), edit.get("1000", {}).get("watch")
    yield _compare("one edit by `sync --watch`: 100,000 profiles", "1,000 profiles", 1.3, large, small, _take, _seconds)


def _choose(found: Found, size: str) -> tuple[Found, str]:
    """Return what is compared at a size: where Hugo can't build the usual crowd, a leaner one."""
    usual, lean = found.get(size, {}), found.get(f"{size} lean")
    return (lean, "lean ") if lean and "hugo" not in usual else (usual, "")


def _list_publishing(publish: Found) -> Iterator[Target]:
    kinds = {"first": "first publish", "none": "publish with no change", "edit": "publish of one edit"}
    for size, kind, wanted in (
        ("3,000", "first", 0.9), ("3,000", "none", 1.0), ("3,000", "edit", 1.0), ("100,000", "none", 0.1), ("100,000", "edit", 0.1),
    ):  # fmt: skip
        runs = dict(publish.get(size, {}).get("runs", {}).get(kind, {}))
        ours = runs.pop(OURS, None)
        best = min(runs, key=lambda name: float(runs[name]["seconds"]), default="")
        against = f"the fastest ({best})" if best else "the fastest of rclone, s5cmd, aws"
        yield _compare(f"{kinds[kind]}, {size} objects", against, wanted, ours, runs.get(best), _take, _seconds)
    for size in ("3,000", "100,000"):
        yield _count_requests(size, publish.get(size, {}).get("last_edit", {}))


def _count_requests(size: str, last: Found) -> Target:
    requests = last.get("requests")
    lists = sum(count for name, count in (requests or {}).items() if "list" in name.lower())
    exact = last.get("uploaded") == last.get("changed_files")
    return Target(
        what=f"publish of one edit, {size} objects: LIST requests; objects uploaded",
        against="–",
        wanted="0; exactly those that changed",
        value=None if requests is None else float(lists),
        shown="" if requests is None else f"{lists}; {last.get('uploaded')} of {last.get('changed_files')} changed",
        is_met=lists == 0 and exact,
    )


def _list_others(found: dict[str, Found]) -> Iterator[Target]:
    latency = found.get("latency", {})
    slowest = latency.get("page_and_cv", {}).get("p99")
    people = latency.get("people", 10_000)
    yield Target(
        what=f"edit committed → page and CV changed in the bucket, {people:,} profiles, p99",
        against="–",
        wanted="≤ 2 s",
        value=slowest,
        shown=f"{slowest} s" if slowest is not None else "",
        is_met=slowest is not None and slowest <= 2,
    )
    ratio = found.get("workers", {}).get("ratio")
    yield Target(
        what="CVs per second of 2 workers",
        against="1 worker",
        wanted="≥ 1.6×",
        value=ratio,
        shown=f"{ratio:.2f}×" if ratio is not None else "",
        is_met=ratio is not None and ratio >= 1.6,
    )
    yield from _list_cvs(found.get("cvs", {}))
    admin = found.get("admin", {})
    rate, editors = admin.get("ratio"), admin.get("editors", {})
    yield Target(
        what="requests a second of the admin's editor",
        against="a bare Flask page with one query",
        wanted="≥ 1/4",
        value=rate,
        shown=f"{rate:.2f}×" if rate is not None else "",
        is_met=rate is not None and rate >= 1 / 4,
    )
    errors = editors.get("errors")
    yield Target(
        what=f"{editors.get('people', 50)} people who edit at once: errors",
        against="–",
        wanted="0",
        value=errors,
        shown=f"{errors} of {editors.get('saved', 0) + errors:,}" if errors is not None else "",
        is_met=errors == 0,
    )


def _list_cvs(cvs: Found) -> Iterator[Target]:
    ratio = cvs.get("ratio")
    yield Target(
        what="CVs per second of a build, database and start included",
        against="`weasyprint` called for each",
        wanted="≥ 6×",
        value=ratio,
        shown=f"{cvs['ours']:.1f} : {cvs['weasyprint']:.2f} = {ratio:.1f}×" if ratio is not None else "",
        is_met=ratio is not None and ratio >= 6,
    )
    yield Target(
        what="the same",
        against="RenderCV (can't make a PDF offline)",
        wanted="≥ 8×",
        value=None,
        shown="",
        is_met=False,
    )


def _compare(
    what: str,
    against: str,
    wanted: float,
    ours: Found | None,
    theirs: Found | None,
    take: Callable[[Found], float],
    show: Callable[[float], str],
) -> Target:
    """Compare a figure of both sides; `wanted` is the most that ours may be of theirs."""
    said = f"≤ {wanted:g}×" if wanted > 0.5 else f"≤ 1/{round(1 / wanted)}"
    if not ours or not theirs or "missing" in ours:
        return Target(what=what, against=against, wanted=said, value=None, shown="", is_met=False)
    left, right = take(ours), take(theirs)
    value = left / right
    return Target(
        what=what,
        against=against,
        wanted=said,
        value=value,
        shown=f"{show(left)} : {show(right)} = {_write_ratio(value)}",
        is_met=value <= wanted,
    )


def _take(run: Found) -> float:
    return float(run["seconds"])


def _peak(run: Found) -> float:
    return float(run["peak_mb"])


def _with_server(run: Found) -> float:
    return float(run["peak_mb"]) + float(run["server_peak_mb"])


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 10 else f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.0f} ms"


def _megabytes(value: float) -> str:
    return f"{value:,.0f} MB"


def _write_ratio(value: float) -> str:
    return f"{value:.2f}×" if value >= 0.1 else f"1/{1 / value:.0f}"
