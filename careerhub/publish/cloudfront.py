"""CloudFront as the CDN. Nothing else in CareerHub talks to it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004  # the name botocore gives what can't be reached
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from careerhub.errors import CareerHubError, TargetUnreachable, WrongUse
from careerhub.publish.cdn import plan_purge

CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound)
SETTINGS = {
    "NoSuchDistribution": "this account has no such distribution; correct CAREERHUB_CLOUDFRONT_DISTRIBUTION",
    "InvalidClientTokenId": "the access key is unknown there; check AWS_ACCESS_KEY_ID or the AWS profile",
    "UnrecognizedClientException": "the access key is unknown there; check AWS_ACCESS_KEY_ID or the AWS profile",
    "SignatureDoesNotMatch": "the secret key is wrong; check AWS_SECRET_ACCESS_KEY or the AWS profile",
    "ExpiredToken": "the credentials have expired; log in again",
    "RequestExpired": "this machine's clock differs too much from CloudFront's; set the clock",
    "RequestTimeTooSkewed": "this machine's clock differs too much from CloudFront's; set the clock",
}
BUSY = ("TooManyInvalidationsInProgress", "Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown")
# a purge takes ten seconds to a few minutes; each look costs a call of the account's few a second
LONGEST = 300.0
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 20.0
QUEUED = "the paths stay queued for the next publish"


class CloudFront:
    """One distribution; `base` is the path of the site's address."""

    def __init__(self, distribution: str, client: Any, *, base: str = "") -> None:
        self._distribution = distribution
        self._client = client
        self._base = base.rstrip("/")

    @property
    def name(self) -> str:
        return f"CloudFront {self._distribution}"

    def fold(self, keys: Iterable[str], *, taken: Iterable[str] = (), purged: int = 0) -> list[str]:
        return plan_purge(keys, taken=taken, purged=purged, base=self._base)

    def purge(self, paths: Sequence[str], reference: str) -> str:
        # the paths are part of it: the same reference with other paths would be refused
        digest = hashlib.sha256("\n".join(paths).encode()).hexdigest()[:16]
        batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": f"{reference}-{digest}"}
        with self._translated("purge (cloudfront:CreateInvalidation)"):
            answer = self._client.create_invalidation(DistributionId=self._distribution, InvalidationBatch=batch)
        return str(answer["Invalidation"]["Id"])

    def wait(
        self,
        purge: str,
        *,
        seconds: float = LONGEST,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> float | None:
        start, pause = clock(), FIRST_PAUSE
        while not self._is_done(purge):
            if clock() - start + pause > seconds:
                return None
            sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
        return clock() - start

    def _is_done(self, purge: str) -> bool:
        with self._translated("look at a purge (cloudfront:GetInvalidation)"):
            answer = self._client.get_invalidation(DistributionId=self._distribution, Id=purge)
        return str(answer["Invalidation"]["Status"]).casefold() == "completed"

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise self._translate(error, doing) from error
        except CREDENTIALS as error:
            raise _credentials_missing(error) from error
        except (ConnectionError, HTTPClientError) as error:
            raise TargetUnreachable(
                f"{self.name} doesn't answer ({_one_line(error)}); check the network; {QUEUED}"
            ) from error
        except BotoCoreError as error:
            raise TargetUnreachable(f"{self.name}: cannot {doing} ({_one_line(error)}); {QUEUED}") from error

    def _translate(self, error: ClientError, doing: str) -> CareerHubError:
        said = error.response.get("Error", {})
        code = str(said.get("Code", ""))
        if code in SETTINGS:
            return WrongUse(f"{self.name}: {SETTINGS[code]}")
        if code in BUSY:
            return TargetUnreachable(f"{self.name} is busy with earlier purges ({code}); {QUEUED}")
        if code in ("AccessDenied", "AccessDeniedException", "403"):
            return TargetUnreachable(
                f"{self.name}: these credentials may not {doing}; allow cloudfront:CreateInvalidation and"
                f" cloudfront:GetInvalidation on the distribution; {QUEUED}"
            )
        answer = " ".join(f"{code} {said.get('Message', '')}".split())
        return TargetUnreachable(f"{self.name}: cannot {doing}: {answer}; {QUEUED}")


def make_client() -> Any:
    """Make the client; credentials and profile are boto3's own, and so is AWS_ENDPOINT_URL_CLOUDFRONT."""
    config = Config(retries={"mode": "standard"}, connect_timeout=5, read_timeout=30)
    try:
        return boto3.session.Session().client("cloudfront", config=config)
    except CREDENTIALS as error:
        raise _credentials_missing(error) from error
    except (BotoCoreError, ValueError) as error:
        raise WrongUse(f"CloudFront: {_one_line(error)}; check AWS_*") from error


def _credentials_missing(error: BotoCoreError) -> WrongUse:
    return WrongUse(
        f"CloudFront: no usable credentials ({_one_line(error)});"
        " set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
