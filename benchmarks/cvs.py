"""CVs per second: a whole `careerhub build --only cvs` beside WeasyPrint's own command for each.

RenderCV 2.8 isn't measured: its command downloads Typst packages when it makes a PDF, and benchmarks run offline.
"""

from __future__ import annotations

import os
import statistics
import sys
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.crowds import Home
from benchmarks.measuring import ROOT, careerhub, measure, remove, say
from careerhub.db.engine import make_engine
from careerhub.db.site import list_profiles, load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.document.cv import plan_cvs
from careerhub.document.profile import Profile
from careerhub.render.cv import make_cv_renderer, render_cv_html
from careerhub.render.fonts import find_fonts


def measure_cvs(home: Home, *, rounds: int, plain: int) -> dict[str, Any]:
    """Let both take turns: all CVs of a crowd by one build, database and start included; so many by a command each."""
    folder = home.folder / "plain"
    pages = _write_pages(home, folder, plain)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        remove(home.build_dir)
        seconds = measure(careerhub("build", "--only", "cvs"), home.environment()).seconds
        made = sum(1 for _ in home.site.rglob("*.pdf"))
        ours.append(made / seconds)
        theirs.append(len(pages) / _run_plainly(pages))
        say(f"{ours[-1]:.2f} CVs a second; by `weasyprint` for each {theirs[-1]:.2f}")
    remove(folder)
    middle, other = statistics.median(ours), statistics.median(theirs)
    return {
        "people": home.people,
        "cores": os.cpu_count(),
        "cvs": made,
        "ours": round(middle, 3),
        "weasyprint": round(other, 3),
        "ratio": round(middle / other, 3),
    }


def _write_pages(home: Home, folder: Path, count: int) -> list[Path]:
    """Write the pages that become the first CVs, each with its style sheet, as WeasyPrint's command reads them."""
    remove(folder)
    folder.mkdir()
    renderer = make_cv_renderer(ROOT / "site_templates", find_fonts(), folder)
    families = ", ".join(f'"{name}"' for name in renderer.fonts.families)
    css = (ROOT / "site_templates/cv/base.css").read_text(encoding="utf-8")
    step = f"html {{ --size: 10pt; --leading: 1.42; --gap: 15pt; font-family: {families} }} @page {{ size: A4; margin: 17mm 20mm }}"
    pages = []
    for number, profile in enumerate(_load_profiles(home, count)):
        html = render_cv_html(renderer, plan_cvs(profile)[0], url=f"https://example.org/p/{profile.slug}/")
        path = folder / f"{number}.html"
        path.write_text(html.replace("</head>", f"<style>{css}\n{step}</style></head>"), encoding="utf-8")
        pages.append(path)
    return pages


def _load_profiles(home: Home, count: int) -> list[Profile]:
    engine = make_engine(home.url("careerhub_site"), "careerhub_site")
    try:
        with open_snapshot(engine) as connection:
            ids = [known.profile_id for known in list_profiles(connection) if known.is_public][:count]
            return list(load_profiles(connection, ids, today=date(2026, 3, 1)).values())
    finally:
        engine.dispose()


def _run_plainly(pages: list[Path]) -> float:
    """Return how long WeasyPrint's command takes for the pages, one after another, as its manual shows it."""
    program = Path(sys.executable).with_name("weasyprint")
    # FONTCONFIG_FILE is set by now: the same fonts for both
    return sum(measure([program, path, path.with_suffix(".pdf")]).seconds for path in pages)
