"""A publisher killed before or after every call it makes to its target, and what visitors see then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import pytest

from careerhub.publish.bucket import Bucket
from careerhub.publish.headers import Headers
from tests.publish.sites import Target, make_folder_target, make_people, publish, write_site

BEFORE = make_people({"ann": "Ann of one", "bob": "Bob SECRET", "cy": "Cy", "eve": "Eve of one"}, "css one")
AFTER = make_people({"ann": "Ann of two", "cy": "Cy", "dan": "Dan is new", "eve": "Eve of two"}, "css two")
T = TypeVar("T")
LINK = re.compile(rb'href="/([^"]+)"')


class Crash(Exception):
    """The publisher's process is no more."""


class CrashingBucket:
    """A target whose publisher dies at call `at` (from 1), before the call reaches it or after it was done."""

    parallel = 1

    def __init__(self, bucket: Bucket, *, at: int, done: bool) -> None:
        self._bucket = bucket
        self._at = at
        self._done = done
        self.calls = 0

    @property
    def name(self) -> str:
        return self._bucket.name

    def lock(self) -> AbstractContextManager[None]:
        return self._bucket.lock()

    def read_state(self) -> tuple[bytes | None, str]:
        return self._bucket.read_state()

    def write_state(self, data: bytes, etag: str) -> str:
        return self._call(lambda: self._bucket.write_state(data, etag))

    def put(self, key: str, data: bytes, headers: Headers, sha256: str) -> None:
        self._call(lambda: self._bucket.put(key, data, headers, sha256))

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        return self._call(lambda: self._bucket.delete(keys))

    def exists(self, key: str) -> bool:
        return self._call(lambda: self._bucket.exists(key))

    def list_keys(self) -> Iterator[str]:
        return self._bucket.list_keys()

    def _call(self, work: Callable[[], T]) -> T:
        self.calls += 1
        if self.calls > self._at or (self.calls == self._at and not self._done):
            raise Crash
        answer = work()
        if self.calls == self._at:
            raise Crash
        return answer


def count_calls(folder: Path) -> int:
    """Count the calls of the whole change when nothing goes wrong."""
    target = make_folder_target(folder / "counted")
    publish(target.open(), folder / "before", write_site(folder / "before", BEFORE))
    bucket = CrashingBucket(target.open(), at=1000, done=False)
    publish(bucket, folder / "after", write_site(folder / "after", AFTER), hidden=frozenset({"id-bob"}))
    return bucket.calls


def crash(target: Target, folder: Path, *, at: int, done: bool) -> None:
    """Publish the site as it was, then die in the middle of publishing what it became."""
    publish(target.open(), folder / "before", write_site(folder / "before", BEFORE))
    bucket = CrashingBucket(target.open(), at=at, done=done)
    local = write_site(folder / "after", AFTER)
    with pytest.raises(Crash):
        publish(bucket, folder / "after", local, hidden=frozenset({"id-bob"}))


def check_visitors(seen: dict[str, bytes]) -> None:
    """Nothing is half there, and nothing of the new is there while the withdrawn person is."""
    known = {text.encode() for text in (*BEFORE.values(), *AFTER.values())}
    assert set(seen.values()) <= known
    for key, data in seen.items():
        # a list may name somebody new a moment early: the withdrawal it carries doesn't wait for that page
        links = [] if key == "index.html" else LINK.findall(data)
        assert not [link for link in links if link.decode() not in seen], key
    news = [key for key in seen if key.startswith("p/") and seen[key] == AFTER.get(key, "").encode() != old(key)]
    if any(b"SECRET" in data for data in seen.values()):
        assert not news
    if not any(key.startswith("p/bob/") for key in seen):
        assert b"bob" not in seen["index.html"] + seen["sitemap.xml"]


def old(key: str) -> bytes:
    return BEFORE.get(key, "").encode()


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {key: text.encode() for key, text in files.items()}


@pytest.mark.parametrize("done", [False, True])
def test_after_a_crash_anywhere_visitors_see_whole_pages_and_the_next_run_finishes(
    target: Target, tmp_path: Path, *, done: bool
) -> None:
    calls = count_calls(tmp_path)
    assert calls > 15
    # a real server takes half a second for each: a sample of its calls, all of a folder
    step, first = (1, 1) if target.address.startswith("file:") else (5, 3 if done else 1)
    for at in range(first, calls + 1, step):
        clean(target)
        crash(target, tmp_path, at=at, done=done)
        check_visitors(target.read_all())
        publish(target.open(), tmp_path / "after", write_site(tmp_path / "after", AFTER), hidden=frozenset({"id-bob"}))
        assert target.read_all() == as_bytes(AFTER), f"crash at call {at}"


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("files", [BEFORE, make_people({"bob": "Bob again"}, "css three"), {}])
def test_after_a_crash_anywhere_another_change_ends_right_too(
    tmp_path: Path, files: dict[str, str], *, done: bool
) -> None:
    target = make_folder_target(tmp_path / "www")
    for at in range(1, count_calls(tmp_path) + 1):
        clean(target)
        crash(target, tmp_path, at=at, done=done)
        publish(target.open(), tmp_path / "next", write_site(tmp_path / "next", files))
        assert target.read_all() == as_bytes(files), f"crash at call {at}"
        assert publish(target.open(), tmp_path / "next", write_site(tmp_path / "next", files))[0].is_empty


def clean(target: Target) -> None:
    """Empty the target, as far as publishing can."""
    publish(target.open(), Path("/nonexistent"), {})
    assert target.read_all() == {}


def test_an_unfinished_file_of_a_killed_publisher_goes_away(tmp_path: Path) -> None:
    target = make_folder_target(tmp_path / "www")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", BEFORE))
    (tmp_path / "www" / ".unfinished").mkdir()
    (tmp_path / "www" / ".unfinished" / "file").write_text("half of Bob SEC")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", AFTER))
    assert target.read_all() == as_bytes(AFTER)
