"""An S3 bucket as a target, AWS or compatible: reads and conditional writes, many at once."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any, TypeVar

import obstore
from obstore.store import S3Store

from careerhub.errors import Overtaken, TargetUnreachable
from careerhub.publish.bucket import Found
from careerhub.publish.headers import Headers
from careerhub.publish.manifest import SHARDS
from careerhub.publish.store import Failure, StoreErrors, make_store, read_failure, translate_failure
from careerhub.publish.sweeping import BATCH, Sweeper

T = TypeVar("T")
# seconds before each further try: three seconds of patience, besides what the calls take
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)
_SHARD = re.compile(rf"{SHARDS}\d+-[0-9a-f]{{64}}\.json")
STATE_HEADERS = Headers(content_type="application/json; charset=utf-8", cache_control="no-store")


class _Unconditional(TargetUnreachable):
    """The store doesn't know conditional writes."""


class S3Bucket:
    """The objects of one bucket below a prefix ("" or "…/"); the state lies outside it, under `_state/`."""

    # more than this saves no time: signing and sending is done outside of the interpreter
    parallel = 32

    def __init__(
        self,
        *,
        bucket: str,
        prefix: str,
        endpoint_url: str | None,
        environment: Mapping[str, str],
        pauses: Sequence[float] = PAUSES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = f"s3://{bucket}/{prefix}".rstrip("/")
        self.requests: Counter[tuple[str, str]] = Counter()
        self.notes: list[str] = []
        self._bucket = bucket
        self._prefix = prefix
        self._state = f"_state/{prefix}"
        self._endpoint_url = endpoint_url
        self._environment = environment
        self._pauses = pauses
        self._sleep = sleep
        self._mutex = threading.Lock()
        self._has_conditions = True
        self._names_versions = False

    def describe(self) -> dict[str, float]:
        return {
            "versions": self._sweeper.keeps_versions,
            "lock": self._sweeper.locks_objects,
            "skew_seconds": self._sweeper.measure_skew(),
        }

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nothing to hold: conditional writes keep two publishers apart."""
        yield

    def read_state(self, path: str) -> tuple[bytes | None, str]:
        def get() -> tuple[bytes, str, str | None]:
            answer = obstore.get(self._store, f"{self._state}{path}")
            # the body may break off: it is part of the call that is tried again
            return bytes(answer.bytes()), answer.meta["e_tag"] or "", answer.meta["version"]

        if (answer := self._ask("GetObject", get, "read")) is None:
            return None, ""
        self._names_versions = self._names_versions or answer[2] is not None
        return answer[0], answer[1]

    def write_state(self, path: str, data: bytes, mark: str) -> str:
        try:
            return self._put(f"{self._state}{path}", data, STATE_HEADERS, {}, mark)
        except Overtaken:
            # an answer may get lost on its way: the second try of the same call then finds what the first one wrote
            found, new = self.read_state(path)
            if found != data:
                raise
            return new

    def delete_state(self, paths: Sequence[str]) -> None:
        if self._names_versions and self._sweeper.keeps_versions:
            self._sweeper.delete_for_good([f"{self._state}{path}" for path in paths])
            self._sweeper.delete_replaced(f"{self._state}manifest.json")
            return
        for start in range(0, len(paths), BATCH):
            names = [f"{self._state}{path}" for path in paths[start : start + BATCH]]
            self._ask("DeleteObjects", partial(obstore.delete, self._store, names), "delete")

    def list_state(self) -> Iterator[str]:
        for found in self._sweeper.list_objects(f"{self._state}{SHARDS}"):
            path = found.key.removeprefix(self._state)
            if _SHARD.fullmatch(path):
                yield path

    def put(self, key: str, data: bytes, headers: Headers, sha256: str, mark: str) -> str:
        more = {"sha256": sha256} | ({"redirect": headers.redirect} if headers.redirect else {})
        return self._put(f"{self._prefix}{key}", data, headers, more, mark)

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        """Delete keys; where the bucket keeps versions, every version of them."""
        failures = self._sweeper.delete([f"{self._prefix}{key}" for key in keys])
        return {name.removeprefix(self._prefix): why for name, why in failures.items()}

    def find(self, key: str) -> Found | None:
        def head() -> Any:
            return obstore.get(self._store, f"{self._prefix}{key}", options={"head": True})

        if (answer := self._ask("HeadObject", head, "read")) is None:
            return None
        told = dict(answer.attributes)
        return Found(
            key=key,
            size=answer.meta["size"],
            mark=answer.meta["e_tag"] or "",
            sha256=told.get("sha256", ""),
            headers=Headers(
                content_type=told.get("Content-Type", ""),
                cache_control=told.get("Cache-Control", ""),
                content_disposition=told.get("Content-Disposition", ""),
                redirect=told.get("redirect", ""),
            ),
        )

    def list_objects(self, prefix: str = "") -> Iterator[Found]:
        for found in self._sweeper.list_objects(f"{self._prefix}{prefix}"):
            if not found.key.startswith("_state/"):
                yield Found(key=found.key.removeprefix(self._prefix), size=found.size, mark=found.mark)

    @cached_property
    def _store(self) -> S3Store:
        return make_store(self._bucket, self._endpoint_url, self._environment, name=self.name)

    @cached_property
    def _sweeper(self) -> Sweeper:
        return Sweeper(
            name=self.name,
            bucket=self._bucket,
            endpoint_url=self._endpoint_url,
            environment=self._environment,
            count=self._count,
        )

    def _put(self, path: str, data: bytes, headers: Headers, more: Mapping[str, str], mark: str) -> str:
        attributes: Any = {
            "Content-Type": headers.content_type,
            "Cache-Control": headers.cache_control,
            **({"Content-Disposition": headers.content_disposition} if headers.content_disposition else {}),
            **more,
        }

        def put(mode: Any) -> Any:
            return obstore.put(self._store, path, data, attributes=attributes, mode=mode, use_multipart=False)

        condition: Any = {"e_tag": mark} if mark else "create"
        try:
            answer = self._ask("PutObject", partial(put, condition if self._has_conditions else "overwrite"), "write")
        except _Unconditional:
            self._forget_conditions()
            answer = self._ask("PutObject", partial(put, "overwrite"), "write")
        self._names_versions = self._names_versions or answer["version"] is not None
        return answer["e_tag"] or ""

    def _ask(self, operation: str, call: Callable[[], T], doing: str) -> Any:
        """Make one call, again after errors that may pass; return None for an absent object."""
        for pause in (*self._pauses, None):
            try:
                answer = call()
            except StoreErrors as error:
                failure = read_failure(error)
                self._count(operation, failure.code or "none")
                if failure.is_absence and operation in ("GetObject", "HeadObject", "DeleteObjects"):
                    return None
                if failure.is_absence and failure.code == "NoSuchKey":
                    # a condition on something that isn't there any more
                    failure = Failure(code="PreconditionFailed")
                if failure.is_about_conditions and self._has_conditions:
                    raise _Unconditional(self.name) from error
                if pause is None or not failure.is_passing:
                    where = self._endpoint_url or "AWS"
                    raise translate_failure(failure, name=self.name, where=where, doing=doing) from error
                self._sleep(pause)
            else:
                self._count(operation, "200")
                return answer
        raise AssertionError("the last try returns or raises")

    def _forget_conditions(self) -> None:
        """Go on with a store that knows no conditional writes: the lock alone keeps publishers apart."""
        with self._mutex:
            if self._has_conditions:
                self._has_conditions = False
                self.notes.append(
                    f"{self.name}: this store knows no conditional writes: only the database's lock keeps two publishers"
                    " apart, and one that was frozen meanwhile could overwrite newer pages."
                )

    def _count(self, operation: str, code: str) -> None:
        with self._mutex:
            self.requests[operation, code] += 1
