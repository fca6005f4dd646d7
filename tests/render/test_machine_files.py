from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from careerhub.document.profile import Contact, Profile
from careerhub.render.resume import render_resume
from careerhub.render.vcard import render_vcard
from tests.render.making import make_experience, make_profile, make_project, make_skill, when
from tests.render.people import ARABIC, EVERYBODY, JAPANESE, ONE_LINE, RICH, WITHHELD

URL = "https://example.org/p/ada-sample/"
# What the JSON Resume schema accepts as a date.
DATE = re.compile(r"[1-2][0-9]{3}(-[0-1][0-9](-[0-3][0-9])?)?")


def resume(profile: Profile) -> dict[str, Any]:
    read = json.loads(render_resume(profile, url=URL))
    assert isinstance(read, dict)
    return read


def card(profile: Profile) -> dict[str, list[str]]:
    """Read a vCard back: unfold, split, undo the escapes."""
    lines = render_vcard(profile, url=URL).decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    found: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        found.setdefault(name.partition(";")[0], []).append(re.sub(r"\\(.)", r"\1", value))
    return found


def test_a_resume_says_the_public_facts() -> None:
    said = resume(RICH)
    assert said["basics"]["name"] == "Ada Sample"
    assert said["basics"]["location"] == {"city": "Lisbon", "countryCode": "PT"}
    assert said["basics"]["profiles"][0]["network"] == "GitHub"
    assert [job["position"] for job in said["work"]] == ["Staff engineer", "Senior engineer", "Software engineer"]
    assert [post["organization"] for post in said["volunteer"]] == ["Code for Everyone"]
    assert said["education"][0]["score"] == "1.3"
    assert said["certificates"][0] == {
        "name": "Certified Ledger Architect",
        "date": "2023-05",
        "url": "https://ledgers.example.org/CLA-0042",
        "issuer": "Institute of Ledgers",
    }
    assert [item["name"] for item in said["publications"]] == ["Streams that settle"]
    assert said["awards"][0] == {"title": "Engineer of the Year", "date": "2024-11-07", "awarder": "Northwind Payments"}
    assert said["languages"][2] == {"language": "German", "fluency": "B1"}
    assert said["projects"][0]["roles"] == ["Author", "Maintainer"]
    assert said["projects"][0]["keywords"] == ["Rust", "PostgreSQL", "accounting", "open source"]
    assert said["meta"]["canonical"] == f"{URL}resume.json"


def test_a_current_job_has_no_end() -> None:
    job = resume(RICH)["work"][0]
    assert job["startDate"] == "2022-04"
    assert "endDate" not in job


@pytest.mark.parametrize("profile", EVERYBODY, ids=lambda p: p.slug)
def test_a_resume_never_says_nothing(profile: Profile) -> None:
    def check(value: Any, key: str = "") -> None:
        assert value not in ("", None, [], {}, "Present"), key
        if key in ("startDate", "endDate", "date", "releaseDate"):
            assert DATE.fullmatch(value)
        for name, item in value.items() if isinstance(value, dict) else ():
            check(item, name)
        for item in value if isinstance(value, list) else ():
            check(item, key)

    check(resume(profile))


def test_dates_stay_as_partial_as_they_are() -> None:
    jobs = (make_experience("A", "b", "2014", "2015-03"), make_experience("C", "d", "2012-02-29", "2013"))
    dates = [(job["startDate"], job["endDate"]) for job in resume(make_profile(experiences=jobs))["work"]]
    assert dates == [("2014", "2015-03"), ("2012-02-29", "2013")]


def test_an_anonymised_project_says_label_role_and_years_alone() -> None:
    said = resume(make_profile(anonymized_projects=(WITHHELD,)))["projects"]
    assert said == [
        {"name": "A European bank", "startDate": "2020", "endDate": "2022", "roles": ["Lead engineer"]},
    ]


def test_skills_of_a_group_share_a_level_only_when_they_have_it() -> None:
    skills = (
        make_skill("A", "One", 4),
        make_skill("B", "One", 4),
        make_skill("C", "Two", 1),
        make_skill("D", "Two", 2),
    )
    said = resume(make_profile(skills=(*skills, make_skill("E", level=5), make_skill("F"))))["skills"]
    assert said == [
        {"name": "One", "level": "Expert", "keywords": ["A", "B"]},
        {"name": "Two", "keywords": ["C", "D"]},
        {"name": "E", "level": "Master"},
        {"name": "F"},
    ]


def test_a_projects_address_is_its_demo_else_its_code_else_its_documentation() -> None:
    code = make_project("a", "A", github_url="https://example.com/a", documentation_url="https://example.com/docs")
    bad = make_project("b", "B", demo_url="javascript:alert(1)")
    said = resume(make_profile(projects=(code, bad)))["projects"]
    assert [project.get("url") for project in said] == ["https://example.com/a", None]


def test_a_place_without_a_city_is_said_as_it_was_written() -> None:
    assert resume(make_profile(location="Somewhere warm"))["basics"]["location"] == {"city": "Somewhere warm"}


def test_unpublished_contact_data_is_in_no_machine_file() -> None:
    silent = replace(RICH, contact=Contact())
    for data in (render_resume(silent, url=URL), render_vcard(silent, url=URL)):
        assert not [word for word in (b"ada@example.com", b"+351", b"EMAIL") if word in data]


def test_a_card_names_the_person_and_the_published_addresses() -> None:
    said = card(RICH)
    assert said["VERSION"] == ["4.0"]
    assert (said["FN"], said["N"]) == (["Ada Sample"], ["Sample;Ada;;;"])
    assert (said["ORG"], said["TITLE"]) == (["Northwind Payments"], [RICH.headline])
    assert (said["EMAIL"], said["TEL"]) == (["ada@example.com"], ["+351 210 000 000"])
    assert said["ADR"] == [";;;Lisbon;;;PT"]
    assert URL in said["URL"]
    assert said["REV"] == ["20260314T000000Z"]


def test_a_name_nobody_took_apart_isnt_taken_apart_by_us() -> None:
    assert card(make_profile(full_name="Mary Ann van Example"))["N"] == ["Mary Ann van Example;;;;"]
    assert card(replace(JAPANESE, sort_name="れいだ れい"))["N"] == ["例田 玲;;;;"]


@pytest.mark.parametrize(
    "profile", [*EVERYBODY, replace(ONE_LINE, headline="長" * 200), replace(ARABIC, full_name="ليلى " * 40)]
)
def test_no_line_of_a_card_is_longer_than_75_octets(profile: Profile) -> None:
    data = render_vcard(profile, url=URL)
    assert data.endswith(b"END:VCARD\r\n")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # raises if a character was cut in two
    assert card(profile)["TITLE"] == [profile.headline]


def test_separators_in_a_name_stay_part_of_it() -> None:
    said = card(make_profile(full_name="Smith; Jones, and \\ Sons\nEND:VCARD"))
    assert said["FN"] == ["Smith; Jones, and \\ Sons END:VCARD"]
    assert said["END"] == ["VCARD"]
    folded = render_vcard(make_profile(full_name="Smith; Jones, Sons"), url=URL)
    assert b"FN:Smith\\; Jones\\, Sons\r\n" in folded


def test_an_employer_of_the_past_isnt_on_the_card() -> None:
    assert "ORG" not in card(make_profile(experiences=(make_experience("Before", "x", "2010", "2012"),)))


def test_an_ongoing_project_has_no_end() -> None:
    project = make_project("a", "A", start=when("2020"), end=when("2024"), is_ongoing=True)
    assert "endDate" not in resume(make_profile(projects=(project,)))["projects"][0]


@pytest.mark.parametrize("profile", EVERYBODY, ids=lambda p: p.slug)
def test_a_resume_is_laid_out_as_the_standard_library_would(profile: Profile) -> None:
    data = render_resume(profile, url="https://people.example.org/p/x/")
    assert data.decode() == json.dumps(json.loads(data), ensure_ascii=False, indent=2) + "\n"
