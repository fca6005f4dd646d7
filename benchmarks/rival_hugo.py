"""Full builds and rebuilds beside Hugo: the same documents and fields, the same pages, the same file system."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.crowds import Home
from benchmarks.following import Lines, running
from benchmarks.hugo_fairness import compare_sites
from benchmarks.hugo_input import Layout, describe_people, write_content_file, write_input
from benchmarks.measuring import (
    Failed,
    Measured,
    TooLarge,
    careerhub,
    find_program,
    measure,
    median,
    read_spare_mb,
    remove,
    say,
)
from careerhub.render.renderer import Renderer, make_renderer
from careerhub.resources import shipped

LAYOUTS: tuple[Layout, ...] = ("files", "data")
TEMPLATES = Path(__file__).resolve().parent / "hugo_site"
SITE_URL = "http://127.0.0.1:8000"
_TOTAL = re.compile(r"(?:Total|Built) in (\d+) ms")
# Seconds for a server to build its first site, or to notice a file.
_PATIENCE = 600
# Go doubles its heap before it collects; a quarter more costs Hugo half again of processor time, and saves a third.
_THRIFT: tuple[dict[str, str], ...] = ({}, {"GOGC": "25"})
# A server keeps the site, and needs room for what it builds anew: so many times what one build needs.
_SERVER_NEEDS = 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class HugoSite:
    """A folder that Hugo builds from, and the one it builds into."""

    folder: Path
    out: Path
    cache: Path
    layout: Layout

    def command(self, *arguments: str) -> list[str]:
        """Return Hugo's command line: no lock, and no cache of an earlier run."""
        folders = ["--source", str(self.folder), "--destination", str(self.out), "--cacheDir", str(self.cache)]
        return [find_program("hugo"), *arguments, *folders, "--noBuildLock"]


def measure_builds(home: Home, *, rounds: int, layouts: tuple[Layout, ...]) -> dict[str, Any]:
    """Build everything cold on both sides, in turn; `layouts` are the ways of giving Hugo its input."""
    say(f"{home.people:,} people: writing Hugo's input…")
    sites = [make_hugo_site(home, layout) for layout in layouts]
    ours: list[Measured] = []
    theirs: dict[str, list[Measured]] = {site.layout: [] for site in sites}
    found: dict[str, Any] = {"people": home.people}
    for number in range(rounds):
        turns = [None, *sites]
        for site in turns if number % 2 == 0 else reversed(turns):
            if site is None:
                ours.append(build_cold(home))
                say(f"{home.people:,} people, round {number + 1}: {ours[-1].seconds:.1f} s")
                continue
            try:
                theirs[site.layout].append(build_hugo_cold(site))
            except TooLarge as error:
                found |= {"hugo_failed": str(error), "hugo_limit_mb": round(error.limit_mb)}
                continue
            say(f"{home.people:,} people, round {number + 1}: Hugo {theirs[site.layout][-1].seconds:.1f} s")
    return found | {"ours": median(ours)} | _compare(home, sites, theirs)


def _compare(home: Home, sites: list[HugoSite], theirs: Mapping[str, list[Measured]]) -> dict[str, Any]:
    """Choose Hugo's faster way, say whether its site is the same site, and forget the other way."""
    known = {layout: median(runs) for layout, runs in theirs.items() if runs}
    if not known:
        return {}
    # content files unless data is clearly faster: an edit is one of them, and they are read as they come
    best = min(known, key=lambda layout: known[layout]["seconds"] * (1.05 if layout == "data" else 1))
    compared = compare_sites(home.site, next(site.out for site in sites if site.layout == best))
    for site in sites:
        # an edit is made in a file of content: only then Hugo's server can tell which page it is
        if site.layout not in (best, "files"):
            remove(site.folder.parent)
    fairness = asdict(compared) | {"is_fair": compared.is_fair}
    return {"hugo": known[best], "layout": best, "layouts": known, "fairness": fairness}


def make_hugo_site(home: Home, layout: Layout) -> HugoSite:
    """Write a Hugo site of a home's people."""
    root = home.folder / f"hugo-{layout}"
    remove(root)
    shutil.copytree(TEMPLATES, root / "source")
    with (root / "source/hugo.toml").open("r+", encoding="utf-8") as file:
        text = file.read()
        file.seek(0)
        file.write(f'baseURL = "{SITE_URL}/"\n{text}')
    write_input(home.engine(), _make_renderer(), root / "source", layout, today=_today())
    return HugoSite(folder=root / "source", out=root / "public", cache=root / "cache", layout=layout)


def find_hugo_site(home: Home) -> HugoSite | None:
    """Return the Hugo site of content files that was made of a home, if there is one."""
    root = home.folder / "hugo-files"
    if not (root / "source/data/site.json").is_file():
        return None
    return HugoSite(folder=root / "source", out=root / "public", cache=root / "cache", layout="files")


def build_cold(home: Home) -> Measured:
    """Build everybody's pages into a new folder."""
    remove(home.build_dir)
    environment = home.environment({"CAREERHUB_SITE_URL": SITE_URL})
    return measure(careerhub("build", "--only", "pages"), environment, server=home.postmaster)


def build_hugo_cold(site: HugoSite) -> Measured:
    """Let Hugo build everybody into a new folder."""
    return _measure_hugo(site, is_cold=True)


def _measure_hugo(site: HugoSite, *, is_cold: bool) -> Measured:
    """Run Hugo; where the machine has too little memory, once more with Go told to be thrifty with it."""
    for thrift in _THRIFT:
        if is_cold:
            remove(site.out, site.cache)
        try:
            return measure(site.command(), os.environ | thrift, limit_mb=read_spare_mb())
        except TooLarge as error:
            say(f"{error} ({thrift or 'as it is'})")
            failed = error
    raise failed


def measure_rebuilds(home: Home, site: HugoSite, *, rounds: int) -> dict[str, Any]:
    """Change one person and build again: Hugo started anew, and Hugo's server as it runs."""
    few = tuple(home.list_slugs()[:rounds])
    described = describe_people(home.engine(), _make_renderer(), today=_today(), only=few)
    pages = [page for page in described if page["type"] == "person"]
    if not site.out.exists():
        build_hugo_cold(site)
    fresh = []
    for number in range(rounds):
        _edit_page(site, pages[number % len(pages)], f"Fresh {number}")
        fresh.append(_measure_hugo(site, is_cold=False))
    found: dict[str, Any] = {"fresh": median(fresh)}
    if found["fresh"]["peak_mb"] * _SERVER_NEEDS > read_spare_mb():
        return found | {"server_failed": "the machine has too little memory for it"}
    try:
        found["server"] = _measure_server(site, pages, rounds)
    except Failed as error:
        found["server_failed"] = str(error)
    return found


def _edit_page(site: HugoSite, page: dict[str, Any], text: str) -> None:
    """Change a headline in Hugo's input: what is built from it isn't counted."""
    page["params"]["headline"] = text
    page["title"] = f"{page['params']['name']} – {text}"
    if site.layout == "files":
        write_content_file(site.folder, page)
        return
    path = site.folder / "assets/p.json"
    people = json.loads(path.read_text(encoding="utf-8"))
    for each in people:
        if each["path"] == page["path"]:
            each["params"]["headline"] = text
            each["title"] = page["title"]
    path.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")


def _measure_server(site: HugoSite, pages: list[dict[str, Any]], rounds: int) -> dict[str, Any]:
    with _running_server(site) as lines:
        _wait_for_total(lines)
        took: list[float] = []
        for number in range(rounds):
            time.sleep(1)
            began = time.monotonic()
            _edit_page(site, pages[number % len(pages)], f"Served {number}")
            said = _wait_for_total(lines)
            took.append(said)
            say(f"Hugo's server: {said:.2f} s by its own word, {time.monotonic() - began:.2f} s on the clock")
    return {"seconds": round(statistics.median(took), 3), "runs": [round(each, 3) for each in took]}


@contextmanager
def _running_server(site: HugoSite) -> Iterator[Lines]:
    # without fast render: lists and feed have to be as right as ours
    command = site.command("server", "--disableFastRender", "--disableLiveReload", "--port", "0")
    with running(command, dict(os.environ)) as lines:
        yield lines


def _wait_for_total(lines: Lines) -> float:
    """Return the seconds that the server says its next build took."""
    for line in lines.follow(_PATIENCE):
        if found := _TOTAL.search(line):
            return int(found[1]) / 1000
        if line.startswith("ERROR"):
            raise Failed(f"Hugo's server: {line.strip()}")
    raise Failed("Hugo's server said nothing more.")


def _make_renderer() -> Renderer:
    return make_renderer(shipped("site_templates"), SITE_URL)


def _today() -> date:
    return datetime.now(UTC).date()
