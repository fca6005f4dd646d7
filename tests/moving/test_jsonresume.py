"""What a JSON Resume means, before anything is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from careerhub.errors import InputInvalid
from careerhub.moving.jsonresume import plan_jsonresume
from careerhub.moving.plan import ImportPlan, PlannedRow
from careerhub.moving.words import find_cefr, find_language, find_level, find_tag
from tests.moving.resumes import BLANK, LEGACY, LONG, MIRA, YUKI


def plan_work(**entry: Any) -> tuple[PlannedRow, list[str]]:
    """Plan one job; return its row and what the notes say."""
    plan = plan_jsonresume({"work": [{"name": "Mill", **entry}]})
    return plan.rows[0], [f"{note.place}: {note.reason}" for note in plan.notes]


def rows_of(plan: ImportPlan, section: str) -> list[PlannedRow]:
    return [row for row in plan.rows if row.section == section]


@pytest.mark.parametrize(
    "other", [[], "résumé", 7, None, {}, {"properties": {}, "title": "schema"}, {"work": {}}, {"basics": []}]
)
def test_what_is_no_resume_is_refused(other: Any) -> None:
    with pytest.raises(InputInvalid, match="isn't a JSON Resume"):
        plan_jsonresume(other)


def test_too_many_entries_are_refused() -> None:
    with pytest.raises(InputInvalid, match="5,001 entries"):
        plan_jsonresume({"work": [{}] * 2_000, "skills": [{"keywords": ["x"] * 3_001}]})


def test_older_names_mean_the_same() -> None:
    plan = plan_jsonresume(LEGACY)
    values = {row.place: row.values for row in plan.rows}
    assert plan.profile["summary"] == "Keeps clocks."
    assert values["basics.url"]["url"] == "https://odo.example.net"
    assert values["work[0]"]["company_name"] == "Tick & Co"
    assert values["work[0]"]["company_website"] == "https://tick.example.net"
    assert values["education[0]"]["grade"] == "first class"
    assert values["awards[0]"]["date"] == date(2005, 5, 5)
    assert values["publications[0]"]["url"] == "https://tick.example.net/book"
    assert values["hobbies[0]"]["name"] == "Sundials"
    assert plan.profile_extras == {"picture": "odo.jpg"}


def test_a_skill_a_language_or_an_interest_may_be_a_text() -> None:
    plan = plan_jsonresume({"skills": ["Weaving"], "languages": ["Welsh"], "interests": ["Chess"], "hobbies": ["Go"]})
    names = {row.place: row.values["name"] for row in plan.rows}
    assert names == {"skills[0]": "Weaving", "languages[0]": "Welsh", "interests[0]": "Chess", "hobbies[0]": "Go"}
    assert plan.kept == plan.notes == ()


def test_partial_dates_stay_partial() -> None:
    values = plan_work(startDate="2014", endDate="2015-03")[0].values
    assert (values["start_date"], values["start_precision"]) == (date(2014, 1, 1), "Y")
    assert (values["end_date"], values["end_precision"]) == (date(2015, 3, 1), "M")
    assert not values["is_current"]


@pytest.mark.parametrize(
    "end", [{}, {"endDate": None}, {"endDate": ""}, {"endDate": "Present"}, {"endDate": " present "}]
)
def test_a_job_without_an_end_is_current(end: dict[str, Any]) -> None:
    values = plan_work(startDate="2014-03", **end)[0].values
    assert values["is_current"]
    assert values["end_date"] is None


def test_a_job_without_any_date_is_not_called_current() -> None:
    assert not plan_work()[0].values["is_current"]


@pytest.mark.parametrize(
    "said", ["2014-02-31", "2014-13", "0000", "summer 2014", "2014-00-00", "31/31/2014", {"year": 2014}, [1]]
)
def test_an_impossible_end_is_kept_aside_and_named(said: Any) -> None:
    row, notes = plan_work(startDate="2010", endDate=said)
    assert row.values["end_date"] is None
    assert not row.values["is_current"]
    assert row.extras == {"endDate": said}
    assert notes[0].startswith("work[0].endDate: ")
    if isinstance(said, str):
        assert said in notes[0] or "2014" in notes[0] or "0 is not a year" in notes[0]


def test_an_impossible_start_leaves_the_job_not_current() -> None:
    row, notes = plan_work(startDate="2014-02-31")
    assert row.values["start_date"] is None
    assert not row.values["is_current"]
    assert row.extras == {"startDate": "2014-02-31"}
    assert "2014-02 has no day 31" in notes[0]


def test_an_end_certainly_before_the_start_is_kept_aside() -> None:
    row, notes = plan_work(startDate="2014-03", endDate="2013")
    assert row.values["end_date"] is None
    assert row.extras == {"endDate": "2013"}
    assert "before the start 2014-03" in notes[0]
    assert plan_work(startDate="2014-03", endDate="2014")[0].values["end_date"] == date(2014, 1, 1)


def test_a_certificate_that_expires_before_its_issue_keeps_the_issue() -> None:
    (row,) = plan_jsonresume({"certificates": [{"name": "C", "date": "2020", "expiryDate": "2019"}]}).rows
    assert (row.values["issue_date"], row.values["expiry_date"]) == (date(2020, 1, 1), None)
    assert row.extras == {"expiryDate": "2019"}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("javascript:alert(1)", "javascript"),
        ("JaVaScRiPt:alert(1)", "javascript"),
        ("data:text/html;base64,AAAA", "data"),
        ("file:///etc/passwd", "file"),
        ("//evil.example.org", "https://"),
        ("https://ada:secret@example.org", "user name"),
        ("ada:secret@example.org", "ada"),
        ("http://example.org:99999", "https://"),
        ("https://", "https://"),
        ("not an address", "https://"),
        ("https://example.org/" + "x" * 500, "500"),
        ({"href": "https://example.org"}, "isn't an address"),
    ],
)
def test_an_address_nobody_should_click_is_no_link(said: Any, word: str) -> None:
    row, notes = plan_work(url=said)
    assert row.values["company_website"] == ""
    assert row.extras == {"url": said}
    assert word in notes[0]


@pytest.mark.parametrize("said", ["example.org", "www.example.org/mill?x=1", "mill.example.org#top"])
def test_an_address_without_its_scheme_is_taken_as_https_and_named(said: str) -> None:
    row, notes = plan_work(url=said)
    assert row.values["company_website"] == f"https://{said}"
    assert notes == [f"work[0].url: taken as https://{said}"]


def test_what_is_too_long_for_its_column_is_kept_whole() -> None:
    row, notes = plan_work(position="x" * 201, summary="y" * 20_001, highlights=["z" * 60_000, "z" * 60_000])
    assert (row.values["position"], row.values["description"], row.values["responsibilities"]) == ("", "", [])
    assert [len(text) for text in (row.extras["position"], row.extras["summary"])] == [201, 20_001]
    assert len(row.extras["highlights"]) == 2
    assert "201 characters, 200 fit" in notes[0]
    assert len(notes) == 3


def test_an_endless_text_is_refused_and_the_rest_is_imported() -> None:
    plan = plan_jsonresume({"basics": {"name": "Nell", "image": "data:image/png;base64," + "A" * 100_000}, "work": []})
    assert plan.profile["full_name"] == "Nell"
    assert plan.profile_extras == {}
    assert plan.notes[0].place == "basics.image"
    assert "100,022 characters" in plan.notes[0].reason


def test_numbers_and_booleans_are_taken_as_text() -> None:
    row, _ = plan_work(position=7, summary=True, highlights=[1, 2.5, "three"])
    assert (row.values["position"], row.values["description"]) == ("7", "true")
    assert row.values["responsibilities"] == ["1", "2.5", "three"]


def test_one_text_where_a_list_should_be_is_a_list_of_one() -> None:
    assert plan_work(highlights="Ground the corn")[0].values["responsibilities"] == ["Ground the corn"]


def test_what_is_no_text_in_a_list_is_kept_aside() -> None:
    row, notes = plan_work(highlights=["good", {"text": "odd"}, None])
    assert row.values["responsibilities"] == ["good"]
    assert row.extras == {"highlights": [{"text": "odd"}]}
    assert "1 of 3 aren't text" in notes[0]


def test_control_characters_overrides_and_line_ends_are_cleaned() -> None:
    row, _ = plan_work(position="Mil\x00ler\n\u202eevil\ud800", summary="a\r\nb\x07")
    assert row.values["position"] == "Miller evil"
    assert row.values["description"] == "a\nb"


def test_keys_nobody_reads_are_kept_and_counted_once_a_section() -> None:
    plan = plan_jsonresume({"work": [{"name": "A", "x-y": 1}, {"name": "B", "x-y": 2, "description": "mill"}]})
    assert [row.extras for row in plan.rows] == [{"x-y": 1}, {"x-y": 2, "description": "mill"}]
    assert [(n.place, n.reason) for n in plan.notes] == [("work", "kept aside, not shown: x-y (2 times), description")]


def test_entries_that_are_no_rows_are_kept_or_refused() -> None:
    plan = plan_jsonresume({"work": ["Mill", {"summary": "no name"}, {}, None, {"name": "  "}, 7], "skills": "many"})
    assert not plan.rows
    assert [(kept.place, kept.value) for kept in plan.kept] == [
        ("work[0]", "Mill"),
        ("work[1]", {"summary": "no name"}),
        ("work[5]", 7),
        ("skills", "many"),
    ]
    assert [outcome.place for outcome in plan.refused] == ["work[2]", "work[3]", "work[4]"]


def test_an_equal_entry_is_refused_and_says_which_it_equals() -> None:
    plan = plan_jsonresume({"work": [{"name": "A", "position": "x"}, {"position": "x", "name": "A"}]})
    assert len(plan.rows) == 1
    assert plan.refused[0].reason == "same as work[0]"


def test_a_group_of_skills_is_one_skill_a_keyword() -> None:
    rows = rows_of(plan_jsonresume(MIRA), "skills")
    assert [(r.values["name"], r.values["group_name"], r.values["level"]) for r in rows] == [
        ("Python", "Data", 3),
        ("Hydrographs", "Data", 3),
        ("python", "Data", 3),
        ("Rowing", "", None),
    ]
    assert rows[3].extras == {"level": "Rather good"}


def test_a_project_says_where_its_source_is() -> None:
    (row,) = rows_of(plan_jsonresume(MIRA), "projects")
    assert (row.values["github_url"], row.values["demo_url"]) == ("https://github.com/mira/weir-sim", "")
    assert row.values["role"] == "Author, Maintainer"
    assert row.values["is_ongoing"]
    assert row.extras == {"type": "application"}
    (other,) = plan_jsonresume({"projects": [{"name": "x", "url": "https://github.com.example.org/x"}]}).rows
    assert other.values["demo_url"] == "https://github.com.example.org/x"


def test_contact_data_is_private_and_a_place_is_public() -> None:
    plan = plan_jsonresume(MIRA)
    assert plan.contact_private == {
        "email": "mira.private@example.net",
        "phone": "+1 555 0142",
        "address": "3 Weir Lane, 99001",
    }
    assert plan.profile["location"] == "Millbrook, Oregon, US"
    assert plan.profile["country_code"] == "US"
    assert plan.profile["lang"] == "en-US"
    assert "mira.private" not in str(plan.profile)


def test_a_region_of_the_same_name_is_not_said_twice() -> None:
    plan = plan_jsonresume({"basics": {"location": {"city": "Berlin", "region": "Berlin", "countryCode": "Germany"}}})
    assert plan.profile["location"] == "Berlin"
    assert plan.profile["country_code"] == ""
    assert plan.profile_extras == {"location": {"countryCode": "Germany"}}


def test_a_name_of_one_word_and_other_scripts_stay_as_they_are() -> None:
    plan = plan_jsonresume(YUKI)
    assert plan.profile["full_name"] == "由紀"
    assert plan.profile["location"] == "京都市"
    assert plan.profile["lang"] == "ja"
    assert rows_of(plan, "languages")[0].values["tag"] == "ja"


def test_forty_years_of_years_stay_years() -> None:
    rows = plan_jsonresume(LONG).rows
    assert len(rows) == 20
    assert {row.values["start_precision"] for row in rows} == {row.values["end_precision"] for row in rows} == {"Y"}


def test_blanks_say_nothing() -> None:
    plan = plan_jsonresume(BLANK)
    assert [row.values.get("company_name") or row.values["name"] for row in plan.rows] == ["Mill", "Baking"]
    assert not plan.kept
    assert not plan.notes
    assert [o.place for o in plan.refused] == ["work[1]", "work[2]", "work[3]", "skills[1].keywords[0]", "languages[0]"]


@pytest.mark.parametrize(
    ("said", "cefr"),
    [
        ("Native speaker", "NATIVE"),
        ("Mother tongue", "NATIVE"),
        ("C1", "C1"),
        ("Fluent (C2)", "C2"),
        ("B1/B2", ""),
        ("near-native", ""),
        ("non native", ""),
        ("Native-like", ""),
        ("Native or bilingual proficiency", "NATIVE"),
        ("", ""),
        ("Fluent", ""),
        ("ABC1", ""),
    ],
)
def test_a_cefr_level_is_set_only_when_certain(said: str, cefr: str) -> None:
    assert find_cefr(said) == cefr


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("English", "en"),
        ("german", "de"),
        ("Deutsch", "de"),
        ("日本語", "ja"),
        ("Ελληνικά", "el"),
        ("Chinese", "zh"),
        ("Simplified Chinese", "zh-Hans"),
        ("Elvish", ""),
        ("", ""),
        ("Brazilian Portuguese", "pt-BR"),
    ],
)
def test_a_language_has_a_tag_when_its_name_is_certain(name: str, tag: str) -> None:
    assert find_language(name) == tag


def test_levels_and_tags_are_recognised_or_left_alone() -> None:
    assert [find_level(word) for word in ("novice", "Proficient ", "MASTER", "8/10", "")] == [1, 3, 5, None, None]
    assert [find_tag(word) for word in ("de_AT", "zh-Hant", "english", "xx", "")] == ["de-AT", "zh-Hant", "", "", ""]
