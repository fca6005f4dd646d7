"""Texts in other languages leave with their owner, and come back."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from careerhub.editing.contact import ContactKeys
from careerhub.moving.plan import Outcome
from careerhub.moving.translations import MAX_TEXTS, read_translations
from tests.databases import Database
from tests.moving.conftest import Import
from tests.moving.reading_rows import picture, read_rows
from tests.moving.resumes import MIRA
from tests.moving.test_export import export

JOB = [MIRA["work"][0]["name"], MIRA["work"][0]["position"]]
TEXTS: list[dict[str, Any]] = [
    {"language": "DE", "section": "profile", "field": "headline", "text": " Wasser\tbauerin "},
    {"language": "de", "section": "experiences", "entry": JOB, "field": "position", "text": "Leiterin"},
    {"language": "de", "section": "experiences", "entry": JOB, "field": "responsibilities", "text": ["Tore", "Wehre"]},
    {"language": "fr", "section": "projects", "entry": [MIRA["projects"][0]["name"]], "field": "description", "text": "Une *écluse*"},
]  # fmt: skip


def with_texts(texts: Any) -> dict[str, Any]:
    return copy.deepcopy(MIRA) | {"careerhub": {"translations": texts}}


def list_texts(database: Database) -> dict[tuple[str, str, str], str]:
    return {(row["lang"], row["entity_type"], row["field"]): row["text"] for row in read_rows(database, "translations")}


def test_texts_of_a_file_find_their_entries(database: Database, import_file: Import) -> None:
    report = import_file(with_texts(TEXTS))
    assert report.count_sections()["careerhub.translations"] == {"imported": 4}
    assert list_texts(database) == {
        ("de", "PROFILE", "headline"): "Wasser bauerin",
        ("de", "EXPERIENCE", "position"): "Leiterin",
        ("de", "EXPERIENCE", "responsibilities"): "Tore\nWehre",
        ("fr", "PROJECT", "description"): "Une *écluse*",
    }


def test_the_same_file_again_changes_nothing_and_ones_own_texts_stay(database: Database, import_file: Import) -> None:
    import_file(with_texts(TEXTS))
    before = picture(database)
    again = import_file(with_texts(TEXTS))
    assert again.count_sections()["careerhub.translations"] == {"unchanged": 4}
    assert picture(database) == before
    other = import_file(with_texts([TEXTS[1] | {"text": "Chefin"}]))
    assert Outcome(place="careerhub.translations[0]", result="unchanged", reason="yours is kept") in other.outcomes
    assert list_texts(database)["de", "EXPERIENCE", "position"] == "Leiterin"


def test_what_went_in_comes_out_and_goes_in_elsewhere(
    database: Database, keys: ContactKeys, import_file: Import
) -> None:
    import_file(with_texts(TEXTS))
    public, private = export(database, keys)
    assert "careerhub" not in public
    assert len(private["careerhub"]["translations"]) == 4
    first = list_texts(database)
    second = import_file(private, email="copy@example.org")
    assert second.count_sections()["careerhub.translations"] == {"imported": 4}
    assert list_texts(database) == first


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("a text", "an object"),
        (TEXTS[0] | {"language": "no tag!"}, "language"),
        (TEXTS[0] | {"language": "en-US"}, "written in this language"),
        (TEXTS[0] | {"field": "slug"}, "several languages"),
        (TEXTS[0] | {"section": "users"}, "several languages"),
        (TEXTS[0] | {"text": ""}, "nothing in it"),
        (TEXTS[0] | {"text": {"a": 1}}, "its text is none"),
        (TEXTS[0] | {"text": "x" * 1001}, "too long"),
        (TEXTS[1] | {"entry": ["Nobody", "Nothing"]}, "no such entry"),
        (TEXTS[1] | {"entry": ["Nobody"]}, "company_name, position"),
        (TEXTS[1] | {"entry": {"a": 1}}, "company_name, position"),
    ],
)
def test_what_cant_be_a_text_is_refused_with_the_reason(
    database: Database, import_file: Import, wrong: Any, says: str
) -> None:
    report = import_file(with_texts([wrong, TEXTS[3]]))
    (refused,) = [each for each in report.outcomes if each.place == "careerhub.translations[0]"]
    assert refused.result == "refused"
    assert says in refused.reason
    assert set(list_texts(database)) == {("fr", "PROJECT", "description")}


def test_endless_lists_are_refused() -> None:
    planned, (refused,) = read_translations(TEXTS * MAX_TEXTS)
    assert planned == []
    assert "the limit" in refused.reason
    assert read_translations({"a": 1})[1][0].reason == "this should be a list"


def test_a_dry_run_says_the_same_and_writes_nothing(database: Database, import_file: Import) -> None:
    report = import_file(with_texts(TEXTS), dry_run=True)
    assert report.count_sections()["careerhub.translations"] == {"imported": 4}
    assert list_texts(database) == {}
