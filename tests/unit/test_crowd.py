from __future__ import annotations

import csv
import json
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from careerhub.document.dates import is_before, read_partial_date
from careerhub.document.text import clean_text, is_web_address, make_slug
from careerhub.local.community import read_people
from careerhub.local.crowd import make_people, make_person
from careerhub.resources import shipped

CROWD = list(make_people(1200))


def find_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from find_texts(inner)


def read_names() -> set[str]:
    with (shipped("migrations") / "data" / "technologies.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"] for row in csv.DictReader(file)}


def test_as_many_people_come_as_were_wanted() -> None:
    assert list(make_people(0)) == []
    assert len(CROWD) == 1200


def test_a_person_is_the_same_whatever_the_size_of_the_crowd() -> None:
    assert list(make_people(7)) == CROWD[:7]
    assert make_person(1000) == CROWD[999]
    assert CROWD[0] != CROWD[1]


def test_slugs_and_accounts_are_unique_and_meet_no_demo_person() -> None:
    slugs = [person["profile"]["slug"] for person in CROWD]
    assert len(set(slugs)) == len(CROWD)
    assert not set(slugs) & {person["profile"]["slug"] for person in read_people()}
    assert all(slug == make_slug(slug) for slug in slugs)
    assert [person["email"] for person in CROWD[:2]] == ["person-1@crowd.example", "person-2@crowd.example"]


def test_the_format_is_the_demo_communitys() -> None:
    known = {key for person in read_people() for key in person}
    keys = {
        section: {key for p in read_people() for row in p.get(section, []) for key in row}
        for section in known - {"email", "profile"}
    }
    for person in CROWD:
        assert set(person) <= known
        for section, allowed in keys.items():
            assert all(set(row) <= allowed for row in person.get(section, []))


def test_careers_have_a_plausible_size() -> None:
    for person in CROWD:
        assert 3 <= len(person["experiences"]) <= 6
        assert all(2 <= len(job["responsibilities"]) <= 4 for job in person["experiences"])
        assert len(person["projects"]) <= 4
        assert 8 <= len(person["skills"]) <= 14
        assert person["education"]
        assert person["languages"]


def test_most_people_are_public_and_one_in_twelve_writes_in_another_script() -> None:
    shown = Counter(person["profile"]["visibility"] for person in CROWD)
    assert 0.84 < shown["PUBLIC"] / len(CROWD) < 0.92
    assert 0.05 < shown["PRIVATE"] / len(CROWD) < 0.11
    assert 0.02 < shown["FRIENDS"] / len(CROWD) < 0.06
    langs = Counter(person["profile"]["lang"] for person in CROWD)
    assert set(langs) == {"en", "uk", "el", "ja", "ar", "hi"}
    assert 1 / 18 < 1 - langs["en"] / len(CROWD) < 1 / 9


def test_dates_fit_together() -> None:
    for person in CROWD:
        rows = [row for section in ("experiences", "projects", "education") for row in person[section]]
        for row in rows:
            ongoing = row.get("is_current") or row.get("is_ongoing")
            assert bool(ongoing) != ("end" in row)
            if "end" in row:
                assert not is_before(read_partial_date(row["end"]), read_partial_date(row["start"]))
        first = read_partial_date(person["experiences"][-1]["start"])
        assert all(read_partial_date(course["end"]).first.year <= first.year for course in person["education"])


def test_rows_can_be_told_apart_and_technologies_are_in_the_catalogue() -> None:
    names = read_names()
    for person in CROWD:
        skills = [skill["name"].casefold() for skill in person["skills"]]
        assert len(set(skills)) == len(skills)
        projects = [project["name"].casefold() for project in person["projects"]]
        assert len(set(projects)) == len(projects)
        for row in (*person["experiences"], *person["projects"]):
            assert set(row["technologies"]) <= names
            assert len(set(row["technologies"])) == len(row["technologies"])
        assert {skill["technology"] for skill in person["skills"] if "technology" in skill} <= names


def test_texts_are_clean_and_no_slot_is_left_open() -> None:
    for person in CROWD:
        for text in find_texts(person):
            assert text == clean_text(text)
            assert "{" not in text
            assert "}" not in text


def test_addresses_lead_to_example_domains() -> None:
    for person in CROWD:
        for text in find_texts(person):
            if text.startswith("http"):
                assert is_web_address(text)
                assert (urlsplit(text).hostname or "").endswith(".example")
            elif "@" in text:
                assert text.endswith(".example")


def test_what_is_withheld_is_said_nowhere_else() -> None:
    withheld = 0
    for person in CROWD:
        hidden = [project for project in person["projects"] if project["visibility"] == "ANONYMOUS"]
        seen = {**person, "projects": [project for project in person["projects"] if project not in hidden]}
        rest = json.dumps({**seen, "profile": {**seen["profile"], "contact_private": {}}}, ensure_ascii=False)
        for secret in (
            *person["profile"]["contact_private"].values(),
            *(name for row in hidden for name in row["clients"]),
        ):
            withheld += 1
            assert secret not in rest
    assert withheld > len(CROWD)


def test_a_large_crowd_takes_no_more_memory_than_a_small_one() -> None:
    tracemalloc.start()
    try:
        for _ in islice(make_people(10**9), 1500):
            pass
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
