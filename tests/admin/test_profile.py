"""The profile's own fields, contact data and visibility in the browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from careerhub.admin.parts import NAME
from careerhub.db.models import Profile
from careerhub.db.session import acting
from careerhub.editing.profiles import change_contact, change_profile, get_own_profile, read_private_contact
from careerhub.errors import NotFound
from tests.admin.visiting import Visitor

FORM: dict[str, Any] = {"full_name": "Ada Example", "lang": "en", "theme": "forest", "is_indexable": "y"}


def _revision(visitor: Visitor, path: str = "/profile/") -> str:
    found = re.search(r'name="revision" value="(\d+)"', visitor.get(path).text)
    assert found
    return found[1]


def _stored(visitor: Visitor) -> Profile:
    with acting(visitor.app.extensions[NAME].engine, visitor.user_id) as session:
        return session.get_one(Profile, visitor.profile_id)


def _private(visitor: Visitor) -> dict[str, str]:
    parts = visitor.app.extensions[NAME]
    with acting(parts.engine, visitor.user_id) as session:
        return read_private_contact(session, parts.contact_keys, visitor.profile_id)


def test_what_is_said_is_saved_and_shown_again(ada: Visitor) -> None:
    said = FORM | {
        "full_name": "Ada von Example", "sort_name": "Example, Ada", "pronouns": "she/her", "headline": "Keeps lamps",
        "summary": "One **lamp**.", "city": "Porto", "country_code": "PT", "lang": "de", "theme": "plum",
        "allows_ai": "y", "open_to_work_until": "2030-01-31",
    }  # fmt: skip
    answer = ada.post("/profile/", said | {"revision": _revision(ada)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile/")
    stored = _stored(ada)
    assert (stored.full_name, stored.sort_name, stored.city, stored.country_code, stored.lang, stored.theme) == (
        "Ada von Example", "Example, Ada", "Porto", "PT", "de", "plum",
    )  # fmt: skip
    assert stored.allows_ai is True
    assert str(stored.open_to_work_until) == "2030-01-31"
    page = ada.get("/profile/").text
    assert 'value="Ada von Example"' in page
    assert '<option selected value="PT">Portugal</option>' in page


def test_two_tabs_show_both_versions_and_lose_nothing(ada: Visitor) -> None:
    before = _revision(ada)
    assert ada.post("/profile/", FORM | {"headline": "First tab", "revision": before}).status_code == 303
    second = ada.post("/profile/", FORM | {"headline": "Second tab", "summary": "Mine", "revision": before})
    assert second.status_code == 409
    assert "First tab" in second.text
    assert 'value="Second tab"' in second.text
    assert ">\r\nMine</textarea>" in second.text
    assert _stored(ada).headline == "First tab"
    now = re.search(r'name="revision" value="(\d+)"', second.text)
    assert now
    assert ada.post("/profile/", FORM | {"headline": "Second tab", "revision": now[1]}).status_code == 303
    assert _stored(ada).headline == "Second tab"


def test_a_form_without_a_revision_is_a_conflict(ada: Visitor) -> None:
    assert ada.post("/profile/", FORM).status_code == 409


def test_a_preview_shows_the_summary_without_harm_and_saves_nothing(ada: Visitor) -> None:
    said = FORM | {
        "summary": "A **bold** <script>alert(1)</script> [x](javascript:alert(1))",
        "revision": _revision(ada),
    }
    answer = ada.post("/profile/", said | {"preview": "1"})
    assert answer.status_code == 200
    assert "<strong>bold</strong>" in answer.text
    assert "<script>alert" not in answer.text
    assert 'href="javascript' not in answer.text
    assert _stored(ada).summary == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": "x" * 201}, {"full_name": ""}, {"country_code": "XX"}, {"theme": "../x"}, {"lang": "zz-nope"},
        {"open_to_work_until": "31.02.2030"}, {"summary": "x" * 20_001}, {"headline": "a\0b"},
    ],
)  # fmt: skip
def test_what_cant_be_kept_is_answered_with_what_was_typed(ada: Visitor, wrong: dict[str, str]) -> None:
    answer = ada.post("/profile/", FORM | {"headline": "Kept text", "revision": _revision(ada)} | wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert _stored(ada).headline == "Keeper of lamps"


def test_each_contact_value_is_public_or_private_and_never_both(ada: Visitor) -> None:
    path = "/profile/contact"
    said = {"email": "ada@example.org", "phone": "+351 000", "phone_is_public": "y"}
    assert ada.post(path, said | {"revision": _revision(ada, path)}).status_code == 303
    assert (_stored(ada).contact, _private(ada)) == ({"phone": "+351 000"}, {"email": "ada@example.org"})
    moved = {"email": "ada@example.org", "email_is_public": "y", "phone": "+351 000"}
    assert ada.post(path, moved | {"revision": _revision(ada, path)}).status_code == 303
    assert (_stored(ada).contact, _private(ada)) == ({"email": "ada@example.org"}, {"phone": "+351 000"})
    assert b"+351" not in (_stored(ada).contact_encrypted or b"")
    assert 'value="+351 000"' in ada.get(path).text


def test_contact_data_saved_in_two_tabs_shows_both(ada: Visitor) -> None:
    path = "/profile/contact"
    before = _revision(ada, path)
    ada.post(path, {"phone": "111", "revision": before})
    second = ada.post(path, {"phone": "222", "revision": before})
    assert second.status_code == 409
    assert "<td>111</td><td>222</td>" in second.text
    assert _private(ada) == {"phone": "111"}


@pytest.mark.parametrize("wrong", [{"email": "no address"}, {"website": "javascript:alert(1)"}, {"phone": "1" * 101}])
def test_contact_data_that_cant_be_is_refused(ada: Visitor, wrong: dict[str, str]) -> None:
    path = "/profile/contact"
    assert ada.post(path, wrong | {"revision": _revision(ada, path)}).status_code == 422
    assert _private(ada) == {}


def test_what_an_import_kept_privately_stays(ada: Visitor) -> None:
    parts = ada.app.extensions[NAME]
    with acting(parts.engine, ada.user_id) as session:
        change_contact(session, parts.contact_keys, ada.profile_id, private={"fax": "000 fax"})
    path = "/profile/contact"
    assert "000 fax" in ada.get(path).text
    ada.post(path, {"phone": "1", "revision": _revision(ada, path)})
    assert _private(ada) == {"fax": "000 fax", "phone": "1"}


def test_becoming_public_is_asked_for_twice(bob: Visitor) -> None:
    first = bob.post("/profile/visibility", {"visibility": "PUBLIC"})
    assert first.status_code == 200
    assert "/p/bob/" in first.text
    assert _stored(bob).visibility == "PRIVATE"
    assert bob.post("/profile/visibility", {"visibility": "PUBLIC", "confirmed": "1"}).status_code == 303
    assert _stored(bob).visibility == "PUBLIC"
    assert bob.post("/profile/visibility", {"visibility": "FRIENDS"}).status_code == 303
    assert _stored(bob).visibility == "FRIENDS"


def test_a_page_without_a_name_or_an_address_doesnt_become_public(bob: Visitor) -> None:
    assert bob.post("/profile/", FORM | {"full_name": "", "revision": _revision(bob)}).status_code == 303
    answer = bob.post("/profile/visibility", {"visibility": "PUBLIC", "confirmed": "1"})
    assert answer.status_code == 422
    assert "needs a name and an address" in answer.text
    assert _stored(bob).visibility == "PRIVATE"


@pytest.mark.parametrize("wrong", [{}, {"visibility": "NOBODY"}])
def test_a_visibility_that_isnt_one_is_refused(bob: Visitor, wrong: dict[str, str]) -> None:
    assert bob.post("/profile/visibility", wrong).status_code == 422


def test_nobody_changes_or_reads_somebody_elses_profile(app: Flask, ada: Visitor, bob: Visitor) -> None:
    engine = app.extensions[NAME].engine
    with acting(engine, bob.user_id) as session:
        with pytest.raises(NotFound):
            change_profile(session, ada.profile_id, {"headline": "Mine now"})
        with pytest.raises(NotFound):
            get_own_profile(session, ada.profile_id)
    bob.post("/profile/", FORM | {"full_name": "Bob", "revision": _revision(bob), "id": ada.profile_id})
    assert _stored(ada).full_name == "Ada Example"


@pytest.mark.parametrize("path", ["/profile/", "/profile/contact", "/profile/visibility", "/profile/address"])
def test_only_who_is_signed_in_gets_there_and_only_with_a_token(visitor: Visitor, ada: Visitor, path: str) -> None:
    assert visitor.get(path).status_code in (302, 500)  # the sign-in page is another part's
    assert ada.post(path, {"csrf_token": "x"}).status_code == 403
