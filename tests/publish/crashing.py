"""A seam between publisher and target: something of the test's own before and after every single call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from careerhub.publish.bucket import Bucket, Found
from careerhub.publish.headers import Headers

T = TypeVar("T")


class Crash(Exception):
    """The publisher's process is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: its number (from 1), the method, what it is about, and whether it was done."""

    number: int
    method: str
    about: str
    done: bool


@dataclass
class Seam:
    """A target that asks `hook` before and after every call; what the hook raises, the publisher gets."""

    bucket: Bucket
    hook: Callable[[Call], None]
    parallel: int = 1
    calls: list[Call] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.bucket.name

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        return self.bucket.requests

    @property
    def notes(self) -> list[str]:
        return self.bucket.notes

    def lock(self) -> AbstractContextManager[None]:
        return self.bucket.lock()

    def read_state(self, path: str) -> tuple[bytes | None, str]:
        return self._call("read_state", path, lambda: self.bucket.read_state(path))

    def write_state(self, path: str, data: bytes, mark: str) -> str:
        return self._call("write_state", path, lambda: self.bucket.write_state(path, data, mark))

    def delete_state(self, paths: Sequence[str]) -> None:
        return self._call("delete_state", " ".join(paths), lambda: self.bucket.delete_state(paths))

    def list_state(self) -> Iterator[str]:
        return self._call("list_state", "", lambda: iter(list(self.bucket.list_state())))

    def put(self, key: str, data: bytes, headers: Headers, sha256: str, mark: str) -> str:
        return self._call("put", key, lambda: self.bucket.put(key, data, headers, sha256, mark))

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        return self._call("delete", " ".join(keys), lambda: self.bucket.delete(keys))

    def find(self, key: str) -> Found | None:
        return self._call("find", key, lambda: self.bucket.find(key))

    def list_objects(self, prefix: str = "") -> Iterator[Found]:
        return self._call("list_objects", prefix, lambda: iter(list(self.bucket.list_objects(prefix))))

    def count(self, *methods: str) -> int:
        """Return how many calls of these methods were done."""
        return sum(call.method in methods for call in self.calls)

    def _call(self, method: str, about: str, work: Callable[[], T]) -> T:
        number = len(self.calls) + 1
        before = Call(number=number, method=method, about=about, done=False)
        self.calls.append(before)
        self.hook(before)
        answer = work()
        self.hook(Call(number=number, method=method, about=about, done=True))
        return answer


def watch(bucket: Bucket, **options: Any) -> Seam:
    """Stand before a target and only count."""
    return Seam(bucket, lambda call: None, **options)


def crash_at(bucket: Bucket, number: int, *, done: bool) -> Seam:
    """Die at a call, before it reaches the target or after it was done; nothing comes after."""

    def hook(call: Call) -> None:
        if call.number > number or (call.number == number and call.done == done):
            raise Crash

    return Seam(bucket, hook)
