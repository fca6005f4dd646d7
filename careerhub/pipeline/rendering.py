"""What a worker does: load documents, render them, and put the files in place."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from careerhub.db.site import load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.document.checks import check_profile
from careerhub.document.cv import plan_cvs
from careerhub.document.profile import Profile
from careerhub.document.site import Entry, make_entry
from careerhub.errors import ProfileFailed, StorageFull
from careerhub.output.files import Written, write_file
from careerhub.pipeline.plan import Step
from careerhub.render.pages import render_profile
from careerhub.render.renderer import Renderer
from careerhub.render.resume import render_resume

# Layout leaves cycles behind: without collecting them a worker grows by a megabyte a CV.
CVS_A_COLLECTION = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One profile to render; `kept_cvs` are files of earlier builds that may still be linked to."""

    step: Step
    kept_cvs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A profile whose files are in place; CVs that failed are named."""

    task: Task
    slug: str
    written: tuple[Written, ...]
    entry: Entry
    sort_key: bytes
    changes_on: date | None
    cv_titles: tuple[tuple[str, str], ...]
    cv_failures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrendered:
    """A profile that can't be rendered, or isn't there any more."""

    task: Task
    slug: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the workers share: made before they are forked. `cv_renderer` is None when no CV is asked for."""

    engine: Engine
    snapshot: str
    site: Path
    today: date
    renderer: Renderer
    cv_renderer: Any

    def work(self, tasks: Sequence[Task]) -> Iterator[Rendered | Unrendered]:
        """Render a batch of profiles, all loaded at once."""
        loaded = self._load([task.step.profile_id for task in tasks])
        for task in tasks:
            yield self._render_or_name(loaded.get(task.step.profile_id), task)
        if self.cv_renderer is not None:
            gc.collect()

    def _load(self, profile_ids: Sequence[str]) -> dict[str, Profile | Exception]:
        """Load a batch at once; where a row can't be read, find out whose it is."""
        with open_snapshot(self.engine, joined=self.snapshot) as connection:
            try:
                return dict(load_profiles(connection, profile_ids, today=self.today))
            except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
                if len(profile_ids) == 1:
                    return {profile_ids[0]: error}
        return {one: found for each in profile_ids for one, found in self._load([each]).items()}

    def _render_or_name(self, profile: Profile | Exception | None, task: Task) -> Rendered | Unrendered:
        if profile is None:
            return Unrendered(task=task, slug="", reason="it vanished while it was being read")
        if isinstance(profile, Exception):
            return Unrendered(task=task, slug="", reason=f"its rows can't be read: {_say(profile)}")
        try:
            return self._render(profile, task)
        except StorageFull:
            raise  # no other profile would fare better
        except Exception as error:  # the one place: whatever is wrong with this profile must not stop the others
            return Unrendered(task=task, slug=profile.slug, reason=_say(error))

    def _render(self, profile: Profile, task: Task) -> Rendered:
        check_profile(profile)
        written: list[Written] = []
        titles, failures = self._render_cvs(profile, task, written)
        if "pages" in task.step.kinds:
            for file in render_profile(self.renderer, profile, cv_paths=titles, is_home=task.step.is_home):
                written.append(write_file(self.site, file.path, file.data, "page"))
        return Rendered(
            task=task,
            slug=profile.slug,
            written=tuple(written),
            entry=make_entry(profile),
            sort_key=make_sort_key(profile.sort_name, profile.slug),
            changes_on=profile.changes_on,
            cv_titles=titles,
            cv_failures=failures,
        )

    def _render_cvs(
        self, profile: Profile, task: Task, written: list[Written]
    ) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        url = self.renderer.absolute("" if task.step.is_home else f"p/{profile.slug}/")
        titles, failures = [], []
        for number, cv in enumerate(plan_cvs(profile)):
            if "cvs" not in task.step.kinds:
                if cv.path in task.kept_cvs:
                    titles.append((cv.path, cv.title))
                continue
            from careerhub.render.cv import render_cv

            try:
                data = render_cv(self.cv_renderer, cv, url=url, resume=render_resume(cv.profile, url=url))
            except ProfileFailed as error:
                failures.append((cv.path, str(error)))
                if cv.path not in task.kept_cvs:
                    continue
            else:
                written.append(write_file(self.site, cv.path, data, "cv"))
            titles.append((cv.path, cv.title))
            if number % CVS_A_COLLECTION == CVS_A_COLLECTION - 1:
                gc.collect()
        return tuple(titles), tuple(failures)


def make_sort_key(name: str, slug: str) -> bytes:
    """Return bytes that order names by the Unicode collation algorithm, equal ones by slug."""
    weights = b"".join(weight.to_bytes(2, "big") for weight in _collator().sort_key(name))
    return weights + b"\0\0" + slug.encode()


@cache
def _collator() -> Any:
    from pyuca import Collator  # type: ignore[import-untyped]  # reads a table of 35,000 lines: only where something is sorted

    return Collator()


def _say(error: Exception) -> str:
    if isinstance(error, ProfileFailed):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
