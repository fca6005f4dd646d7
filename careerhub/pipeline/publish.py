"""Publish the site: what the build folder has goes to the target, what may no longer be seen goes first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from careerhub.db.lock import hold_lock
from careerhub.db.publications import record_published
from careerhub.db.sightings import read_clock
from careerhub.db.snapshot import open_snapshot
from careerhub.db.state import check_current
from careerhub.errors import CareerHubError, GuardRefused, Overtaken, WrongUse
from careerhub.output.folder import BuildFolder
from careerhub.output.manifest import Built
from careerhub.pipeline.equal import count_published, note_equal
from careerhub.pipeline.guarding import (
    find_lost,
    find_unknown,
    guard_plan,
    keep_withdrawals,
    leave_out,
    owners_of,
)
from careerhub.pipeline.scope import Scope, Seen, ask_database, find_edits, find_scope
from careerhub.publish.apply import Fold, apply_plan
from careerhub.publish.bucket import Bucket
from careerhub.publish.cdn import Cdn
from careerhub.publish.headers import Headers, headers_for, name_profile_headers
from careerhub.publish.outcome import Outcome, PublishOutcome
from careerhub.publish.parallel import Lock
from careerhub.publish.plan import SHARED, LocalFile, SyncPlan, plan_sync
from careerhub.publish.recovery import Continued, recover, take_over
from careerhub.publish.tree import Tree, open_tree
from careerhub.publish.uploading import BuildChanged
from careerhub.reporting import Report

__all__ = ["PublishOutcome", "has_leavers", "publish_site"]

Local = dict[str, LocalFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What one publish works with."""

    engine: Engine
    folder: BuildFolder
    bucket: Bucket
    report: Report
    max_deletes: int | None
    records: bool
    allow_strangers: bool
    only_withdrawals: bool
    cdn: Cdn | None
    lock: Lock | None
    now: datetime | None
    clock: Callable[[], float]
    continued: Continued | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """Everything a plan is made of, and the plan."""

    tree: Tree
    scope: Scope
    seen: Seen
    behind: frozenset[str]
    lost: frozenset[str]
    plan: SyncPlan
    now: datetime
    is_equal: bool


def publish_site(
    engine: Engine,
    folder: BuildFolder,
    bucket: Bucket,
    report: Report,
    *,
    dry_run: bool,
    max_deletes: int | None,
    records: bool,
    allow_strangers: bool = False,
    only_withdrawals: bool = False,
    cdn: Cdn | None = None,
    lock: Lock | None = None,
    now: datetime | None = None,
    clock: Callable[[], float] = time.monotonic,
    continued: Continued | None = None,
) -> PublishOutcome:
    """Make the target equal to the build folder, minus whoever the database says may no longer be seen.

    `records`: this is the target whose publications the database counts. `allow_strangers`: also when the database
    knows nobody of those the target shows. `only_withdrawals`: take off who has hidden and nothing else, also where the
    build isn't finished. `lock`: held by the caller, else taken here. `now`: else the database's.
    `continued`: what workers did in this run already.
    """
    if folder.is_unfinished and not only_withdrawals:
        raise WrongUse(f"The build in {folder.root} is unfinished: run `careerhub build` again. Nothing was published.")
    with _held(engine, bucket, lock, needed=not dry_run) as held:
        job = _Job(
            engine=engine,
            folder=folder,
            bucket=bucket,
            report=report,
            max_deletes=max_deletes,
            records=records,
            allow_strangers=allow_strangers,
            only_withdrawals=only_withdrawals,
            cdn=cdn,
            lock=held,
            now=now,
            clock=clock,
            continued=continued,
        )
        view = _look(job)
        outcome = PublishOutcome(plan=view.plan, notes=_note_what_waits(view))
        if not dry_run:
            _do(job, view, outcome)
    for note in bucket.notes:
        report.note(note)
    return outcome


def has_leavers(engine: Engine, folder: BuildFolder) -> bool:
    """Tell whether somebody the folder shows may no longer be seen, or only looking at everybody could tell."""
    with open_snapshot(engine) as connection:
        edits = find_edits(connection, folder)
    return edits is None or any(not edit.is_public and folder.manifest.find_built(edit.profile_id) for edit in edits)


@contextmanager
def _held(engine: Engine, bucket: Bucket, lock: Lock | None, *, needed: bool) -> Iterator[Lock | None]:
    if lock or not needed:
        yield lock
        return
    with hold_lock(engine, bucket.name) as held:
        yield held


def _look(job: _Job) -> _View:
    """Read the target, the folder and the database, and decide what to do."""
    tree = open_tree(job.bucket)
    if tree.root.touching:
        _recover(job, tree)
    with open_snapshot(job.engine) as connection:
        check_current(connection)
        now = job.now or read_clock(connection)
        scope = find_scope(connection, job.folder, job.bucket.name, tree, now, job.continued)
        seen = ask_database(connection, scope)
    # where only a part is looked at, it was this database that published the rest
    if scope.is_whole and not job.allow_strangers:
        _check_database(scope, seen, job.bucket)
    behind = _find_behind(scope, seen, records=job.records)
    local = _make_local(scope, seen, behind)
    plan = plan_sync(
        local,
        scope.remote,
        hidden=seen.hidden,
        now=now,
        headers_of=_name_headers(job.folder, scope),
        noted=tree.root.orphans,
        assets=tree.root.counts.get("asset", 0),
        max_deletes=job.max_deletes,
    )
    if not scope.is_whole:
        others = count_published(tree.root) - len(scope.remote)
        plan = replace(plan, unchanged=plan.unchanged + max(0, others))
    plan = keep_withdrawals(plan) if job.only_withdrawals else guard_plan(plan, job.folder, find_unknown(scope, seen))
    lost = find_lost(plan, scope)
    plan = leave_out(plan, lost, scope, job.bucket.name)
    is_equal = not (plan.held or behind or lost or plan.refusal or plan.refused_orphans)
    is_equal = is_equal and local.keys() == scope.files.keys()
    is_equal = (
        is_equal and not job.only_withdrawals and not any(file.owner in seen.hidden for file in scope.files.values())
    )
    return _View(tree=tree, scope=scope, seen=seen, behind=behind, lost=lost, plan=plan, now=now, is_equal=is_equal)


def _recover(job: _Job, tree: Tree) -> None:
    """Learn what is in the places that the last run touched: from its workers' reports, else by looking."""
    is_ours = job.continued is not None and job.continued.token == tree.root.token
    if job.continued and is_ours:
        take_over(tree, job.continued)
    known = job.continued.places if job.continued and is_ours else ()
    recover(tree, job.bucket, lambda key: _find_local(job.folder, key), known)


def _do(job: _Job, view: _View, outcome: PublishOutcome) -> None:
    """Do what was planned, then have the CDN forget it, then let the database know."""
    try:
        outcome.done = _apply(job, view)
    except Overtaken:
        raise
    except CareerHubError:
        # what was withdrawn before the trouble began must leave the caches too
        _purge(job, view, outcome)
        raise
    _purge(job, view, outcome)
    job.folder.spoil(view.lost)
    if job.records:
        uploaded = () if job.only_withdrawals else view.scope.built.values()
        done = _list_done(uploaded, view.seen.public - view.behind - view.lost)
        if done or view.seen.hidden:
            outcome.recorded = record_published(job.engine, done, gone=view.seen.hidden)
    note_equal(job.folder, job.bucket.name, view.tree, is_equal=view.is_equal)
    outcome.queued = len(view.tree.root.purge)
    if view.plan.refused_orphans:
        raise GuardRefused(view.plan.refused_orphans)


def _apply(job: _Job, view: _View) -> Outcome:
    root, plan = view.tree.root, view.plan
    is_noted = dict(plan.lingering) == dict(root.orphans)
    if plan.is_empty and is_noted and not (root.touching or plan.refusal):
        if view.scope.is_whole:
            # the run that wrote it may have died before it deleted them
            view.tree.delete_stale()
        return Outcome(run=root.run, unchanged=plan.unchanged)
    try:
        return apply_plan(
            # told at the very end: everything else is done all the same
            replace(plan, refused_orphans=""),
            job.bucket,
            job.folder.site,
            view.tree,
            job.report,
            lock=job.lock,
            whole=view.scope.is_whole,
            fold=_make_fold(job.cdn, view) if job.cdn else None,
            # their published files still show what was taken away since
            losers=view.seen.outdated,
            clock=job.clock,
        )
    except BuildChanged:
        # the next build has to look at each file
        job.folder.begin()
        raise


def _make_fold(cdn: Cdn, view: _View) -> Fold:
    purged = view.tree.root.purged.get(_month_of(view.now), 0)

    def fold(replaced: Sequence[str], taken: Sequence[str]) -> list[str]:
        return cdn.fold(replaced, taken=taken, purged=purged)

    return fold


def _purge(job: _Job, view: _View, outcome: PublishOutcome) -> None:
    """Have the CDN forget what is queued in the root; what fails stays queued for the next publish."""
    paths = view.tree.root.purge
    if not (job.cdn and paths):
        return
    waits = bool(view.plan.withdrawals)
    try:
        purge = job.cdn.purge(paths, f"{job.bucket.name}#{view.tree.root.run}")
        month = _month_of(view.now)
        view.tree.note(purge=(), purged={month: view.tree.root.purged.get(month, 0) + len(paths)})
        outcome.purged = tuple(paths)
        outcome.purge_seconds = job.cdn.wait(purge) if waits else None
    except Overtaken:
        raise
    except CareerHubError as error:
        outcome.pending = f"origin removed, cache pending: {error}"
        return
    if waits and outcome.purge_seconds is None:
        outcome.pending = f"origin removed, cache pending: {job.cdn.name} is still at it"


def _month_of(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m")


def _check_database(scope: Scope, seen: Seen, bucket: Bucket) -> None:
    """Refuse to empty a target of people this database has never heard of: it would be the wrong one."""
    owners = owners_of(scope)
    if owners and not owners & seen.known:
        raise GuardRefused(
            f"{bucket.name} shows {len(owners):,} people, none of whom this database has ever had: look at"
            " CAREERHUB_DATABASE_URL and the target, or add --yes to take them off. Nothing was changed."
        )


def _find_behind(scope: Scope, seen: Seen, *, records: bool) -> frozenset[str]:
    """Return the PUBLIC profiles of which the build is older than what was taken away, or than what is published.

    `records`: the database counts what this target shows.
    """
    at_least = {
        profile_id: max(removed_at, seen.published_at[profile_id] if records else 0)
        for profile_id, removed_at in seen.removed_at.items()
    }
    return frozenset(
        profile_id
        for profile_id, revision in at_least.items()
        if (each := scope.built.get(profile_id)) and 0 < each.pages_revision < revision
    )


def _find_local(folder: BuildFolder, key: str) -> LocalFile | None:
    file = folder.manifest.find_file(key)
    return LocalFile(key=key, sha256=file.sha256, size=file.size, owner=file.owner, kind=file.kind) if file else None


def _make_local(scope: Scope, seen: Seen, behind: frozenset[str]) -> Local:
    """List what the target shall have: what was built, and in its place what the target has where that has to stay."""
    local = {
        file.path: LocalFile(key=file.path, sha256=file.sha256, size=file.size, owner=file.owner, kind=file.kind)
        for file in scope.files.values()
        if file.owner not in behind and not (behind and file.kind in SHARED)
    }
    for key, known in scope.remote.items():
        is_held = known.owner in behind or (behind and known.kind in SHARED and known.owner not in seen.hidden)
        if is_held or (known.kind == "cv" and _keeps_cv(key, scope.built.get(known.owner), seen)):
            local[key] = LocalFile(key=key, sha256=known.sha256, size=known.size, owner=known.owner, kind=known.kind)
    return local


def _keeps_cv(key: str, built: Built | None, seen: Seen) -> bool:
    """Tell whether a published CV stays because the build made none of this profile (`--only pages`)."""
    if built is None or built.cvs_revision or built.failed_cvs or not built.pages_revision:
        return False
    return built.profile_id in seen.public - seen.outdated and key.startswith(f"p/{built.slug}/")


def _name_headers(folder: BuildFolder, scope: Scope) -> Callable[[str], Headers]:
    """Return the headers of a key: a CV is saved under its person's name, a former address says where it leads.

    What isn't of this build stays as it is.
    """

    def headers_of(key: str) -> Headers:
        file = scope.files.get(key)
        if file is None and key in scope.remote:
            return scope.remote[key].headers
        if file is None or file.kind not in ("cv", "page"):
            return headers_for(key)
        built = scope.built.get(file.owner)
        # only a CV's headers name somebody
        entry = folder.manifest.find_entry(file.owner) if file.kind == "cv" else None
        return name_profile_headers(
            key, file.kind, slug=built.slug if built else "", full_name=entry.full_name if entry else ""
        )

    return headers_of


def _note_what_waits(view: _View) -> list[str]:
    """Say why this build isn't the last word."""
    notes = []
    if hidden := {file.owner for file in view.scope.files.values()} & view.seen.hidden:
        notes.append(
            f"{len(hidden):,} profiles have been hidden since this build: theirs is withdrawn,"
            f" but lists may still name them ({len(view.plan.held):,} held back)."
            " Run `careerhub build`, then publish again."
        )
    if view.behind:
        notes.append(
            f"Of {len(view.behind):,} profiles something has been taken away since this build, or was published newer:"
            " they, and the lists, stay as they were published. Run `careerhub build`, then publish again."
        )
    if view.lost:
        notes.append(
            f"The target hasn't what workers had put there of {len(view.lost):,} profiles, and neither has this build."
            " Run `careerhub build`, then publish again."
        )
    return notes


def _list_done(built: Iterable[Built], current: frozenset[str]) -> dict[str, tuple[int, date | None]]:
    """Return for each profile the revision of its oldest kind, and the day it changes by itself.

    0: only one kind of it is there. That is noted too: it will have to be withdrawn one day.
    """
    return {
        each.profile_id: (min(each.pages_revision, each.cvs_revision), each.changes_on)
        for each in built
        if max(each.pages_revision, each.cvs_revision) and each.profile_id in current
    }
