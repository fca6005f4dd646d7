from __future__ import annotations

import csv
from collections import Counter

import pytest

from careerhub.document.text import clean_line, make_slug
from careerhub.resources import shipped

CATEGORIES = {"Framework", "Library", "Platform", "Service", "System"}
LAYERS = {"Backend", "Database", "DevOps", "Frontend", "Language", "Tools"}


def read_catalogue() -> list[dict[str, str]]:
    with (shipped("migrations") / "data" / "technologies.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


ROWS = read_catalogue()


def split_aliases(row: dict[str, str]) -> list[str]:
    return [alias for alias in row["aliases"].split("|") if alias]


def find_repeated(words: list[str]) -> list[str]:
    return [word for word, times in Counter(word.casefold() for word in words).items() if times > 1]


def test_the_catalogue_is_large() -> None:
    assert len(ROWS) >= 380
    assert all(set(row) == {"name", "category", "layer", "aliases"} for row in ROWS)


def test_names_fit_their_column_and_are_clean() -> None:
    for row in ROWS:
        assert 0 < len(row["name"]) <= 100
        for word in (row["name"], *split_aliases(row)):
            assert word == clean_line(word)


def test_no_name_or_alias_is_said_twice_whatever_its_case() -> None:
    words = [row["name"] for row in ROWS] + [alias for row in ROWS for alias in split_aliases(row)]
    assert find_repeated(words) == []


def test_no_alias_is_left_empty() -> None:
    assert [row["name"] for row in ROWS if row["aliases"] and "" in row["aliases"].split("|")] == []


@pytest.mark.parametrize(("column", "allowed"), [("category", CATEGORIES), ("layer", LAYERS)])
def test_every_allowed_word_is_well_used_and_no_other(column: str, allowed: set[str]) -> None:
    used = Counter(row[column] for row in ROWS)
    assert set(used) == allowed
    assert min(used.values()) >= 20


def test_every_slug_is_its_own() -> None:
    slugs = [make_slug(row["name"]) for row in ROWS]
    assert all(slugs)
    assert find_repeated(slugs) == []


def test_languages_that_differ_by_a_sign_have_different_addresses() -> None:
    names = {row["name"] for row in ROWS}
    assert {"C", "C++", "C#", "F#", "R"} <= names
    assert [make_slug(name) for name in ("C", "C++", "C#")] == ["c", "c-plus-plus", "c-sharp"]


def test_programming_languages_are_platforms() -> None:
    assert {row["category"] for row in ROWS if row["layer"] == "Language"} == {"Platform"}


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("js", "JavaScript"),
        ("postgres", "PostgreSQL"),
        ("k8s", "Kubernetes"),
        ("golang", "Go"),
        ("AWS", "Amazon Web Services"),
    ],
)
def test_what_people_say_finds_the_makers_name(alias: str, name: str) -> None:
    found = [row["name"] for row in ROWS if alias.casefold() in (word.casefold() for word in split_aliases(row))]
    assert found == [name]
