"""What tests of imports share: keys, and one short way to import."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from careerhub.editing.contact import ContactKeys, make_contact_key, parse_contact_keys
from careerhub.moving.importing import import_jsonresume
from careerhub.moving.plan import ImportReport
from tests.databases import Database

Import = Callable[..., ImportReport]


@pytest.fixture(scope="session")
def keys() -> ContactKeys:
    return parse_contact_keys(make_contact_key())


@pytest.fixture
def import_file(database: Database, keys: ContactKeys) -> Import:
    """Give a function that imports bytes, or anything JSON can say, for somebody."""

    def run(resume: Any, *, email: str = "mira@example.org", **options: Any) -> ImportReport:
        data = resume if isinstance(resume, bytes) else json.dumps(resume).encode()
        return import_jsonresume(database.app_engine, keys, data, file_name="resume.json", email=email, **options)

    return run
