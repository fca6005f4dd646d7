"""Share links: made once, shown once, and what their receivers get."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta

import pytest

from careerhub.db import models
from careerhub.db.session import acting
from careerhub.editing.plans import PLANS
from careerhub.editing.sharing import list_share_links
from tests.admin.test_seen import change_profile, hide_client
from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.people import add_career, add_row

_ADDRESS = re.compile(r"http://localhost:8100(/shared/([A-Za-z0-9_-]{43})/)")


def make_link(visitor: Visitor, **values: str) -> tuple[str, str]:
    """Make a link; return its path and its token."""
    answer = visitor.post("/links/", {"label": "Interview", "lifetime": "7"} | values)
    found = _ADDRESS.search(answer.text)
    assert found, answer.text
    return found[1], found[2]


def test_the_address_is_shown_once_and_kept_nowhere(database: Database, ada: Visitor) -> None:
    _path, token = make_link(ada)
    listed = ada.get("/links/").text
    assert "Interview" in listed
    assert token not in listed
    with database.connect() as connection:
        assert token not in str(connection.execute("SELECT l::text FROM share_links l").fetchall())
        assert token not in str(connection.execute("SELECT l::text FROM audit_log l").fetchall())


@pytest.mark.parametrize(("lifetime", "days"), [("7", 7), ("30", 30), ("90", 90)])
def test_a_link_lives_as_long_as_was_chosen(database: Database, ada: Visitor, lifetime: str, days: int) -> None:
    make_link(ada, lifetime=lifetime)
    with acting(database.app_engine, ada.user_id) as session:
        (link,) = list_share_links(session, ada.profile_id)
    assert abs(link.expires_at - link.created_at - timedelta(days=days)) < timedelta(minutes=1)


def test_a_link_lives_to_the_end_of_a_chosen_day(database: Database, ada: Visitor) -> None:
    day = datetime.now(UTC).date() + timedelta(days=100)
    make_link(ada, lifetime="date", until=day.isoformat())
    with acting(database.app_engine, ada.user_id) as session:
        (link,) = list_share_links(session, ada.profile_id)
    assert link.expires_at.astimezone(UTC).date() == day


@pytest.mark.parametrize(
    "values",
    [
        {"label": ""},
        {"label": "x" * 101},
        {"lifetime": "4000"},
        {"lifetime": ""},
        {"lifetime": "date"},
        {"lifetime": "date", "until": "2000-01-01"},
        {"lifetime": "date", "until": "2999-01-01"},
        {"lifetime": "date", "until": "soon"},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(database: Database, ada: Visitor, values: dict[str, str]) -> None:
    answer = ada.post("/links/", {"label": "Interview", "lifetime": "7"} | values)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    with acting(database.app_engine, ada.user_id) as session:
        assert list_share_links(session, ada.profile_id) == []


def test_who_has_the_link_sees_the_page_and_what_belongs_to_it(
    database: Database, bob: Visitor, visitor: Visitor
) -> None:
    add_career(database.app_engine, bob.profile_id)
    hide_client(database, bob)
    change_profile(database, bob, visibility="FRIENDS", contact={"email": "bob@example.org"})
    path, token = make_link(bob)
    page = visitor.get(path)
    assert page.status_code == 200
    assert "Bob Example" in page.text
    assert "Kestrel" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert 'name="referrer" content="no-referrer"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in page.text
    for address in {a for a in re.findall(r'href="(/[^"#]*)"', page.text) if a.startswith("/shared/")}:
        assert visitor.get(address).status_code in (200, 302), address
    assert b"A light" in visitor.get(f"{path}p/bob/projects/beacon/").data
    card = visitor.get(f"{path}p/bob/contact.vcf")
    assert b"bob@example.org" in card.data
    assert token.encode() not in card.data
    assert token.encode() not in visitor.get(f"{path}p/bob/resume.json").data


def test_its_use_is_noted(database: Database, ada: Visitor, visitor: Visitor) -> None:
    path, _token = make_link(ada)
    assert "never" in ada.get("/links/").text
    visitor.get(path)
    with acting(database.app_engine, ada.user_id) as session:
        assert list_share_links(session, ada.profile_id)[0].last_used_at is not None


def test_none_expired_revoked_private_and_unknown_look_alike(
    database: Database, ada: Visitor, visitor: Visitor
) -> None:
    path, _token = make_link(ada)
    assert visitor.get(path).status_code == 200
    answers = [visitor.get(f"/shared/{'A' * 43}/"), visitor.get("/shared/short/")]
    with acting(database.app_engine, ada.user_id) as session:
        (link,) = list_share_links(session, ada.profile_id)
    change_profile(database, ada, visibility="PRIVATE")
    answers += [visitor.get(path), visitor.get(f"{path}p/ada/contact.vcf")]
    change_profile(database, ada, visibility="PUBLIC")
    assert visitor.get(path).status_code == 200
    with database.connect() as connection:
        connection.execute("UPDATE share_links SET expires_at = clock_timestamp() - interval '1 second'")
        answers.append(visitor.get(path))
        connection.execute("UPDATE share_links SET expires_at = clock_timestamp() + interval '1 day'")
    assert ada.post(f"/links/{link.id}/revoke", at="/links/").status_code == 302
    answers.append(visitor.get(path))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert "revoked" in ada.get("/links/").text


def test_nobody_revokes_another_persons_link(database: Database, ada: Visitor, bob: Visitor, visitor: Visitor) -> None:
    path, _token = make_link(ada)
    with acting(database.app_engine, ada.user_id) as session:
        (link,) = list_share_links(session, ada.profile_id)
    theirs = bob.post(f"/links/{link.id}/revoke", at="/links/")
    nothing = bob.post("/links/01ARZ3NDEKTSV4RRFFQ69G5FAV/revoke", at="/links/")
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert theirs.data == nothing.data
    assert visitor.get(path).status_code == 200


def test_a_link_of_a_private_profile_can_be_let_show_something(bob: Visitor, visitor: Visitor) -> None:
    path, _token = make_link(bob)
    assert visitor.get(path).status_code == 404
    bob.post("/links/allow", at="/links/")
    assert visitor.get(path).status_code == 200


def test_a_plan_limits_how_many_links_live(database: Database, ada: Visitor) -> None:
    most = PLANS["FREE"].share_links
    for number in range(most):
        make_link(ada, label=f"Number {number}")
    refused = ada.post("/links/", {"label": "One more", "lifetime": "7"})
    assert refused.status_code == 422
    assert _ADDRESS.search(refused.text) is None
    with acting(database.app_engine, ada.user_id) as session:
        assert len(list_share_links(session, ada.profile_id)) == most


def test_the_token_is_in_no_log_also_when_too_many_come(
    ada: Visitor, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path, token = make_link(ada)
    caplog.clear()
    codes = [visitor.get(path).status_code for _ in range(301)]
    assert codes[0] == 200
    assert codes[-1] == 429
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert token not in said
    events = [json.loads(r.getMessage()) for r in caplog.records if r.name == "careerhub.security"]
    assert events[-1]["path"] == "/shared/…/"


def test_what_a_hidden_row_says_stays_hidden(database: Database, ada: Visitor, visitor: Visitor) -> None:
    with acting(database.app_engine, ada.user_id) as session:
        add_row(session, models.Education, ada.profile_id, institution="Harbour School", is_hidden=True)
    path, _token = make_link(ada)
    assert "Harbour School" not in visitor.get(path).text
