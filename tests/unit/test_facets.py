from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from careerhub.document.facets import find_country, find_facets, find_seniority, list_places, make_place_slug
from careerhub.document.profile import Language, Profile
from tests.render.people import RICH

JOB = RICH.experiences[0]


def person(**values: Any) -> Profile:
    nowhere: dict[str, Any] = {"city": "", "region": "", "country_code": "", "location": ""}
    return replace(RICH, **(nowhere | values))


def slugs(**values: Any) -> list[str]:
    return [place.slug for place in list_places(person(**values))]


@pytest.mark.parametrize(
    ("one", "other"),
    [("München", "MUNCHEN"), ("Łódź", "lodz"), ("São  Paulo", "sao paulo"), ("Zu\u0308rich", "Zürich"), ("横浜市", "横浜市 "), ("ÅRHUS", "århus"), ("МОСКВА", "Москва")],
)  # fmt: skip
def test_a_place_written_differently_is_one(one: str, other: str) -> None:
    assert make_place_slug(one) == make_place_slug(other) != ""


def test_places_that_only_look_alike_to_a_transliteration_are_two() -> None:
    assert len({make_place_slug(name) for name in ("横浜市", "成田", "横浜", "Yokohama", "Йокогама", "Иокогама")}) == 6
    assert len({make_place_slug("a" * 50), make_place_slug("a" * 51)}) == 2


@pytest.mark.parametrize("name", ["", "   ", "…", "\u202e", "../..", "<>"])
def test_what_names_no_place_is_none(name: str) -> None:
    assert slugs(city=name, region=name, location=name) == []


def test_slugs_are_parts_of_an_address() -> None:
    for name in ("../../etc", "<script>alert(1)</script>", "a/b", "\u202eBerlin", "C:\\", "ﷺ" * 30, "é" * 200):
        for slug in slugs(city=name, region=name, country_code="DE"):
            assert slug.isascii()
            assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
            assert len(slug) <= 63


def test_a_location_counts_only_where_nothing_more_exact_is_known() -> None:
    assert slugs(location="Lyon, France") == ["x-lyon-france"]
    assert slugs(location="Lyon, France", city="Lyon", country_code="fr") == ["fr", "fr-lyon"]
    assert slugs(city="Jena", region="Thüringen", country_code="DE") == ["de", "de-region-thuringen", "de-jena"]
    assert slugs(city="Berlin", region="BERLIN", country_code="DE") == ["de", "de-berlin"]
    assert slugs(city="De Panne") == ["x-de-panne"]
    assert [find_country(slug) for slug in ("de", "de-berlin", "x-de-panne")] == ["DE", "DE", ""]
    assert slugs(country_code="Ö1", location="Wien") == ["x-wien"]


def test_languages_are_those_with_a_tag_once_each() -> None:
    spoken = tuple(
        Language(name=name, tag=tag, fluency="", cefr="")
        for name, tag in (("Português", "pt-BR"), ("Portuguese", "pt"), ("Elvish", ""), ("עברית", "iw"), ("?", "../x"))
    )
    assert find_facets(person(languages=spoken)).languages == ("pt", "he")


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Junior Developer", "JUNIOR"), ("Mid-level Designer", "MID"), ("Sr. Engineer", "SENIOR"), ("Staff Software Engineer", "SENIOR"),
        ("Tech Lead", "LEAD"), ("Senior Team Lead", "LEAD"), ("Head of Data", "LEAD"), ("CTO", "EXECUTIVE"), ("Chief Technology Officer", "EXECUTIVE"),
        ("Assistant to the CEO", ""), ("Staff Nurse", ""), ("Lead Generation Specialist", ""), ("Senior Care Worker", ""), ("Engineer", ""),
        ("Leader", ""), ("Junior School Teacher", ""), ("Principal", ""), ("", ""), ("Vorstand", ""),
    ],
)  # fmt: skip
def test_a_title_says_how_senior_somebody_is_only_in_plain_words(title: str, level: str) -> None:
    assert find_seniority(person(experiences=(replace(JOB, position=title, is_current=True),))) == level


def test_only_current_paid_posts_that_agree_say_how_senior_somebody_is() -> None:
    now = replace(JOB, position="Senior Engineer", is_current=True, employment_type="FULL_TIME")
    past = replace(now, is_current=False)
    unpaid = replace(now, employment_type="VOLUNTEER")
    other = replace(now, position="CTO")
    levels = [find_seniority(person(experiences=jobs)) for jobs in ((now, now), (past,), (unpaid,), (now, other))]
    assert levels == ["SENIOR", "", "", ""]
