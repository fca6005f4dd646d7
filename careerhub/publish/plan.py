"""Decide what a publish does: pure, printable, the same for a dry run and a real one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from careerhub.errors import InputInvalid
from careerhub.publish.headers import Headers, headers_for
from careerhub.publish.manifest import KINDS, Kind, RemoteObject

SHARED: tuple[Kind, ...] = ("list", "feed")
HASHED_ASSET = re.compile(r"assets/(?:[^/]+/)*[^/]+\.[0-9a-f]{6,64}\.[a-z0-9]+")
# below this many nobody has to look: a change of theme replaces every asset
FEW_DELETES = 256
# a browser that opened a page yesterday may still ask for its style
LINGER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """One file of the build; `owner` is a profile's id, empty for what belongs to everybody."""

    key: str
    sha256: str
    size: int
    owner: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file to upload, and why."""

    file: LocalFile
    headers: Headers
    reason: Literal["new", "changed", "headers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One key that may no longer be seen, and why: its owner isn't public, the build lacks it, its CV is too old."""

    key: str
    kind: Kind
    reason: Literal["hidden", "gone", "stale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What a publish does. Uploads stand in the order of the waves, withdrawals in theirs.

    `held` are shared files a build made before somebody became hidden: they may name that person and stay unpublished
    until the next build. `orphans` are old assets to delete, `lingering` those that stay for a while, and since when.
    `refusal` says why only the withdrawals may be done, `refused_orphans` why old assets stay; empty when nothing
    stands in the way.
    """

    withdrawals: tuple[Withdrawal, ...] = ()
    uploads: tuple[Upload, ...] = ()
    orphans: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    unchanged: int = 0
    refusal: str = ""
    refused_orphans: str = ""
    lingering: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether every file on the target stays as it is."""
        return not (self.withdrawals or self.uploads or self.orphans)

    def wave(self, kind: Kind) -> tuple[Upload, ...]:
        """Return the uploads of one wave."""
        return tuple(upload for upload in self.uploads if upload.file.kind == kind)


def plan_sync(
    local: Mapping[str, LocalFile],
    remote: Mapping[str, RemoteObject],
    *,
    hidden: frozenset[str],
    now: datetime,
    headers_of: Callable[[str], Headers] = headers_for,
    kinds_built: frozenset[str] = frozenset(KINDS),
    stale_cvs: frozenset[str] = frozenset(),
    noted: Mapping[str, str] | None = None,
    assets: int = 0,
    max_deletes: int | None = None,
) -> SyncPlan:
    """Compare a build with what a target holds: all of both, or the same part of both.

    `noted` are the orphans of former publishes and since when; `assets` is how many assets the whole target has.
    InputInvalid: a file that must never be published.
    """
    for file in local.values():
        check_file(file)
    for key in remote:
        check_key(key)
    built = {key: file for key, file in local.items() if file.kind in kinds_built and file.owner not in hidden}
    unseen = frozenset(key for key, file in local.items() if file.owner in hidden) | frozenset(
        key for key, known in remote.items() if known.owner in hidden
    )
    withdrawals = _plan_withdrawals(built, remote, unseen, kinds_built, stale_cvs)
    gone = {withdrawal.key for withdrawal in withdrawals}
    left = {key: known for key, known in remote.items() if key not in gone}
    wanted = _plan_uploads(built, left, headers_of)
    # a build older than the hiding: its lists may still say the name
    held = _shared(wanted) if any(file.owner in hidden for file in local.values()) else ()
    unused = [key for key in left if key not in local and left[key].kind in kinds_built]
    orphans, lingering = _plan_orphans(unused, noted or {}, local, now)
    refused = _guard_orphans(orphans, assets, max_deletes)
    return SyncPlan(
        withdrawals=withdrawals,
        uploads=tuple(upload for upload in wanted if upload.file.key not in held),
        orphans=() if refused else tuple(orphans),
        held=held,
        unchanged=len(built) - len(wanted),
        refused_orphans=refused,
        lingering=lingering | (orphans if refused else {}),
    )


def check_file(file: LocalFile) -> None:
    """Refuse what must never be published: InputInvalid."""
    check_key(file.key)
    headers_for(file.key)
    if file.kind not in KINDS:
        raise InputInvalid(f"{file.key}: unknown kind {file.kind!r}; build again with this version")
    if (file.kind == "asset") != file.key.startswith("assets/"):
        raise InputInvalid(f"{file.key}: assets, and nothing else, lie under assets/")
    if file.kind == "asset" and not HASHED_ASSET.fullmatch(file.key):
        raise InputInvalid(f"{file.key}: an asset is kept for a year and needs a hash in its name")


def check_key(key: str) -> None:
    """Refuse a key that leaves the site's folder, hides, or belongs to the state: InputInvalid."""
    parts = key.split("/")
    if any(part == "" or part.startswith(".") for part in parts) or "\\" in key or not key.isprintable():
        raise InputInvalid(f"{key!r}: not an address of the site; remove the file and build again")
    if parts[0] == "_state":
        raise InputInvalid(f"{key!r}: _state/ is where CareerHub notes what it published, not part of the site")


def describe_plan(plan: SyncPlan) -> Iterator[str]:
    """Say a plan in lines for people; the last one counts."""
    for withdrawal in plan.withdrawals:
        yield f"withdraw  {withdrawal.key}  ({withdrawal.reason})"
    for upload in plan.uploads:
        yield f"upload    {upload.file.key}  ({upload.reason})"
    for key in plan.orphans:
        yield f"delete    {key}  (orphan)"
    for key in plan.held:
        yield f"hold      {key}  (built before somebody became hidden: build again)"
    for refusal in filter(None, (plan.refusal, plan.refused_orphans)):
        yield f"refused   {refusal}"
    yield (
        f"{len(plan.withdrawals):,} to withdraw, {len(plan.uploads):,} to upload, {len(plan.orphans):,} to delete"
        f" (old assets), {plan.unchanged:,} unchanged"
    )


def to_plain(plan: SyncPlan) -> dict[str, Any]:
    """Turn a plan into what JSON can say."""
    return {
        "withdrawals": [{"key": w.key, "kind": w.kind, "reason": w.reason} for w in plan.withdrawals],
        "uploads": [
            {"key": u.file.key, "kind": u.file.kind, "reason": u.reason, "size": u.file.size} for u in plan.uploads
        ],
        "orphans": list(plan.orphans),
        "held": list(plan.held),
        "unchanged": plan.unchanged,
        "refusal": plan.refusal or plan.refused_orphans,
        "lingering": dict(plan.lingering),
    }


def _plan_withdrawals(
    built: Mapping[str, LocalFile],
    remote: Mapping[str, RemoteObject],
    unseen: frozenset[str],
    kinds_built: frozenset[str],
    stale_cvs: frozenset[str],
) -> tuple[Withdrawal, ...]:
    """List what goes: first what names people (feeds, lists), then their pages, then what hangs on those."""

    def reason_of(key: str, known: RemoteObject) -> Literal["hidden", "gone", "stale"] | None:
        if key in unseen:
            return "hidden"
        if known.kind not in kinds_built:
            return "stale" if key in stale_cvs and known.kind == "cv" else None
        return None if key in built or _may_linger(key, known) else "gone"

    found = [
        Withdrawal(key=key, kind=known.kind, reason=reason)
        for key, known in remote.items()
        if (reason := reason_of(key, known))
    ]
    return tuple(sorted(found, key=lambda w: (-KINDS.index(w.kind), w.key)))


def _may_linger(key: str, known: RemoteObject) -> bool:
    """Tell whether browsers may go on asking for it: hashed assets of nobody in particular."""
    return known.kind == "asset" and known.owner == "" and HASHED_ASSET.fullmatch(key) is not None


def _plan_uploads(
    built: Mapping[str, LocalFile], left: Mapping[str, RemoteObject], headers_of: Callable[[str], Headers]
) -> tuple[Upload, ...]:
    found = []
    for file in built.values():
        headers = headers_of(file.key)
        if reason := _reason_to_upload(file, headers, left.get(file.key)):
            found.append(Upload(file=file, headers=headers, reason=reason))
    return tuple(sorted(found, key=lambda upload: (KINDS.index(upload.file.kind), upload.file.key)))


def _reason_to_upload(
    file: LocalFile, headers: Headers, known: RemoteObject | None
) -> Literal["new", "changed", "headers"] | None:
    if known is None:
        return "new"
    if (file.sha256, file.size, file.owner, file.kind) != (known.sha256, known.size, known.owner, known.kind):
        return "changed"
    return None if headers == known.headers else "headers"


def _shared(uploads: tuple[Upload, ...]) -> tuple[str, ...]:
    return tuple(upload.file.key for upload in uploads if upload.file.kind in SHARED)


def _plan_orphans(
    unused: list[str], noted: Mapping[str, str], local: Mapping[str, LocalFile], now: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """Return which old assets go and which stay for now, each with the time it became one."""
    since = {key: noted.get(key) or write_time(now) for key in sorted(unused)}
    due = write_time(now - LINGER)
    # of the others this publish may not have read what the target holds
    elsewhere = {key: time for key, time in noted.items() if key not in since and key not in local and time > due}
    gone = {key: time for key, time in since.items() if time <= due}
    return gone, elsewhere | {key: time for key, time in since.items() if key not in gone}


def list_due(noted: Mapping[str, str], now: datetime) -> list[str]:
    """Return the orphans whose time has come."""
    return sorted(key for key, time in noted.items() if time <= write_time(now - LINGER))


def write_time(moment: datetime) -> str:
    """Write a moment so that later ones sort behind: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _guard_orphans(orphans: Mapping[str, str], assets: int, max_deletes: int | None) -> str:
    """Say why a person has to look before that many assets go; empty when nobody has to."""
    limit = max(FEW_DELETES, assets // 2) if max_deletes is None else max_deletes
    if len(orphans) <= limit:
        return ""
    return (
        f"old assets to delete: {len(orphans):,}, allowed: {limit:,}; look at them with --dry-run,"
        f" then allow them with --max-deletes {len(orphans)}"
    )
