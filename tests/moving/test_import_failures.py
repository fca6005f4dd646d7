"""Imports that must not work, or not wholly: nothing half-done is left, and one line says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from careerhub.db.session import acting
from careerhub.editing.accounts import add_account
from careerhub.editing.contact import ContactKeys, make_contact_key, parse_contact_keys
from careerhub.errors import CareerHubError, Conflict, InputInvalid, WrongUse
from careerhub.ids import make_id
from careerhub.moving.importing import import_jsonresume
from tests.databases import Database
from tests.moving.conftest import Import
from tests.moving.reading_rows import picture, read_row, read_rows, run_sql
from tests.moving.resumes import MIRA
from tests.people import add_person

SCRIPT = "<script>alert(1)</script>"


# One database for all cases of a test: a copy each would take most of the time.
SLUGS = ["../x", "a/b", "a\\\\b", ".", "..", "-a", "a-", "A", "аnn", "con", "a" * 64, "", "assets", "p", "sitemap.xml"]
NO_RESUMES = [b"hello", b"[]", b"{}", b"[" * 100_000, b'{"basics": {}, "basics": {}}', b'{"work": [NaN]}']
ODD_TEXTS = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff tail",
    "\u202e\u2066",
    "x" * 100_001,
    "9" * 400,
    "İ",
    "ﬁ",
    "\\u0000",
    "'",
    "%s",
]


def test_a_bad_or_reserved_slug_leaves_nothing_behind(database: Database, import_file: Import) -> None:
    before = picture(database)
    for slug in SLUGS:
        with pytest.raises(InputInvalid) as caught:
            import_file(MIRA, slug=slug)
        assert "slug" in str(caught.value), slug
        assert "\n" not in str(caught.value), slug
        assert picture(database) == before, slug


def test_a_taken_slug_leaves_nothing_behind(database: Database, import_file: Import) -> None:
    add_person(database.app_engine, "taken")
    before = picture(database)
    with pytest.raises(Conflict, match="slug is taken"):
        import_file(MIRA, slug="taken")
    assert picture(database) == before


def test_a_slug_somebody_gave_up_lately_is_not_given_away(database: Database, import_file: Import) -> None:
    add_person(database.app_engine, "mira-ostlund-vance")
    run_sql(database, "DELETE FROM users")
    with pytest.raises(Conflict, match="90 days"):
        import_file(MIRA, slug="mira-ostlund-vance")
    assert import_file(MIRA).slug == "mira-ostlund-vance-2"


def test_a_public_profile_without_a_name_is_refused(database: Database, import_file: Import) -> None:
    with pytest.raises(InputInvalid, match="full name"):
        import_file({"work": [{"name": "Mill"}]}, visibility="PUBLIC")
    with pytest.raises(InputInvalid, match="no visibility"):
        import_file(MIRA, visibility="SECRET")
    assert read_rows(database, "users") == []


def test_a_file_that_is_no_resume_leaves_no_account(database: Database, import_file: Import) -> None:
    for data in NO_RESUMES:
        with pytest.raises(WrongUse):
            import_file(data)
    assert read_rows(database, "users") == []


def test_a_failed_import_is_noted_for_who_has_an_account(database: Database, import_file: Import) -> None:
    import_file(MIRA)
    before = picture(database)
    with pytest.raises(InputInvalid):
        import_file(b"hello \x00")
    failed = [row for row in read_rows(database, "import_history") if row["status"] == "FAILED"]
    assert "this isn't JSON" in failed[0]["error_message"]
    assert failed[0]["completed_at"]
    assert picture(database) == before
    with pytest.raises(InputInvalid):
        import_file(b"hello", dry_run=True)
    assert len(read_rows(database, "import_history")) == 2


@pytest.mark.parametrize(
    "table", ["experiences", "skills", "profile_links", "references", "import_history", "project_technologies"]
)
def test_a_crash_in_the_middle_leaves_nothing(database: Database, import_file: Import, table: str) -> None:
    run_sql(
        database,
        "CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'disk on fire'; END $$;"
        f' CREATE TRIGGER crash BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION crash()',
    )
    before = picture(database)
    with pytest.raises(CareerHubError, match="disk on fire"):
        import_file(MIRA)
    assert picture(database) == before


def test_an_import_into_an_account_without_a_profile_makes_the_profile(database: Database, import_file: Import) -> None:
    user_id = make_id()
    with acting(database.app_engine, user_id) as session:
        add_account(session, "Mira@Example.org", user_id=user_id)
    assert import_file(MIRA).is_new
    assert read_row(database, "profiles")["user_id"] == user_id


def test_contact_data_under_a_lost_key_stops_the_import(
    database: Database, keys: ContactKeys, import_file: Import
) -> None:
    import_file(MIRA)
    before = picture(database)
    others = parse_contact_keys(make_contact_key())
    with pytest.raises(CareerHubError, match=keys.newest[0]):
        import_jsonresume(
            database.app_engine, others, json.dumps(MIRA).encode(), file_name="r", email="mira@example.org"
        )
    assert picture(database) == before


def put_everywhere(value: Any, text: str) -> Any:
    """Return the value with this text in place of every text of it."""
    if isinstance(value, dict):
        return {key: put_everywhere(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [put_everywhere(item, text) for item in value]
    return text


def test_markup_in_every_field_is_text_and_no_link(database: Database, import_file: Import) -> None:
    report = import_file(put_everywhere(MIRA, SCRIPT))
    assert report.count("imported") > 8
    profile = read_row(database, "profiles")
    assert profile["full_name"] == SCRIPT
    assert profile["slug"] == "script-alert-1-script"
    assert profile["lang"] == "en"
    for table in ("experiences", "projects", "education", "certifications", "achievements", "profile_links"):
        for row in read_rows(database, table):
            assert not [column for column, value in row.items() if column.endswith("url") and value]


def test_odd_text_in_every_field_and_key_is_survived(database: Database, import_file: Import) -> None:
    for number, text in enumerate(ODD_TEXTS):
        resume = put_everywhere(MIRA, text)
        resume["work"].append({"name": f"n{text}", text: {text: [text]}})
        resume[f"x{text}"] = text
        import_file(resume, email=f"odd{number}@example.org")
        before = picture(database)
        import_file(resume, email=f"odd{number}@example.org")
        assert picture(database) == before, text[:20]


def test_a_file_cannot_command_the_terminal_or_flood_it(import_file: Import) -> None:
    odd = "\x1b[2J\x1b]0;owned\x07\u202e"
    report = import_file(
        {"basics": {"name": odd}, odd: 1, "work": [{"name": "Mill", f"{odd}{'x' * 5_000}": 1, "url": odd}]}
    )
    lines = list(report.describe())
    assert not [line for line in lines if set("\x1b\x07\u202e\n") & set(line)]
    assert max(map(len, lines)) < 500
    assert len(lines) > 5


def test_skills_the_database_takes_for_the_same_are_one(database: Database, import_file: Import) -> None:
    names = [
        "Istanbul",
        "İstanbul",
        "ISTANBUL",
        "istanbul",
        "Straße",
        "STRASSE",
        "ſtraße",
        "K8s",
        "\u212a8s",
        "ﬁt",
        "fit",
    ]
    report = import_file({"skills": [{"keywords": names}]})
    assert report.count("imported", "extras") == len(names)
    assert [row["name"] for row in read_rows(database, "skills")] == ["Istanbul", "Straße", "K8s", "ﬁt"]


def test_a_skill_typed_by_hand_is_not_doubled(database: Database, import_file: Import) -> None:
    import_file({"skills": []})
    profile_id = read_row(database, "profiles")["id"]
    run_sql(database, f"INSERT INTO skills (profile_id, id, name) VALUES ('{profile_id}', make_ulid(), 'Rowing')")
    report = import_file({"skills": [{"name": "rowing"}, {"name": "Sailing"}]})
    assert [(o.place, o.result) for o in report.outcomes] == [("skills[0]", "extras"), ("skills[1]", "imported")]
    assert "in your skills already" in report.outcomes[0].reason


def test_five_thousand_entries_take_seconds(database: Database, import_file: Import) -> None:
    resume = {"work": [{"name": f"Mill {n}", "startDate": "2001", "keywords": ["Go"]} for n in range(5_000)]}
    assert import_file(resume).count("imported") == 5_000
    assert import_file(resume).count("unchanged") == 5_000


def test_the_kept_file_has_no_contact_data_in_clear(database: Database, keys: ContactKeys) -> None:
    resume = {"basics": {"name": "Ivo Perle", "email": "ivo@secret.example", "phone": "+1 555 0177",
                         "location": {"address": "9 Hidden Lane", "postalCode": "77777", "city": "Perlow"}}}  # fmt: skip
    import_jsonresume(
        database.app_engine, keys, json.dumps(resume).encode(), file_name="ivo.json", email="i@example.org"
    )
    with database.connect() as connection:
        (kept,) = connection.execute("SELECT import_data::text || report::text FROM import_history").fetchone() or ("",)
    assert "Perlow" in kept
    assert [word for word in ("secret.example", "555 0177", "Hidden Lane", "77777") if word in kept] == []


def test_the_first_version_of_the_format_keeps_contact_data_private_too(database: Database, keys: ContactKeys) -> None:
    resume = {"bio": {"firstName": "Ivo", "lastName": "Perle", "email": {"work": "ivo@secret.example", "personal": "p@secret.example"},
                      "phone": {"mobile": "+1 555 0177"}, "location": {"city": "Perlow"}, "summary": "Tunes harps."}}  # fmt: skip
    import_jsonresume(
        database.app_engine, keys, json.dumps(resume).encode(), file_name="ivo.json", email="i@example.org"
    )
    profile = read_row(database, "profiles")
    assert (profile["full_name"], profile["city"], profile["summary"]) == ("Ivo Perle", "Perlow", "Tunes harps.")
    with database.connect() as connection:
        kept = connection.execute(
            "SELECT (SELECT p::text FROM profiles p), (SELECT h::text FROM import_history h)"
        ).fetchone()
    assert [word for word in ("secret.example", "555 0177") if word in str(kept)] == []
