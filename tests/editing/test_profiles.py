"""Accounts and profiles: who has one, under which address, seen by whom."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from careerhub.db.models import Profile
from careerhub.db.session import acting
from careerhub.editing.accounts import add_account, clean_email, find_account
from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.editing.profiles import (
    change_contact,
    change_visibility,
    make_profile,
    number_slug,
    propose_slug,
    read_private_contact,
)
from careerhub.errors import Conflict, InputInvalid, NotFound
from careerhub.ids import make_id
from tests.databases import Database

KEYS = parse_contact_keys(make_contact_key())
ADA, EDA = make_id(), make_id()


def add_ada(session: Session, *, name: str = "Ada Quill", slug: str | None = "ada") -> str:
    add_account(session, "ada@example.org", user_id=ADA)
    return make_profile(session, ADA, full_name=name, slug=slug, visibility="PRIVATE")


def test_an_account_is_found_by_its_address_in_any_case(database: Database) -> None:
    with acting(database.app_engine, ADA) as session:
        add_account(session, " <Ada@Example.org> ", user_id=ADA)
    with acting(database.app_engine, None) as session:
        assert find_account(session, "ada@EXAMPLE.org") == ADA
        assert find_account(session, "eda@example.org") is None


def test_an_address_has_one_account(database: Database) -> None:
    with acting(database.app_engine, ADA) as session:
        add_account(session, "ada@example.org", user_id=ADA)
    with pytest.raises(Conflict, match="already"), acting(database.app_engine, EDA) as session:
        add_account(session, "ADA@example.org", user_id=EDA)


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.org", "ada@", "a b@example.org", "a@b@c", "x" * 250 + "@example.org"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InputInvalid, match="not an e-mail address"):
        clean_email(email)


def test_an_account_has_one_profile(database: Database) -> None:
    with pytest.raises(Conflict, match="profile already"), acting(database.app_engine, ADA) as session:
        add_ada(session)
        make_profile(session, ADA, full_name="", slug=None, visibility="PRIVATE")


def test_visibility_is_changed_by_slug(database: Database) -> None:
    with acting(database.app_engine, ADA) as session:
        add_ada(session)
    with acting(database.app_engine, ADA) as session:
        change_visibility(session, "ada", "PUBLIC")
    with acting(database.app_engine, ADA) as session:
        assert session.scalars(select(Profile.visibility)).all() == ["PUBLIC"]


def test_a_visibility_that_cannot_be_is_refused_in_a_sentence(database: Database) -> None:
    engine = database.app_engine
    with acting(engine, ADA) as session:
        add_ada(session, name="")
    with pytest.raises(InputInvalid, match="needs a full name and a slug"), acting(engine, ADA) as session:
        change_visibility(session, "ada", "PUBLIC")
    with pytest.raises(InputInvalid, match="no visibility"), acting(engine, ADA) as session:
        change_visibility(session, "ada", "public")
    with pytest.raises(NotFound, match="'eda'"), acting(engine, ADA) as session:
        change_visibility(session, "eda", "PUBLIC")


def test_contact_data_is_changed_thing_by_thing(database: Database) -> None:
    with acting(database.app_engine, ADA) as session:
        profile_id = add_ada(session)
        change_contact(session, KEYS, profile_id, private={"email": "a@example.net", "phone": " +1\n555 "})
        change_contact(session, KEYS, profile_id, private={"phone": "", "address": "3 Weir Lane"})
        change_contact(session, KEYS, profile_id, published={"email": "hello@example.org"})
        assert read_private_contact(session, KEYS, profile_id) == {"email": "a@example.net", "address": "3 Weir Lane"}
        profile = session.get_one(Profile, profile_id)
        assert profile.contact == {"email": "hello@example.org"}
        change_contact(session, KEYS, profile_id, private={"email": "", "address": ""})
        assert (profile.contact_encrypted, profile.contact_key_id) == (None, None)


def test_contact_data_that_does_not_change_is_not_written_again(database: Database) -> None:
    with acting(database.app_engine, ADA) as session:
        profile_id = add_ada(session)
        change_contact(session, KEYS, profile_id, private={"email": "a@example.net"})
        before = session.get_one(Profile, profile_id).contact_encrypted
        change_contact(session, KEYS, profile_id, private={"email": "a@example.net"})
        assert session.get_one(Profile, profile_id).contact_encrypted == before


def test_published_contact_data_is_only_what_may_be(database: Database) -> None:
    with pytest.raises(InputInvalid, match="nothing else"), acting(database.app_engine, ADA) as session:
        change_contact(session, KEYS, add_ada(session), published={"shoe size": "39"})


def test_a_proposed_address_is_free_and_never_reserved(database: Database) -> None:
    with acting(database.app_engine, ADA) as session:
        add_ada(session, slug="ada-quill")
        assert propose_slug(session, "Ada Quill") == "ada-quill-2"
        assert propose_slug(session, "Admin") == "admin-2"
        assert len(propose_slug(session, "由紀")) == len("person-123456")
        assert propose_slug(session, "x" * 200) == "x" * 63


def test_a_numbered_address_keeps_its_length() -> None:
    assert number_slug("a" * 63, 12) == "a" * 60 + "-12"
    assert number_slug("ab-" * 20 + "abc", 2) == "ab-" * 20 + "a-2"
    assert number_slug("a" * 60 + "-bc", 2) == "a" * 60 + "-2"
