"""The admin over a real database, and people who are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from careerhub.admin.app import make_app
from careerhub.admin.parts import Parts
from careerhub.db.engine import make_engine
from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.resources import shipped
from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.people import add_person, owner_of

ADMIN_URL = "http://localhost:8100"


@pytest.fixture
def parts(database: Database, tmp_path: Path) -> Iterator[Parts]:
    """Give what the admin works with."""
    engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=4)
    yield make_parts(engine, tmp_path)
    engine.dispose()


def make_parts(engine: Engine, folder: Path, **others: object) -> Parts:
    """Make parts for tests."""
    values: dict[str, object] = {
        "engine": engine,
        "contact_keys": parse_contact_keys(make_contact_key()),
        "secret_key": "a secret of tests, longer than thirty-two characters",
        "admin_url": ADMIN_URL,
        "site_url": "http://127.0.0.1:8000",
        "templates": shipped("site_templates"),
        "cache": folder / "cache",
        "mail_folder": folder / "mail",
    }
    return Parts(**(values | others))  # type: ignore[arg-type]


@pytest.fixture
def app(parts: Parts) -> Flask:
    """Give the app."""
    return make_app(parts)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Give somebody who isn't signed in."""
    return Visitor(app)


@pytest.fixture
def ada(app: Flask, database: Database) -> Visitor:
    """Give somebody with a PUBLIC profile who is signed in."""
    profile_id = add_person(database.app_engine, "ada", full_name="Ada Example", headline="Keeper of lamps")
    return Visitor(app).sign_in(owner_of(profile_id), profile_id)


@pytest.fixture
def bob(app: Flask, database: Database) -> Visitor:
    """Give somebody else with a profile, PRIVATE, who is signed in."""
    profile_id = add_person(database.app_engine, "bob", full_name="Bob Example", visibility="PRIVATE")
    return Visitor(app).sign_in(owner_of(profile_id), profile_id)
