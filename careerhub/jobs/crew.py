"""The coordinator's side: announce a run, hand out batches, take reports, and do at home what nobody else does."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine

from careerhub.db.addresses import list_addresses
from careerhub.db.errors import translated
from careerhub.errors import Overtaken
from careerhub.jobs.announcing import announce_apart
from careerhub.jobs.orders import Answer, Errand, Order, read_answer
from careerhub.jobs.queue import (
    begin_run,
    count_hands,
    defer,
    drop_jobs,
    end_run,
    list_jobs,
    list_reported,
    name_queue,
    open_queue,
    take_reports,
)
from careerhub.pipeline.crew import AtHome, Commission, Result, Results
from careerhub.pipeline.rendering import Rendered, Task
from careerhub.publish.bucket import Bucket
from careerhub.publish.parallel import Lock
from careerhub.publish.recovery import Continued
from careerhub.reporting import Report

# Handing out costs a second or two: fewer than these are rendered sooner at home.
HANDFUL = 40
# What a worker that dies loses is done again, and what it was at is seldom more than a few seconds' work.
PROFILES_A_JOB = 20
CVS_A_JOB = 4
# Enough that no worker waits for the next look, few enough that a run that ends early leaves little behind.
BATCHES_A_HAND = 3
LOOK_SECONDS = 0.2
# A batch that killed two workers is done at home, where each profile has a process to itself.
TRIES = 2
# A worker that ends is replaced within a second or so: only then there is nobody.
SECONDS_WITHOUT_HANDS = 5.0


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run under way: `waiting` is to be handed out, `out` is, `again` was lost, `home` is for ourselves.

    `unknown` are places that an earlier run left in doubt.
    """

    token: str
    commission: Commission
    queue: str
    waiting: Iterator[Order]
    unknown: frozenset[str]
    out: dict[int, Order] = field(default_factory=dict)
    again: deque[Order] = field(default_factory=deque)
    home: list[Order] = field(default_factory=list)
    tries: dict[int, int] = field(default_factory=dict)
    seen_hands: float = 0.0


class QueueCrew:
    """Workers that take jobs from the database's queue, hired for one round."""

    def __init__(
        self,
        engine: Engine,
        bucket: Bucket,
        lock: Lock,
        report: Report,
        *,
        endpoint_url: str | None,
        handful: int = HANDFUL,
    ) -> None:
        self.continued: Continued | None = None
        self._engine = engine
        self._bucket = bucket
        self._lock = lock
        self._report = report
        self._endpoint_url = endpoint_url
        self._handful = handful

    def can_take(self, count: int, commission: Commission) -> bool:
        """Tell whether there are enough profiles, and somebody who renders them as we would."""
        if count < self._handful:
            return False
        with open_queue(self._engine) as connection:
            return count_hands(connection, self._queue_of(commission), commission.cvs_fingerprint) > 0

    def work(self, commission: Commission, batches: Iterable[Sequence[Task]], at_home: AtHome) -> Results:
        """Yield the result of every task; what nobody else can do is done at home."""
        listed, own = _split(batches, CVS_A_JOB if commission.cvs_fingerprint else PROFILES_A_JOB)
        token = secrets.token_hex(8)
        with translated(), self._engine.connect() as connection:
            try:
                with open_queue(connection):
                    begin_run(connection, self._bucket.name, token)
                run = self._announce(token, commission, listed)
                if own:
                    yield from at_home([own])
                for answer, orders in self._follow(connection, run):
                    yield from self._settle(run, orders[0], answer) if answer else at_home(map(_list_tasks, orders))
                self._report.event("run_ended", run=token)
            finally:
                with open_queue(connection):
                    end_run(connection, self._bucket.name, token)

    def _queue_of(self, commission: Commission) -> str:
        return name_queue(self._bucket.name, commission.site_url, commission.pages_fingerprint)

    def _announce(self, token: str, commission: Commission, batches: Sequence[Sequence[Task]]) -> _Run:
        ids = [task.step.profile_id for batch in batches for task in batch]
        slugs = list_addresses(commission.connection, ids)
        places = [place for each in slugs.values() for place in _places_of(each)]
        self._lock.check()
        announced = announce_apart(self._bucket, self._endpoint_url, token, places, commission.assets)
        self._report.event("run_announced", run=token, profiles=len(ids), batches=len(batches))
        self.continued = Continued(
            token=token,
            mark_before=announced.mark_before,
            mark_after=announced.mark_after,
            # nobody has touched them yet
            places={place for place in places if place not in announced.unknown} | {*announced.assets},
            objects=dict(announced.assets),
        )
        return _Run(
            token=token,
            commission=commission,
            queue=self._queue_of(commission),
            waiting=self._make_orders(token, commission, batches, slugs, announced.marks),
            unknown=announced.unknown,
            seen_hands=time.monotonic(),
        )

    def _make_orders(
        self,
        token: str,
        commission: Commission,
        batches: Sequence[Sequence[Task]],
        slugs: Mapping[str, Sequence[str]],
        marks: Mapping[str, Mapping[str, str]],
    ) -> Iterator[Order]:
        for number, batch in enumerate(batches):
            yield Order(
                token=token,
                batch=number,
                target=self._bucket.name,
                site_url=commission.site_url,
                snapshot=commission.snapshot,
                today=commission.today,
                pages_fingerprint=commission.pages_fingerprint,
                cvs_fingerprint=commission.cvs_fingerprint,
                errands=tuple(_make_errand(task, slugs.get(task.step.profile_id, ()), marks) for task in batch),
            )

    def _follow(self, connection: Connection, run: _Run) -> Iterator[tuple[Answer | None, list[Order]]]:
        """Yield orders with their answer; with None those that have to be done at home."""
        while True:
            self._lock.check()
            with open_queue(connection):
                reports = take_reports(connection, run.token)
                answered = {number: run.out.pop(number) for number in reports.keys() & run.out.keys()}
                hands = count_hands(connection, run.queue, run.commission.cvs_fingerprint)
                self._recover(connection, run, hands)
                self._top_up(connection, run, hands)
            for number, order in sorted(answered.items()):
                if answer := self._judge(run, order, reports[number]):
                    yield answer, [order]
            if run.home:
                orders, run.home = run.home, []
                yield None, orders
            elif not run.out:
                return
            elif not answered:
                time.sleep(LOOK_SECONDS)

    def _judge(self, run: _Run, order: Order, report: Mapping[str, Any]) -> Answer | None:
        """Return the answer to an order; a refused one is for ourselves."""
        answer = read_answer(report, order)
        if answer.overtaken:
            raise Overtaken(answer.overtaken)
        if not answer.refusal:
            return answer
        self._report.event("batch_refused", run=run.token, batch=order.batch, message=answer.refusal)
        self._doubt(order)
        run.home.append(order)
        return None

    def _recover(self, connection: Connection, run: _Run, hands: int) -> None:
        """Take back what the dead had; when nobody lives any more, take back everything."""
        now = time.monotonic()
        run.seen_hands = now if hands else run.seen_hands
        if now - run.seen_hands > SECONDS_WITHOUT_HANDS:
            self._take_home(run, drop_jobs(connection, run.token, run.out))
            return
        jobs = list_jobs(connection, run.token)
        # a job that isn't there any more has a report, which the next look finds, or its worker failed
        lost = {number for number in run.out if jobs.get(number, True)}
        lost -= list_reported(connection, run.token) if lost else set()
        drop_jobs(connection, run.token, lost)
        for number in sorted(lost):
            order = run.out.pop(number)
            self._doubt(order)
            run.tries[number] = run.tries.get(number, 0) + 1
            (run.home if run.tries[number] >= TRIES else run.again).append(order)
            self._report.event("batch_lost", run=run.token, batch=number, tries=run.tries[number])

    def _take_home(self, run: _Run, dropped: Mapping[int, bool]) -> None:
        """Do the rest here; what nobody ever had is as it was announced."""
        for number, order in run.out.items():
            if dropped.get(number, True):
                self._doubt(order)
        if rest := [*run.out.values(), *run.again, *run.waiting]:
            self._report.event("workers_gone", run=run.token)
            run.home += rest
        run.out.clear()
        run.again.clear()

    def _top_up(self, connection: Connection, run: _Run, hands: int) -> None:
        """Hand out batches while there are hands for them."""
        room = max(1, hands) * BATCHES_A_HAND - len(run.out)
        orders = [run.again.popleft() for _ in range(min(room, len(run.again)))]
        orders += islice(run.waiting, max(0, room - len(orders)))
        defer(connection, run.queue, orders)
        run.out |= {order.batch: order for order in orders}

    def _settle(self, run: _Run, order: Order, answer: Answer) -> Iterator[Result]:
        assert self.continued
        for done in answer.done:
            self.continued.objects |= done.objects
            self.continued.gone |= set(done.gone)
            if isinstance(done.result, Rendered):
                # also where a worker before this one died over it: both put the same
                self.continued.places |= set(order.errands[done.number].places) - run.unknown
            yield done.result

    def _doubt(self, order: Order) -> None:
        """Let publishing look what is there: a worker may have put something, and told nobody."""
        assert self.continued
        self.continued.places -= {place for errand in order.errands for place in errand.places}


def _split(batches: Iterable[Sequence[Task]], size: int) -> tuple[list[list[Task]], list[Task]]:
    """Return jobs for others, and the tasks whose files are needed here: `/` is a copy of its owner's page."""
    tasks = [task for batch in batches for task in batch]
    away = [task for task in tasks if not task.step.is_home]
    jobs = [away[start : start + size] for start in range(0, len(away), size)]
    return jobs, [task for task in tasks if task.step.is_home]


def _list_tasks(order: Order) -> list[Task]:
    return [errand.task for errand in order.errands]


def _make_errand(task: Task, slugs: Sequence[str], marks: Mapping[str, Mapping[str, str]]) -> Errand:
    places = _places_of(slugs)
    found: dict[str, str] = {}
    for place in places:
        found |= marks.get(place, {})
    return Errand(task=task, slug=slugs[0] if slugs else "", places=places, marks=found)


def _places_of(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"p/{slug}/" for slug in slugs)
