"""Publish the site: what the build folder has goes to the target, what may no longer be seen goes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from careerhub.db.publications import list_published, record_published
from careerhub.db.site import list_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.db.state import check_current
from careerhub.errors import GuardRefused, WrongUse
from careerhub.output.folder import BuildFolder
from careerhub.publish.apply import Outcome, apply_plan, read_remote
from careerhub.publish.bucket import Bucket
from careerhub.publish.headers import Headers, headers_for, make_cv_filename
from careerhub.publish.manifest import KINDS, RemoteManifest
from careerhub.publish.plan import LocalFile, SyncPlan, plan_sync
from careerhub.reporting import Report

_WITHOUT_CVS = frozenset(KINDS) - {"cv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who may be seen at this moment, and whose published CVs show what was taken away since."""

    hidden: frozenset[str]
    public: frozenset[str]
    outdated: frozenset[str]


@dataclass(slots=True, kw_only=True)
class PublishOutcome:
    """What a publish planned, and what it did (None on a dry run)."""

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
) -> PublishOutcome:
    """Make the target equal to the build folder, minus whoever the database says may no longer be seen.

    `records`: this is the target whose publications the database counts.
    """
    if folder.is_unfinished:
        raise WrongUse(f"The build in {folder.root} is unfinished: run `careerhub build` again. Nothing was published.")
    remote, etag = read_remote(bucket)
    local = _list_local(folder)
    has_cvs = folder.manifest.read_meta("has_cvs") == "yes"
    seen = _ask_database(engine, local, remote)
    _check_known(folder, remote, seen)
    plan = plan_sync(
        local,
        remote,
        hidden=seen.hidden,
        headers_of=_name_cvs(folder),
        kinds_built=frozenset(KINDS) if has_cvs else _WITHOUT_CVS,
        stale_cvs=frozenset(
            key
            for key, known in remote.objects.items()
            if known.kind == "cv" and known.owner in seen.outdated and key not in local
        ),
        max_deletes=max_deletes,
    )
    outcome = PublishOutcome(plan=plan)
    if not dry_run:
        outcome.done = apply_plan(plan, bucket, folder.site, remote, report, etag=etag)
        if records:
            outcome.recorded = _record(engine, folder, seen)
    return outcome


def _list_local(folder: BuildFolder) -> dict[str, LocalFile]:
    return {
        file.path: LocalFile(key=file.path, sha256=file.sha256, size=file.size, owner=file.owner, kind=file.kind)
        for file in folder.manifest.list_files()
    }


def _ask_database(engine: Engine, local: dict[str, LocalFile], remote: RemoteManifest) -> Seen:
    """Ask, now, about everybody the build or the target has something of."""
    owners = {file.owner for file in local.values()} | {known.owner for known in remote.objects.values()}
    owners.discard("")
    public, outdated = set(), set()
    with open_snapshot(engine) as connection:
        check_current(connection)
        published = list_published(connection)
        for revision in list_profiles(connection):
            if revision.profile_id in owners and revision.is_public:
                public.add(revision.profile_id)
                if revision.removed_at_revision > published.get(revision.profile_id, 0):
                    outdated.add(revision.profile_id)
    # whoever isn't known to be PUBLIC is hidden: also a profile of another database
    return Seen(hidden=frozenset(owners - public), public=frozenset(public), outdated=frozenset(outdated))


def _check_known(folder: BuildFolder, remote: RemoteManifest, seen: Seen) -> None:
    """Refuse to take away somebody PUBLIC whom this build folder knows nothing of: it would be the wrong folder."""
    theirs = {known.owner for known in remote.objects.values()} & seen.public
    unknown = sorted(owner for owner in theirs if folder.manifest.find_built(owner) is None)
    if unknown:
        raise GuardRefused(
            f"{len(unknown)} published profiles are PUBLIC but not in {folder.root} (the first: {unknown[0]}):"
            " run `careerhub build` there, or publish from the right folder. Nothing was changed."
        )


def _name_cvs(folder: BuildFolder) -> Callable[[str], Headers]:
    """Return the headers of a key; a CV is saved under its person's name."""

    def headers_of(key: str) -> Headers:
        if not key.endswith(".pdf"):
            return headers_for(key)
        file = folder.manifest.find_file(key)
        entry = folder.manifest.find_entry(file.owner) if file else None
        return headers_for(key, filename=make_cv_filename(entry.full_name) if entry else None)

    return headers_of


def _record(engine: Engine, folder: BuildFolder, seen: Seen) -> int:
    """Tell the database what is published now: for each profile the revision of its oldest kind."""
    done: dict[str, tuple[int, Any]] = {}
    for built in folder.manifest.list_built():
        revision = min(built.pages_revision, built.cvs_revision)
        if revision and built.profile_id in seen.public:
            done[built.profile_id] = (revision, built.changes_on)
    return record_published(engine, done, gone=seen.hidden)
