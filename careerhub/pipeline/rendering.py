"""What a worker does: load documents, render them, and stage their files."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from struct import pack
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine

from careerhub.db.site import load_photos, load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.document.checks import check_profile
from careerhub.document.cv import plan_cvs, with_photo
from careerhub.document.profile import Profile
from careerhub.document.site import Listed
from careerhub.errors import ProfileFailed, StorageFull
from careerhub.output.files import Written
from careerhub.output.staging import stage_file, stage_folder
from careerhub.pipeline.plan import ProfileKind, Step
from careerhub.render.files import File
from careerhub.render.lists import render_listed
from careerhub.render.pages import render_profile
from careerhub.render.renderer import Renderer
from careerhub.render.resume import render_resume

# Layout leaves cycles behind: without collecting them a worker grows by a megabyte a CV.
CVS_A_COLLECTION = 25

# (path, title) of each CV a page leads to, or (path, reason) of each that failed.
Named = tuple[tuple[str, str], ...]
# the bytes of a photo's sizes by their SHA-256
Photos = Mapping[str, bytes]
_PAGES: frozenset[ProfileKind] = frozenset({"pages"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One profile to render.

    `kept_cvs` are files of earlier builds that may still be linked to; `linked` are the CVs that the page in the
    folder leads to, None when there is no page. `is_new`: the folder has nothing of this profile.
    """

    step: Step
    kept_cvs: frozenset[str] = frozenset()
    linked: Named | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A profile whose files are staged, those below `folder` together; CVs that failed are named.

    `elsewhere` is the target where they lie already, and not here.
    """

    task: Task
    kinds: frozenset[ProfileKind]
    slug: str
    written: tuple[Written, ...]
    folder: str
    listed: Listed
    changes_on: date | None
    cv_titles: Named
    cv_failures: Named
    elsewhere: str = ""


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
    incoming: Path
    today: date
    renderer: Renderer
    cv_renderer: Any
    _kept: list[Connection] = field(default_factory=list, repr=False)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep one connection for all batches of this process: making one costs as much as twenty profiles."""
        with open_snapshot(self.engine, joined=self.snapshot) as connection:
            self._kept.append(connection)
            try:
                yield
            finally:
                self._kept.clear()

    def work(self, tasks: Sequence[Task]) -> Iterator[Rendered | Unrendered]:
        """Render a batch of profiles, all loaded at once."""
        loaded = self._load([task.step.profile_id for task in tasks])
        photos = self._load_photos([one for one, p in loaded.items() if isinstance(p, Profile) and p.photo])
        for task in tasks:
            yield self._render_or_name(loaded.get(task.step.profile_id), task, photos.get(task.step.profile_id, {}))
        if self.cv_renderer is not None:
            gc.collect()

    def _load(self, profile_ids: Sequence[str]) -> Mapping[str, Profile | Exception]:
        """Load a batch at once; where a row can't be read, find out whose it is."""
        with self._connect() as connection:
            try:
                with connection.begin_nested():
                    return load_profiles(connection, profile_ids, today=self.today)
            # of psycopg: a value that the view or the driver can't convert, such as a date of 'infinity'
            except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, psycopg.DataError) as error:
                found = error
        if len(profile_ids) == 1:
            return {profile_ids[0]: found}
        return {one: result for each in profile_ids for one, result in self._load([each]).items()}

    def _load_photos(self, profile_ids: Sequence[str]) -> Mapping[str, Photos]:
        if not profile_ids:
            return {}
        with self._connect() as connection:
            return load_photos(connection, profile_ids)

    def _connect(self) -> AbstractContextManager[Connection]:
        if self._kept:
            return nullcontext(self._kept[0])
        return open_snapshot(self.engine, joined=self.snapshot)

    def _render_or_name(self, profile: Profile | Exception | None, task: Task, photos: Photos) -> Rendered | Unrendered:
        if profile is None:
            return Unrendered(task=task, slug="", reason="it vanished while it was being read")
        if isinstance(profile, Exception):
            return Unrendered(task=task, slug="", reason=f"its rows can't be read: {_say(profile)}")
        try:
            return self._render(profile, task, photos)
        except StorageFull:
            raise  # no other profile would fare better
        except Exception as error:  # noqa: BLE001 - the one place: whatever is wrong with this profile must not stop the others
            return Unrendered(task=task, slug=profile.slug, reason=_say(error))

    def _render(self, profile: Profile, task: Task, photos: Photos) -> Rendered:
        check_profile(profile)
        cvs, titles, failures = self._render_cvs(profile, task, photos)
        kinds = task.step.kinds
        if task.linked not in (None, titles):
            kinds |= _PAGES  # the page would lead to a CV that isn't there, or hide one that is
        pages: tuple[File, ...] = ()
        if "pages" in kinds:
            is_home = task.step.is_home
            pages = render_profile(self.renderer, profile, cv_paths=titles, is_home=is_home, photos=photos)
        # only now: a profile's files are replaced together, or not at all
        folder = f"p/{profile.slug}/" if task.is_new and (cvs or pages) else ""
        if folder:
            stage_folder(self.incoming, folder)
        written = [stage_file(self.incoming, file.path, file.data, "cv", folder=folder) for file in cvs]
        written += [stage_file(self.incoming, file.path, file.data, "page", folder=folder) for file in pages]
        return Rendered(
            task=task,
            kinds=kinds,
            slug=profile.slug,
            written=tuple(written),
            folder=folder,
            listed=render_listed(
                self.renderer, profile, make_sort_key(profile.sort_name, profile.slug), is_home=task.step.is_home
            ),
            changes_on=profile.changes_on,
            cv_titles=titles,
            cv_failures=failures,
        )

    def _render_cvs(self, profile: Profile, task: Task, photos: Photos) -> tuple[list[File], Named, Named]:
        """Return the PDFs made, the CVs that pages may link to, and those that failed."""
        cvs = plan_cvs(profile)
        if "cvs" not in task.step.kinds:
            return [], tuple((cv.path, cv.title) for cv in cvs if cv.path in task.kept_cvs), ()
        from careerhub.render.cv import render_cv

        url = self.renderer.absolute("" if task.step.is_home else f"p/{profile.slug}/")
        files, failures = [], []
        for number, cv in enumerate(cvs, 1):
            try:
                data = render_cv(
                    self.cv_renderer, with_photo(cv, photos), url=url, resume=render_resume(cv.profile, url=url)
                )
                files.append(File(path=cv.path, data=data))
            except StorageFull:
                raise
            except Exception as error:  # noqa: BLE001 - a CV that fails takes neither its page nor other CVs along
                failures.append((cv.path, _say(error)))
            if number % CVS_A_COLLECTION == 0:
                gc.collect()
        there = task.kept_cvs | {file.path for file in files}
        return files, tuple((cv.path, cv.title) for cv in cvs if cv.path in there), tuple(failures)


def make_sort_key(name: str, slug: str) -> bytes:
    """Return bytes that order names by the Unicode collation algorithm, equal ones by slug."""
    weights = _weigh_ascii(name) if name.isascii() else load_collator().sort_key(name)
    return pack(f">{len(weights)}H", *weights) + b"\0\0" + slug.encode()


def _weigh_ascii(name: str) -> tuple[int, ...]:
    # no two letters of ASCII are weighed together, so that each is looked up once and not once a name
    elements = [element for letter in name for element in _weigh_letter(letter)]
    weights: tuple[int, ...] = load_collator().sort_key_from_collation_elements(elements)
    return weights


@cache
def _weigh_letter(letter: str) -> tuple[Any, ...]:
    return tuple(load_collator().collation_elements(letter))


@cache
def load_collator() -> Any:
    """Return the collator: it reads a table of 35,000 lines, once a process."""
    from pyuca import Collator  # type: ignore[import-untyped]  # only where something is sorted

    return Collator()


def _say(error: Exception) -> str:
    if isinstance(error, ProfileFailed):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
