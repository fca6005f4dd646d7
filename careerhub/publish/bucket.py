"""Where a site is published to: what every target can do, and how an address becomes one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from careerhub.errors import WrongUse
from careerhub.publish.headers import Headers

BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"(?:[A-Za-z0-9~-][A-Za-z0-9._~-]*/)*")


class Bucket(Protocol):
    """A target. Every method raises TargetUnreachable, StorageFull or WrongUse with one line for people."""

    @property
    def name(self) -> str:
        """The target in messages: its address."""

    @property
    def parallel(self) -> int:
        """How many calls at once serve it best."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep other publishers of this machine away meanwhile; Overtaken if one is at work."""

    def read_state(self) -> tuple[bytes | None, str]:
        """Return the manifest's bytes and their mark; None and "" when there is none."""

    def write_state(self, data: bytes, etag: str) -> str:
        """Replace the manifest marked `etag` ("": there is none yet); return the new mark, or raise Overtaken."""

    def put(self, key: str, data: bytes, headers: Headers, sha256: str) -> None:
        """Store one file: whole, or not at all."""

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        """Delete keys, also absent ones; return those that failed, each with what the target said."""

    def exists(self, key: str) -> bool:
        """Tell whether a visitor could still get it."""

    def list_keys(self) -> Iterator[str]:
        """List everything there is, without the state."""


def open_bucket(target: str, *, endpoint_url: str | None = None) -> Bucket:
    """Make the bucket of `s3://bucket[/prefix]` or `file:///dir`, contacting nothing. WrongUse: another address."""
    if target.startswith("file:"):
        return _open_folder(target)
    if target.startswith("s3:"):
        return _open_s3(target, endpoint_url)
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


def _open_s3(target: str, endpoint_url: str | None) -> Bucket:
    bucket, _, rest = target.removeprefix("s3://").partition("/")
    prefix = f"{rest.strip('/')}/" if rest.strip("/") else ""
    if not target.startswith("s3://") or not BUCKET_NAME.fullmatch(bucket):
        raise WrongUse(f"{target!r}: a bucket's address looks like s3://my-bucket or s3://my-bucket/prefix")
    if not PREFIX.fullmatch(prefix):
        raise WrongUse(f"{target!r}: a prefix consists of letters, digits and . _ ~ - between slashes")
    if endpoint_url and urlsplit(endpoint_url).scheme not in ("http", "https"):
        raise WrongUse(f"CAREERHUB_S3_ENDPOINT_URL is {endpoint_url!r}: it starts with https:// or http://")

    # boto3 takes a third of a second to import: only those who use it wait
    from careerhub.publish.s3 import S3Bucket, make_client

    return S3Bucket(make_client(endpoint_url), bucket=bucket, prefix=prefix, endpoint_url=endpoint_url)
