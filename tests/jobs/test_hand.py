"""What one worker does with one order, and what it refuses to do; nothing is put where nobody may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from careerhub.db.addresses import list_addresses
from careerhub.db.snapshot import export_snapshot, open_snapshot
from careerhub.errors import CareerHubError, TargetUnreachable
from careerhub.jobs.announcing import announce
from careerhub.jobs.hand import GivenBack, Hand, NotOurs
from careerhub.jobs.orders import Answer, Errand, Order, read_answer, read_order, write_answer, write_order
from careerhub.jobs.queue import begin_run, defer, end_run, find_report, open_queue, take_reports
from careerhub.pipeline.build import Sources, Toolbox
from careerhub.pipeline.crew import Skipped
from careerhub.pipeline.plan import Step
from careerhub.pipeline.rendering import Rendered, Task
from careerhub.publish.bucket import open_bucket
from careerhub.resources import shipped
from tests.jobs.sites import PAGES, Site
from tests.pipeline.sites import TODAY

TOKEN = "0123456789abcdef"


class Watched:
    """A real bucket that calls before each put, by number."""

    def __init__(self, bucket: Any) -> None:
        self._bucket = bucket
        self.puts = 0
        self.hooks: dict[int, Callable[[], object]] = {}

    def put(self, *arguments: Any) -> str:
        self.puts += 1
        if hook := self.hooks.pop(self.puts, None):
            hook()
        return str(self._bucket.put(*arguments))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bucket, name)


class Bench:
    """One order for the people of a site, taken by one hand."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.engine = site.place.database.site_engine
        self.bucket = Watched(open_bucket(site.place.target, endpoint_url=site.seaweed.endpoint_url))
        self.bucket.parallel = 1
        self.toolbox = Toolbox(
            Sources(templates=shipped("site_templates"), site_url=site.place.site_url, cache=site.place.cache)
        )
        for name in ("incoming", "site"):
            (folder / name).mkdir(parents=True)
        self.folder = folder
        self.stops_after = 10**9
        self.told = 0

    def take(self, order: Order | None = None, **changed: Any) -> Answer:
        """Take the order as it stands now, between a beginning and the end of its run."""
        hand = replace(self._make_hand(), **changed)
        with open_snapshot(self.engine) as connection:
            order = order or self.make_order(connection)
            with open_queue(self.engine) as queue:
                begin_run(queue, order.target, order.token)
                defer(queue, "here", [order])
            self.site.place.force("SET search_path = jobs", "UPDATE procrastinate_jobs SET status = 'doing'")
            return hand.take(self.site.place.ask("SELECT max(id) FROM jobs.procrastinate_jobs"), order)

    def make_order(self, connection: Any) -> Order:
        ids = connection.scalars(text("SELECT profile_id FROM site.profiles")).all()
        slugs = list_addresses(connection, ids)
        places = [f"p/{slug}/" for each in slugs.values() for slug in each]
        told = announce(self.bucket, TOKEN, places, ())
        errands = []
        for profile_id, found in slugs.items():
            step = Step(profile_id=profile_id, action="render", kinds=PAGES, reason="new", revision=10**6)
            own = tuple(f"p/{slug}/" for slug in found)
            marks = {key: mark for place in own for key, mark in told.marks.get(place, {}).items()}
            errands.append(Errand(task=Task(step=step), slug=found[0], places=own, marks=marks))
        return Order(
            token=TOKEN,
            batch=0,
            target=self.bucket.name,
            site_url=self.site.place.site_url,
            snapshot=export_snapshot(connection),
            today=TODAY,
            pages_fingerprint=self.toolbox.pages_fingerprint,
            cvs_fingerprint="",
            errands=tuple(sorted(errands, key=lambda errand: errand.slug)),
        )

    def _make_hand(self) -> Hand:
        return Hand(
            engine=self.engine,
            bucket=self.bucket,
            renderer=self.toolbox.renderer,
            cv_renderer=None,
            site_url=self.site.place.site_url,
            pages_fingerprint=self.toolbox.pages_fingerprint,
            cvs_fingerprint="",
            folder=self.folder,
            is_stopping=lambda: self.told >= self.stops_after,
            tell=self._tell,
        )

    def _tell(self, done: int) -> None:
        self.told = done


@pytest.fixture
def bench(site: Site, tmp_path: Path) -> Bench:
    site.place.add("ada", "grace")
    return Bench(site, tmp_path / "hand")


def list_results(answer: Answer) -> list[str]:
    return [type(done.result).__name__ for done in answer.done]


def test_an_order_is_done_and_reported(bench: Bench) -> None:
    answer = bench.take()
    assert list_results(answer) == ["Rendered", "Rendered"]
    put = {key for done in answer.done for key in done.objects}
    assert put == set(bench.site.list_keys())
    assert not list(bench.folder.rglob("*.html"))
    with open_queue(bench.engine) as connection:
        reports = take_reports(connection, TOKEN)
    order = Order(
        token=TOKEN, batch=0, target="", site_url="", snapshot="", today=TODAY, pages_fingerprint="",
        cvs_fingerprint="", errands=tuple(Errand(task=done.result.task, slug="", places=(), marks={}) for done in answer.done),
    )  # fmt: skip
    assert read_answer(reports[0], order) == answer
    assert read_answer(write_answer(answer), order) == answer


def test_orders_travel_unchanged_and_without_texts(bench: Bench) -> None:
    with open_snapshot(bench.engine) as connection:
        order = bench.make_order(connection)
    assert read_order(write_order(order)) == order
    assert "Ada" not in str(write_order(order))


@pytest.mark.parametrize(
    "changed",
    [
        {"site_url": "https://elsewhere.example.org"},
        {"pages_fingerprint": "other templates"},
    ],
)
def test_a_hand_that_would_make_other_bytes_refuses(bench: Bench, changed: dict[str, str]) -> None:
    answer = bench.take(**changed)
    assert answer.refusal.startswith("unfit")
    assert bench.bucket.puts == 0
    assert bench.site.list_keys() == []


def test_other_fonts_matter_where_cvs_are_asked_for(bench: Bench) -> None:
    with open_snapshot(bench.engine) as connection:
        order = replace(bench.make_order(connection), cvs_fingerprint="these fonts")
    assert "fonts" in bench.take(order, cvs_fingerprint="those fonts").refusal


def test_who_hides_before_the_first_put_is_never_put(bench: Bench) -> None:
    with open_snapshot(bench.engine) as connection:
        order = bench.make_order(connection)
        bench.site.place.hide("ada")
        answer = bench.take(order)
    assert list_results(answer) == ["Skipped", "Rendered"]
    assert not [key for key in bench.site.list_keys() if key.startswith("p/ada/")]


@pytest.mark.parametrize("number", [2, 3])
def test_who_hides_between_two_puts_is_taken_back(bench: Bench, number: int) -> None:
    bench.bucket.hooks[number] = lambda: bench.site.place.hide("ada")
    answer = bench.take()
    ada = answer.done[0]
    assert isinstance(ada.result, Skipped)
    assert ada.objects == {}
    assert ada.gone
    assert not [key for key in bench.site.list_keys() if key.startswith("p/ada/")]
    assert bench.bucket.puts > number


def test_what_was_taken_away_since_isnt_put(bench: Bench) -> None:
    with open_snapshot(bench.engine) as connection:
        order = bench.make_order(connection)
        errands = [replace(each, task=_at_revision(each.task, 1)) for each in order.errands]
        bench.site.place.edit("UPDATE projects SET is_hidden = true")
        answer = bench.take(replace(order, errands=tuple(errands)))
    assert list_results(answer) == ["Skipped", "Skipped"]
    assert bench.site.list_keys() == []


def test_a_run_that_isnt_current_writes_nothing_more(bench: Bench) -> None:
    def end() -> None:
        with open_queue(bench.engine) as connection:
            end_run(connection, bench.bucket.name, TOKEN)

    bench.bucket.hooks[1] = end
    answer = bench.take()
    assert answer.overtaken
    assert not [key for key in bench.site.list_keys() if key.startswith("p/grace/")]


def test_a_job_that_was_taken_away_writes_nothing_more(bench: Bench) -> None:
    bench.bucket.hooks[1] = lambda: bench.site.place.force("SET search_path = jobs", "DELETE FROM procrastinate_jobs")
    with pytest.raises(NotOurs):
        bench.take()
    assert not [key for key in bench.site.list_keys() if key.startswith("p/grace/")]
    with open_queue(bench.engine) as connection:
        assert take_reports(connection, TOKEN) == {}


def test_a_second_hand_finishes_what_the_first_left(bench: Bench) -> None:
    with open_snapshot(bench.engine) as connection:
        order = bench.make_order(connection)
        bench.bucket.hooks[3] = _fail
        assert "unplugged" in bench.take(order).refusal
        before = bench.site.list_keys()
        assert before
        # the marks are those of before: what is there now was put by the first
        answer = bench.take(order)
    assert list_results(answer) == ["Rendered", "Rendered"]
    assert set(before) < set(bench.site.list_keys())


def test_a_hand_that_is_stopped_tells_how_far_it_came(bench: Bench) -> None:
    bench.stops_after = 1
    with open_snapshot(bench.engine) as connection:
        order = bench.make_order(connection)
        with pytest.raises(GivenBack):
            bench.take(order)
        with open_queue(bench.engine) as queue:
            report = find_report(queue, TOKEN, 0)
        assert report is not None
        assert [each["number"] for each in report["done"]] == [0]
        puts, bench.stops_after = bench.bucket.puts, 10**9
        answer = bench.take(order)
    assert list_results(answer) == ["Rendered", "Rendered"]
    assert isinstance(answer.done[0].result, Rendered)
    assert bench.bucket.puts == puts + len(answer.done[1].objects)


def test_what_isnt_made_any_more_is_deleted_first(bench: Bench) -> None:
    bench.take()
    bench.site.place.edit("UPDATE projects SET is_hidden = true")
    seen: list[bool] = []
    bench.bucket.puts = 0
    bench.bucket.hooks[1] = lambda: seen.append("p/ada/projects/beacon/index.html" in bench.site.list_keys())
    with open_snapshot(bench.engine) as connection:
        order = bench.make_order(connection)
        known = {key: bench.bucket.find(key).mark for key in bench.site.list_keys()}
        errands = tuple(
            replace(each, marks={key: mark for key, mark in known.items() if key.startswith(each.places)})
            for each in order.errands
        )
        answer = bench.take(replace(order, errands=errands))
    assert answer.done[0].gone == ("p/ada/projects/beacon/index.html",)
    assert seen == [False]


def _at_revision(task: Task, revision: int) -> Task:
    return replace(task, step=replace(task.step, revision=revision))


def _fail() -> None:
    error: CareerHubError = TargetUnreachable("unplugged")
    raise error
