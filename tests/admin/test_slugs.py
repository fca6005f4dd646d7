"""Addresses of pages: which can be had, and what becomes of the former one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from careerhub.admin.parts import NAME
from careerhub.db.models import Profile
from careerhub.db.session import acting
from tests.admin.visiting import Visitor
from tests.databases import Database

PATH = "/profile/address"


def _slug(visitor: Visitor) -> str | None:
    with acting(visitor.app.extensions[NAME].engine, visitor.user_id) as session:
        return session.get_one(Profile, visitor.profile_id).slug


@pytest.mark.parametrize(
    "slug",
    [
        "../x", "a/b", "a\\b", ".", "..", "-a", "a-", "A", "аnn", "con", "a" * 64, "", "assets", "p", "api", "sitemap.xml",
        "robots.txt", ".well-known", "static", "admin", "a b", "a\0b", "ａnn", "bob",
    ],
)  # fmt: skip
def test_an_address_that_cant_be_had_is_refused_with_a_reason(ada: Visitor, bob: Visitor, slug: str) -> None:
    answer = ada.post(PATH, {"slug": slug})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert _slug(ada) == "ada"


def test_a_new_address_keeps_the_old_one_for_its_owner(ada: Visitor, bob: Visitor, database: Database) -> None:
    answer = ada.post(PATH, {"slug": "ada-example"}, follow_redirects=True)
    assert "The old one, ada, leads on to it" in answer.text
    assert _slug(ada) == "ada-example"
    with database.superuser_engine.connect() as connection:
        assert connection.execute(text("SELECT slug FROM slug_history")).scalars().all() == ["ada"]
    taken = bob.post(PATH, {"slug": "ada"})
    assert taken.status_code == 422
    assert "less than 90 days ago" in taken.text
    assert ada.post(PATH, {"slug": "ada"}).status_code == 303


def test_the_address_of_somebody_who_left_is_held(ada: Visitor, bob: Visitor, database: Database) -> None:
    with database.superuser_engine.begin() as connection:
        connection.execute(text("DELETE FROM users WHERE id = :id"), {"id": ada.user_id})
    assert bob.post(PATH, {"slug": "ada"}).status_code == 422


def test_checking_says_whether_it_is_free_and_changes_nothing(ada: Visitor) -> None:
    answer = ada.post(PATH, {"slug": "lamps", "check": "1"})
    assert answer.status_code == 200
    assert "lamps is free" in answer.text
    assert _slug(ada) == "ada"


def test_what_is_taken_comes_with_a_proposal(ada: Visitor, bob: Visitor) -> None:
    assert "bob-2" in ada.post(PATH, {"slug": "bob"}).text


@pytest.mark.parametrize(
    ("slug", "is_free"), [("lamps", True), ("ada", True), ("bob", False), ("admin", False), ("A", False), ("", False)]
)
def test_a_page_may_ask_while_it_is_typed(ada: Visitor, bob: Visitor, slug: str, is_free: bool) -> None:
    answer = ada.get(f"{PATH}.json", query_string={"slug": slug})
    assert answer.json is not None
    assert answer.json["is_free"] is is_free
    assert answer.json["sentence"]


def test_asking_without_end_is_refused(ada: Visitor) -> None:
    answers = [ada.get(f"{PATH}.json?slug=lamps").status_code for _ in range(61)]
    assert answers[:60] == [200] * 60
    assert answers[60] == 429
