"""Imports that work: rows, accounts, history, and the second time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from careerhub.editing.contact import ContactKeys, decrypt_contact
from careerhub.errors import InputInvalid
from careerhub.moving.export import merge_private
from careerhub.moving.plan import ImportReport
from tests.databases import Database
from tests.moving.conftest import Import
from tests.moving.reading_rows import picture, read_row, read_rows, run_sql
from tests.moving.resumes import BLANK, LEGACY, LONG, MIRA, MIRA_ENTRIES, YUKI


def problems(report: ImportReport, result: str) -> dict[str, str]:
    return {o.place: o.reason for o in report.outcomes if o.result == result}


def test_a_resume_becomes_an_account_a_private_profile_and_rows(database: Database, import_file: Import) -> None:
    report = import_file(MIRA)
    profile = read_row(database, "profiles")
    assert read_row(database, "users")["email"] == "mira@example.org"
    assert (profile["full_name"], profile["slug"], profile["visibility"]) == (
        "Mira Östlund-Vance",
        "mira-ostlund-vance",
        "PRIVATE",
    )
    assert profile["lang"] == "en-US"
    assert report.is_new
    assert report.slug == "mira-ostlund-vance"
    assert report.count("imported") == MIRA_ENTRIES
    assert report.count("refused") == 0
    assert problems(report, "extras").keys() == {"skills[0].keywords[2]", "$schema", "meta", "x-theme"}
    jobs = read_rows(database, "experiences")
    assert [(job["company_name"], job["employment_type"], job["is_current"]) for job in jobs[:2]] == [
        ("Basin Survey", "", True),
        ("Rill & Sons", "", False),
    ]
    assert (jobs[1]["start_date"], jobs[1]["start_precision"]) == (date(2014, 1, 1), "Y")
    assert jobs[0]["company_website"] == "https://basin.example.org/it%27s"
    assert jobs[0]["extras"]["description"] == "A public water authority"
    assert jobs[2]["employment_type"] == "VOLUNTEER"


def test_known_technologies_are_linked_and_unknown_ones_kept(database: Database, import_file: Import) -> None:
    import_file(MIRA)
    assert len(read_rows(database, "experience_technologies")) == 1
    assert len(read_rows(database, "project_technologies")) == 1
    assert read_rows(database, "experiences")[0]["extras"]["keywords"] == ["Gauge calibration"]
    assert read_row(database, "projects")["keywords"] == ["flow"]
    skills = {skill["name"]: skill["technology_id"] is not None for skill in read_rows(database, "skills")}
    assert skills == {"Python": True, "Hydrographs": False, "Rowing": False}


def test_two_skills_of_one_technology_are_both_kept_and_one_is_linked(database: Database, import_file: Import) -> None:
    import_file({"skills": [{"keywords": ["JavaScript", "js"]}]})
    assert [bool(skill["technology_id"]) for skill in read_rows(database, "skills")] == [True, False]


def test_contact_data_is_encrypted_and_nothing_of_it_is_published(
    database: Database, keys: ContactKeys, import_file: Import
) -> None:
    report = import_file(MIRA)
    profile = read_row(database, "profiles")
    assert profile["contact"] == {}
    private = decrypt_contact(keys, profile["id"], profile["contact_key_id"], bytes(profile["contact_encrypted"]))
    assert private == {
        "email": "mira.private@example.net",
        "phone": "+1 555 0142",
        "address": "3 Weir Lane, 99001",
    }
    for table, rows in picture(database).items():
        assert "mira.private" not in str(rows), table
        assert "Weir Lane" not in str(rows), table
    assert "mira.private" not in str(report.to_plain())


def test_what_has_no_place_is_kept_in_extras(database: Database, import_file: Import) -> None:
    import_file(MIRA)
    extras = read_row(database, "profiles")["extras"]["jsonresume"]
    assert extras == {
        "$schema": "https://example.org/schema.json",
        "meta": MIRA["meta"],
        "x-theme": {"colour": "blue"},
        "basics": {"image": "https://mira.example.org/me.png"},
        "skills": [{"name": "Data", "level": "Advanced", "keywords": ["python"]}],
    }


@pytest.mark.parametrize("resume", [MIRA, LEGACY, YUKI, LONG, BLANK], ids=["mira", "legacy", "yuki", "long", "blank"])
def test_the_same_file_again_changes_nothing(database: Database, import_file: Import, resume: dict[str, Any]) -> None:
    first = import_file(resume)
    before = picture(database)
    second = import_file(resume)
    assert picture(database) == before
    assert second.count("imported", "updated", "extras") == 0
    assert second.count("unchanged") == first.count("imported", "extras")
    assert not second.is_new
    history = read_rows(database, "import_history")
    assert [row["status"] for row in history] == ["COMPLETED", "COMPLETED"]
    assert sorted(row["items_imported"] for row in history) == sorted([0, first.count("imported")])
    assert history[0]["file_sha256"] == history[1]["file_sha256"]


def test_the_history_keeps_the_file_and_the_report(database: Database, import_file: Import) -> None:
    report = import_file(MIRA)
    row = read_row(database, "import_history")
    kept = row["import_data"]
    assert {name: said for name, said in kept.items() if name != "basics"} == {
        n: s for n, s in MIRA.items() if n != "basics"
    }
    assert kept["basics"]["name"] == MIRA["basics"]["name"]
    assert row["report"] == report.to_plain()
    assert row["source"] == "JSONRESUME"
    assert row["completed_at"] >= row["started_at"]


def test_a_changed_entry_updates_its_row_and_only_it(database: Database, import_file: Import) -> None:
    import_file(MIRA)
    changed = MIRA | {
        "work": [MIRA["work"][0] | {"summary": "Now runs two networks.", "keywords": ["Go"]}, MIRA["work"][1]]
    }
    report = import_file(changed)
    assert [o.place for o in report.outcomes if o.result == "updated"] == ["work[0]"]
    jobs = read_rows(database, "experiences")
    assert [job["description"] for job in jobs] == ["Now runs two networks.", "", ""]
    assert [(job["revision"], job["source_revision"]) for job in jobs] == [(2, 2), (1, 1), (1, 1)]
    assert jobs[0]["extras"].get("keywords") is None
    assert len(read_rows(database, "experience_technologies")) == 1
    before = picture(database)
    import_file(changed)
    assert picture(database) == before


def test_a_row_the_person_edited_is_theirs(database: Database, import_file: Import) -> None:
    import_file(MIRA)
    run_sql(database, "UPDATE experiences SET description = 'mine' WHERE company_name = 'Basin Survey'")
    changed = MIRA | {"work": [MIRA["work"][0] | {"summary": "The file's."}]}
    report = import_file(changed)
    assert problems(report, "unchanged")["work[0]"] == "you changed it since: yours is kept"
    assert read_rows(database, "experiences")[0]["description"] == "mine"


def test_new_entries_come_after_what_is_there(database: Database, import_file: Import) -> None:
    import_file(LONG)
    import_file(LONG | {"work": [{"name": "Museum", "startDate": "2021"}]})
    jobs = read_rows(database, "experiences")
    assert jobs[-1]["company_name"] == "Museum"
    assert [job["display_order"] for job in jobs] == list(range(21))


def test_two_posts_of_the_same_name_and_start_are_told_apart(database: Database, import_file: Import) -> None:
    def resume(first: str, second: str) -> dict[str, Any]:
        post = {"name": "Mill", "position": "Miller", "startDate": "2001"}
        return {"work": [post | {"summary": first}, post | {"summary": second}]}

    import_file(resume("one", "two"))
    report = import_file(resume("one", "three"))
    assert [job["description"] for job in read_rows(database, "experiences")] == ["one", "three"]
    assert (report.count("updated"), report.count("unchanged")) == (1, 1)


def test_an_existing_profile_keeps_its_own_and_is_filled_where_empty(database: Database, import_file: Import) -> None:
    import_file({"basics": {"name": "Mira V.", "phone": "+1 555 0199", "location": {"city": "Oldtown"}}})
    report = import_file(MIRA)
    profile = read_row(database, "profiles")
    assert (profile["full_name"], profile["headline"]) == ("Mira V.", "Hydrologist")
    assert (profile["city"], profile["region"], profile["location"]) == ("Oldtown", "", "Oldtown")
    notes = {note.place: note.reason for note in report.notes}
    assert "Mira Östlund-Vance" in notes["basics (full_name)"]
    assert "yours is kept" in notes["basics (phone)"]
    assert "0142" not in notes["basics (phone)"]
    assert "Oregon" in notes["basics (region)"]


def test_slug_and_visibility_of_an_existing_profile_are_ignored_with_a_note(
    database: Database, import_file: Import
) -> None:
    import_file(MIRA, slug="mira", visibility="PUBLIC")
    report = import_file(MIRA, slug="other", visibility="FRIENDS")
    profile = read_row(database, "profiles")
    assert (profile["slug"], profile["visibility"]) == ("mira", "PUBLIC")
    assert [note.place for note in report.notes][:2] == ["--slug", "--visibility"]
    assert "as mira" in report.notes[0].reason


def test_addresses_are_proposed_from_names_and_never_from_the_email(database: Database, import_file: Import) -> None:
    slugs = [import_file(MIRA, email=f"mail{n}@example.org").slug for n in range(3)]
    assert slugs == ["mira-ostlund-vance", "mira-ostlund-vance-2", "mira-ostlund-vance-3"]
    yuki, nobody = (
        import_file(YUKI, email="yuki@example.org").slug,
        import_file({"work": []}, email="x@example.org").slug,
    )
    assert yuki.startswith("person-")
    assert nobody.startswith("person-")
    assert len({yuki, nobody}) == 2
    assert import_file({"basics": {"name": "Admin"}}, email="y@example.org").slug == "admin-2"


def test_projects_of_one_profile_have_addresses_of_their_own(database: Database, import_file: Import) -> None:
    names = ["Weir", "weir!", "石橋", "竹垣"]
    import_file({"projects": [{"name": name} for name in names]})
    assert [row["slug"] for row in read_rows(database, "projects")] == ["weir", "weir-2", "project", "project-2"]


def test_a_dry_run_reports_the_same_and_writes_nothing(database: Database, import_file: Import) -> None:
    before = picture(database)
    dry = import_file(MIRA, dry_run=True)
    assert picture(database) == before
    assert read_rows(database, "import_history") == []
    real = import_file(MIRA)
    assert (dry.outcomes, dry.notes, dry.slug) == (real.outcomes, real.notes, real.slug)
    import_file(MIRA, dry_run=True)
    assert len(read_rows(database, "import_history")) == 1


def test_the_person_signs_the_import(database: Database, import_file: Import) -> None:
    run_sql(
        database,
        "CREATE FUNCTION note_actor() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.sort_name := coalesce(current_actor(), 'nobody'); RETURN NEW; END $$;"
        " CREATE TRIGGER x BEFORE INSERT ON profiles FOR EACH ROW EXECUTE FUNCTION note_actor()",
    )
    import_file({"basics": {"name": "Nell"}})
    assert read_row(database, "profiles")["sort_name"] == read_row(database, "users")["id"]


def test_the_report_says_it_for_people_and_for_machines(import_file: Import) -> None:
    report = import_file(MIRA | {"work": [*MIRA["work"], MIRA["work"][0], {}, {"name": "Mill", "url": "javascript:x"}]})
    text = "\n".join(report.describe())
    assert "work: 3 imported, 2 refused" in text
    assert "work[2]: refused: same as work[0]" in text
    assert "work[4].url: refused as a link: javascript: is neither http nor https" in text
    plain = report.to_plain()
    assert plain["sections"]["work"] == {"imported": 3, "refused": 2}
    assert sum(sum(counts.values()) for counts in plain["sections"].values()) == len(plain["outcomes"])


def test_an_address_that_is_no_email_is_refused(database: Database, import_file: Import) -> None:
    with pytest.raises(InputInvalid, match="not an e-mail address"):
        import_file(MIRA, email="mira at home")
    assert read_rows(database, "users") == []


def test_private_data_and_extras_come_back_where_they_were() -> None:
    public = {
        "basics": {"name": "Mira", "profiles": [], "location": {"city": "Millbrook"}},
        "work": [{"name": "Basin Survey"}],
        "meta": {"version": "v1.0.0"},
    }
    extras = {
        "meta": {"theme": "paper", "version": "old"},
        "x-theme": {"colour": "blue"},
        "basics": {"image": "me.png", "name": "other"},
        "work": ["Mill"],
        "basics.profiles": [{"network": "Fax"}],
    }
    merged = merge_private(public, {"email": "m@example.net", "address": "3 Weir Lane"}, extras)
    assert merged == {
        "basics": {
            "name": "Mira",
            "email": "m@example.net",
            "image": "me.png",
            "profiles": [{"network": "Fax"}],
            "location": {"city": "Millbrook", "address": "3 Weir Lane"},
        },
        "work": [{"name": "Basin Survey"}, "Mill"],
        "meta": {"version": "v1.0.0", "theme": "paper"},
        "x-theme": {"colour": "blue"},
    }
    assert "email" not in public["basics"]


def test_a_link_that_is_contact_data_comes_in_hidden_and_says_so(database: Database, import_file: Import) -> None:
    report = import_file(
        {
            "basics": {
                "name": "Ada Lantern",
                "profiles": [
                    {"network": "WhatsApp", "username": "+1 555 0100"},
                    {"network": "E-mail", "username": "ada@example.net"},
                    {"network": "GitHub", "username": "lantern", "url": "https://github.example/lantern"},
                ],
            }
        }
    )
    links = {row["network"]: row["is_hidden"] for row in read_rows(database, "profile_links")}
    assert links == {"WhatsApp": True, "E-mail": True, "GitHub": False}
    assert sum("hidden until you show it" in note.reason for note in report.notes) == 2


def test_the_kept_copy_of_a_file_has_no_contact_data_wherever_it_stood(database: Database, import_file: Import) -> None:
    import_file(
        {
            "basics": {"name": "Ada Lantern", "email": "needle-a@example.net", "x-email": "needle-b@example.net"},
            "references": [{"name": "Bo", "reference": "Bright.", "phone": "needle-c"}],
            "meta": {"notes": "needle-d@example.net", "canonical": "mailto:needle-e"},
        }
    )
    kept = str(read_row(database, "import_history")["import_data"])
    assert "needle" not in kept
    assert "Bright." in kept
