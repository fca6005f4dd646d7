"""The first page."""

from __future__ import annotations

from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.people import add_career


def test_it_says_who_sees_the_page_and_where(ada: Visitor, bob: Visitor) -> None:
    page = ada.get("/").text
    assert "Hello, Ada Example" in page
    assert 'href="http://127.0.0.1:8000/p/ada/"' in page
    private = bob.get("/").text
    assert "Only you can see it" in private
    assert 'href="http://127.0.0.1:8000/p/bob/"' not in private


def test_it_says_what_to_add_next_with_its_points(ada: Visitor, database: Database) -> None:
    before = ada.get("/").text
    assert "characters of summary" in before
    assert 'href="/profile/#summary"' in before
    assert "Add a school" in before
    add_career(database.app_engine, ada.profile_id)
    after = ada.get("/").text
    assert "Add a school" not in after


def test_it_is_small(ada: Visitor) -> None:
    for path in (
        "/",
        "/profile/",
        "/profile/contact",
        "/profile/visibility",
        "/profile/address",
        "/begin/",
        "/import/",
    ):
        answer = ada.get(path)
        assert answer.status_code == 200
        assert len(answer.data) < 100_000
        assert "style=" not in answer.text
        assert "<script>" not in answer.text
