"""Build what is stale and publish it: one round, whatever goes wrong in a part of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from careerhub.db.lock import Lock, hold_lock
from careerhub.db.publications import list_requests, note_failures, serve_requests
from careerhub.errors import CareerHubError
from careerhub.output.folder import BuildFolder, open_build_folder
from careerhub.pipeline.build import BuildOutcome, Toolbox, Wanted, build_site, take_away
from careerhub.pipeline.crew import Crew
from careerhub.pipeline.publish import PublishOutcome, has_leavers, publish_site
from careerhub.publish.bucket import Bucket
from careerhub.publish.cdn import Cdn
from careerhub.reporting import Report

T = TypeVar("T", BuildOutcome, PublishOutcome, PublishOutcome | None)

# the gravest first: the privacy alarm, then what failed, then what has to be run again, then single profiles
GRAVITY = (4, 1, 2, 5, 3)


@dataclass(slots=True, kw_only=True)
class Round:
    """What one round did, and what went wrong in it; a part that didn't come about is None."""

    build: BuildOutcome | None = None
    publish: PublishOutcome | None = None
    problems: list[CareerHubError] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """Return the gravest of all codes."""
        codes = {problem.exit_code for problem in self.problems}
        if self.build and self.build.failed:
            codes.add(3)
        if self.publish and self.publish.notes:
            codes.add(5)
        if self.publish and self.publish.is_removal_incomplete:
            codes.add(4)
        return next((code for code in GRAVITY if code in codes), 0)

    @property
    def changed_nothing(self) -> bool:
        """Tell whether there was nothing to do."""
        built = self.build is None or self.build.changed_nothing
        return not self.problems and built and (self.publish is None or self.publish.changed_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a site is built, from what, and where it goes."""

    engine: Engine
    folder: Path
    toolbox: Toolbox
    bucket: Bucket
    cdn: Cdn | None = None
    hire: Callable[[Lock], Crew] | None = None


def sync_site(place: Place, wanted: Wanted, report: Report, *, today: date) -> Round:
    """Bring the target to the database's state. Occupied: another run is at it, here or on another machine.

    A build that fails as a whole doesn't keep those who have hidden on the target.
    """
    began = time.monotonic()
    done = Round()
    with (
        hold_lock(place.engine, place.bucket.name) as lock,
        open_build_folder(place.folder, create=True) as folder,
    ):
        crew = place.hire(lock) if place.hire else None
        requests = list_requests(place.engine)
        wanted = replace(wanted, again=frozenset(requests.values()))
        _attempt(done, report, "withdrawal", lambda: _withdraw_first(place, folder, lock, report, today=today))
        done.build = _attempt(
            done,
            report,
            "build",
            lambda: build_site(
                place.engine,
                folder,
                place.toolbox.sources,
                wanted,
                report,
                today=today,
                toolbox=place.toolbox,
                crew=crew,
            ),
        )
        done.publish = _attempt(
            done,
            report,
            "publish",
            lambda: _publish(place, folder, lock, report, crew, only_withdrawals=done.build is None),
        )
        _answer_people(place, done, requests, report)
    done.seconds = time.monotonic() - began
    return done


def _answer_people(place: Place, done: Round, requests: Collection[str], report: Report) -> None:
    """Tell the database what people see of this round: what failed, and which requests to publish are served."""
    try:
        if done.build and (done.build.failed or done.build.dropped):
            note_failures(place.engine, done.build.failed)
        served = serve_requests(place.engine, requests, done.build.failed if done.build else ())
    except CareerHubError as error:
        report.event("answer_failed", message=str(error))
        return
    if served:
        report.event("requests_served", count=served)


def _withdraw_first(
    place: Place, folder: BuildFolder, lock: Lock, report: Report, *, today: date
) -> PublishOutcome | None:
    """Publish without whoever has hidden, before anything is rendered: a long build keeps nobody visible."""
    if not has_leavers(place.engine, folder):
        return None
    is_whole = bool(folder.manifest.lists.count()) and not folder.is_unfinished
    if is_whole:
        take_away(place.engine, folder, place.toolbox.sources, report, today=today)
    return _publish(place, folder, lock, report, only_withdrawals=not is_whole)


def _publish(
    place: Place, folder: BuildFolder, lock: Lock, report: Report, crew: Crew | None = None, *, only_withdrawals: bool
) -> PublishOutcome:
    return publish_site(
        place.engine,
        folder,
        place.bucket,
        report,
        dry_run=False,
        max_deletes=None,
        records=True,
        cdn=place.cdn,
        lock=lock,
        only_withdrawals=only_withdrawals,
        # of a build that failed nobody knows how far it came
        continued=crew.continued if crew and not only_withdrawals else None,
    )


def _attempt(done: Round, report: Report, what: str, work: Callable[[], T]) -> T | None:
    """Do one part; what goes wrong is told, and doesn't stop the next."""
    began = time.monotonic()
    try:
        result = work()
    except CareerHubError as error:
        if str(error) not in map(str, done.problems):  # a full disk stops every part in the same words
            done.problems.append(error)
        report.event(f"{what}_failed", error_type=type(error).__name__, message=str(error), exit_code=error.exit_code)
        return None
    milliseconds = round((time.monotonic() - began) * 1000, 1)
    if isinstance(result, BuildOutcome) and not result.changed_nothing:
        report.event("built", duration_ms=milliseconds, **_count_build(result))
    if isinstance(result, PublishOutcome) and not result.changed_nothing:
        report.event("published", duration_ms=milliseconds, **_count_publish(result))
    return result


def _count_build(outcome: BuildOutcome) -> dict[str, object]:
    return {
        "people": outcome.people,
        "rendered": outcome.rendered,
        "files": outcome.files,
        "shared": outcome.shared,
        "dropped": outcome.dropped,
        "failed": len(outcome.failed),
        "reasons": outcome.reasons,
    }


def _count_publish(outcome: PublishOutcome) -> dict[str, object]:
    done = outcome.done
    return {
        "uploaded": len(done.uploaded) if done else 0,
        "withdrawn": len(done.withdrawn) if done else 0,
        "deleted": len(done.deleted) if done else 0,
        "recorded": outcome.recorded,
        "notes": len(outcome.notes),
    }
