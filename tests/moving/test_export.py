"""What went in comes out again, to its owner."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from careerhub.db.session import acting
from careerhub.db.site import find_profile_id, load_profiles
from careerhub.editing.contact import ContactKeys
from careerhub.errors import NotFound
from careerhub.moving.export import RowExtras, export_private_resume, merge_private
from careerhub.render.resume import render_resume
from tests.databases import Database
from tests.moving.conftest import Import
from tests.moving.reading_rows import picture, read_row
from tests.moving.resumes import MIRA

URL = "https://cv.example.org/p/mira-ostlund-vance/"


def export(database: Database, keys: ContactKeys) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the public and the private résumé of the only person there is."""
    owner, slug = read_row(database, "users")["id"], read_row(database, "profiles")["slug"]
    with acting(database.app_engine, owner) as session:
        connection = session.connection()
        profile_id = str(find_profile_id(connection, slug, schema="own"))
        profile = load_profiles(connection, [profile_id], today=date(2026, 1, 1), schema="own")[profile_id]
    private = export_private_resume(database.app_engine, keys, slug, profile, url=URL)
    return json.loads(render_resume(profile, url=URL)), json.loads(private)


def test_the_owner_gets_contact_data_and_what_had_no_place(
    database: Database, keys: ContactKeys, import_file: Import
) -> None:
    import_file(MIRA)
    public, private = export(database, keys)
    assert "mira.private" not in json.dumps(public)
    assert private["basics"]["email"] == "mira.private@example.net"
    assert private["basics"]["location"]["address"] == "3 Weir Lane, 99001"
    assert private["basics"]["image"] == MIRA["basics"]["image"]
    assert private["x-theme"] == MIRA["x-theme"]
    assert private["meta"]["theme"] == "paper"
    assert private["meta"]["canonical"] == public["meta"]["canonical"]
    assert private["work"][0]["description"] == "A public water authority"
    assert private["work"][0]["x-team"] == {"size": 12}
    assert private["projects"][0]["type"] == "application"
    assert private["skills"][-1] == {"name": "Data", "level": "Advanced", "keywords": ["python"]}


def test_the_public_facts_of_an_export_are_those_of_the_public_file(
    database: Database, keys: ContactKeys, import_file: Import
) -> None:
    import_file(MIRA)
    public, private = export(database, keys)
    for section, value in public.items():
        if isinstance(value, list):
            assert len(private[section]) >= len(value)
            for before, after in zip(value, private[section], strict=False):
                assert before.items() <= after.items()


def test_an_export_can_be_imported_by_somebody_else(database: Database, keys: ContactKeys, import_file: Import) -> None:
    first = import_file(MIRA)
    _, private = export(database, keys)
    second = import_file(private, email="copy@example.org")
    assert second.count("imported") >= first.count("imported") - 1
    assert second.count("refused") == 0
    before = picture(database)
    import_file(private, email="copy@example.org")
    assert picture(database) == before


def test_an_unknown_profile_is_not_found(database: Database, keys: ContactKeys, import_file: Import) -> None:
    import_file(MIRA)
    with pytest.raises(NotFound, match="'nobody'"):
        export_private_resume(database.app_engine, keys, "nobody", None, url=URL)  # type: ignore[arg-type]


def test_extras_of_a_row_go_to_its_entry_and_never_to_one_of_two() -> None:
    resume = {"references": [{"name": "A"}, {"name": "B"}, {"name": "B"}]}
    rows = [
        RowExtras(section="references", names=("A",), extras={"x": 1, "name": "other"}),
        RowExtras(section="references", names=("B",), extras={"x": 2}),
        RowExtras(section="references", names=("C",), extras={"x": 3}),
    ]
    assert merge_private(resume, {}, {}, rows)["references"] == [{"name": "A", "x": 1}, {"name": "B"}, {"name": "B"}]
