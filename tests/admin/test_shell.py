"""The frame of the admin: who gets in, and what every answer has."""

from __future__ import annotations

from tests.admin.visiting import Visitor


def test_who_is_signed_in_sees_the_first_page(ada: Visitor) -> None:
    answer = ada.get("/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_another_host_is_refused(ada: Visitor) -> None:
    assert ada.client.get("/", base_url="http://evil.example.org").status_code == 400
