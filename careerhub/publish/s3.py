"""An S3 bucket as a target, AWS or compatible. Nothing else in CareerHub talks to S3 when publishing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from careerhub.errors import CareerHubError, Overtaken, TargetUnreachable, WrongUse
from careerhub.publish.headers import Headers

# what one DeleteObjects takes
BATCH = 1000
ABSENT = ("404", "NoSuchKey", "NotFound")
OVERTAKEN = ("412", "PreconditionFailed", "409", "ConditionalRequestConflict")
CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound)
SETTINGS = {
    "NoSuchBucket": "there is no such bucket; create it, or correct the target",
    "InvalidBucketName": "there can be no bucket of this name; correct the target",
    "InvalidAccessKeyId": "the access key is unknown there; check AWS_ACCESS_KEY_ID or the AWS profile",
    "SignatureDoesNotMatch": "the secret key is wrong; check AWS_SECRET_ACCESS_KEY or the AWS profile",
    "ExpiredToken": "the credentials have expired; log in again",
    "InvalidToken": "the session token is wrong; log in again",
    "RequestTimeTooSkewed": "this machine's clock differs too much from the target's; set the clock",
    "PermanentRedirect": "the bucket lies in another region; set AWS_REGION",
    "AuthorizationHeaderMalformed": "the bucket lies in another region; set AWS_REGION",
    "IllegalLocationConstraintException": "the bucket lies in another region; set AWS_REGION",
}


class S3Bucket:
    """The objects of one bucket below a prefix ("" or "…/"); the state lies outside it, under `_state/`."""

    # boto3 sends 3,000 pages in 9 s with sixteen threads on two cores; more wait for the interpreter
    parallel = 16

    def __init__(self, client: Any, *, bucket: str, prefix: str, endpoint_url: str | None) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._state = f"_state/{prefix}manifest.json"
        self._where = endpoint_url or "AWS"

    @property
    def name(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nothing to hold: the manifest's conditional writes keep two publishers apart."""
        yield

    def read_state(self) -> tuple[bytes | None, str]:
        with self._translated("read"):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._state)
                return answer["Body"].read(), answer["ETag"]
            except ClientError as error:
                if _code_of(error) not in ABSENT:
                    raise
            # some stores answer a missing bucket like a missing key
            self._client.head_bucket(Bucket=self._bucket)
            return None, ""

    def write_state(self, data: bytes, etag: str) -> str:
        condition: Any = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            return self._put_state(data, condition)
        except Overtaken:
            # an answer may get lost on its way: the second try of the same call then finds what the first one wrote
            found, mark = self.read_state()
            if found != data:
                raise
            return mark

    def put(self, key: str, data: bytes, headers: Headers, sha256: str) -> None:
        disposition: Any = {"ContentDisposition": headers.content_disposition} if headers.content_disposition else {}
        with self._translated("write"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"{self._prefix}{key}",
                Body=data,
                ContentType=headers.content_type,
                CacheControl=headers.cache_control,
                Metadata={"sha256": sha256},
                **disposition,
            )

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        """Delete keys; where the bucket keeps versions, every version of them."""
        failures: dict[str, str] = {}
        try:
            objects = [name for key in keys for name in self._list_versions(key)]
        except CareerHubError as error:
            return dict.fromkeys(keys, str(error))
        for start in range(0, len(objects), BATCH):
            failures |= self._delete_batch(objects[start : start + BATCH])
        return failures

    def _list_versions(self, key: str) -> list[dict[str, str]]:
        """Return what has to be deleted for a key to be gone: itself, or each of its versions."""
        name = f"{self._prefix}{key}"
        if not self._keeps_versions:
            return [{"Key": name}]
        with self._translated("list versions (s3:ListBucketVersions)"):
            pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=name)
            return [
                {"Key": name, "VersionId": item["VersionId"]}
                for page in pages
                for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
                if item["Key"] == name
            ]

    @cached_property
    def _keeps_versions(self) -> bool:
        """Tell whether deleting a key would leave older versions of it; a store that can't say keeps none."""
        try:
            with self._translated("ask for versioning (s3:GetBucketVersioning)"):
                status = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status")
        except TargetUnreachable as error:
            if isinstance(error.__cause__, ClientError) and _code_of(error.__cause__) in ("NotImplemented", "501"):
                return False
            raise
        return status in ("Enabled", "Suspended")

    def exists(self, key: str) -> bool:
        with self._translated("read"):
            try:
                self._client.head_object(Bucket=self._bucket, Key=f"{self._prefix}{key}")
            except ClientError as error:
                if _code_of(error) not in ABSENT:
                    raise
                return False
        return True

    def list_keys(self) -> Iterator[str]:
        with self._translated("list"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for item in page.get("Contents", []):
                    if not item["Key"].startswith("_state/"):
                        yield item["Key"].removeprefix(self._prefix)

    def _put_state(self, data: bytes, condition: Any) -> str:
        with self._translated("write"):
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=self._state,
                Body=data,
                ContentType="application/json; charset=utf-8",
                CacheControl="no-store",
                **condition,
            )
        return str(answer["ETag"])

    def _delete_batch(self, objects: Sequence[dict[str, str]]) -> dict[str, str]:
        """Delete up to a thousand objects: an answer of 200 still names the ones that stayed."""
        try:
            with self._translated("delete"):
                answer = self._client.delete_objects(
                    Bucket=self._bucket,
                    Delete={"Objects": list(objects), "Quiet": True},
                )
        except CareerHubError as error:
            return {each["Key"].removeprefix(self._prefix): str(error) for each in objects}
        return {
            item.get("Key", "").removeprefix(self._prefix): f"{item.get('Code', '')} {item.get('Message', '')}".strip()
            for item in answer.get("Errors", [])
            if item.get("Code") not in ABSENT
        }

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise self._translate(error, doing) from error
        except CREDENTIALS as error:
            raise _credentials_missing(self.name, error) from error
        except HTTPClientError as error:
            raise TargetUnreachable(
                f"{self.name}: {self._where} doesn't answer ({_one_line(error)});"
                " check the network and CAREERHUB_S3_ENDPOINT_URL, then publish again"
            ) from error
        except BotoCoreError as error:
            raise TargetUnreachable(f"{self.name}: cannot {doing} ({_one_line(error)}); publish again") from error

    def _translate(self, error: ClientError, doing: str) -> CareerHubError:
        code = _code_of(error)
        if code in OVERTAKEN:
            return Overtaken(f"{self.name}: another publisher was here meanwhile; run publish again")
        if code in SETTINGS:
            return WrongUse(f"{self.name}: {SETTINGS[code]}")
        if code in ABSENT:
            # only the bucket itself: an absent key is an answer, not an error
            return WrongUse(f"{self.name}: {SETTINGS['NoSuchBucket']}")
        if code in ("403", "AccessDenied"):
            return TargetUnreachable(
                f"{self.name}: these credentials may not {doing} there; allow s3:GetObject, PutObject,"
                " DeleteObject, ListBucket and GetBucketVersioning (and ListBucketVersions, DeleteObjectVersion where it is on)"
            )
        answer = " ".join(f"{code} {error.response.get('Error', {}).get('Message', '')}".split())
        return TargetUnreachable(f"{self.name}: cannot {doing}: {answer}; publish again")


def make_client(endpoint_url: str | None) -> Any:
    """Make the client; credentials, region and profile are boto3's own."""
    # newer checksum defaults break stores that aren't AWS
    checksums: Any = (
        {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
        if endpoint_url
        else {}
    )
    config = Config(
        retries={"mode": "standard"},
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=S3Bucket.parallel,
        **checksums,
    )
    try:
        return boto3.session.Session().client("s3", endpoint_url=endpoint_url, config=config)
    except CREDENTIALS as error:
        raise _credentials_missing("S3", error) from error
    except (BotoCoreError, ValueError) as error:
        raise WrongUse(f"S3: {_one_line(error)}; check AWS_* and CAREERHUB_S3_ENDPOINT_URL") from error


def _credentials_missing(name: str, error: BotoCoreError) -> WrongUse:
    return WrongUse(
        f"{name}: no usable credentials ({_one_line(error)});"
        " set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    )


def _code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
