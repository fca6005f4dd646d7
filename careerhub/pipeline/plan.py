"""What a build has to do, and why: a pure comparison of the database's revisions with the folder's manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from careerhub.db.site import Revision
from careerhub.output.manifest import Built

ProfileKind = Literal["pages", "cvs"]
BOTH: frozenset[ProfileKind] = frozenset({"pages", "cvs"})

# A renderer that was killed or took too long may have been unlucky: it gets three tries, other failures one.
KILLED = "killed: "
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What this build is asked for, and what it renders with."""

    kinds: frozenset[ProfileKind] = BOTH
    everything: bool = False
    only: frozenset[str] | None = None
    home_id: str = ""
    today: date
    pages_fingerprint: str
    cvs_fingerprint: str

    @property
    def fingerprint(self) -> str:
        return f"{self.pages_fingerprint}+{self.cvs_fingerprint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do about one profile. Steps that keep everything aren't made, but for those that failed before."""

    profile_id: str
    action: Literal["render", "drop", "failed"]
    kinds: frozenset[ProfileKind] = frozenset()
    reason: str = ""
    revision: int = 0
    removed_at_revision: int = 0
    is_home: bool = False


def plan_build(wanted: Iterable[Revision], built: Iterable[Built], aim: Aim) -> Iterator[Step]:
    """Compare both sides, each ordered by profile id, and yield what there is to do."""
    for revision, has in _pair(wanted, built):
        if step := _plan_profile(revision, has, aim):
            yield step


def _plan_profile(wanted: Revision | None, built: Built | None, aim: Aim) -> Step | None:
    if wanted is None or not wanted.is_public:
        if built is None:
            return None
        reason = "no longer PUBLIC" if wanted else "not in this database"
        return Step(profile_id=built.profile_id, action="drop", reason=reason)
    if aim.only is not None and wanted.profile_id not in aim.only:
        return None
    has = built or Built(profile_id=wanted.profile_id)
    reasons: dict[ProfileKind, str] = {}
    if "pages" in aim.kinds and (
        reason := _why(wanted, has, aim, has.pages_revision, has.pages_fingerprint, aim.pages_fingerprint)
    ):
        reasons["pages"] = reason
    if "cvs" in aim.kinds and (
        reason := _why(wanted, has, aim, has.cvs_revision, has.cvs_fingerprint, aim.cvs_fingerprint)
    ):
        reasons["cvs"] = reason
    if not reasons:
        return None
    # a page says which CVs there are
    kinds = frozenset(reasons) if aim.kinds != BOTH else BOTH if "cvs" in reasons else frozenset[ProfileKind](reasons)
    return Step(
        profile_id=wanted.profile_id,
        action="failed" if _has_failed(wanted, has, aim) else "render",
        kinds=kinds,
        reason=reasons.get("pages") or reasons["cvs"],
        revision=wanted.revision,
        removed_at_revision=wanted.removed_at_revision,
        is_home=wanted.profile_id == aim.home_id,
    )


def _why(wanted: Revision, has: Built, aim: Aim, revision: int, fingerprint: str, current: str) -> str:
    if aim.everything:
        return "asked for"
    if revision == 0:
        return "new"
    if revision != wanted.revision:
        return "edited"
    if fingerprint != current:
        return "templates, fonts, settings or software changed"
    if has.changes_on and aim.today >= has.changes_on:
        return "a date has passed"
    if has.is_home != (wanted.profile_id == aim.home_id):
        return "the home page is another one"
    return ""


def _has_failed(wanted: Revision, has: Built, aim: Aim) -> bool:
    """Tell whether exactly this was tried before and would fail again."""
    if aim.everything or has.failed_revision != wanted.revision or has.failed_fingerprint != aim.fingerprint:
        return False
    return not has.failure.startswith(KILLED) or has.tries >= TRIES


def _pair(wanted: Iterable[Revision], built: Iterable[Built]) -> Iterator[tuple[Revision | None, Built | None]]:
    left, right = iter(wanted), iter(built)
    revision, has = next(left, None), next(right, None)
    while revision or has:
        if has is None or (revision and revision.profile_id < has.profile_id):
            yield revision, None
            revision = next(left, None)
        elif revision is None or has.profile_id < revision.profile_id:
            yield None, has
            has = next(right, None)
        else:
            yield revision, has
            revision, has = next(left, None), next(right, None)
