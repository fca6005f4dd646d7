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
_PAGES: frozenset[ProfileKind] = frozenset({"pages"})

CHANGED_MEANS = "templates, fonts, settings or software changed"
# A renderer that was killed or took too long may have been unlucky: it gets three tries, other failures one.
KILLED = "killed: "
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What this build is asked for, and what it renders with.

    `again`: profiles to be tried once more, though they failed as they are.
    """

    kinds: frozenset[ProfileKind] = BOTH
    everything: bool = False
    only: frozenset[str] | None = None
    again: frozenset[str] = frozenset()
    home_id: str = ""
    today: date
    pages_fingerprint: str
    cvs_fingerprint: str

    def fingerprint(self, kind: ProfileKind) -> str:
        return self.pages_fingerprint if kind == "pages" else self.cvs_fingerprint


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
    if not _is_asked_for(wanted, built, aim):
        return None
    has = built or Built(profile_id=wanted.profile_id)
    # whose files are gone needs its pages whatever was asked for: others lead there
    kinds = aim.kinds | _PAGES if has.is_spoilt else aim.kinds
    reasons = {kind: reason for kind in sorted(kinds) if (reason := _why(kind, wanted, has, aim))}
    if not reasons:
        return None
    left = [kind for kind in reasons if aim.everything or not _has_failed(kind, wanted, has, aim)]
    return Step(
        profile_id=wanted.profile_id,
        action="render" if left else "failed",
        kinds=frozenset(left),
        reason=reasons.get("pages") or reasons["cvs"],
        revision=wanted.revision,
        removed_at_revision=wanted.removed_at_revision,
        is_home=wanted.profile_id == aim.home_id,
    )


def _is_asked_for(wanted: Revision, built: Built | None, aim: Aim) -> bool:
    """Tell whether this build cares; the home page's old and new owners are no one's choice."""
    if aim.only is None or wanted.profile_id in aim.only:
        return True
    return built is not None and (built.is_spoilt or built.is_home != (wanted.profile_id == aim.home_id))


def _why(kind: ProfileKind, wanted: Revision, has: Built, aim: Aim) -> str:
    revision, fingerprint = _read_state(kind, has)
    if aim.everything:
        return "asked for"
    if revision == 0:
        return "new"
    if revision != wanted.revision:
        return "edited"
    if fingerprint != aim.fingerprint(kind):
        return CHANGED_MEANS
    if has.changes_on and aim.today >= has.changes_on:
        return "a date has passed"
    if has.is_home != (wanted.profile_id == aim.home_id):
        return "the home page is another one"
    return ""


def _read_state(kind: ProfileKind, has: Built) -> tuple[int, str]:
    if kind == "pages":
        return has.pages_revision, has.pages_fingerprint
    return has.cvs_revision, has.cvs_fingerprint


def _has_failed(kind: ProfileKind, wanted: Revision, has: Built, aim: Aim) -> bool:
    """Tell whether exactly this was tried before and would fail again."""
    if wanted.profile_id in aim.again:
        return False
    tried_with = has.failed_pages if kind == "pages" else has.failed_cvs
    if has.failed_revision != wanted.revision or tried_with != aim.fingerprint(kind):
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
