"""Do what a plan says, in the order that keeps promises: who left is gone before anything new appears."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from careerhub.errors import CareerHubError, GuardRefused, Overtaken, TargetUnreachable
from careerhub.publish.bucket import Bucket
from careerhub.publish.manifest import KINDS, Kind, RemoteManifest, RemoteObject, read_manifest, write_manifest
from careerhub.publish.plan import SHARED, SyncPlan, Upload
from careerhub.reporting import Report

WAVES: dict[Kind, str] = {"asset": "assets", "cv": "CVs", "page": "pages", "list": "lists", "feed": "feeds"}
# the second try costs little where a name stands on the internet
WITHDRAWAL_TRIES = 2
# enough to start looking; the manifest has them all
NAMED_KEYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a publish did, by key."""

    withdrawn: tuple[str, ...] = ()
    uploaded: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    unchanged: int = 0


def read_remote(bucket: Bucket) -> tuple[RemoteManifest, str]:
    """Read what a target holds, and the mark that `apply_plan` needs to replace it."""
    data, etag = bucket.read_state()
    return read_manifest(data, name=bucket.name), etag


def apply_plan(
    plan: SyncPlan, bucket: Bucket, root: Path, manifest: RemoteManifest, report: Report, *, etag: str
) -> Outcome:
    """Publish the folder `root` as planned from `manifest`, which the target marks with `etag`.

    Withdrawals are tried whatever else fails; a failed wave stops the ones after it. Raised at the end, after the rest
    was done: GuardRefused (a key couldn't be withdrawn, or the plan was refused), else what stopped the uploads.
    """
    if plan.is_empty:
        return Outcome(unchanged=plan.unchanged)
    # the lists that name somebody change before that person's pages go: no visitor follows them to nothing
    early: tuple[Kind, ...] = ("asset", *SHARED) if plan.withdrawals else ()
    run = _Run(bucket, root, plan, manifest, report, etag)
    with bucket.lock():
        run.check()
        run.announce()
        run.upload(early)
        run.withdraw()
        run.refuse()
        run.upload([kind for kind in KINDS if kind not in early])
        run.settle()
        run.delete_orphans()
    return run.finish()


def check_folder(root: Path, uploads: Iterable[Upload]) -> None:
    """Refuse a folder with links or hidden files (GuardRefused), or other than it was built (Overtaken)."""
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            if name.startswith(".") or path.is_symlink():
                raise GuardRefused(f"{path}: links and hidden files are never published; remove it and publish again")
    for upload in uploads:
        path = root / upload.file.key
        if not path.is_file() or path.stat().st_size != upload.file.size:
            raise _changed(path)


class _Run:
    """One publish under way: what the target holds by now, and what went wrong.

    Before a key is touched the manifest says that its content is unknown: whatever a crash leaves, the next run
    uploads it again or withdraws it.
    """

    def __init__(
        self, bucket: Bucket, root: Path, plan: SyncPlan, manifest: RemoteManifest, report: Report, etag: str
    ) -> None:
        self._bucket = bucket
        self._root = root
        self._plan = plan
        self._report = report
        self._etag = etag
        self._before = dict(manifest.objects)
        self._objects = dict(manifest.objects)
        self._tried: set[str] = set()
        self._uploaded: dict[str, None] = {}
        self._withdrawn: list[str] = []
        self._deleted: list[str] = []
        self._seen: dict[str, str] = {}
        self._problem: CareerHubError | None = None

    def check(self) -> None:
        """Look at the folder; without withdrawals a refusal ends the run before anything is done."""
        self._attempt(lambda: check_folder(self._root, self._plan.uploads))
        if not self._plan.withdrawals:
            self.refuse()
            self._raise_problem()

    def announce(self) -> None:
        """Note every key that is about to be touched. Overtaken: somebody published since the plan was made."""
        for withdrawal in self._plan.withdrawals:
            self._doubt(withdrawal.key)
        for upload in () if self._problem else self._plan.uploads:
            self._expect(upload)
        try:
            self._write()
        except Overtaken:
            raise
        except CareerHubError as error:
            # a full disk, too, is no reason to keep showing somebody
            self._problem = self._problem or error

    def upload(self, kinds: Iterable[Kind]) -> None:
        """Upload wave after wave, unless something stopped the run before."""
        for kind in kinds:
            uploads = [upload for upload in self._plan.wave(kind) if upload.file.key not in self._uploaded]
            if uploads and not self._problem:
                self._attempt(partial(self._upload_wave, uploads, WAVES[kind]))

    def withdraw(self) -> None:
        """Delete what may no longer be seen, and look whether it's gone."""
        keys = [w.key for w in self._plan.withdrawals if w.key not in self._uploaded]
        for _ in range(WITHDRAWAL_TRIES):
            self._seen = self._withdraw_once(keys)
            keys = list(self._seen)

    def refuse(self) -> None:
        """Stop here when the plan says so: the withdrawals were all that may be done."""
        if self._plan.refusal and not self._problem:
            self._problem = GuardRefused(self._plan.refusal)

    def settle(self) -> None:
        """Write down what the target holds now; the orphans, about to go, are in doubt."""
        for upload in self._plan.uploads:
            self._settle_upload(upload)
        for key in () if self._problem else self._plan.orphans:
            self._doubt(key)
        self._attempt(self._write)

    def delete_orphans(self) -> None:
        """Delete old assets, last: only when every upload succeeded."""
        if self._problem or not self._plan.orphans:
            return
        self._report.progress("deleting old assets", 0, len(self._plan.orphans))
        self._attempt(self._delete_orphans)
        self._attempt(self._write)

    def finish(self) -> Outcome:
        """Tell what was done, or raise what went wrong, the gravest first."""
        seen = {key: why for key, why in self._seen.items() if key not in self._uploaded}
        if seen:
            raise _make_alarm(self._bucket.name, seen, self._problem) from self._problem
        self._raise_problem()
        return Outcome(
            withdrawn=tuple(self._withdrawn),
            uploaded=tuple(self._uploaded),
            deleted=tuple(self._deleted),
            unchanged=self._plan.unchanged,
        )

    def _attempt(self, work: Callable[[], None]) -> None:
        """Do work; the first problem of a run is the one that is told."""
        try:
            work()
        except CareerHubError as error:
            self._problem = self._problem or error

    def _raise_problem(self) -> None:
        if self._problem:
            raise self._problem

    def _doubt(self, key: str) -> None:
        if key in self._objects:
            self._objects[key] = replace(self._objects[key], sha256="")

    def _expect(self, upload: Upload) -> None:
        self._objects[upload.file.key] = replace(_object_of(upload), sha256="")

    def _settle_upload(self, upload: Upload) -> None:
        key = upload.file.key
        if key in self._uploaded:
            return
        if key in self._tried:
            self._expect(upload)
        elif key not in self._withdrawn and key not in self._seen:
            self._restore(key)

    def _restore(self, key: str) -> None:
        self._objects.pop(key, None)
        if key in self._before:
            self._objects[key] = self._before[key]

    def _write(self) -> None:
        data = write_manifest(RemoteManifest(objects=self._objects))
        self._etag = self._bucket.write_state(data, self._etag)

    def _upload_wave(self, uploads: Sequence[Upload], name: str) -> None:
        """Upload one wave; the first error keeps what hasn't begun from beginning."""
        with ThreadPoolExecutor(self._bucket.parallel) as pool:
            futures = {pool.submit(self._upload_one, upload): upload for upload in uploads}
            try:
                for done, future in enumerate(as_completed(futures), start=1):
                    future.result()
                    self._report.progress(f"uploading {name}", done, len(uploads))
            finally:
                pool.shutdown(cancel_futures=True)
                self._note_uploads(futures)

    def _upload_one(self, upload: Upload) -> None:
        file = upload.file
        data = _read_file(self._root / file.key)
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise _changed(self._root / file.key)
        self._tried.add(file.key)
        self._bucket.put(file.key, data, upload.headers, file.sha256)

    def _note_uploads(self, futures: dict[Future[None], Upload]) -> None:
        for future, upload in futures.items():
            if not future.cancelled() and future.exception() is None:
                self._objects[upload.file.key] = _object_of(upload)
                self._uploaded[upload.file.key] = None

    def _withdraw_once(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the keys a visitor can still get, or nobody can say, each with the reason."""
        if not keys:
            return {}
        self._report.progress("withdrawing", 0, len(keys))
        try:
            failures = self._bucket.delete(keys)
        except CareerHubError as error:
            return dict.fromkeys(keys, str(error))
        with ThreadPoolExecutor(self._bucket.parallel) as pool:
            traces = {key: why for key, why in zip(keys, pool.map(self._find_trace, keys), strict=True) if why}
        seen = traces | failures
        for key in keys:
            if key not in seen:
                self._objects.pop(key, None)
                self._withdrawn.append(key)
        self._report.progress("withdrawing", len(keys), len(keys))
        return seen

    def _find_trace(self, key: str) -> str:
        try:
            return "it still answers" if self._bucket.exists(key) else ""
        except CareerHubError as error:
            return str(error)

    def _delete_orphans(self) -> None:
        answer = self._bucket.delete(self._plan.orphans)
        failures = {key: answer[key] for key in self._plan.orphans if key in answer}
        self._deleted = [key for key in self._plan.orphans if key not in failures]
        for key in self._deleted:
            self._objects.pop(key, None)
        for key in failures:
            self._restore(key)
        if failures:
            key, why = next(iter(failures.items()))
            raise TargetUnreachable(
                f"{self._bucket.name}: old assets stayed ({len(failures):,}): {key}: {why}; publish again"
            )


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _changed(path) from error


def _object_of(upload: Upload) -> RemoteObject:
    file = upload.file
    return RemoteObject(sha256=file.sha256, size=file.size, headers=upload.headers, owner=file.owner, kind=file.kind)


def _changed(path: Path) -> Overtaken:
    return Overtaken(f"{path} isn't the file that was built; run build again, then publish")


def _make_alarm(name: str, seen: dict[str, str], problem: CareerHubError | None) -> GuardRefused:
    """Name what can still be seen though it may not."""
    named = ", ".join(f"{key} ({why})" for key, why in list(seen.items())[:NAMED_KEYS])
    more = f" and {len(seen) - NAMED_KEYS:,} more" if len(seen) > NAMED_KEYS else ""
    rest = f". Besides: {problem}" if problem else ""
    return GuardRefused(
        f"{name}: withdrawn, but it may still be seen ({len(seen):,}): {named}{more};"
        f" publish again, or delete it by hand{rest}"
    )
