"""Who renders besides this process: workers elsewhere, which put what they render on the target themselves."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import Connection

from careerhub.pipeline.rendering import Rendered, Task, Unrendered
from careerhub.pipeline.workers import Killed
from careerhub.publish.recovery import Continued
from careerhub.render.files import File


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A profile that was edited under a worker's hands, so that nothing of it was put there: the next build's turn."""

    task: Task
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """What a crew has to know of a build: the moment it shows and what it is rendered with."""

    connection: Connection
    snapshot: str
    today: date
    site_url: str
    pages_fingerprint: str
    cvs_fingerprint: str
    assets: tuple[File, ...]


Result = Rendered | Unrendered | Skipped | Killed[Task]
# Closed, it ends what it began.
Results = Generator[Result, None, None]
AtHome = Callable[[Iterable[Sequence[Task]]], Results]


class Crew(Protocol):
    """Workers elsewhere, hired for one round of a build and a publish."""

    @property
    def continued(self) -> Continued | None:
        """What publishing has to know of what they did; None when they did nothing."""

    def can_take(self, count: int, commission: Commission) -> bool:
        """Tell whether it is worth asking them for so many profiles."""

    def work(self, commission: Commission, batches: Iterable[Sequence[Task]], at_home: AtHome) -> Results:
        """Yield the result of every task; what they can't do is done at home."""
