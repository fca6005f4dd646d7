"""Publish the site: what the build folder has goes to the target, what may no longer be seen goes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Engine

from careerhub.db.publications import list_published, record_published
from careerhub.db.site import list_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.db.state import check_current
from careerhub.errors import GuardRefused, Overtaken, WrongUse
from careerhub.output.folder import BuildFolder
from careerhub.output.manifest import Built
from careerhub.publish.apply import Outcome, apply_plan, read_remote
from careerhub.publish.bucket import Bucket
from careerhub.publish.headers import Headers, headers_for, make_cv_filename
from careerhub.publish.manifest import RemoteManifest
from careerhub.publish.plan import SHARED, LocalFile, SyncPlan, plan_sync
from careerhub.reporting import Report

Local = dict[str, LocalFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who may be seen at this moment, of those the build or the target has something of.

    `hidden` are all the others, `known` those the database has ever had; `removed_at` is the revision that last took
    something of a PUBLIC profile away, `outdated` whose published files still show it.
    """

    hidden: frozenset[str]
    public: frozenset[str]
    known: frozenset[str]
    removed_at: Mapping[str, int]
    outdated: frozenset[str]


@dataclass(slots=True, kw_only=True)
class PublishOutcome:
    """What a publish planned, and what it did (None on a dry run); with notes a new build is needed."""

    plan: SyncPlan
    done: Outcome | None = None
    recorded: int = 0
    notes: list[str] = field(default_factory=list)


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
) -> PublishOutcome:
    """Make the target equal to the build folder, minus whoever the database says may no longer be seen.

    `records`: this is the target whose publications the database counts. `allow_strangers`: also when the database
    knows nobody of those the target shows.
    """
    if folder.is_unfinished:
        raise WrongUse(f"The build in {folder.root} is unfinished: run `careerhub build` again. Nothing was published.")
    remote, etag = read_remote(bucket)
    seen = _ask_database(engine, folder, remote)
    if not allow_strangers:
        _check_database(remote, seen, bucket)
    built = {each.profile_id: each for each in folder.manifest.list_built()}
    behind = _find_behind(built, seen)
    plan = plan_sync(
        _make_local(folder, remote, seen, built, behind),
        remote,
        hidden=seen.hidden,
        headers_of=_name_headers(folder, remote),
        max_deletes=max_deletes,
    )
    plan = _guard(plan, folder, _find_unknown(remote, seen, built))
    outcome = PublishOutcome(plan=plan, notes=_note_what_waits(plan, folder, seen, behind))
    if not dry_run:
        outcome.done = _apply(plan, bucket, folder, remote, report, etag)
        if records:
            done = _list_done(built.values(), seen.public - behind)
            outcome.recorded = record_published(engine, done, gone=seen.hidden)
    return outcome


def _ask_database(engine: Engine, folder: BuildFolder, remote: RemoteManifest) -> Seen:
    """Ask, now, about everybody the build or the target has something of."""
    owners = {file.owner for file in folder.manifest.list_files()} | _owners_of(remote)
    owners.discard("")
    public, known, outdated, removed_at = set(), set(), set(), {}
    with open_snapshot(engine) as connection:
        check_current(connection)
        published = list_published(connection)
        for revision in list_profiles(connection):
            if revision.profile_id not in owners:
                continue
            known.add(revision.profile_id)
            if revision.is_public:
                public.add(revision.profile_id)
                removed_at[revision.profile_id] = revision.removed_at_revision
                if revision.removed_at_revision > published.get(revision.profile_id, 0):
                    outdated.add(revision.profile_id)
    # whoever isn't known to be PUBLIC is hidden: also a profile of another database
    return Seen(
        hidden=frozenset(owners - public),
        public=frozenset(public),
        known=frozenset(known),
        removed_at=removed_at,
        outdated=frozenset(outdated),
    )


def _check_database(remote: RemoteManifest, seen: Seen, bucket: Bucket) -> None:
    """Refuse to empty a target of people this database has never heard of: it would be the wrong one."""
    owners = _owners_of(remote)
    if owners and not owners & seen.known:
        raise GuardRefused(
            f"{bucket.name} shows {len(owners):,} people, none of whom this database has ever had: look at"
            " CAREERHUB_DATABASE_URL and the target, or add --yes to take them off. Nothing was changed."
        )


def _find_behind(built: Mapping[str, Built], seen: Seen) -> frozenset[str]:
    """Return the PUBLIC profiles of which the build still shows something that has been taken away since."""
    return frozenset(
        profile_id
        for profile_id, removed_at in seen.removed_at.items()
        if (each := built.get(profile_id)) and 0 < each.pages_revision < removed_at
    )


def _find_unknown(remote: RemoteManifest, seen: Seen, built: Mapping[str, Built]) -> list[str]:
    """Return published PUBLIC profiles of which the folder neither has pages nor says that they failed."""
    known = {each.profile_id for each in built.values() if each.pages_revision or each.failed_revision}
    return sorted((_owners_of(remote) & seen.public) - known)


def _make_local(
    folder: BuildFolder, remote: RemoteManifest, seen: Seen, built: Mapping[str, Built], behind: frozenset[str]
) -> Local:
    """List what the target shall have: what was built, and in its place what the target has where that has to stay."""
    local = {
        file.path: LocalFile(key=file.path, sha256=file.sha256, size=file.size, owner=file.owner, kind=file.kind)
        for file in folder.manifest.list_files()
        if file.owner not in behind and not (behind and file.kind in SHARED)
    }
    for key, known in remote.objects.items():
        is_held = known.owner in behind or (behind and known.kind in SHARED and known.owner not in seen.hidden)
        if is_held or (known.kind == "cv" and _keeps_cv(key, built.get(known.owner), seen)):
            local[key] = LocalFile(key=key, sha256=known.sha256, size=known.size, owner=known.owner, kind=known.kind)
    return local


def _keeps_cv(key: str, built: Built | None, seen: Seen) -> bool:
    """Tell whether a published CV stays because the build made none of this profile (`--only pages`)."""
    if built is None or built.cvs_revision or built.failed_cvs or not built.pages_revision:
        return False
    return built.profile_id in seen.public - seen.outdated and key.startswith(f"p/{built.slug}/")


def _name_headers(folder: BuildFolder, remote: RemoteManifest) -> Callable[[str], Headers]:
    """Return the headers of a key; a CV is saved under its person's name, what isn't of this build stays as it is."""

    def headers_of(key: str) -> Headers:
        file = folder.manifest.find_file(key)
        if file is None and key in remote.objects:
            return remote.objects[key].headers
        entry = folder.manifest.find_entry(file.owner) if file and file.kind == "cv" else None
        return headers_for(key, filename=make_cv_filename(entry.full_name)) if entry else headers_for(key)

    return headers_of


def _guard(plan: SyncPlan, folder: BuildFolder, unknown: list[str]) -> SyncPlan:
    """Allow no more than withdrawing who is hidden when PUBLIC people would go: it would be the wrong folder."""
    if not unknown:
        return plan
    refusal = (
        f"{len(unknown):,} published profiles are PUBLIC but not in {folder.root} (the first: {unknown[0]}):"
        " run `careerhub build` there, or publish from the right folder. Nothing of them was changed."
    )
    hidden = tuple(withdrawal for withdrawal in plan.withdrawals if withdrawal.reason == "hidden")
    if not hidden:
        raise GuardRefused(refusal)
    return replace(plan, withdrawals=hidden, uploads=(), orphans=(), held=(), refusal=refusal)


def _note_what_waits(plan: SyncPlan, folder: BuildFolder, seen: Seen, behind: frozenset[str]) -> list[str]:
    """Say why this build isn't the last word."""
    notes = []
    built = {file.owner for file in folder.manifest.list_files()}
    if hidden := built & seen.hidden:
        notes.append(
            f"{len(hidden):,} profiles have been hidden since this build: theirs is withdrawn,"
            f" but lists may still name them ({len(plan.held):,} held back). Run `careerhub build`, then publish again."
        )
    if behind:
        notes.append(
            f"Of {len(behind):,} profiles something has been taken away since this build: they, and the lists, stay as"
            " they were published. Run `careerhub build`, then publish again."
        )
    return notes


def _apply(
    plan: SyncPlan, bucket: Bucket, folder: BuildFolder, remote: RemoteManifest, report: Report, etag: str
) -> Outcome:
    try:
        return apply_plan(plan, bucket, folder.site, remote, report, etag=etag)
    except Overtaken:
        # by somebody who changed the build's files, and not the target: the next build has to look at each of them
        if folder.has_changed(upload.file.key for upload in plan.uploads):
            folder.begin()
        raise


def _list_done(built: Iterable[Built], current: frozenset[str]) -> dict[str, tuple[int, date | None]]:
    """Return for each profile the revision of its oldest kind, and the day it changes by itself."""
    return {
        each.profile_id: (revision, each.changes_on)
        for each in built
        if (revision := min(each.pages_revision, each.cvs_revision)) and each.profile_id in current
    }


def _owners_of(remote: RemoteManifest) -> set[str]:
    return {known.owner for known in remote.objects.values()} - {""}
