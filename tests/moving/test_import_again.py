"""Whatever a résumé says: every entry is accounted for, the second import changes nothing, the export loses nothing."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import Database
from tests.moving.conftest import Import
from tests.moving.reading_rows import picture

people = count()
TIGHT = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

# Few words, so that entries meet; and some that have broken importers.
WORDS = st.sampled_from(
    [
        "Mill",
        "mill",
        "MILL ",
        "Go",
        "golang",
        "由紀",
        "İ",
        "\x00",
        "\ud800",
        "",
        " ",
        "x" * 201,
        "<b>",
        "Native",
        "C1",
        "Expert",
    ]
)
DATES = st.sampled_from(
    ["2014", "2014-03", "2014-03-31", "2014-02-31", "Present", "", None, 2015, "May 2016", "soon", [], {}]
)
LINKS = st.sampled_from(
    ["https://example.org/a'b", "example.org", "javascript:x", "https://github.com/a", None, 5, "//x", {}]
)
ODD = st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.lists(WORDS, max_size=2), st.just({"a": {"b": [1]}}))
TEXTS = st.one_of(st.lists(ODD, max_size=4), WORDS, st.none())


def entries(*texts: str, lists: tuple[str, ...] = (), dates: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """Make a section: mostly objects with some of these keys, now and then something else."""
    fields = {name: st.one_of(WORDS, WORDS, ODD) for name in texts}
    fields |= dict.fromkeys(lists, TEXTS) | dict.fromkeys(dates, DATES) | {"url": LINKS, "x-own": ODD}
    entry = st.fixed_dictionaries({}, optional=fields)
    return st.one_of(st.lists(st.one_of(entry, entry, entry, ODD), max_size=4), ODD)


POST = {"lists": ("highlights", "keywords"), "dates": ("startDate", "endDate")}
LISTS = {
    "work": entries("name", "position", "summary", "location", **POST),
    "volunteer": entries("organization", "position", **POST),
    "education": entries("institution", "area", "studyType", "gpa", lists=("courses",), dates=("startDate", "endDate")),
    "projects": entries(
        "name", "description", "entity", "type", lists=("highlights", "keywords", "roles"), dates=("startDate",)
    ),
    "skills": entries("name", "level", lists=("keywords",)),
    "awards": entries("title", "awarder", dates=("date",)),
    "publications": entries("name", "publisher", dates=("releaseDate",)),
    "certificates": entries("name", "issuer", dates=("date", "expires")),
    "languages": entries("language", "fluency"),
    "interests": entries("name", lists=("keywords",)),
    "hobbies": entries("name"),
    "references": entries("name", "reference"),
    "x-theme": ODD,
    "meta": ODD,
}
BASICS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("name", "label", "summary", "email", "phone", "image"), ODD)
    | {
        "url": LINKS,
        "location": st.one_of(ODD, st.fixed_dictionaries({"city": WORDS, "countryCode": WORDS, "address": WORDS})),
    }
    | {"profiles": entries("network", "username")},
)
RESUMES = st.fixed_dictionaries({"basics": BASICS}, optional=LISTS)


def says_nothing(value: Any) -> bool:
    return (
        value is None
        or value in ([], {})
        or (isinstance(value, str) and not value.replace("\x00", "").replace("\ud800", "").strip())
    )


def count_entries(resume: dict[str, Any]) -> int:
    """Count what a file says, without the importer's help: a skill a keyword, one for each section that is no list."""
    sections = {name: value for name, value in resume.items() if name != "basics"}
    sections |= {"profiles": resume["basics"].get("profiles"), "url": resume["basics"].get("url")}
    number = 0
    for name, value in sections.items():
        if isinstance(value, list) and name not in ("x-theme", "meta", "url"):
            for entry in value:
                keywords = entry.get("keywords") if name == "skills" and isinstance(entry, dict) else None
                number += len(keywords) if isinstance(keywords, list) and keywords else 1
        else:
            number += not says_nothing(value)
    return number


@TIGHT
@given(resume=RESUMES)
def test_every_entry_has_one_outcome_and_the_second_import_changes_nothing(
    database: Database, import_file: Import, resume: dict[str, Any]
) -> None:
    email = f"person{next(people)}@example.org"
    first = import_file(resume, email=email)
    assert sum(outcome.place != "basics" for outcome in first.outcomes) == count_entries(resume)
    assert len({outcome.place for outcome in first.outcomes}) == len(first.outcomes)
    before = picture(database)
    second = import_file(resume, email=email)
    assert picture(database) == before
    assert second.count("imported", "updated", "extras") == 0
    assert second.count("refused") == first.count("refused")


@TIGHT
@given(resumes=st.tuples(RESUMES, RESUMES))
def test_one_file_after_another_never_fails_and_settles(
    database: Database, import_file: Import, resumes: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    email = f"person{next(people)}@example.org"
    import_file(resumes[0], email=email)
    import_file(resumes[1], email=email)
    before = picture(database)
    assert import_file(resumes[1], email=email).count("imported", "updated") == 0
    assert picture(database) == before
