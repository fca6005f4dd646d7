"""Build the site: what is stale becomes files, and what may no longer be seen goes."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from careerhub.db.site import find_profile_id, list_profiles
from careerhub.db.snapshot import export_snapshot, open_snapshot
from careerhub.db.state import check_current
from careerhub.errors import NotFound
from careerhub.output.folder import BuildFolder
from careerhub.output.manifest import Built
from careerhub.pipeline.fingerprint import fingerprint_cvs, fingerprint_pages
from careerhub.pipeline.plan import BOTH, KILLED, Aim, ProfileKind, Step, plan_build
from careerhub.pipeline.rendering import Rendered, Task, Unrendered, Workshop
from careerhub.pipeline.shared import write_shared
from careerhub.pipeline.workers import Killed, run_tasks
from careerhub.render.fonts import DEFAULT_FOLDERS, FontSet, find_fonts
from careerhub.render.renderer import make_renderer
from careerhub.reporting import Report

# Profiles loaded by one round of queries: more saves nothing, fewer spreads CVs better over the processes.
PROFILES_A_BATCH = 20
CVS_A_BATCH = 4
# An interrupted build loses at most this many profiles' work.
PROFILES_A_CHECKPOINT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a site is made with besides the database."""

    templates: Path
    site_url: str
    cache: Path
    font_folders: tuple[Path, ...] = DEFAULT_FOLDERS
    home_slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a build is asked for; `slugs` None means everybody."""

    kinds: frozenset[ProfileKind] = BOTH
    everything: bool = False
    slugs: tuple[str, ...] | None = None
    jobs: int = 0


@dataclass(slots=True, kw_only=True)
class BuildOutcome:
    """What a build did. `failed` and `failed_before` map a slug (or id) to the reason."""

    people: int = 0
    rendered: int = 0
    files: int = 0
    dropped: int = 0
    shared: int = 0
    mended: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    failed_before: dict[str, str] = field(default_factory=dict)

    @property
    def changed_nothing(self) -> bool:
        return not (self.rendered or self.dropped or self.shared or self.failed)


def build_site(
    engine: Engine, folder: BuildFolder, sources: Sources, wanted: Wanted, report: Report, *, today: date
) -> BuildOutcome:
    """Bring the folder to the database's state of this moment; return what was done."""
    outcome = BuildOutcome()
    if folder.is_unfinished:
        outcome.mended = folder.mend()
        report.note("The last build was interrupted: what it left was checked.")
    with open_snapshot(engine) as connection:
        check_current(connection)
        build = _Build(engine, connection, folder, sources, wanted, report, today, outcome)
        build.run()
    return outcome


class _Build:
    """One build under way."""

    def __init__(
        self,
        engine: Engine,
        connection: Connection,
        folder: BuildFolder,
        sources: Sources,
        wanted: Wanted,
        report: Report,
        today: date,
        outcome: BuildOutcome,
    ) -> None:
        self._engine = engine
        self._connection = connection
        self._folder = folder
        self._manifest = folder.manifest
        self._sources = sources
        self._wanted = wanted
        self._report = report
        self._outcome = outcome
        self._fonts = _find_fonts(sources) if "cvs" in wanted.kinds else None
        pages = fingerprint_pages(sources.templates, sources.site_url)
        cvs = fingerprint_cvs(sources.templates, sources.site_url, self._fonts.fingerprint) if self._fonts else ""
        self._aim = Aim(
            kinds=wanted.kinds,
            everything=wanted.everything,
            only=self._find_only(),
            home_id=self._find_home(),
            today=today,
            pages_fingerprint=pages,
            cvs_fingerprint=cvs,
        )
        self._touched: set[str] = set()  # technologies whose people changed

    def run(self) -> None:
        steps = list(plan_build(list_profiles(self._connection), self._manifest.list_built(), self._aim))
        drops = [step for step in steps if step.action == "drop"]
        renders = [step for step in steps if step.action == "render"]
        self._remember_failures([step for step in steps if step.action == "failed"])
        if drops or renders or self._shared_is_stale():
            self._folder.begin()
            for step in drops:
                self._drop(step.profile_id)
                self._outcome.dropped += 1
            self._folder.checkpoint()
            if renders:
                self._render(renders)
            self._write_shared()
            self._folder.commit()
        elif self._folder.is_unfinished:
            self._folder.commit()
        self._outcome.people = self._manifest.count_entries()

    # what is asked for

    def _find_only(self) -> frozenset[str] | None:
        if self._wanted.slugs is None:
            return None
        found = {slug: find_profile_id(self._connection, slug) for slug in self._wanted.slugs}
        if missing := sorted(slug for slug, profile_id in found.items() if profile_id is None):
            raise NotFound(f"No PUBLIC profile has the slug {', '.join(missing)}.")
        return frozenset(str(profile_id) for profile_id in found.values())

    def _find_home(self) -> str:
        """Return the profile whose page is `/`: the one named, else the only one there is."""
        if self._sources.home_slug:
            return find_profile_id(self._connection, self._sources.home_slug) or ""
        few = self._connection.execute(text("SELECT profile_id FROM site.profiles LIMIT 2")).scalars().all()
        return few[0] if len(few) == 1 else ""

    def _remember_failures(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if built := self._manifest.find_built(step.profile_id):
                self._outcome.failed_before[built.slug or step.profile_id] = built.failure

    # profiles

    def _render(self, steps: Sequence[Step]) -> None:
        workshop = Workshop(
            engine=self._engine,
            snapshot=export_snapshot(self._connection),
            site=self._folder.site,
            today=self._aim.today,
            renderer=make_renderer(self._sources.templates, self._sources.site_url),
            cv_renderer=self._make_cv_renderer(steps),
        )
        # forked children share what is loaded; frozen, no collection copies it page by page
        gc.collect()
        gc.freeze()
        size = CVS_A_BATCH if workshop.cv_renderer is not None else PROFILES_A_BATCH
        batches = _batch([self._make_task(step) for step in steps], size)
        jobs = min(self._wanted.jobs or os.cpu_count() or 1, -(-len(steps) // size))
        for done, result in enumerate(run_tasks(workshop.work, batches, jobs=jobs), 1):
            self._settle(result)
            self._report.progress("Rendering profiles", done, len(steps))
            if done % PROFILES_A_CHECKPOINT == 0:
                self._folder.checkpoint()
        gc.unfreeze()

    def _make_cv_renderer(self, steps: Iterable[Step]) -> Any:
        if self._fonts is None or not any("cvs" in step.kinds for step in steps):
            return None
        from careerhub.render.cv import make_cv_renderer, warm

        renderer = make_cv_renderer(self._sources.templates, self._fonts, self._sources.cache)
        warm(renderer)
        return renderer

    def _make_task(self, step: Step) -> Task:
        built = self._manifest.find_built(step.profile_id)
        self._outcome.reasons[step.reason] = self._outcome.reasons.get(step.reason, 0) + 1
        if built is None or step.removed_at_revision > built.cvs_revision:
            return Task(step=step)
        kept = (file.path for file in self._manifest.list_files(owner=step.profile_id, kinds=("cv",)))
        return Task(step=step, kept_cvs=frozenset(kept))

    def _settle(self, result: Rendered | Unrendered | Killed[Task]) -> None:
        if isinstance(result, Rendered):
            self._settle_rendered(result)
        elif isinstance(result, Unrendered):
            self._settle_failed(result.task.step, result.slug, result.reason)
        else:
            self._settle_failed(result.task.step, "", KILLED + result.reason)

    def _settle_rendered(self, result: Rendered) -> None:
        step = result.task.step
        before = self._manifest.find_built(step.profile_id) or Built(profile_id=step.profile_id)
        linked = {path for path, _ in result.cv_titles}
        self._replace_files(step, result, linked)
        failure = "; ".join(f"{path.rpartition('/')[2]}: {reason}" for path, reason in result.cv_failures)
        built = replace(
            before, slug=result.slug, changes_on=result.changes_on, is_home=step.is_home, cv_titles=result.cv_titles
        )
        if "pages" in step.kinds:
            built = replace(built, pages_revision=step.revision, pages_fingerprint=self._aim.pages_fingerprint)
            self._write_entry(step.profile_id, result)
        elif linked != {path for path, _ in before.cv_titles}:
            built = replace(built, pages_fingerprint="")  # the page's links are no longer right
        if "cvs" in step.kinds and not failure:
            built = replace(built, cvs_revision=step.revision, cvs_fingerprint=self._aim.cvs_fingerprint)
        if failure:
            self._outcome.failed[result.slug] = failure
            built = self._note_failure(built, step, failure)
        self._manifest.write_built(built)
        self._outcome.rendered += 1
        self._outcome.files += len(result.written)

    def _replace_files(self, step: Step, result: Rendered, linked: set[str]) -> None:
        """Take over what was written, and remove what this profile no longer has."""
        new = {written.path for written in result.written}
        for file in list(self._manifest.list_files(owner=step.profile_id)):
            is_old_page = file.kind == "page" and "pages" in step.kinds and file.path not in new
            is_old_cv = file.kind == "cv" and file.path not in linked
            if is_old_page or is_old_cv:
                self._folder.remove(file.path)
        for written in result.written:
            self._folder.adopt(written, step.profile_id)

    def _write_entry(self, profile_id: str, result: Rendered) -> None:
        if old := self._manifest.find_entry(profile_id):
            self._touched |= {technology.slug for technology in old.technologies}
        self._touched |= {technology.slug for technology in result.entry.technologies}
        self._manifest.write_entry(profile_id, result.entry, result.sort_key)

    def _settle_failed(self, step: Step, slug: str, reason: str) -> None:
        """Keep the last good pages, unless an edit since then took something away."""
        built = self._manifest.find_built(step.profile_id) or Built(profile_id=step.profile_id)
        slug = slug or built.slug or step.profile_id
        if built.pages_revision < step.removed_at_revision or built.pages_revision == 0:
            self._drop(step.profile_id)
            built = Built(
                profile_id=step.profile_id,
                slug=slug,
                failed_revision=built.failed_revision,
                failed_fingerprint=built.failed_fingerprint,
                tries=built.tries,
            )
        self._manifest.write_built(self._note_failure(built, step, reason))
        self._outcome.failed[slug] = reason

    def _note_failure(self, built: Built, step: Step, reason: str) -> Built:
        again = built.failed_revision == step.revision and built.failed_fingerprint == self._aim.fingerprint
        return replace(
            built,
            failed_revision=step.revision,
            failed_fingerprint=self._aim.fingerprint,
            failure=reason,
            tries=built.tries + 1 if again else 1,
        )

    def _drop(self, profile_id: str) -> None:
        for file in list(self._manifest.list_files(owner=profile_id)):
            self._folder.remove(file.path)
        if old := self._manifest.find_entry(profile_id):
            self._touched |= {technology.slug for technology in old.technologies}
        self._manifest.drop_profile(profile_id)

    # shared pages

    def _shared_is_stale(self) -> bool:
        return self._manifest.read_meta("shared_fingerprint") != self._shared_fingerprint()

    def _shared_fingerprint(self) -> str:
        return f"{self._aim.pages_fingerprint}+{self._aim.home_id}"

    def _write_shared(self) -> None:
        renderer = make_renderer(self._sources.templates, self._sources.site_url)
        everything = self._wanted.everything or self._shared_is_stale()
        self._outcome.shared = write_shared(
            self._folder,
            renderer,
            home_id=self._aim.home_id,
            technologies=None if everything else frozenset(self._touched),
        )
        self._manifest.write_meta("shared_fingerprint", self._shared_fingerprint())
        if "cvs" in self._aim.kinds:
            self._manifest.write_meta("has_cvs", "yes")


def _find_fonts(sources: Sources) -> FontSet:
    return find_fonts(sources.font_folders, cache=sources.cache)


def _batch(tasks: Sequence[Task], size: int) -> Iterator[Sequence[Task]]:
    for start in range(0, len(tasks), size):
        yield tasks[start : start + size]
