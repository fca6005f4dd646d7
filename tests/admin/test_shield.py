"""Hosts, sizes, methods and broken requests: an answer of the right status, and never a stack trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from careerhub.admin.app import make_app
from careerhub.admin.auth import is_local_path
from careerhub.admin.parts import Parts, check_admin_url
from careerhub.db.engine import make_engine
from careerhub.errors import CareerHubError, SettingsInvalid
from tests.admin.conftest import make_parts
from tests.admin.visiting import BASE, Visitor
from tests.databases import Database


@pytest.mark.parametrize("host", ["evil.example.org", "localhost.evil.example.org", "127.0.0.1:8100", "a b"])
def test_another_host_is_refused(host: str, visitor: Visitor) -> None:
    answer = visitor.client.get("/sign-in", base_url=BASE, headers={"Host": host})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_a_forwarded_host_is_ignored(visitor: Visitor) -> None:
    answer = visitor.get("/", headers={"X-Forwarded-Host": "evil.example.org", "X-Forwarded-Proto": "https"})
    assert "evil" not in answer.headers.get("Location", "")
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example.org", "///evil.example.org", "/\\evil.example.org", "https:evil.example.org", "http:///evil.example.org",
        "/%09/evil.example.org", "\x08//evil.example.org", "/\t/evil.example.org", "https://evil.example.org/", "javascript:alert(1)",
        "", "evil", "/a/../../b", "/a?next=//x", "/ä",
    ],
)  # fmt: skip
def test_only_plain_paths_of_ours_are_gone_to(wanted: str) -> None:
    assert not is_local_path(wanted)


@pytest.mark.parametrize("wanted", ["/", "/career/experiences/", "/cvs/01J/edit"])
def test_plain_paths_are_gone_to(wanted: str) -> None:
    assert is_local_path(wanted)


def test_too_much_is_refused_before_it_is_read(ada: Visitor) -> None:
    for body in (b"x=" + b"a" * 600_000, b"x=" + b"a" * 3_000_000):
        answer = ada.client.post(
            "/sign-out", data=body, base_url=BASE, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 413


def test_a_thousand_and_one_parts_are_refused(ada: Visitor) -> None:
    boundary = "b"
    body = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(1001))
    answer = ada.client.post(
        "/sign-out",
        data=f"{body}--{boundary}--",
        base_url=BASE,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/%ff%fe", "/career/%00/", "/career/%ed%a0%80", "/?q=%ff", "/sign-in?next=%c3%28"])
def test_malformed_bytes_are_answered(path: str, ada: Visitor) -> None:
    assert ada.get(path).status_code < 500


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", "x"])
def test_malformed_bodies_are_answered(content_type: str, ada: Visitor) -> None:
    answer = ada.client.post("/sign-out", data=b"--\r\n\xff", base_url=BASE, content_type=content_type)
    assert 400 <= answer.status_code < 500


def test_a_header_with_a_line_end_is_answered(ada: Visitor) -> None:
    assert ada.get("/sign-in?next=/%0d%0aSet-Cookie:x=1").status_code < 500


@pytest.mark.parametrize(
    "url",
    ["http://admin.example.org", "http://192.0.2.1:8000", "https://admin.example.org/path", "ftp://x", "admin", ""],
)
def test_an_address_that_would_send_passwords_in_clear_is_refused(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="CAREERHUB_ADMIN_URL"):
        check_admin_url(url)


def test_over_https_cookies_are_bound_to_the_host(database: Database, tmp_path: Path) -> None:
    engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=2)
    app = make_app(make_parts(engine, tmp_path, admin_url="https://admin.example.org"))
    answer = app.test_client().get("/sign-in", base_url="https://admin.example.org")
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(c.startswith("__Host-careerhub=") for c in cookies)
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    engine.dispose()


@pytest.mark.parametrize("role", ["careerhub_owner", "postgres", "careerhub_backup"])
def test_a_login_that_could_read_everybody_is_refused(
    role: str, database: Database, parts: Parts, tmp_path: Path
) -> None:
    engine = make_engine(database.url(role), "careerhub_app", pool_size=1)
    with pytest.raises(CareerHubError, match="could read everybody"):
        make_app(make_parts(engine, tmp_path))
    engine.dispose()


def test_a_database_of_another_revision_is_refused(database: Database, parts: Parts) -> None:
    with database.connect() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0014'")
    with pytest.raises(CareerHubError, match="db upgrade"):
        make_app(parts)


def test_an_unexpected_failure_says_nothing_of_the_inside(
    app: Flask, ada: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise RuntimeError("the secret inside")

    app.view_functions["home.show"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = ada.get("/")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert "unexpected failure" in caplog.text
