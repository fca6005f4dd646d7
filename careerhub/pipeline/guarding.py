"""What may be done of a plan when something is wrong with the build, the folder or the target."""

from __future__ import annotations

from dataclasses import replace

from careerhub.errors import GuardRefused
from careerhub.output.folder import BuildFolder
from careerhub.pipeline.scope import Scope, Seen
from careerhub.publish.plan import SyncPlan


def guard_plan(plan: SyncPlan, folder: BuildFolder, unknown: list[str]) -> SyncPlan:
    """Allow no more than withdrawing who is hidden when PUBLIC people would go: it would be the wrong folder."""
    if not unknown:
        return plan
    refusal = (
        f"{len(unknown):,} published profiles are PUBLIC but not in {folder.root} (the first: {unknown[0]}):"
        " run `careerhub build` there, or publish from the right folder. Nothing of them was changed."
    )
    return _refuse(plan, refusal)


def _refuse(plan: SyncPlan, refusal: str) -> SyncPlan:
    least = keep_withdrawals(plan)
    if not least.withdrawals:
        raise GuardRefused(refusal)
    return replace(least, refusal=refusal)


def keep_withdrawals(plan: SyncPlan) -> SyncPlan:
    """Leave of a plan what may be done whatever the build is worth."""
    hidden = tuple(withdrawal for withdrawal in plan.withdrawals if withdrawal.reason == "hidden")
    return replace(plan, withdrawals=hidden, uploads=(), orphans=(), held=(), refused_orphans="")


def find_unknown(scope: Scope, seen: Seen) -> list[str]:
    """Return published PUBLIC profiles of which the folder neither has pages nor says that they failed."""
    known = {each.profile_id for each in scope.built.values() if each.pages_revision or each.failed_revision}
    return sorted((owners_of(scope) & seen.public) - known)


def find_lost(plan: SyncPlan, scope: Scope) -> frozenset[str]:
    """Return whose files would have to be uploaded and aren't here: workers put them on a target themselves."""
    uploads = {upload.file.key for upload in plan.uploads}
    return frozenset(file.owner for key, file in scope.files.items() if file.elsewhere and key in uploads)


def leave_out(plan: SyncPlan, lost: frozenset[str], scope: Scope, name: str) -> SyncPlan:
    """Leave out what isn't here: the next build renders it again, or the whole of it has to be built here."""
    if not lost:
        return plan
    files = [scope.files[upload.file.key] for upload in plan.uploads if upload.file.owner in lost]
    if strange := {file.elsewhere for file in files} - {"", name}:
        refusal = (
            f"{len(lost):,} profiles of this build lie on {min(strange)} and not here: run `careerhub build --all`,"
            f" then publish to {name}. Nothing of them was published."
        )
        return _refuse(plan, refusal)
    return replace(plan, uploads=tuple(upload for upload in plan.uploads if upload.file.owner not in lost))


def owners_of(scope: Scope) -> set[str]:
    return {known.owner for known in scope.remote.values()} - {""}
