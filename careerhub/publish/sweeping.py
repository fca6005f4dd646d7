"""What a bucket is asked seldom: deleting with every version, listing, and credentials. boto3 loads only for these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from careerhub.errors import CareerHubError, TargetUnreachable, WrongUse
from careerhub.publish.bucket import Found
from careerhub.publish.manifest import place_of
from careerhub.publish.store import (
    ABSENT,
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    UNKNOWN_CONDITIONS,
    Failure,
    find_region,
    first_line,
    make_credentials_error,
    translate_failure,
)

# what one DeleteObjects takes
BATCH = 1000
Objects = list[dict[str, str]]


class Sweeper:
    """Deletes and lists of one bucket; keys are whole here, with the prefix of the site."""

    def __init__(
        self,
        *,
        name: str,
        bucket: str,
        endpoint_url: str | None,
        environment: Mapping[str, str],
        count: Callable[[str, str], None],
    ) -> None:
        self._name = name
        self._bucket = bucket
        self._endpoint_url = endpoint_url
        self._environment = environment
        self._count = count

    def delete(self, keys: Sequence[str]) -> dict[str, str]:
        """Delete keys, with every version where there are versions; return those that failed, and why."""
        try:
            objects = self._list_versions(keys) if self.keeps_versions else [{"Key": key} for key in keys]
        except CareerHubError as error:
            return dict.fromkeys(keys, str(error))
        failures: dict[str, str] = {}
        for start in range(0, len(objects), BATCH):
            failures |= self._delete_batch(objects[start : start + BATCH])
        return failures

    def delete_for_good(self, keys: Sequence[str]) -> None:
        """Delete keys with their versions, or raise what the first failure says."""
        if failures := self.delete(keys):
            key, why = next(iter(failures.items()))
            raise TargetUnreachable(f"{self._name}: {key} stayed: {why}; publish again")

    def delete_replaced(self, key: str) -> None:
        """Delete the older versions of a key, and none other."""
        older = [{"Key": key, "VersionId": v["VersionId"]} for v in self._each_version(key) if not v["IsLatest"]]
        for start in range(0, len(older), BATCH):
            self._delete_batch(older[start : start + BATCH])

    def list_objects(self, prefix: str) -> Iterator[Found]:
        for page in self._each_page("list_objects_v2", "ListObjectsV2", prefix):
            for item in page.get("Contents", []):
                yield Found(key=item["Key"], size=item["Size"], mark=item["ETag"])

    @cached_property
    def keeps_versions(self) -> bool:
        """Tell whether deleting a key would leave older versions of it; a store that can't say keeps none."""
        from botocore.exceptions import ClientError

        try:
            with self._translated("GetBucketVersioning", "ask for versioning (s3:GetBucketVersioning)"):
                status = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status")
        except TargetUnreachable as error:
            if isinstance(error.__cause__, ClientError) and _code_of(error.__cause__) in UNKNOWN_CONDITIONS:
                return False
            raise
        return status in ("Enabled", "Suspended")

    @cached_property
    def locks_objects(self) -> bool:
        """Tell whether objects can't be deleted for a time; a store that can't say locks none."""
        try:
            with self._translated("GetObjectLockConfiguration", "ask for object lock"):
                answer = self._client.get_object_lock_configuration(Bucket=self._bucket)
        except CareerHubError:
            return False  # most buckets answer that there is no such configuration
        return bool(answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")

    def measure_skew(self) -> float:
        """Return how many seconds the store's clock is ahead of this machine's, by the date of its answer."""
        with self._translated("HeadBucket", "read"):
            answer = self._client.head_bucket(Bucket=self._bucket)
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds() if date else 0.0

    def _list_versions(self, keys: Sequence[str]) -> Objects:
        """Return every version of the keys: one listing for all that a person has."""
        wanted = set(keys)
        return [
            {"Key": item["Key"], "VersionId": item["VersionId"]}
            for prefix in sorted(_fold(keys))
            for item in self._each_version(prefix)
            if item["Key"] in wanted
        ]

    def _each_version(self, prefix: str) -> Iterator[dict[str, Any]]:
        for page in self._each_page("list_object_versions", "ListObjectVersions", prefix):
            yield from (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))

    def _each_page(self, method: str, operation: str, prefix: str) -> Iterator[dict[str, Any]]:
        pages = iter(self._client.get_paginator(method).paginate(Bucket=self._bucket, Prefix=prefix))
        while True:
            with self._translated(operation, f"list (s3:{operation.replace('ObjectsV2', 'Bucket')})"):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _delete_batch(self, objects: Objects) -> dict[str, str]:
        """Delete up to a thousand objects: an answer of 200 still names the ones that stayed."""
        try:
            with self._translated("DeleteObjects", "delete"):
                answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
        except CareerHubError as error:
            return {each["Key"]: str(error) for each in objects}
        return {
            item.get("Key", ""): f"{item.get('Code', '')} {item.get('Message', '')}".strip()
            for item in answer.get("Errors", [])
            if item.get("Code") not in ABSENT
        }

    @cached_property
    def _client(self) -> Any:
        return make_client("s3", self._name, self._endpoint_url, self._environment)

    @contextmanager
    def _translated(self, operation: str, doing: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        code = "200"
        try:
            yield
        except ClientError as error:
            code = _code_of(error)
            raise self._translate(Failure(code=code, message=_message_of(error)), doing) from error
        except _credential_errors() as error:
            code = "none"
            raise make_credentials_error(self._name, first_line(error)) from error
        except HTTPClientError as error:
            code = "none"
            raise self._translate(Failure(code="", message=first_line(error)), doing) from error
        except BotoCoreError as error:
            code = "none"
            raise TargetUnreachable(f"{self._name}: cannot {doing} ({first_line(error)}); publish again") from error
        finally:
            self._count(operation, code)

    def _translate(self, failure: Failure, doing: str) -> CareerHubError:
        return translate_failure(failure, name=self._name, where=self._endpoint_url or "AWS", doing=doing)


def make_client(service: str, name: str, endpoint_url: str | None, environment: Mapping[str, str]) -> Any:
    """Make a client of boto3; credentials and profile are its own to find."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    # newer checksum defaults break stores that aren't AWS
    checksums: Any = (
        {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
        if endpoint_url
        else {}
    )
    config = Config(
        retries={"mode": "standard"}, connect_timeout=CONNECT_SECONDS, read_timeout=ANSWER_SECONDS, **checksums
    )
    try:
        session: Any = boto3.session.Session(region_name=find_region(environment) or None)
        return session.client(service, endpoint_url=endpoint_url, config=config)
    except _credential_errors() as error:
        raise make_credentials_error(name, first_line(error)) from error
    except (BotoCoreError, ValueError) as error:
        raise WrongUse(f"{name}: {first_line(error)}; check AWS_* and CAREERHUB_S3_ENDPOINT_URL") from error


def make_credentials(region: str, name: str) -> Any:
    """Let boto3 find credentials: profiles, single sign-on, roles of machines; they are renewed while they are used."""
    import boto3
    from botocore.exceptions import BotoCoreError
    from obstore.auth.boto3 import Boto3CredentialProvider

    try:
        session = boto3.session.Session(region_name=region or None)
        if session.get_credentials() is None:
            raise make_credentials_error(name, "none found")
        provider = Boto3CredentialProvider(session)
    except BotoCoreError as error:
        raise make_credentials_error(name, first_line(error)) from error
    return {"credential_provider": provider, "region": session.region_name or "us-east-1"}


def _credential_errors() -> tuple[type[Exception], ...]:
    from botocore import exceptions

    return (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.ProfileNotFound,
    )


def _fold(keys: Iterable[str]) -> set[str]:
    """Return prefixes below which all keys lie, few where many belong to one person."""
    found = set()
    for key in keys:
        start = key.find("p/") if key.startswith("p/") else key.find("/p/") + 1
        found.add(key[:start] + place_of(key[start:]))
    return found


def _code_of(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _message_of(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Message", ""))
