"""Few paths cover what changed; CloudFront is told once, and says in plain words what it can't do."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from careerhub.errors import CareerHubError, TargetUnreachable, WrongUse
from careerhub.publish.cdn import FREE_PATHS, MOST_PATHS, fold_paths, list_addresses, open_cdn, plan_purge, show_budget
from careerhub.publish.cloudfront import CloudFront

STYLE = "assets/site.0123456789ab.css"
PHOTO = "assets/ada.0123456789ab.jpg"
SITE = "https://people.example.org"
ONCE = Config(retries={"total_max_attempts": 1})


def people(count: int) -> list[str]:
    return [f"p/person-{number}/{name}" for number in range(count) for name in ("index.html", "cv.pdf")]


@pytest.mark.parametrize(
    ("keys", "paths"),
    [
        ([], []),
        (["index.html"], ["/", "/index.html"]),
        (["p/ada/index.html"], ["/p/ada/", "/p/ada/index.html"]),
        (["p/ada/cv.pdf"], ["/p/ada/cv.pdf"]),
        (["p/ada/index.html", "p/ada/cv.pdf", "p/ada/projects/x/index.html"], ["/p/ada/*"]),
        (["p/ada/cv.pdf", "p/adam/cv.pdf"], ["/p/ada/cv.pdf", "/p/adam/cv.pdf"]),
        (["technologies/python/index.html"], ["/technologies/python/", "/technologies/python/index.html"]),
        (["technologies/index.html", "technologies/python/index.html"], ["/technologies/*"]),
        (["sitemap.xml", "feed.xml"], ["/feed.xml", "/sitemap.xml"]),
        (["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"], ["/sitemap*"]),
        ([STYLE, PHOTO], []),
        (people(MOST_PATHS), [f"/p/person-{number}/*" for number in sorted(range(MOST_PATHS), key=str)]),
        ([*people(MOST_PATHS - 1), "index.html"], ["/", "/index.html", "/p/*"]),
        ([*people(1000), "places/berlin/index.html"], ["/p/*", "/places/berlin/", "/places/berlin/index.html"]),
        ([f"list-{number}/index.html" for number in range(8)], [f"/list-{number}/*" for number in range(8)]),
        ([f"list-{number}.html" for number in range(20)], ["/*"]),
        (["p/x y/cv.pdf", "p/é*.pdf", "p/a'(b).pdf"], ["/p/*"]),
        (["é*~.pdf"], ["/%C3%A9%2A~.pdf"]),
    ],
)
def test_keys_become_few_paths(keys: list[str], paths: list[str]) -> None:
    assert fold_paths(keys) == paths


def test_an_asset_is_purged_only_when_it_is_taken_from_the_site() -> None:
    assert fold_paths([STYLE], taken=[PHOTO]) == ["/assets/ada.0123456789ab.jpg"]


def test_paths_still_owed_fold_with_new_keys() -> None:
    owed = ["/p/ada/*", "/p/ben/", "/", "/assets/ada.0123456789ab.jpg"]
    assert fold_paths(["p/ada/cv.pdf", "p/ben/index.html"], taken=owed) == [
        "/",
        "/assets/ada.0123456789ab.jpg",
        "/index.html",
        "/p/ada/*",
        "/p/ben/",
        "/p/ben/index.html",
    ]


def test_a_site_below_a_path_is_purged_there() -> None:
    assert fold_paths(["index.html", "p/ada/cv.pdf"], base="/people") == [
        "/people/",
        "/people/index.html",
        "/people/p/ada/cv.pdf",
    ]
    assert fold_paths(["p/ada/cv.pdf"], taken=["/people/p/ada/*"], base="/people") == ["/people/p/ada/*"]
    assert fold_paths([f"{number}.html" for number in range(20)], base="/people") == ["/people/*"]


PARTS = st.sampled_from(["p", "ada", "adam", "technologies", "s", "é", "a*b", "sitemap"])
KEYS = st.builds(
    lambda parts, name: "/".join([*parts, name]),
    st.lists(PARTS, max_size=4),
    st.sampled_from(["index.html", "cv.pdf", "sitemap.xml", "sitemap-1.xml", "x.json"]),
)


@given(st.lists(KEYS, max_size=60), st.lists(KEYS, max_size=60), st.sampled_from(["", "/people"]))
def test_few_paths_cover_every_address_of_every_key(first: list[str], then: list[str], base: str) -> None:
    owed = fold_paths(first, base=base)
    paths = fold_paths(then, taken=owed, base=base)
    assert len(paths) <= MOST_PATHS
    assert paths == sorted(set(paths)) == fold_paths(reversed(then), taken=reversed(owed), base=base)
    for path in paths:
        assert path.startswith(f"{base}/")
        assert re.fullmatch(r"[!-)+-~]*\*?", path)
    for key in (*first, *then):
        for address in list_addresses(key):
            assert any(covers(path, f"{base}{address}") for path in paths), (key, paths)


def covers(path: str, address: str) -> bool:
    return address.startswith(path[:-1]) if path.endswith("*") else address == path


def test_the_addresses_of_a_key_are_those_it_can_be_seen_at() -> None:
    assert list_addresses("p/ada/index.html") == ("/p/ada/", "/p/ada/index.html")
    assert list_addresses("index.html") == ("/", "/index.html")
    assert [unquote(address) for address in list_addresses("p/é/cv.pdf")] == ["/p/é/cv.pdf"]


def test_when_the_free_paths_are_used_up_only_what_was_taken_is_purged() -> None:
    keys, taken = ["index.html", "feed.xml"], ["p/ada/index.html", "p/ada/cv.pdf"]
    everything = ["/", "/feed.xml", "/index.html", "/p/ada/*"]
    assert plan_purge(keys, taken=taken, purged=FREE_PATHS - 4) == everything
    assert plan_purge(keys, taken=taken, purged=FREE_PATHS - 3) == ["/p/ada/*"]
    assert plan_purge(keys, purged=FREE_PATHS) == []


def test_the_budget_is_said_for_a_month() -> None:
    assert show_budget({"2026-10": 999, "2026-11": 123}, "2026-11") == "123 of 1,000 free paths this month"
    assert show_budget({}, "2026-12") == "0 of 1,000 free paths this month"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 find credentials that nobody has."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDFRONT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def aws(credentials: None) -> Iterator[Any]:
    """Give moto's CloudFront."""
    with mock_aws():
        yield boto3.client("cloudfront")


@pytest.fixture
def distribution(aws: Any) -> str:
    origin = {"Id": "site", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    behavior = {
        "TargetOriginId": "site",
        "ViewerProtocolPolicy": "redirect-to-https",
        "MinTTL": 0,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    }
    made = aws.create_distribution(
        DistributionConfig={
            "CallerReference": "test",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behavior,
        }
    )
    return str(made["Distribution"]["Id"])


def test_a_purge_reaches_the_distribution_and_completes(aws: Any, distribution: str) -> None:
    cdn = open_cdn(distribution, site_url=f"{SITE}/people")
    assert cdn is not None
    purge = cdn.purge(cdn.fold(["p/ada/index.html", "p/ada/cv.pdf"]), "run-7")
    assert cdn.wait(purge) == pytest.approx(0, abs=30)
    batch = aws.get_invalidation(DistributionId=distribution, Id=purge)["Invalidation"]["InvalidationBatch"]
    assert batch["Paths"] == {"Quantity": 1, "Items": ["/people/p/ada/*"]}
    assert cdn.name == f"CloudFront {distribution}"


def test_a_distribution_that_is_not_there_is_wrong_use(aws: Any) -> None:
    cdn = open_cdn("E2NOTHERE12345", site_url=SITE)
    assert cdn is not None
    with pytest.raises(WrongUse, match="CAREERHUB_CLOUDFRONT_DISTRIBUTION"):
        cdn.purge(["/"], "run-1")


def test_no_distribution_means_no_cdn_and_no_boto3() -> None:
    code = (
        "import sys; from careerhub.publish.cdn import open_cdn, fold_paths;"
        f" assert open_cdn('', site_url='{SITE}') is None; print([m for m in ('boto3', 'botocore') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize(
    "distribution", ["https://d111111abcdef8.cloudfront.net", "e2example1abcd", "E1", "E2 EXAMPLE"]
)
def test_what_can_be_no_distribution_is_refused_before_anything_is_asked(distribution: str) -> None:
    with pytest.raises(WrongUse, match="CAREERHUB_CLOUDFRONT_DISTRIBUTION"):
        open_cdn(distribution, site_url=SITE)


Stubbed = tuple[CloudFront, Stubber]


@pytest.fixture
def stubbed(credentials: None) -> Iterator[Stubbed]:
    client = boto3.client("cloudfront")
    with Stubber(client) as stubber:
        yield CloudFront("E2EXAMPLE1ABCD", client), stubber


def test_the_same_reference_and_paths_ask_for_the_same_purge(stubbed: Stubbed) -> None:
    cdn, stubber = stubbed
    seen: list[str] = []
    for _ in range(3):
        stubber.add_response("create_invalidation", make_invalidation("I1", "InProgress"), make_expected(ANY))
    stubber.client.meta.events.register("provide-client-params.cloudfront.CreateInvalidation", note_reference(seen))
    cdn.purge(["/p/ada/*"], "run-7")
    cdn.purge(["/p/ada/*"], "run-7")
    cdn.purge(["/p/*"], "run-7")
    # one reference with other paths would be an error
    assert seen[0] == seen[1] != seen[2]
    assert seen[0].startswith("run-7-")


def note_reference(seen: list[str]) -> Callable[..., None]:
    def note(params: dict[str, Any], **_: object) -> None:
        seen.append(params["InvalidationBatch"]["CallerReference"])

    return note


def make_expected(batch: Any) -> dict[str, Any]:
    return {"DistributionId": "E2EXAMPLE1ABCD", "InvalidationBatch": batch}


def make_invalidation(name: str, status: str) -> dict[str, Any]:
    paths = {"Paths": {"Quantity": 1, "Items": ["/"]}, "CallerReference": "r"}
    return {"Invalidation": {"Id": name, "Status": status, "CreateTime": "2026-11-23", "InvalidationBatch": paths}}


def test_waiting_looks_ever_less_often_until_the_purge_is_through(stubbed: Stubbed) -> None:
    cdn, stubber = stubbed
    for status in ("InProgress", "InProgress", "InProgress", "Completed"):
        stubber.add_response("get_invalidation", make_invalidation("I1", status))
    clock = Clock()
    assert cdn.wait("I1", sleep=clock.sleep, clock=clock) == sum(clock.pauses)
    assert clock.pauses == [2, 3, 4.5]


def test_waiting_ends(stubbed: Stubbed) -> None:
    cdn, stubber = stubbed
    for _ in range(3):
        stubber.add_response("get_invalidation", make_invalidation("I1", "InProgress"))
    clock = Clock()
    assert cdn.wait("I1", seconds=6, sleep=clock.sleep, clock=clock) is None
    assert sum(clock.pauses) <= 6


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.mark.parametrize(
    ("code", "status", "error", "says"),
    [
        ("TooManyInvalidationsInProgress", 400, TargetUnreachable, "busy.*stay queued"),
        ("Throttling", 400, TargetUnreachable, "busy.*stay queued"),
        ("ServiceUnavailable", 503, TargetUnreachable, "ServiceUnavailable.*stay queued"),
        ("AccessDenied", 403, TargetUnreachable, "cloudfront:CreateInvalidation.*stay queued"),
        ("NoSuchDistribution", 404, WrongUse, "CAREERHUB_CLOUDFRONT_DISTRIBUTION"),
        ("InvalidClientTokenId", 403, WrongUse, "AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", 403, WrongUse, "AWS_SECRET_ACCESS_KEY"),
        ("ExpiredToken", 403, WrongUse, "log in again"),
        ("RequestExpired", 400, WrongUse, "clock"),
        ("InvalidArgument", 400, TargetUnreachable, "InvalidArgument some words; the paths stay queued"),
    ],
)
def test_what_cloudfront_refuses_is_said_plainly(
    stubbed: Stubbed, code: str, status: int, error: type[CareerHubError], says: str
) -> None:
    cdn, stubber = stubbed
    stubber.add_client_error("create_invalidation", code, "some\nwords", status)
    with pytest.raises(CareerHubError, match=says) as caught:
        cdn.purge(["/"], "run-1")
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("failure", "error", "says"),
    [
        (EndpointConnectionError(endpoint_url="https://cloudfront.example.org"), TargetUnreachable, "doesn't answer"),
        (ReadTimeoutError(endpoint_url="https://cloudfront.example.org"), TargetUnreachable, "doesn't answer"),
        (NoCredentialsError(), WrongUse, "AWS_ACCESS_KEY_ID"),
    ],
)
def test_a_network_that_fails_leaves_the_paths_queued(
    credentials: None, failure: Exception, error: type[CareerHubError], says: str
) -> None:
    client = boto3.client("cloudfront")
    cdn = CloudFront("E2EXAMPLE1ABCD", client)

    def fail(**_: object) -> None:
        raise failure

    client.meta.events.register_first("before-call.cloudfront.*", fail)
    for call in (lambda: cdn.purge(["/"], "run-1"), lambda: cdn.wait("I1")):
        with pytest.raises(error, match=says):
            call()


def test_a_cloudfront_that_is_down_is_said_to_be(credentials: None) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        client = boto3.client("cloudfront", "us-east-1", endpoint_url=address, config=ONCE)
        with pytest.raises(TargetUnreachable, match=r"doesn't answer.*stay queued"):
            CloudFront("E2EXAMPLE1ABCD", client).purge(["/"], "run-1")
