"""Where a site is published to: what every target can do, and how an address becomes one."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from careerhub.errors import WrongUse
from careerhub.publish.headers import Headers

BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"(?:[A-Za-z0-9~-][A-Za-z0-9._~-]*/)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is really there. A listing knows no digest and no headers, a folder never has headers (None)."""

    key: str
    size: int
    mark: str
    sha256: str = ""
    headers: Headers | None = None


class Bucket(Protocol):
    """A target. Every method raises TargetUnreachable, StorageFull or WrongUse with one line for people.

    A `mark` is the target's name of a file's bytes; "" means that there is no such file.
    """

    @property
    def name(self) -> str:
        """The target in messages: its address."""

    @property
    def parallel(self) -> int:
        """How many calls at once serve it best."""

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How many calls were made, by operation and answer."""

    @property
    def notes(self) -> list[str]:
        """What people should know about this target."""

    def describe(self) -> Mapping[str, float]:
        """Return what a target says of itself: `versions` and `lock` are kept there, its clock is `skew_seconds` ahead."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep other publishers of this machine away meanwhile; Overtaken if one is at work."""

    def read_state(self, path: str) -> tuple[bytes | None, str]:
        """Return a file of the state and its mark; None and "" when there is none."""

    def write_state(self, path: str, data: bytes, mark: str) -> str:
        """Replace a file of the state marked `mark`; return the new mark, or raise Overtaken: it has another one."""

    def delete_state(self, paths: Sequence[str]) -> None:
        """Delete files of the state, also absent ones, and what the target keeps of replaced ones."""

    def list_state(self) -> Iterator[str]:
        """List the files of the state."""

    def put(self, key: str, data: bytes, headers: Headers, sha256: str, mark: str) -> str:
        """Store one file, whole or not at all, in place of what is marked `mark`; Overtaken: something else is there."""

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        """Delete keys, also absent ones; return those that failed, each with what the target said."""

    def find(self, key: str) -> Found | None:
        """Return what a visitor could get there."""

    def list_objects(self, prefix: str = "") -> Iterator[Found]:
        """List what there is, without the state."""


def open_bucket(
    target: str, *, endpoint_url: str | None = None, environment: Mapping[str, str] | None = None
) -> Bucket:
    """Make the bucket of `s3://bucket[/prefix]` or `file:///dir`, contacting nothing. WrongUse: another address.

    Credentials and region come from the environment (default: this process's) as AWS's own tools read them.
    """
    if target.startswith("file:"):
        return _open_folder(target)
    if target.startswith("s3:"):
        return _open_s3(target, endpoint_url, os.environ if environment is None else environment)
    raise WrongUse(f"{target!r}: a target is s3://bucket, s3://bucket/prefix or file:///folder")


def _open_folder(target: str) -> Bucket:
    from careerhub.publish.folder import FolderBucket

    parts = urlsplit(target)
    folder = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or parts.query or parts.fragment or not folder.startswith("/"):
        raise WrongUse(f"{target!r}: write the whole path of the folder, as in file:///srv/site")
    path = Path(os.path.normpath(folder))
    if "\0" in folder or path.name == "":
        raise WrongUse(f"{target!r}: publish into a folder of its own, as in file:///srv/site")
    return FolderBucket(path)


def _open_s3(target: str, endpoint_url: str | None, environment: Mapping[str, str]) -> Bucket:
    bucket, _, rest = target.removeprefix("s3://").partition("/")
    prefix = f"{rest.strip('/')}/" if rest.strip("/") else ""
    if not target.startswith("s3://") or not BUCKET_NAME.fullmatch(bucket):
        raise WrongUse(f"{target!r}: a bucket's address looks like s3://my-bucket or s3://my-bucket/prefix")
    if not PREFIX.fullmatch(prefix):
        raise WrongUse(f"{target!r}: a prefix consists of letters, digits and . _ ~ - between slashes")
    if endpoint_url and urlsplit(endpoint_url).scheme not in ("http", "https"):
        raise WrongUse(f"CAREERHUB_S3_ENDPOINT_URL is {endpoint_url!r}: it starts with https:// or http://")

    # only those who publish to S3 wait for its library
    from careerhub.publish.s3 import S3Bucket

    return S3Bucket(bucket=bucket, prefix=prefix, endpoint_url=endpoint_url, environment=environment)
