"""Targets that can be looked at, remembered and put back: a folder and a prefix of a bucket."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from careerhub.publish.bucket import Bucket, open_bucket
from tests.seaweed import Seaweed
from tests.torture.visitors import Object

BUCKET = "torture"


class Shelf(Protocol):
    """A target of a test's own."""

    @property
    def address(self) -> str:
        """What CAREERHUB_TARGET says."""

    def open(self) -> Bucket:
        """Make the target as the commands do."""

    def read(self) -> dict[str, Object]:
        """Return all that visitors can get."""

    def remember(self) -> Callable[[], None]:
        """Return what puts everything back as it is now, the manifest too."""


@dataclass(frozen=True)
class FolderShelf:
    """A folder; it has no headers."""

    root: Path

    @property
    def address(self) -> str:
        return self.root.as_uri()

    @property
    def _state(self) -> Path:
        return self.root.with_name(f"{self.root.name}.state")

    def open(self) -> Bucket:
        return open_bucket(self.address)

    def read(self) -> dict[str, Object]:
        found = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*") if path.is_file()}
        # where unfinished files lie no server looks
        return {key: Object(path.read_bytes()) for key, path in found.items() if not key.startswith(".unfinished/")}

    def remember(self) -> Callable[[], None]:
        kept = [(folder, folder.with_name(f"{folder.name}.kept")) for folder in (self.root, self._state)]
        for folder, copy in kept:
            shutil.copytree(folder, copy)

        def put_back() -> None:
            for folder, copy in kept:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(copy, folder)

        return put_back


@dataclass
class S3Shelf:
    """Everything below one prefix."""

    server: Seaweed
    prefix: str
    _client: Any = None

    def __post_init__(self) -> None:
        self._client = self.server.client()

    @property
    def address(self) -> str:
        return f"s3://{BUCKET}/{self.prefix}"

    def open(self) -> Bucket:
        return open_bucket(self.address, endpoint_url=self.server.endpoint_url)

    def read(self) -> dict[str, Object]:
        start = f"{self.prefix}/"
        objects = _at_once(lambda name: self._get(name), self._list(start))
        return {name.removeprefix(start): each for name, each in objects.items() if each}

    def remember(self) -> Callable[[], None]:
        places = (f"{self.prefix}/", f"_state/{self.prefix}/")
        before = {name: etag for place in places for name, etag in self._list(place).items()}
        kept = _at_once(self._get_whole, before)

        def put_one(name: str) -> None:
            answer, body = kept[name]
            told = {
                each: answer[each] for each in ("ContentType", "CacheControl", "ContentDisposition") if each in answer
            }
            self._client.put_object(Bucket=BUCKET, Key=name, Body=body, Metadata=answer["Metadata"], **told)

        def put_back() -> None:
            now = {name: etag for place in places for name, etag in self._list(place).items()}
            _at_once(put_one, [name for name, etag in before.items() if now.get(name) != etag])
            _at_once(self._delete, [name for name in now if name not in before])

        return put_back

    def _get_whole(self, name: str) -> tuple[Any, bytes]:
        answer = self._client.get_object(Bucket=BUCKET, Key=name)
        return answer, answer["Body"].read()

    def _delete(self, name: str) -> None:
        self._client.delete_object(Bucket=BUCKET, Key=name)

    def _get(self, name: str) -> Object | None:
        try:
            answer = self._client.get_object(Bucket=BUCKET, Key=name)
        except self._client.exceptions.NoSuchKey:
            return None
        told = [answer.get(each, "") for each in ("ContentType", "CacheControl", "ContentDisposition")]
        return Object(answer["Body"].read(), (*told, *sorted(answer["Metadata"].values())))

    def _list(self, start: str) -> dict[str, str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=start)
        return {item["Key"]: item["ETag"] for page in pages for item in page.get("Contents", [])}


def _at_once(work: Callable[[str], Any], names: Iterable[str]) -> dict[str, Any]:
    wanted = list(names)
    with ThreadPoolExecutor(6) as pool:
        return dict(zip(wanted, pool.map(work, wanted), strict=True))
