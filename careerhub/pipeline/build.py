"""Build the site: what is stale becomes files, and what may no longer be seen goes."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, text

from careerhub.db.changes import read_cursor
from careerhub.db.site import find_profile_id
from careerhub.db.snapshot import export_snapshot, open_snapshot
from careerhub.db.state import check_current
from careerhub.errors import NotFound
from careerhub.output.folder import BuildFolder
from careerhub.pipeline.candidates import find_candidates, forget_cursors, keep_cursor
from careerhub.pipeline.crew import Commission, Crew, Results
from careerhub.pipeline.plan import BOTH, CHANGED_MEANS, Aim, ProfileKind, Step, plan_build
from careerhub.pipeline.relisting import Relisting
from careerhub.pipeline.rendering import Task, Workshop, load_collator
from careerhub.pipeline.settling import BuildOutcome, Settlement
from careerhub.pipeline.shared import SharedPages, find_home
from careerhub.pipeline.toolbox import Sources, Toolbox
from careerhub.pipeline.workers import run_tasks
from careerhub.render.renderer import Renderer, warm_pages
from careerhub.reporting import Report

__all__ = ["BuildOutcome", "Sources", "Toolbox", "Wanted", "build_site"]

# Processes for so few profiles end before it pays to collect and compile for all of them.
FEW_PROFILES = 20
# Up to so many changes, or one of so many people, the lists are changed one by one; else they are made anew.
FEW_CHANGES = 100
PEOPLE_A_CHANGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pace:
    """How many profiles are loaded by one round of queries, rendered by one process, and lost by an interruption."""

    batch: int
    worker: int
    checkpoint: int


# A hundred profiles' rows cost an eighth of what they do one by one; CVs take so long that few spread better.
_PAGES = _Pace(batch=100, worker=3000, checkpoint=1000)
_WITH_CVS = _Pace(batch=4, worker=500, checkpoint=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a build is asked for; `slugs` None means everybody.

    `again`: ids of who is tried once more after failing. `is_explained`: name every file that changes, and why.
    """

    kinds: frozenset[ProfileKind] = BOTH
    everything: bool = False
    slugs: tuple[str, ...] | None = None
    again: frozenset[str] = frozenset()
    jobs: int = 0
    is_explained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """What one build works with."""

    engine: Engine
    connection: Connection
    folder: BuildFolder
    toolbox: Toolbox
    aim: Aim
    jobs: int
    report: Report
    crew: Crew | None


def build_site(
    engine: Engine,
    folder: BuildFolder,
    sources: Sources,
    wanted: Wanted,
    report: Report,
    *,
    today: date,
    toolbox: Toolbox | None = None,
    crew: Crew | None = None,
) -> BuildOutcome:
    """Bring the folder to the database's state of this moment; return what was done.

    `toolbox`: what was loaded from these sources before. `crew`: workers elsewhere, who may render, and put what they
    render on the target.
    """
    toolbox = toolbox or Toolbox(sources)
    with open_snapshot(engine) as connection:
        check_current(connection)
        means = _Means(
            engine=engine,
            connection=connection,
            folder=folder,
            toolbox=toolbox,
            aim=_make_aim(connection, toolbox, wanted, today),
            jobs=wanted.jobs or os.cpu_count() or 1,
            report=report,
            crew=crew,
        )
        outcome = BuildOutcome(is_explained=wanted.is_explained)
        is_doubtful = folder.is_unfinished or wanted.everything
        if is_doubtful:
            _mend(folder, outcome, report)
        _bring_up_to_date(means, outcome, is_doubtful=is_doubtful)
    outcome.people = folder.manifest.lists.count()
    return outcome


def take_away(engine: Engine, folder: BuildFolder, sources: Sources, report: Report, *, today: date) -> BuildOutcome:
    """Take whoever may no longer be seen out of the folder, its lists included; render nobody."""
    return build_site(engine, folder, sources, Wanted(kinds=frozenset()), report, today=today)


def _make_aim(connection: Connection, toolbox: Toolbox, wanted: Wanted, today: date) -> Aim:
    return Aim(
        kinds=wanted.kinds,
        everything=wanted.everything,
        only=_find_only(connection, wanted.slugs),
        again=wanted.again,
        home_id=_find_home(connection, toolbox.sources.home_slug),
        today=today,
        pages_fingerprint=toolbox.pages_fingerprint,
        cvs_fingerprint=toolbox.cvs_fingerprint if "cvs" in wanted.kinds else "",
    )


def _find_only(connection: Connection, slugs: tuple[str, ...] | None) -> frozenset[str] | None:
    if slugs is None:
        return None
    found = {slug: find_profile_id(connection, slug) for slug in slugs}
    if missing := sorted(slug for slug, profile_id in found.items() if profile_id is None):
        raise NotFound(f"No PUBLIC profile has the slug {', '.join(missing)}.")
    return frozenset(str(profile_id) for profile_id in found.values())


def _find_home(connection: Connection, slug: str) -> str:
    """Return the profile whose page is `/`: the one named, else the only one there is."""
    if slug:
        return find_profile_id(connection, slug) or ""
    few = connection.execute(text("SELECT profile_id FROM site.profiles LIMIT 2")).scalars().all()
    return few[0] if len(few) == 1 else ""


def _find_slug(connection: Connection, profile_id: str) -> str | None:
    found: str | None = connection.scalar(
        text("SELECT slug FROM site.profiles WHERE profile_id = :id"), {"id": profile_id}
    )
    return found


def _mend(folder: BuildFolder, outcome: BuildOutcome, report: Report) -> None:
    """Trust no file: after an interruption, or when everything is asked for."""
    if folder.is_unfinished:
        report.note("The last build was interrupted: what it left is being checked.")
    folder.begin()
    forget_cursors(folder.manifest)
    outcome.mended = folder.mend()


def _bring_up_to_date(means: _Means, outcome: BuildOutcome, *, is_doubtful: bool) -> None:
    folder, manifest, aim = means.folder, means.folder.manifest, means.aim
    candidates = find_candidates(means.connection, manifest, aim)
    steps = list(plan_build(candidates.wanted, candidates.built, aim))
    drops = [step for step in steps if step.action == "drop"]
    renders = [step for step in steps if step.action == "render"]
    is_bulk = is_doubtful or len(drops) + len(renders) > max(FEW_CHANGES, manifest.lists.count() // PEOPLE_A_CHANGE)
    relisting = Relisting(lists=manifest.lists, is_bulk=is_bulk)
    settlement = Settlement(folder, aim, outcome, relisting, partial(_find_slug, means.connection))
    settlement.remember_failures([step for step in steps if step.action == "failed"])
    cursor = read_cursor(means.connection)
    if not (drops or renders or (aim.kinds and _is_shared_stale(folder, aim))):
        if candidates.is_everybody or candidates.edited:
            keep_cursor(manifest, aim, cursor)
            manifest.commit()
        return
    folder.begin()
    for step in drops:
        settlement.drop(step)
    # who may no longer be seen is gone from here on, whatever happens to the rest
    folder.checkpoint()
    renderer = means.toolbox.renderer
    if renders:
        _render(means, renders, settlement, renderer)
    relisting.settle()
    _write_shared(means, outcome, relisting, renderer)
    keep_cursor(manifest, aim, cursor)
    folder.commit()


def _write_shared(means: _Means, outcome: BuildOutcome, relisting: Relisting, renderer: Renderer) -> None:
    folder, aim = means.folder, means.aim
    home = find_home(folder, aim.home_id)
    pages = SharedPages(
        folder=folder,
        renderer=renderer,
        home_id=aim.home_id if home else "",
        home_slug=home,
        jobs=means.jobs,
        note=outcome.note,
    )
    if _is_shared_stale(folder, aim):
        before = folder.manifest.read_meta("shared_fingerprint").partition("+")[0]
        reason = CHANGED_MEANS if before != aim.pages_fingerprint else "the home page is another one"
        pages.write_all(reason if before else "new")
    elif relisting.is_bulk:
        pages.write_all("asked for" if aim.everything else "many people changed")
    else:
        pages.write_touched(relisting)
    outcome.shared = pages.changed
    folder.manifest.write_meta("shared_fingerprint", _mark_shared(folder, aim))


def _is_shared_stale(folder: BuildFolder, aim: Aim) -> bool:
    return folder.manifest.read_meta("shared_fingerprint") != _mark_shared(folder, aim)


def _mark_shared(folder: BuildFolder, aim: Aim) -> str:
    return f"{aim.pages_fingerprint}+{aim.home_id if find_home(folder, aim.home_id) else ''}"


def _render(means: _Means, steps: Sequence[Step], settlement: Settlement, renderer: Renderer) -> None:
    pace = _WITH_CVS if any("cvs" in step.kinds for step in steps) else _PAGES
    # several batches for each process, so that they end together
    size = min(pace.batch, -(-len(steps) // (4 * means.jobs)))
    batches = _batch(steps, size, settlement.make_task)
    commission = _make_commission(means, renderer, has_cvs=pace is _WITH_CVS)
    at_home = partial(_render_at_home, means, steps, commission, renderer, pace)
    is_hired = means.crew is not None and means.crew.can_take(len(steps), commission)
    work = means.crew.work(commission, batches, at_home) if means.crew and is_hired else at_home(batches)
    with closing(work) as results:
        for done, result in enumerate(results, 1):
            settlement.settle(result)
            means.report.progress("Rendering profiles", done, len(steps))
            if done % pace.checkpoint == 0:
                means.folder.checkpoint()


def _make_commission(means: _Means, renderer: Renderer, *, has_cvs: bool) -> Commission:
    return Commission(
        connection=means.connection,
        snapshot=export_snapshot(means.connection),
        today=means.aim.today,
        site_url=means.toolbox.sources.site_url,
        pages_fingerprint=means.aim.pages_fingerprint,
        cvs_fingerprint=means.aim.cvs_fingerprint if has_cvs else "",
        assets=renderer.assets,
    )


def _render_at_home(
    means: _Means,
    steps: Sequence[Step],
    commission: Commission,
    renderer: Renderer,
    pace: _Pace,
    batches: Iterable[Sequence[Task]],
) -> Results:
    workshop = Workshop(
        engine=means.engine,
        snapshot=commission.snapshot,
        incoming=means.folder.incoming,
        today=means.aim.today,
        renderer=renderer,
        cv_renderer=_make_cv_renderer(means, steps),
    )
    load_collator()
    is_long = len(steps) > FEW_PROFILES
    if is_long:
        warm_pages(renderer)
    results = run_tasks(workshop.work, batches, jobs=means.jobs, around=workshop.open, tasks_a_worker=pace.worker)
    with _shared_memory() if is_long else nullcontext(), closing(results):
        yield from results


def _make_cv_renderer(means: _Means, steps: Sequence[Step]) -> Any:
    if not any("cvs" in step.kinds for step in steps):
        return None
    if len(steps) > _WITH_CVS.batch:
        means.toolbox.warm_cvs()  # once for all processes; one alone loads no more than it needs
    return means.toolbox.cv_renderer


@contextmanager
def _shared_memory() -> Iterator[None]:
    """Let forked processes share what is loaded: frozen, no collection copies it page by page."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _batch(steps: Sequence[Step], size: int, make_task: Callable[[Step], Task]) -> Iterator[Sequence[Task]]:
    for start in range(0, len(steps), size):
        yield [make_task(step) for step in steps[start : start + size]]
