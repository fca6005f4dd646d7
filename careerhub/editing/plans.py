"""Plans: how many of a thing a person may have. The one table of limits stands here.

Limits are asked when something is added, and never take anything away: who has more than a plan allows, because it
ended or became smaller, keeps and publishes all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from careerhub.db.models import CvVersion, Profile, ShareLink, User
from careerhub.db.session import lock_profile
from careerhub.errors import Conflict, NotFound

Counted = Literal["cv_versions", "share_links"]
_WORDS: dict[Counted, tuple[str, str]] = {
    "cv_versions": ("CV versions", "Remove one first"),
    "share_links": ("share links", "Revoke one first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most a plan allows of each thing; `templates` None means all there are."""

    cv_versions: int
    share_links: int
    templates: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many of a thing somebody has, how many the plan allows, and which plan that is."""

    what: Counted
    plan: str
    used: int
    allowed: int

    @property
    def is_full(self) -> bool:
        return self.used >= self.allowed


class PlanFull(Conflict):
    """The plan has no room for one more; nothing that is there goes away."""

    def __init__(self, room: Room) -> None:
        things, first = _WORDS[room.what]
        super().__init__(
            f"The plan {room.plan} has room for {room.allowed} {things}, and you have {room.used}. {first}."
            " Nothing you have goes away."
        )
        self.room = room


PLANS: dict[str, Limits] = {
    "FREE": Limits(cv_versions=2, share_links=2, templates=2),
    "PRO": Limits(cv_versions=10, share_links=10, templates=None),
    "EXPERT": Limits(cv_versions=50, share_links=50, templates=None),
}


def check_room(session: Session, profile_id: str, what: Counted) -> Room:
    """Take the profile's lock, and raise PlanFull when its plan has no room for one more of these.

    Whoever adds one calls this in the same transaction first: of two at once, the second counts the first one's.
    """
    lock_profile(session, profile_id)
    room = find_room(session, profile_id, what)
    if room.is_full:
        raise PlanFull(room)
    return room


def find_room(session: Session, profile_id: str, what: Counted) -> Room:
    """Return how much room there is, to be shown: only `check_room` may decide."""
    plan = get_plan(session, profile_id)
    used = int(session.scalars(_COUNTS[what].where(_OWNERS[what] == profile_id)).one())
    return Room(what=what, plan=plan, used=used, allowed=getattr(PLANS[plan], what))


def get_plan(session: Session, profile_id: str) -> str:
    """Return the plan that counts for a profile's owner at this moment: one that has ended is FREE."""
    has_ended = User.plan_expires_at <= func.clock_timestamp()
    counts = select(case((has_ended, "FREE"), else_=User.plan)).join(Profile, Profile.user_id == User.id)
    plan = session.scalar(counts.where(Profile.id == profile_id))
    if plan is None:
        raise NotFound(f"There is no profile {profile_id[:40]!r}.")
    return str(plan)


def allowed_templates(plan: str, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return which of these CV templates, in their order, a plan may choose; what is chosen already stays."""
    limit = PLANS[plan].templates
    return tuple(names) if limit is None else tuple(names)[:limit]


_COUNTS: dict[Counted, Select[Any]] = {
    "cv_versions": select(func.count()).select_from(CvVersion),
    # a link that has ended takes no room
    "share_links": select(func.count())
    .select_from(ShareLink)
    .where(ShareLink.revoked_at.is_(None), ShareLink.expires_at > func.clock_timestamp()),
}
_OWNERS: dict[Counted, Any] = {"cv_versions": CvVersion.profile_id, "share_links": ShareLink.profile_id}
