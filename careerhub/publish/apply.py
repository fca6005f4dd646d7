"""Do what a plan says, in the order that keeps promises: who left is gone before anything new appears."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from careerhub.errors import CareerHubError, GuardRefused, Overtaken, TargetUnreachable
from careerhub.publish.bucket import Bucket
from careerhub.publish.manifest import KINDS, Kind, place_of
from careerhub.publish.outcome import Outcome
from careerhub.publish.parallel import Lock, Watch, work_through
from careerhub.publish.plan import SHARED, SyncPlan
from careerhub.publish.tree import Tree, open_tree
from careerhub.publish.uploading import BuildChanged, Uploader, check_folder
from careerhub.reporting import Report

WAVES: dict[Kind, str] = {"asset": "assets", "cv": "CVs", "page": "pages", "list": "lists", "feed": "feeds"}
# another try costs little where a name stands on the internet
WITHDRAWAL_TRIES = 3
# replaced keys, taken keys and paths -> the paths that a CDN has to forget
Fold = Callable[[Sequence[str], Sequence[str]], Sequence[str]]
# So many new files, which nothing leads to yet, go up before a withdrawal: it takes a second or two, and no list ever
# leads to a page that isn't there. With more of them whoever leaves doesn't wait.
FEW_NEW = 500
# enough to start looking; the manifest has them all
NAMED_KEYS = 10


def apply_plan(
    plan: SyncPlan,
    bucket: Bucket,
    root: Path,
    tree: Tree,
    report: Report,
    *,
    lock: Lock | None = None,
    whole: bool = True,
    fold: Fold | None = None,
    losers: frozenset[str] = frozenset(),
    clock: Callable[[], float] = time.monotonic,
    token: str = "",
) -> Outcome:
    """Publish the folder `root` as planned from the tree.

    Withdrawals are tried whatever else fails; a failed wave stops the ones after it. Raised at the end, after the rest
    was done: GuardRefused (a key couldn't be withdrawn, or the plan was refused), else what stopped the uploads.
    `whole`: nothing is known of how the run before ended. With `fold` the paths that a CDN has to forget are queued in the
    root; `losers` are owners whose pages lose something: these paths matter most.
    """
    run = _Run(bucket, root, plan, tree, report, Watch(lock, clock), losers, clock)
    with bucket.lock():
        run.check(whole=whole)
        run.announce(token or secrets.token_hex(8), whole=whole)
        if not plan.withdrawals or run.count_new() <= FEW_NEW:
            run.upload(KINDS, is_new=True)
        run.upload_early()
        run.withdraw()
        run.refuse()
        run.upload(KINDS)
        run.delete_orphans()
        run.settle(fold)
    return run.finish()


class _Run:
    """One publish under way: what the target holds by now, and what went wrong.

    Before anything is touched the root says so: whatever a crash leaves, the next run looks what is there.
    """

    def __init__(
        self,
        bucket: Bucket,
        root: Path,
        plan: SyncPlan,
        tree: Tree,
        report: Report,
        watch: Watch,
        losers: frozenset[str],
        clock: Callable[[], float],
    ) -> None:
        self._bucket = bucket
        self._root = root
        self._plan = plan
        self._tree = tree
        self._report = report
        self._watch = watch
        self._losers = losers
        self._clock = clock
        self._began = clock()
        self._run = tree.root.run + 1
        self._uploader = Uploader(bucket, tree, root, report, watch)
        self._before = {upload.file.key for upload in plan.uploads if upload.file.key in tree.objects}
        self._withdrawn: dict[str, float] = {}
        self._deleted: list[str] = []
        self._seen: dict[str, str] = {}
        self._problem: CareerHubError | None = None
        self._is_announced = False
        self._is_complete = False

    def check(self, *, whole: bool) -> None:
        """Look at the folder; without withdrawals a refusal ends the run before anything is done."""
        self._attempt(partial(check_folder, self._root, self._plan.uploads, whole=whole))
        if not self._plan.withdrawals:
            self.refuse()
            self._raise_problem()

    def announce(self, token: str, *, whole: bool) -> None:
        """Note every place that is about to be touched. Overtaken: somebody published since the plan was made."""
        uploads = () if self._problem else self._plan.uploads
        keys = [*(w.key for w in self._plan.withdrawals), *(u.file.key for u in uploads), *self._plan.orphans]
        unknown = bool(self._tree.root.touching)
        self._tree.load(keys)
        try:
            self._watch.check(anyway=True)
            self._tree.announce({*map(place_of, keys), *self._tree.root.touching}, token)
            self._is_announced = not self._problem
            if whole:
                # the run that replaced them may have died before it deleted them
                self._tree.delete_stale()
            if unknown:
                self._tree.delete_unknown()
        except Overtaken:
            raise
        except CareerHubError as error:
            # a full disk, too, is no reason to keep showing somebody
            self._problem = self._problem or error

    def upload(self, kinds: Iterable[Kind], *, is_new: bool = False, owners: frozenset[str] | None = None) -> None:
        """Upload wave after wave, unless something stopped the run before.

        `is_new`: only keys that aren't there yet. They go first: nobody is led to them until what is there changes.
        `owners`: only what is theirs.
        """
        for kind in kinds:
            uploads = [
                upload
                for upload in self._plan.wave(kind)
                if upload.file.key not in self._uploader.done
                and not (is_new and upload.file.key in self._before)
                and (owners is None or upload.file.owner in owners)
            ]
            if uploads and not self._problem:
                self._attempt(partial(self._uploader.upload, uploads, WAVES[kind]))

    def count_new(self) -> int:
        """Return how many keys aren't on the target yet."""
        return sum(1 for upload in self._plan.uploads if upload.file.key not in self._before)

    def upload_early(self) -> None:
        """Change what leads to the keys that are withdrawn before they go: no visitor follows a link to nothing.

        That is whose own pages lose something, and the lists. These name who leaves: that somebody's new page can't be
        written is no reason to leave them as they are.
        """
        if not self._plan.withdrawals or isinstance(self._problem, Overtaken):
            return
        known = (self._tree.objects.get(withdrawal.key) for withdrawal in self._plan.withdrawals)
        owners = self._losers | {each.owner for each in known if each} - {""}
        self.upload(("cv", "page"), owners=owners)
        problem = self._problem
        self._problem = None if self._is_announced else problem
        self.upload(SHARED)
        self._problem = problem or self._problem

    def withdraw(self) -> None:
        """Delete what may no longer be seen, and look whether it's gone."""
        self._stop_when_overtaken()
        keys = [w.key for w in self._plan.withdrawals if w.key not in self._uploader.done]
        if keys:
            self._check_run()
        for _ in range(WITHDRAWAL_TRIES):
            self._seen = self._withdraw_once(keys)
            keys = list(self._seen)

    def refuse(self) -> None:
        """Stop here when the plan says so: the withdrawals were all that may be done."""
        if self._plan.refusal and not self._problem:
            self._problem = GuardRefused(self._plan.refusal)

    def delete_orphans(self) -> None:
        """Delete old assets, last: only when every upload succeeded."""
        self._is_complete = self._problem is None
        if self._problem:
            return
        if self._plan.orphans:
            self._attempt(self._delete_orphans)
        if self._plan.refused_orphans and not self._problem:
            self._problem = GuardRefused(self._plan.refused_orphans)

    def settle(self, fold: Fold | None) -> None:
        """Write down what the target holds now, and what nobody knows."""
        self._stop_when_overtaken()
        for key, known in self._uploader.done.items():
            self._tree.put(key, known)
        root = self._tree.root
        told: dict[str, Any] = {
            "run": self._run,
            "touching": tuple(sorted({place_of(key) for key in self._uploader.doubtful})),
            # after a failed wave pages still show the old assets
            "orphans": dict(self._plan.lingering if self._is_complete else root.orphans),
        }
        if fold:
            replaced, taken = self._list_replaced()
            told["purge"] = tuple(fold(replaced, [*taken, *root.purge]))
        self._attempt(partial(self._tree.commit, **told))

    def finish(self) -> Outcome:
        """Tell what was done, or raise what went wrong, the gravest first."""
        seen = {key: why for key, why in self._seen.items() if key not in self._uploader.done}
        if seen:
            raise _make_alarm(self._bucket.name, seen, self._problem) from self._problem
        self._raise_problem()
        done = self._uploader.done
        return Outcome(
            run=self._run,
            withdrawn=dict(self._withdrawn),
            uploaded=tuple(upload.file.key for upload in self._plan.uploads if upload.file.key in done),
            deleted=tuple(self._deleted),
            unchanged=self._plan.unchanged,
            sent=sum(known.size for known in done.values()),
        )

    def _list_replaced(self) -> tuple[list[str], list[str]]:
        """Return the keys of which caches may hold an older state, and of those the ones that lost something.

        A key that is new needs no purge: nobody was led there, and a cached "not found" ends within seconds.
        """
        taken, replaced = set(self._withdrawn), []
        for upload in self._plan.uploads:
            if upload.file.key in self._before & self._uploader.done.keys():
                names_who_left = bool(self._withdrawn) and upload.file.kind in SHARED
                is_taken = upload.file.owner in self._losers or names_who_left
                if is_taken:
                    taken.add(upload.file.key)
                else:
                    replaced.append(upload.file.key)
        return replaced, sorted(taken)

    def _attempt(self, work: Callable[[], None]) -> None:
        """Do work; the first problem of a run is the one that is told."""
        try:
            work()
        except CareerHubError as error:
            self._problem = self._problem or error

    def _raise_problem(self) -> None:
        if self._problem:
            raise self._problem

    def _stop_when_overtaken(self) -> None:
        """Leave everything as it is when somebody else publishes by now; a changed build is only our own trouble."""
        if isinstance(self._problem, Overtaken) and not isinstance(self._problem, BuildChanged):
            self._take_back()
            raise self._problem

    def _take_back(self) -> None:
        """Delete what this run added after the other one had looked: nobody else would know of it.

        Only a run that was frozen in the middle of a call has such files: a condition can't tell a new key from one
        that was withdrawn meanwhile.
        """
        added = {upload.file.key: upload.file.sha256 for upload in self._plan.uploads}
        tried = (self._uploader.done.keys() | self._uploader.doubtful) - self._before
        fresh = open_tree(self._bucket)
        if fresh.mark == self._tree.mark or not tried:
            return
        fresh.load(tried)
        unknown = [key for key in tried - fresh.objects.keys() if place_of(key) not in fresh.root.touching]
        ours = [key for key in sorted(unknown) if (found := self._bucket.find(key)) and found.sha256 == added[key]]
        if ours:
            self._bucket.delete(ours)

    def _check_run(self) -> None:
        """Look once more before anything is deleted: what another run put there since stays."""
        self._watch.check(anyway=True)
        if not self._tree.is_ours():
            self._problem = Overtaken(f"{self._bucket.name}: another publisher was here meanwhile; run publish again")
            self._stop_when_overtaken()

    def _withdraw_once(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the keys a visitor can still get, or nobody can say, each with the reason."""
        if not keys:
            return {}
        self._report.progress("withdrawing", 0, len(keys))
        try:
            failures = self._bucket.delete(keys)
        except CareerHubError as error:
            return dict.fromkeys(keys, str(error))
        traces: dict[str, str] = {}

        def look(key: str) -> None:
            if why := self._find_trace(key):
                traces[key] = why
            elif key not in failures:
                self._withdrawn[key] = round(self._clock() - self._began, 3)

        work_through(keys, look, parallel=self._bucket.parallel)
        seen = traces | failures
        for key in keys:
            if key not in seen:
                self._tree.drop(key)
        self._report.progress("withdrawing", len(keys), len(keys))
        return seen

    def _find_trace(self, key: str) -> str:
        try:
            return "it still answers" if self._bucket.find(key) else ""
        except CareerHubError as error:
            return str(error)

    def _delete_orphans(self) -> None:
        orphans = self._plan.orphans
        self._report.progress("deleting old assets", 0, len(orphans))
        self._check_run()
        answer = self._bucket.delete(orphans)
        failures = {key: answer[key] for key in orphans if key in answer}
        self._deleted = [key for key in orphans if key not in failures]
        for key in self._deleted:
            self._tree.drop(key)
        if failures:
            key, why = next(iter(failures.items()))
            raise TargetUnreachable(
                f"{self._bucket.name}: old assets stayed ({len(failures):,}): {key}: {why}; publish again"
            )


def _make_alarm(name: str, seen: dict[str, str], problem: CareerHubError | None) -> GuardRefused:
    """Name what can still be seen though it may not."""
    named = ", ".join(f"{key} ({why})" for key, why in list(seen.items())[:NAMED_KEYS])
    more = f" and {len(seen) - NAMED_KEYS:,} more" if len(seen) > NAMED_KEYS else ""
    rest = f". Besides: {problem}" if problem else ""
    return GuardRefused(
        f"{name}: withdrawn, but it may still be seen ({len(seen):,}): {named}{more};"
        f" publish again, or delete it by hand{rest}"
    )
