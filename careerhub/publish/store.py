"""The connection to an S3 bucket, and what its errors mean: one line for people each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import S3Store

from careerhub.errors import CareerHubError, Overtaken, TargetUnreachable, WrongUse

# what the library raises; an absent object is Python's own FileNotFoundError
StoreErrors = (BaseError, FileNotFoundError)
CONNECT_SECONDS = 5
ANSWER_SECONDS = 30

ABSENT = ("404", "NoSuchKey", "NotFound")
CONFLICTS = ("412", "PreconditionFailed", "409", "ConditionalRequestConflict")
UNKNOWN_CONDITIONS = ("501", "NotImplemented")
DENIED = ("403", "AccessDenied")
# what a moment later may go well; rights, too, take their time to reach every server
PASSING = ("500", "502", "503", "504", "429", "408")
PASSING_CODES = ("SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "Throttling", "TooManyRequests")
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
_STATUS = re.compile(r"status code: (\d{3})|status: (\d{3}),")
_CODE = re.compile(r"<Code>([^<]*)</Code>")
_MESSAGE = re.compile(r"<Message>([^<]*)</Message>")
# a redirect without an address is how S3 says that a bucket is in another region
_ELSEWHERE = "incorrectly configured region"
_CREDENTIALS = re.compile(r"credential", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call that failed: S3's code, else the HTTP status, else "" when no answer came."""

    code: str
    status: str = ""
    message: str = ""

    @property
    def is_absence(self) -> bool:
        return self.code in ABSENT

    @property
    def is_conflict(self) -> bool:
        return self.code in CONFLICTS or self.status == "412"

    @property
    def is_about_conditions(self) -> bool:
        return self.code in UNKNOWN_CONDITIONS or self.status == "501"

    @property
    def is_passing(self) -> bool:
        return not self.code or self.status in PASSING or self.code in (*PASSING_CODES, *DENIED)


def make_store(bucket: str, endpoint_url: str | None, environment: Mapping[str, str], *, name: str) -> S3Store:
    """Make the connection, contacting nothing: retries are the caller's."""
    options: Any = {"endpoint": endpoint_url} if endpoint_url else {}
    try:
        return S3Store(
            bucket,
            **options,
            **_find_credentials(environment, name),
            client_options={
                "allow_http": bool(endpoint_url and endpoint_url.startswith("http://")),
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "timeout": timedelta(seconds=ANSWER_SECONDS),
            },
            retry_config={"max_retries": 0},
        )
    except (*StoreErrors, ValueError) as error:
        raise WrongUse(f"{name}: {first_line(error)}; check AWS_* and CAREERHUB_S3_ENDPOINT_URL") from error


def find_region(environment: Mapping[str, str]) -> str:
    """Return the region that the environment names, "" when it doesn't."""
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""


def _find_credentials(environment: Mapping[str, str], name: str) -> Any:
    """Return keys from the environment; profiles, single sign-on and roles of machines are boto3's to find."""
    region = find_region(environment)
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    if all(environment.get(name) for name in names) and not environment.get("AWS_PROFILE"):
        token = environment.get("AWS_SESSION_TOKEN")
        return {
            "region": region or "us-east-1",
            "access_key_id": environment[names[0]],
            "secret_access_key": environment[names[1]],
        } | ({"session_token": token} if token else {})
    from careerhub.publish.sweeping import make_credentials

    return make_credentials(region, name)


def read_failure(error: BaseException) -> Failure:
    """Read what went wrong from the library's error: status and XML stand in its text."""
    told = str(error)
    if _ELSEWHERE in told:
        return Failure(code="PermanentRedirect", status="301")
    found = _STATUS.search(told)
    status = next((group for group in found.groups() if group), "") if found else ""
    code, message = _CODE.search(told), _MESSAGE.search(told)
    return Failure(
        code=code.group(1) if code else status,
        status=status,
        message=message.group(1) if message else "" if status else first_line(error),
    )


def translate_failure(failure: Failure, *, name: str, where: str, doing: str) -> CareerHubError:
    """Say in one line what a call at the target `name` ended with."""
    if failure.is_conflict:
        return Overtaken(f"{name}: another publisher was here meanwhile; run publish again")
    if failure.code in SETTINGS:
        return WrongUse(f"{name}: {SETTINGS[failure.code]}")
    if failure.is_absence:
        # only the bucket itself: an absent key is an answer, not an error
        return WrongUse(f"{name}: {SETTINGS['NoSuchBucket']}")
    if failure.code in DENIED:
        return TargetUnreachable(
            f"{name}: these credentials may not {doing} there; allow s3:GetObject, PutObject, DeleteObject, ListBucket"
            " and GetBucketVersioning (and ListBucketVersions, DeleteObjectVersion where it is on)"
        )
    if failure.code:
        answer = " ".join(f"{failure.code} {failure.message}".split())
        return TargetUnreachable(f"{name}: cannot {doing}: {answer}; publish again")
    if _CREDENTIALS.search(failure.message):
        return make_credentials_error(name, failure.message)
    return TargetUnreachable(
        f"{name}: cannot {doing}, {where} doesn't answer ({failure.message});"
        " check the network and CAREERHUB_S3_ENDPOINT_URL, then publish again"
    )


def make_credentials_error(name: str, why: str) -> WrongUse:
    """Say that nobody may be asked: there are no credentials."""
    return WrongUse(
        f"{name}: no usable credentials ({why}); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    )


def first_line(error: BaseException) -> str:
    """Return the first line of an error: below it the library shows its own values."""
    return " ".join(str(error).partition("\n")[0].split())
