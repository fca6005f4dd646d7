"""What a publish planned and did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from careerhub.publish.plan import SyncPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done, by key. `withdrawn` says after how many seconds of this run each was seen to be gone."""

    run: int = 0
    withdrawn: Mapping[str, float] = field(default_factory=dict)
    uploaded: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    unchanged: int = 0
    sent: int = 0


@dataclass(slots=True, kw_only=True)
class PublishOutcome:
    """What a publish planned, and what it did (None on a dry run); with notes a new build is needed.

    `pending` says why a CDN may still show what the target no longer has; `purged` are the paths it has forgotten,
    `queued` how many it hasn't been told yet.
    """

    plan: SyncPlan
    done: Outcome | None = None
    recorded: int = 0
    notes: list[str] = field(default_factory=list)
    pending: str = ""
    purged: tuple[str, ...] = ()
    queued: int = 0
    purge_seconds: float | None = None

    @property
    def is_removal_incomplete(self) -> bool:
        """Tell whether something withdrawn may still be in caches: a reason to be alarmed."""
        return bool(self.pending and self.plan.withdrawals)

    @property
    def changed_nothing(self) -> bool:
        return self.done is not None and not (self.done.uploaded or self.done.withdrawn or self.done.deleted)
