"""Imports in the browser: looked at first, then whole or not at all."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import func, select, text

from careerhub.admin.parts import NAME
from careerhub.admin.refusals import knows
from careerhub.db.models import Experience, ImportHistory, Profile
from careerhub.db.session import acting
from careerhub.editing.profiles import read_private_contact
from tests.admin.test_wizard import eve  # noqa: F401 - a fixture
from tests.admin.visiting import BASE, Visitor
from tests.databases import Database

RESUME = {
    "basics": {"name": "Eve Example", "label": "Tests gates", "email": "eve.private@example.org", "phone": "+33 000"},
    "work": [{"name": "Gate Ltd", "position": "Keeper", "startDate": "2019-03"}],
    "skills": [{"name": "Gates"}],
}


def _upload(visitor: Visitor, data: bytes | dict[str, Any], name: str = "resume.json") -> Any:
    said = data if isinstance(data, bytes) else json.dumps(data).encode()
    return _send_body(visitor, said, name, visitor.find_token("/import/"))


def _send_body(visitor: Visitor, data: bytes, name: str, token: str) -> Any:
    """Send a form as a browser does: the test client leaves files open when they are large."""
    head = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    head += f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + b"\r\n--b--\r\n"
    return visitor.client.post("/import/", base_url=BASE, data=body, content_type="multipart/form-data; boundary=b")


def _count(visitor: Visitor, model: Any) -> int:
    with acting(visitor.app.extensions[NAME].engine, visitor.user_id) as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def test_a_file_is_looked_at_first_and_then_imported(eve: Visitor, database: Database) -> None:  # noqa: F811
    sent = _upload(eve, RESUME)
    assert sent.status_code == 303
    plan = sent.headers["Location"]
    page = eve.get(plan).text
    assert "Nothing is changed yet" in page
    assert '<th scope="row">work</th><td>1</td>' in page
    assert (_count(eve, Profile), _count(eve, Experience)) == (0, 0)
    with database.superuser_engine.connect() as connection:
        kept = str(connection.execute(text("SELECT import_data::text, report::text FROM import_history")).all())
        logged = str(connection.execute(text("SELECT new_values::text FROM audit_log")).all())
    assert "eve.private" not in kept + logged
    done = eve.post(f"{plan}/apply", at=plan)
    assert done.status_code == 303
    assert "entries imported" in eve.get(done.headers["Location"]).text
    assert _count(eve, Experience) == 1
    parts = eve.app.extensions[NAME]
    with acting(parts.engine, eve.user_id) as session:
        profile = session.scalars(select(Profile)).one()
        assert (profile.full_name, profile.visibility, profile.contact) == ("Eve Example", "PRIVATE", {})
        contact = read_private_contact(session, parts.contact_keys, profile.id)
        assert contact == {"email": "eve.private@example.org", "phone": "+33 000"}
        assert session.scalars(select(ImportHistory.status)).all() == ["COMPLETED"]
    assert eve.post(f"{plan}/apply", at="/import/").status_code == 404


def test_the_same_file_again_changes_nothing(eve: Visitor) -> None:  # noqa: F811
    for _ in range(2):
        plan = _upload(eve, RESUME).headers["Location"]
        page = eve.get(plan).text
        eve.post(f"{plan}/apply", at=plan)
    assert "would change nothing" in page
    assert _count(eve, Experience) == 1
    assert eve.get("/import/").text.count('class="card"') == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[" * 100_000, "line 1"),
        (b'{"basics": NaN}', "line 1"),
        (b'{\n"basics": {}, "basics": {}}', "twice"),
        (b" " * 30_000_000, "10 MB are the limit"),
        (b"", "empty"),
        (b"not json", "line 1"),
        (b"\xff\xfe\xff", "UTF-8"),
        (b"PK\x03\x04 a zip", "line 1"),
        (b"[]", "resume.json"),
    ],
    ids=("nested", "nan", "twice", "30-mb", "empty", "text", "bytes", "zip", "list"),
)
def test_a_file_that_cant_be_read_is_refused_with_a_sentence(ada: Visitor, data: bytes, said: str) -> None:
    answer = _upload(ada, data)
    assert answer.status_code == 422
    assert said in answer.text
    assert (_count(ada, ImportHistory), _count(ada, Experience)) == (0, 0)


def test_utf_16_with_a_mark_is_read(ada: Visitor) -> None:
    assert _upload(ada, json.dumps(RESUME).encode("utf-16")).status_code == 303


def test_no_file_is_a_problem_and_a_huge_body_is_refused_unread(ada: Visitor) -> None:
    assert ada.post("/import/", {}, content_type="multipart/form-data").status_code == 422
    assert _upload(ada, b"x" * 41_000_000).status_code == 413


def test_a_large_body_is_for_who_is_signed_in(visitor: Visitor) -> None:
    answer = _send_body(visitor, b"x" * 2_000_000, "x.json", "x")
    assert answer.status_code == 413


def test_a_name_of_a_file_does_no_harm(ada: Visitor) -> None:
    answer = _upload(ada, RESUME, name="../<b>x\u202e.json")
    page = ada.get(answer.headers["Location"]).text
    assert "<b>x" not in page
    assert "\u202e" not in page


def test_a_file_that_waits_can_be_forgotten(ada: Visitor) -> None:
    plan = _upload(ada, RESUME).headers["Location"]
    ada.post(f"{plan}/forget", at=plan)
    assert ada.get(plan).status_code == 404
    assert _count(ada, ImportHistory) == 0


def test_a_file_that_waited_too_long_is_chosen_again(ada: Visitor, database: Database) -> None:
    plan = _upload(ada, RESUME).headers["Location"]
    with database.superuser_engine.begin() as connection:
        connection.execute(text("UPDATE import_history SET started_at = now() - interval '25 hours'"))
    assert ada.post(f"{plan}/apply", at=plan).status_code == 404
    assert _count(ada, Experience) == 0


def test_nobody_sees_or_applies_the_import_of_somebody_else(ada: Visitor, bob: Visitor) -> None:
    plan = _upload(ada, RESUME).headers["Location"]
    assert bob.get(plan).status_code == 404
    assert bob.post(f"{plan}/apply", at="/import/").status_code == 404
    bob.post(f"{plan}/forget", at="/import/")
    assert ada.get(plan).status_code == 200
    assert _count(bob, Experience) == 0


@pytest.mark.parametrize("path", ["/import/x", "/import/" + "0" * 26, "/import/" + "é" * 26])
def test_an_import_that_isnt_there_isnt_found(ada: Visitor, path: str) -> None:
    assert ada.get(path).status_code == 404


def test_what_an_import_tells_is_told_in_the_readers_language(eve: Visitor) -> None:  # noqa: F811
    odd = {
        "basics": {"name": "Eve Example", "url": "ftp://example.org", "profiles": "none", "location": {"countryCode": "Gate"}},
        "work": [
            {"name": "Gate Ltd", "position": "Keeper", "startDate": "2019-13", "endDate": "2019-02-30", "url": "https://a@b.example.org"},
            {"name": "Tide Ltd", "startDate": "2019", "endDate": "2018", "highlights": [1, {}, "x"], "summary": ["y"], "x-own": 1},
            {}, "Keeper", {"name": "Lamp Ltd", "startDate": "soon", "url": "lamps.example.org"},
        ],
        "skills": [{"name": "Gates"}, {"name": "Gates"}, {"name": "x" * 300}],
        "languages": {"language": "French"},
    }  # fmt: skip
    plan = _upload(eve, odd).headers["Location"]
    with acting(eve.app.extensions[NAME].engine, eve.user_id) as session:
        report = session.scalars(select(ImportHistory.report)).one()
    said = [each["reason"] for kind in ("outcomes", "notes") for each in report[kind] if each["reason"]]
    assert len(said) > 12
    assert [reason for reason in said if not knows(reason)] == []
    page = eve.get(plan, headers={"Accept-Language": "de"}).text
    assert "beiseitegelegt" in page
    assert not re.findall(
        r".{40}(?:kept aside|this is|this should|characters|refused|taken as|has no day|there is no).{30}", page
    )
