from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cmarkgfm  # type: ignore[import-untyped]
import pytest

from careerhub.document.dates import is_before, read_partial_date
from careerhub.document.text import clean_text, is_web_address
from careerhub.document.translations import TRANSLATED
from careerhub.errors import InputInvalid
from careerhub.local.community import PEOPLE, read_people, read_person
from careerhub.resources import shipped

# The latest day on which somebody may look at the demo and still see a certificate that is good.
SOON = date(2027, 1, 1)
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
ADDRESS = re.compile(r"https?://[^\s)\]\"'<>]+")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SECTIONS = [
    "links",
    "experiences",
    "projects",
    "skills",
    "education",
    "certifications",
    "achievements",
    "languages",
    "references",
    "interests",
    "cv_versions",
]
LIMITS = {
    "full_name": 200,
    "sort_name": 200,
    "pronouns": 50,
    "headline": 200,
    "summary": 20000,
    "location": 100,
    "city": 100,
    "region": 100,
    "company_name": 200,
    "company_size": 50,
    "industry": 100,
    "company_location": 100,
    "position": 200,
    "role": 100,
    "organization": 200,
    "anonymized_company": 200,
    "institution": 200,
    "degree": 100,
    "field_of_study": 200,
    "grade": 50,
    "issuing_organization": 200,
    "credential_id": 100,
    "title": 200,
    "issuer": 200,
    "identifier": 100,
    "fluency": 100,
    "group_name": 100,
    "name": 200,
}
WORDS = {
    "visibility": {"PUBLIC", "PRIVATE", "FRIENDS", "ANONYMOUS"},
    "employment_type": {
        "FULL_TIME",
        "PART_TIME",
        "CONTRACT",
        "FREELANCE",
        "INTERNSHIP",
        "APPRENTICESHIP",
        "VOLUNTEER",
        "SELF_EMPLOYED",
    },
    "status": {"Active", "Staging", "Archived"},
    "budget_range": {"small", "medium", "large"},
    "cefr": {"A1", "A2", "B1", "B2", "C1", "C2", "NATIVE"},
}
PERSON = list(read_people())
BY_SLUG = pytest.mark.parametrize("person", PERSON, ids=lambda person: person["profile"]["slug"])


def find_values(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from find_values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from find_values(inner)


def find_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from find_texts(inner)


def get_rows(section: str) -> list[dict[str, Any]]:
    return [row for person in PERSON for row in person.get(section, [])]


def get_profiles(**wanted: Any) -> list[dict[str, Any]]:
    return [p["profile"] for p in PERSON if all(p["profile"].get(key) == value for key, value in wanted.items())]


def read_technology_words() -> dict[str, str]:
    """Return the catalogue's name for every name and alias, in lower case."""
    with (shipped("migrations") / "data" / "technologies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {word.casefold(): row["name"] for row in rows for word in (row["name"], *row["aliases"].split("|")) if word}


def is_example(host: str) -> bool:
    return f".{host}".endswith((".example", ".example.com", ".example.org", ".example.net"))


def test_there_are_enough_people_of_every_visibility() -> None:
    counts = Counter(profile["visibility"] for profile in get_profiles())
    assert counts["PUBLIC"] >= 12
    assert counts["PRIVATE"] == 2
    assert counts["FRIENDS"] == 2


def test_people_come_in_the_order_of_their_slugs_which_name_their_files() -> None:
    slugs = [profile["slug"] for profile in get_profiles()]
    assert slugs == sorted(path.stem for path in PEOPLE.glob("*.json"))
    assert len(set(slugs)) == len(slugs)
    assert all(SLUG.fullmatch(slug) for slug in slugs)


def test_a_file_that_is_not_json_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(InputInvalid, match=r"broken\.json"):
        read_person(broken)
    broken.write_text("[]", encoding="utf-8")
    with pytest.raises(InputInvalid, match="one JSON object"):
        list(read_people(tmp_path))


@BY_SLUG
def test_a_person_has_known_sections_only(person: dict[str, Any]) -> None:
    assert set(person) <= {"email", "profile", "translations", *SECTIONS}
    assert set(person["profile"]["contact"]) <= {"email", "phone", "website", "address"}
    assert set(person["profile"]["contact_private"]) <= {"email", "phone", "address"}
    assert person["profile"]["contact_private"]


@BY_SLUG
def test_texts_in_other_languages_are_of_texts_there_are(person: dict[str, Any]) -> None:
    entries = {"profile": ("profile", person["profile"])}
    for section in SECTIONS:
        for number, row in enumerate(person.get(section, [])):
            entries[row.get("key", f"{section} {number}")] = (section, row)
    for lang, said in person.get("translations", {}).items():
        assert lang != person["profile"].get("lang", "en")
        for key, texts in said.items():
            section, row = entries[key]
            assert set(texts) <= {"group_name" if name == "group" else name for name in TRANSLATED[section]}, key
            assert all(row.get(field) for field in texts), key
            assert all(type(text) is type(row[field]) for field, text in texts.items()), key


@BY_SLUG
def test_texts_are_clean_and_fit_their_columns(person: dict[str, Any]) -> None:
    assert all(text == clean_text(text) for text in find_texts(person))
    for key, value in find_values(person):
        if isinstance(value, str):
            assert len(value) <= LIMITS.get(key, 20000), key
            assert value in WORDS.get(key, {value}), key
    assert all(len(skill["name"]) <= 100 for skill in person.get("skills", []))


@BY_SLUG
def test_dates_can_be_read_and_no_end_is_before_its_start(person: dict[str, Any]) -> None:
    for key, value in find_values(person):
        if key in ("start", "end", "date", "issued", "expires"):
            assert read_partial_date(value).iso == value
    for section in ("experiences", "projects", "education", "certifications"):
        for row in person.get(section, []):
            start, end = (row.get(one) or row.get(other) for one, other in (("start", "issued"), ("end", "expires")))
            assert not (end and (row.get("is_current") or row.get("is_ongoing")))
            assert not (start and end and is_before(read_partial_date(end), read_partial_date(start)))


@BY_SLUG
def test_technologies_are_in_the_catalogue_and_named_once(person: dict[str, Any]) -> None:
    catalogue = read_technology_words()
    for row in (*person.get("experiences", []), *person.get("projects", [])):
        names = [catalogue[word.casefold()] for word in row.get("technologies", [])]
        assert len(names) == len(set(names)), row["key"]
    skilled = [catalogue[skill["technology"].casefold()] for skill in person.get("skills", []) if "technology" in skill]
    assert len(skilled) == len(set(skilled))


@BY_SLUG
def test_rows_of_a_person_can_be_told_apart(person: dict[str, Any]) -> None:
    for section, key in (("experiences", "key"), ("projects", "key"), ("skills", "name"), ("cv_versions", "name")):
        names = [row[key].casefold() for row in person.get(section, [])]
        assert len(names) == len(set(names))
    assert sum(bool(version.get("is_default")) for version in person.get("cv_versions", [])) <= 1


@BY_SLUG
def test_references_between_rows_lead_somewhere(person: dict[str, Any]) -> None:
    jobs, projects = ({row["key"] for row in person.get(section, [])} for section in ("experiences", "projects"))
    for project in person.get("projects", []):
        assert set(project.get("experiences", [])) <= jobs
    for version in person.get("cv_versions", []):
        assert set(version["sections"].get("experiences", [])) <= jobs
        assert set(version["sections"].get("projects", [])) <= projects


@BY_SLUG
def test_every_address_leads_to_an_example_domain(person: dict[str, Any]) -> None:
    texts = list(find_texts(person))
    for key, value in find_values(person):
        if value and (key.endswith("url") or key in ("website", "company_website")):
            assert is_web_address(value)
    assert all(is_example(urlsplit(found).hostname or "") for text in texts for found in ADDRESS.findall(text))
    assert all(is_example(found.split("@")[1]) for text in texts for found in MAIL.findall(text))
    assert is_example(person["email"].split("@")[1])


@BY_SLUG
def test_private_contact_is_said_nowhere_else(person: dict[str, Any]) -> None:
    private = person["profile"]["contact_private"]
    rest = json.dumps({**person, "profile": {**person["profile"], "contact_private": {}}}, ensure_ascii=False)
    assert [value for value in private.values() if value in rest] == []
    assert person["email"] not in person["profile"]["contact"].values()


@BY_SLUG
def test_what_is_withheld_of_a_project_is_said_nowhere_else(person: dict[str, Any]) -> None:
    hidden = [row for row in person.get("projects", []) if row["visibility"] == "ANONYMOUS"]
    others = [row for row in person.get("projects", []) if row["visibility"] != "ANONYMOUS"]
    rest = json.dumps({**person, "projects": others}, ensure_ascii=False)
    for project in hidden:
        assert project["anonymized_company"]
        cards = json.dumps([row["anonymized_company"] for row in hidden], ensure_ascii=False)
        for secret in (project["name"], *project.get("clients", [])):
            assert secret not in rest
            assert secret not in cards


def test_many_languages_and_scripts_are_spoken() -> None:
    langs = {profile["lang"] for profile in get_profiles(visibility="PUBLIC")}
    assert {"ar", "he", "ja", "zh-Hans", "uk", "el", "hi", "ko", "cs", "pl", "vi", "de"} <= langs
    assert len({lang.split("-")[0] for lang in langs}) >= 14
    assert sum(profile["lang"].startswith("en") for profile in get_profiles(visibility="PUBLIC")) >= 3


def test_choices_about_the_site_differ() -> None:
    assert len(get_profiles(is_indexable=False)) == 1
    assert get_profiles(allows_ai=True)
    assert len([profile for profile in get_profiles() if profile.get("open_to_work_until")]) >= 3
    assert any(profile["contact"] for profile in get_profiles())
    assert any(not profile["contact"] for profile in get_profiles())


def test_somebody_has_one_line_only() -> None:
    assert [p["profile"]["slug"] for p in PERSON if not any(p.get(section) for section in SECTIONS)] == ["pip-larkwood"]


def test_most_people_are_there_in_full() -> None:
    full = [
        p for p in PERSON if len(p.get("experiences", [])) >= 3 and len(p["projects"]) >= 2 and len(p["skills"]) >= 6
    ]
    assert len(full) >= 12


def test_dates_of_every_precision_and_none_are_there() -> None:
    dates = [row.get("start", "") for row in get_rows("experiences")]
    assert {len(text) for text in dates} == {0, 4, 7, 10}


def test_a_career_of_forty_years_is_there() -> None:
    years = [int(job["start"][:4]) for p in PERSON for job in p.get("experiences", []) if job.get("start")]
    assert min(years) <= SOON.year - 40


def test_promotions_within_one_employer_are_there() -> None:
    employers = [[job.get("company_name") for job in p.get("experiences", [])] for p in PERSON]
    assert sum(any(a and a == b for a, b in pairwise(jobs)) for jobs in employers) >= 5


def test_certificates_are_expired_good_and_endless() -> None:
    ends = [row.get("expires") for row in get_rows("certifications")]
    known = [read_partial_date(end).last for end in ends if end]
    assert None in ends
    assert min(known) < date(2024, 1, 1)
    assert sum(end >= SOON for end in known) >= 5


def test_markdown_of_every_kind_is_written() -> None:
    texts = "\n".join(text for person in PERSON for text in find_texts(person))
    assert re.search(r"\*\*\w", texts)
    assert re.search(r"\n- ", texts)
    assert re.search(r"\]\(https://", texts)
    assert re.search(r"`\w", texts)


def test_anonymised_projects_are_mostly_kept_back() -> None:
    shown = Counter(
        bool(row.get("show_anonymized")) for row in get_rows("projects") if row["visibility"] == "ANONYMOUS"
    )
    assert shown[True] >= 3
    assert shown[False] >= 2 * shown[True]


def test_anonymised_projects_have_something_to_lose() -> None:
    rows = [row for row in get_rows("projects") if row["visibility"] == "ANONYMOUS"]
    assert all(row["clients"] and row["description"] for row in rows)
    assert sum(any(row.get(key) for key in ("demo_url", "github_url", "documentation_url")) for row in rows) >= 5


@pytest.mark.parametrize("section", ["experiences", "projects", "education", "certifications"])
def test_some_rows_are_hidden(section: str) -> None:
    assert any(row.get("is_hidden") for row in get_rows(section))


def test_two_people_have_several_cvs_some_not_public() -> None:
    several = [p["cv_versions"] for p in PERSON if len(p.get("cv_versions", [])) >= 2]
    assert len(several) == 2
    assert all({bool(version["is_public"]) for version in versions} == {True, False} for versions in several)


@BY_SLUG
def test_no_markdown_is_left_as_stars(person: dict[str, Any]) -> None:
    texts = [text for text in find_texts(person) if not text.startswith("http")]
    assert [text for text in texts if set("*`") & set(cmarkgfm.markdown_to_html(text))] == []
