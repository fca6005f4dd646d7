"""CloudFront's functions, run by engines that share no code, give what nginx and Caddy give."""

from __future__ import annotations

import json
import re
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.serving.addresses import FORBIDDEN, MISSING, PERSON, REDIRECTED, REFUSED, SECRETS, SHOWN
from tests.serving.edges import REQUEST, RESPONSE, Edge, Run, make_request
from tests.serving.servers import SERVING

LARGEST_FUNCTION = 10_240
PAGES = {case.key: case.key.encode() for case in SHOWN}
STUB = "p/old-name/index.html"


@pytest.fixture
def edge(run: Run) -> Edge:
    objects = {**PAGES, **SECRETS, "404.html": b"missing", "_state/manifest.json": b"secret", STUB: b"moved"}
    metadata = {
        STUB: {"x-amz-meta-redirect": f"/p/{PERSON}/", "x-amz-meta-sha256": "0123"},
        "robots.txt": {"x-amz-meta-sha256": "4567"},
    }
    return Edge(run, objects, metadata)


def test_every_address_shows_its_page(edge: Edge) -> None:
    for case in SHOWN:
        answer = edge.ask(case.target, method=case.method)
        assert (answer.status, answer.body) == (200, case.key.encode()), case.name


def test_a_page_without_its_slash_leads_to_it(edge: Edge) -> None:
    for case in REDIRECTED:
        answer = edge.ask(case.target, method=case.method)
        assert (answer.status, answer.headers["location"]) == (301, case.location), case.name


def test_what_is_missing_is_the_sites_own_404(edge: Edge) -> None:
    for case in MISSING:
        answer = edge.ask(case.target)
        assert (answer.status, answer.body) == (404, b"missing"), case.name


def test_nothing_hidden_is_asked_of_the_bucket_however_it_is_spelled(run: Run) -> None:
    for case in REFUSED:
        said = run(REQUEST, {"request": make_request(case.target)})
        assert said.get("statusCode") == 404, case.name
        assert "location" not in said["headers"]


def test_only_get_and_head_are_answered(edge: Edge) -> None:
    for case in FORBIDDEN:
        answer = edge.ask(case.target, method=case.method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD"), case.name


def test_one_spelling_of_an_address_reaches_the_cache(run: Run) -> None:
    spellings = ("/p/maren-holloway/", "/p/maren%2Dholloway/", "/%70/maren-holloway/", "/p/maren-holloway/index.html")
    found = {run(REQUEST, {"request": make_request(target)})["uri"] for target in spellings}
    assert found == {"/p/maren-holloway/index.html"}


def test_a_redirect_keeps_only_what_a_header_can_hold(run: Run) -> None:
    request = make_request("/p/x") | {
        "querystring": {"a\r\nb": {"value": "c d\r\nSet-Cookie: e=f"}, "ü": {"value": ""}}
    }
    location = run(REQUEST, {"request": request})["headers"]["location"]["value"]
    assert location == "/p/x/?a%0D%0Ab=c%20d%0D%0ASet-Cookie:%20e=f&%C3%BC"


def test_a_former_slug_leads_to_the_new_one(edge: Edge) -> None:
    answer = edge.ask("/p/old-name/")
    assert (answer.status, answer.headers["location"]) == (301, f"/p/{PERSON}/")


def test_notes_on_objects_stay_inside(edge: Edge) -> None:
    for target in ("/robots.txt", "/p/old-name/"):
        assert not [name for name in edge.ask(target).headers if name.startswith("x-amz-meta-")]


@pytest.mark.parametrize(
    "redirect",
    [
        "//evil.example.net/",
        "https://evil.example.net/",
        "/\\evil.example.net/",
        "/p/../../x/",
        "/p/x",
        "/p/x/\r\nSet-Cookie: a=b",
        "/.git/",
        "/p//x/",
        "",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_never_leaves_the_site(run: Run, redirect: str) -> None:
    answer = run(RESPONSE, make_response_event(200, {"x-amz-meta-redirect": redirect}))
    assert answer["statusCode"] == 200
    assert answer["headers"] == {}


def test_an_answer_that_is_no_page_stays_as_it_is(run: Run) -> None:
    answer = run(RESPONSE, make_response_event(304, {"x-amz-meta-redirect": "/p/x/", "etag": "e"}))
    assert answer["statusCode"] == 304
    assert answer["headers"] == {"etag": {"value": "e"}}


def make_response_event(status: int, headers: dict[str, str]) -> dict[str, Any]:
    sent = {name: {"value": value} for name, value in headers.items()}
    return {"request": make_request("/"), "response": {"statusCode": status, "statusDescription": "", "headers": sent}}


@pytest.mark.parametrize("source", [REQUEST, RESPONSE], ids=["viewer-request", "viewer-response"])
def test_functions_are_small_and_old_fashioned(source: str) -> None:
    assert len(source.encode()) < LARGEST_FUNCTION
    code = "\n".join(line for line in source.splitlines() if not line.strip().startswith("//"))
    modern = (
        r"=>|`|\b(?:let|const|class|async|await|import|export|require|of|eval|setTimeout|fetch|process)\b|\?\.|\.\.\."
    )
    assert re.findall(modern, code) == []


def test_the_headers_policy_is_one_that_cloudfront_takes() -> None:
    policy = json.loads((SERVING / "cloudfront" / "response-headers.json").read_text())
    operation = (
        botocore.session.get_session().get_service_model("cloudfront").operation_model("CreateResponseHeadersPolicy")
    )
    report = ParamValidator().validate({"ResponseHeadersPolicyConfig": policy}, operation.input_shape)
    assert report.generate_report() == ""


def test_the_publisher_may_do_what_it_does_and_no_more() -> None:
    statements = json.loads((SERVING / "cloudfront" / "publisher-policy.json").read_text())["Statement"]
    assert {action for statement in statements for action in statement["Action"]} == {
        "cloudfront:CreateInvalidation",
        "cloudfront:GetInvalidation",
        "s3:DeleteObject",
        "s3:GetBucketVersioning",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }
    assert "*" not in {statement["Resource"] for statement in statements}


def test_the_cdn_may_read_the_site_and_not_the_publishers_notes() -> None:
    allow, deny = json.loads((SERVING / "cloudfront" / "bucket-policy.json").read_text())["Statement"]
    assert (allow["Effect"], allow["Action"]) == ("Allow", "s3:GetObject")
    assert (deny["Effect"], deny["Resource"]) == ("Deny", "arn:aws:s3:::my-bucket/_state/*")
    assert "Condition" not in deny
