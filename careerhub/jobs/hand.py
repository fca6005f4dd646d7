"""What a worker does with an order: render each profile, and put it on the target if it may still be seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from careerhub.errors import CareerHubError, Overtaken, TargetUnreachable
from careerhub.jobs.orders import Answer, Done, Errand, Order, read_answer, write_answer
from careerhub.jobs.queue import View, find_report, look, open_queue, save_report
from careerhub.output.files import Written, remove_file
from careerhub.output.staging import discard_staged, place_file
from careerhub.pipeline.crew import Skipped
from careerhub.pipeline.rendering import Rendered, Unrendered, Workshop
from careerhub.publish.bucket import Bucket
from careerhub.publish.headers import headers_for, name_profile_headers
from careerhub.publish.manifest import ROOT, RemoteObject, read_root
from careerhub.publish.parallel import Watch, work_through
from careerhub.publish.plan import LocalFile, Upload
from careerhub.publish.recovery import guess_kind
from careerhub.publish.uploading import Uploader
from careerhub.render.renderer import Renderer
from careerhub.reporting import Silent

# As long as a CDN or a proxy in between may take, and then somebody has to know.
DELETE_TRIES = 3
# An answer of the database older than this is asked for again before the next write.
TRUSTED_SECONDS = 1.0


class NotOurs(CareerHubError):
    """Another worker has this job by now: this one was thought to be dead."""


class Objection(CareerHubError):
    """A profile mustn't be put there as it was planned."""


class Hidden(Objection):
    """A profile mustn't be there at all."""


class GivenBack(CareerHubError):
    """The worker was told to stop: somebody else does the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What one worker process works with. `folder` is its own: what it renders lies there until it is on the target."""

    engine: Engine
    bucket: Bucket
    renderer: Renderer
    cv_renderer: Any
    site_url: str
    pages_fingerprint: str
    cvs_fingerprint: str
    folder: Path
    is_stopping: Callable[[], bool]
    tell: Callable[[int], None]

    def take(self, job: int, order: Order) -> Answer:
        """Do an order and report it. GivenBack, NotOurs: it isn't done, and isn't ours any more."""
        if refusal := self._find_refusal(order):
            return self._report(job, order, Answer(refusal=refusal), is_whole=True)
        done: list[Done] = []
        try:
            done += self._find_done(order)
            for each in self._work(job, order, frozenset(each.number for each in done)):
                done.append(each)
                self.tell(len(done))
                if self.is_stopping() and len(done) < len(order.errands):
                    self._report(job, order, Answer(done=tuple(done)), is_whole=False)
                    raise GivenBack(f"{len(done)} of {len(order.errands)} done")
        except (GivenBack, NotOurs):
            raise
        except Overtaken as error:
            return self._report(job, order, Answer(overtaken=str(error)), is_whole=True)
        except CareerHubError as error:
            return self._report(job, order, Answer(refusal=f"{type(error).__name__}: {error}"), is_whole=True)
        return self._report(job, order, Answer(done=tuple(done)), is_whole=True)

    def _find_refusal(self, order: Order) -> str:
        """Say why this worker mustn't do an order: other bytes would come of it, or they would go elsewhere."""
        asks = (
            ("another target", order.target, self.bucket.name),
            ("another address of the site", order.site_url, self.site_url),
            ("other templates or software", order.pages_fingerprint, self.pages_fingerprint),
            ("other fonts or software", order.cvs_fingerprint or self.cvs_fingerprint, self.cvs_fingerprint),
        )
        return next((f"unfit: {what}" for what, wanted, own in asks if wanted != own), "")

    def _find_done(self, order: Order) -> tuple[Done, ...]:
        with open_queue(self.engine) as connection:
            plain = find_report(connection, order.token, order.batch)
        return read_answer(plain, order).done if plain else ()

    def _report(self, job: int, order: Order, answer: Answer, *, is_whole: bool) -> Answer:
        with open_queue(self.engine) as connection:
            save_report(connection, order, job, write_answer(answer), is_whole=is_whole)
        return answer

    def _work(self, job: int, order: Order, known: frozenset[int]) -> Iterator[Done]:
        workshop = Workshop(
            engine=self.engine,
            snapshot=order.snapshot,
            incoming=self.folder / "incoming",
            today=order.today,
            renderer=self.renderer,
            cv_renderer=self.cv_renderer if order.cvs_fingerprint else None,
        )
        left = [(number, errand) for number, errand in enumerate(order.errands) if number not in known]
        # one round of queries; no transaction stays open while files are uploaded
        results = workshop.work([errand.task for _, errand in left])
        for (number, errand), result in zip(left, results, strict=True):
            if isinstance(result, Unrendered):
                yield Done(number=number, result=result)
            else:
                yield _Delivery(self, job, order, errand, result).deliver(number)

    def look(self, order: Order, job: int, errand: Errand) -> View:
        """Ask the database what holds at this moment."""
        with open_queue(self.engine) as connection:
            return look(connection, order, job, errand.task.step.profile_id)


class _Delivery:
    """One rendered profile on its way to the target."""

    def __init__(self, hand: Hand, job: int, order: Order, errand: Errand, result: Rendered) -> None:
        self._hand = hand
        self._order = order
        self._errand = errand
        self._result = result
        self._incoming, self._site = hand.folder / "incoming", hand.folder / "site"
        ground = Ground(hand.bucket, order.token, errand.marks)
        self._uploader = Uploader(hand.bucket, ground, self._site, Silent(), Watch(self))
        self._look = partial(hand.look, order, job, errand)
        self._asked = float("-inf")

    def deliver(self, number: int) -> Done:
        """Put a profile's files on the target, unless it may no longer be seen, and look again afterwards."""
        gone: list[str] = []
        try:
            self.check()
            gone = self._list_superfluous()
            self._delete(gone)
            self._put()
            self._asked = float("-inf")
            self.check()
        except Objection as objection:
            self._discard()
            gone = sorted({*gone, *self._take_back(is_hidden=isinstance(objection, Hidden))})
            return Done(number=number, result=Skipped(task=self._errand.task, reason=str(objection)), gone=tuple(gone))
        result = replace(self._result, elsewhere=self._hand.bucket.name)
        return Done(number=number, result=result, objects=self._uploader.done, gone=tuple(gone))

    def check(self) -> None:
        """Ask again when the last answer is old: a worker that was frozen writes nothing more.

        Objection: this profile mustn't be there; Overtaken, NotOurs: no profile may be written by this run, this job.
        """
        if time.monotonic() - self._asked <= TRUSTED_SECONDS:
            return
        view = self._look()
        if not view.is_public:
            # whoever has the job by now: what we put of somebody hidden goes
            raise Hidden("it isn't PUBLIC any more")
        if not view.is_ours:
            raise NotOurs("the job was taken away")
        if reason := _find_objection(view, self._errand):
            raise Objection(reason)
        if not view.is_current:
            raise Overtaken(f"{self._order.target}: another run publishes there by now")
        self._asked = time.monotonic()

    def _take_back(self, *, is_hidden: bool) -> set[str]:
        """Delete what was put, also by a worker that died over it; of somebody hidden, everything, at once."""
        keys = {written.path for written in self._result.written}
        is_begun = bool(self._uploader.done or self._uploader.doubtful)
        # untouched, what was there before may stay until the next build
        keys = keys | self._errand.marks.keys() if is_begun or is_hidden else keys - self._errand.marks.keys()
        self._delete(sorted(keys))
        return keys

    def _list_superfluous(self) -> list[str]:
        """Return what the target has in this profile's places and shall no longer have."""
        made = {written.path for written in self._result.written}
        linked = {path for path, _ in self._result.cv_titles}
        keys = []
        for key in self._errand.marks:
            is_old_cv = guess_kind(key) == "cv" and key not in linked
            is_old_page = guess_kind(key) != "cv" and "pages" in self._result.kinds
            if key not in made and (is_old_cv or is_old_page):
                keys.append(key)
        return keys

    def _delete(self, keys: list[str]) -> None:
        """Delete keys and look until nobody can get them."""
        left = list(keys)
        for _ in range(DELETE_TRIES):
            if not left:
                return
            failures = self._hand.bucket.delete(left)
            traces: list[str] = []
            work_through(left, partial(self._note_trace, traces), parallel=self._hand.bucket.parallel)
            left = sorted({*failures, *traces})
        if left:
            raise TargetUnreachable(f"{self._hand.bucket.name}: {left[0]} and {len(left) - 1} more can't be deleted")

    def _note_trace(self, traces: list[str], key: str) -> None:
        if self._hand.bucket.find(key):
            traces.append(key)

    def _put(self) -> None:
        uploads = []
        for written in self._result.written:
            if not any(written.path.startswith(place) for place in self._errand.places):
                raise TargetUnreachable(f"{written.path} lies in no place that this run has announced")
            place_file(self._incoming, self._site, written.path)
            uploads.append(self._make_upload(written))
        try:
            # a page leads to its CVs: they come first
            for kind in ("cv", "page"):
                if some := [upload for upload in uploads if upload.file.kind == kind]:
                    self._uploader.upload(some, kind)
        finally:
            for upload in uploads:
                remove_file(self._site, upload.file.key)

    def _make_upload(self, written: Written) -> Upload:
        file = LocalFile(
            key=written.path,
            sha256=written.sha256,
            size=written.size,
            owner=self._errand.task.step.profile_id,
            kind=written.kind,
        )
        name = self._result.listed.entry.full_name
        headers = name_profile_headers(file.key, file.kind, slug=self._result.slug, full_name=name)
        return Upload(file=file, headers=headers, reason="new")

    def _discard(self) -> None:
        for written in self._result.written:
            discard_staged(self._incoming, written.path)


class Ground:
    """What a worker knows of the target: the marks of what was there, and whose turn it is."""

    def __init__(self, bucket: Bucket, token: str, marks: Mapping[str, str]) -> None:
        self._bucket = bucket
        self._token = token
        self.objects = {key: _mark_only(key, mark) for key, mark in marks.items()}

    def is_ours(self) -> bool:
        """Tell whether the target still says that our run is at work."""
        data, _ = self._bucket.read_state(ROOT)
        return read_root(data, name=self._bucket.name).token == self._token


def _mark_only(key: str, mark: str) -> RemoteObject:
    return RemoteObject(sha256="", size=0, headers=headers_for(key), owner="", kind="page", mark=mark)


def _find_objection(view: View, errand: Errand) -> str:
    """Say why a PUBLIC profile mustn't be put there as it was planned, "" when it may."""
    if view.slug != errand.slug:
        return "it has another address by now"
    if view.removed_at_revision > errand.task.step.revision:
        return "something was taken away since"
    return ""
