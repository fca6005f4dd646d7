"""A skill on a page says where it was used and when, in the page's language, and nothing of what is withheld."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from careerhub.document.profile import Profile
from careerhub.render.labels import make_labels
from careerhub.resources import shipped
from tests.render.making import (
    KAFKA,
    POSTGRES,
    PYTHON,
    RUST,
    make_experience,
    make_profile,
    make_project,
    make_skill,
    when,
)
from tests.render.people import RICH, WITHHELD
from tests.render.reading import portfolio, render

FOLDER = shipped("site_templates") / "labels"


def used(start: str, end: str = "", **changes: Any) -> Profile:
    """Make somebody whose one skill was used in one project."""
    project = make_project("lamp", "Lamp", start=when(start), end=when(end), technologies=(PYTHON,), **changes)
    return make_profile(skills=(make_skill("Snakes", technology=PYTHON),), projects=(project,))


def said(profile: Profile) -> str:
    """Return what the page says below its skills' names and levels."""
    page = portfolio(profile)
    return page.text.partition(" Skills ")[2].partition(" Updated ")[0]


def test_a_skill_says_where_it_was_used_and_when() -> None:
    text = said(RICH)
    assert "Rust Expert · 8 years 2 projects, 1 position\u00a0· 2014 – Present" in text
    assert "PostgreSQL Master 1 project, 3 positions\u00a0· 2014 – Present" in text


@pytest.mark.parametrize(
    ("start", "end", "is_ongoing", "written"),
    [
        ("2019-03", "2024-01-05", False, "1 project\u00a0· 2019 – 2024"),
        ("2019-03", "2019-10", False, "1 project\u00a0· 2019"),
        ("2019", "", True, "1 project\u00a0· 2019 – Present"),
        ("", "", True, "1 project\u00a0· Present"),
        ("2019", "", False, "1 project\u00a0· 2019"),
        ("", "", False, "1 project"),
    ],
)
def test_years_are_those_that_are_known(start: str, end: str, is_ongoing: bool, written: str) -> None:
    assert said(used(start, end, is_ongoing=is_ongoing)).endswith(f"Snakes {written}")


def test_a_skill_that_was_used_nowhere_says_nothing_of_it() -> None:
    profile = make_profile(skills=(make_skill("Snakes", technology=PYTHON), make_skill("Patience")))
    assert portfolio(profile).find("span", **{"class": "level evidence"}) == []


def test_an_anonymised_project_is_no_evidence() -> None:
    profile = make_profile(skills=(make_skill("Kafka", technology=KAFKA),), anonymized_projects=(WITHHELD,))
    assert KAFKA in WITHHELD.technologies
    assert portfolio(profile).find("span", **{"class": "level evidence"}) == []


def test_a_voluntary_post_counts_as_a_position() -> None:
    post = make_experience("Tide", "Helper", "2020", "2021", employment_type="VOLUNTEER", technologies=(RUST,))
    profile = make_profile(skills=(make_skill("Rust", technology=RUST),), experiences=(post,))
    assert said(profile).endswith("1 position\u00a0· 2020 – 2021")


def test_the_day_of_the_build_changes_nothing() -> None:
    ongoing = used("2019", is_ongoing=True)
    page = render(ongoing)["p/kim-example/index.html"]
    assert page == render(replace(ongoing))["p/kim-example/index.html"]
    assert b"months" not in page
    assert b"years" not in page


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("de", "3 Projekte, 2 Stellen\u00a0· 2018 – heute"),
        ("ru", "3 проекта, 2 должности\u00a0· 2018 – настоящее время"),
        ("pl", "3 projekty, 2 stanowiska\u00a0· 2018 – obecnie"),
        ("ar", "3 مشاريع، وظيفتان\u00a0· 2018 – حتى الآن"),
        ("ja", "プロジェクト3件、職務2件\u00a0· 2018年 – 現在"),
        ("tlh", "3 projects, 2 positions\u00a0· 2018 – Present"),
    ],
)
def test_evidence_follows_the_grammar_of_the_page(lang: str, written: str) -> None:
    projects = tuple(make_project(f"p{n}", f"P{n}", technologies=(POSTGRES,)) for n in range(3))
    posts = (
        make_experience("A", "One", "2018", "2019", technologies=(POSTGRES,)),
        make_experience("B", "Two", "2021", technologies=(POSTGRES,)),
    )
    skill = make_skill("SQL", technology=POSTGRES)
    page = portfolio(make_profile(lang=lang, skills=(skill,), projects=projects, experiences=posts))
    assert written in page.text


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", ["0 projects", "1 project", "2 projects", "1,000 projects"]),
        ("fr", ["0 projet", "1 projet", "2 projets", "1\u202f000 projets"]),
        ("cs", ["0 projektů", "1 projekt", "2 projekty", "1\u00a0000 projektů"]),
        ("he", ["0 פרויקטים", "פרויקט אחד", "שני פרויקטים", "1,000 פרויקטים"]),
        ("ko", ["프로젝트 0개", "프로젝트 1개", "프로젝트 2개", "프로젝트 1,000개"]),
        # a language without a translation says English words by English rules
        ("lv", ["0 projects", "1 project", "2 projects", "1\u00a0000 projects"]),
        ("zh-TW", ["0 個專案", "1 個專案", "2 個專案", "1,000 個專案"]),
    ],
)
def test_counted_words_have_the_forms_of_their_language(lang: str, written: list[str]) -> None:
    labels = make_labels(FOLDER, lang)
    assert [labels.count("project_count", number) for number in (0, 1, 2, 1000)] == written


@pytest.mark.parametrize("lang", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_no_language_has_more_forms_than_its_grammar(lang: str) -> None:
    labels = make_labels(FOLDER, lang)
    for key in ("project_count", "position_count"):
        assert len(labels.text(key).split("|")) <= len(labels.grammar.plural_form.tags) + 1
        assert all(labels.count(key, number) for number in range(120))
