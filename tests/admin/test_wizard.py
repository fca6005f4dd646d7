"""The first steps: kept as a draft, gone back to, finished whole; and no draft leaks."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text

from careerhub.admin.parts import NAME
from careerhub.db.models import Education, Experience, Profile, Skill, User
from careerhub.db.session import acting
from careerhub.db.site import load_profiles
from careerhub.editing.drafts import keep_step, read_draft
from careerhub.errors import Conflict
from careerhub.ids import make_id
from tests.admin.visiting import Visitor
from tests.databases import Database

CANARY = "Xq7canaryDraft"


@pytest.fixture
def eve(app: Flask) -> Visitor:
    """Give somebody who has an account and nothing else."""
    user_id = make_id()
    with acting(app.extensions[NAME].engine, user_id) as session:
        session.add(User(id=user_id, email="eve@example.org"))
    return Visitor(app).sign_in(user_id)


def _profile(visitor: Visitor) -> Profile:
    with acting(visitor.app.extensions[NAME].engine, visitor.user_id) as session:
        return session.scalars(select(Profile).where(Profile.user_id == visitor.user_id)).one()


def _send(visitor: Visitor, step: str, **typed: str) -> str:
    answer = visitor.post(f"/begin/{step}", typed)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_who_is_new_is_led_from_nothing_to_a_profile(eve: Visitor) -> None:
    assert eve.get("/").headers["Location"] == "/begin/"
    start = eve.get("/begin/").text
    assert "/import/" in start
    assert eve.post("/begin/").headers["Location"] == "/begin/name"
    assert "Step 1 of 7" in eve.get("/begin/name").text
    assert _send(eve, "name", full_name="Eve Example", headline="Tests gates") == "/begin/place"
    assert _send(eve, "place", city="Lyon", country_code="FR", lang="fr") == "/begin/job"
    assert (
        _send(eve, "job", position="Keeper", company_name="Gate Ltd", start_date="Mar 2019", end_date="now")
        == "/begin/education"
    )
    assert _send(eve, "education", institution="Harbour School", end_date="2012") == "/begin/skills"
    assert _send(eve, "skills", skills="Python\r\nGates\r\npython") == "/begin/photo"
    assert _send(eve, "photo") == "/begin/address"
    before = _profile(eve)
    assert (before.full_name, before.visibility, before.slug) == ("", "PRIVATE", None)
    assert 'value="eve-example"' in eve.get("/begin/address").text
    assert _send(eve, "address", slug="eve-example", visibility="FRIENDS") == "/"
    after = _profile(eve)
    assert (after.full_name, after.headline, after.city, after.country_code, after.lang) == (
        "Eve Example", "Tests gates", "Lyon", "FR", "fr",
    )  # fmt: skip
    assert (after.slug, after.visibility, after.draft_data) == ("eve-example", "FRIENDS", None)
    with acting(eve.app.extensions[NAME].engine, eve.user_id) as session:
        job = session.scalars(select(Experience)).one()
        assert (job.position, str(job.start_date), job.start_precision, job.is_current) == (
            "Keeper",
            "2019-03-01",
            "M",
            True,
        )
        assert session.scalars(select(Education.institution)).all() == ["Harbour School"]
        skills = session.execute(select(Skill.name, Skill.technology_id).order_by(Skill.display_order)).all()
        assert [name for name, _ in skills] == ["Python", "Gates"]
        assert skills[0].technology_id
    assert "Hello, Eve Example" in eve.get("/").text


def test_what_was_typed_is_there_on_another_device(eve: Visitor) -> None:
    eve.post("/begin/")
    _send(eve, "name", full_name="Eve Example")
    _send(eve, "place", city="Lyon")
    other = Visitor(eve.app).sign_in(eve.user_id)
    assert "step 3 of 7" in other.get("/begin/").text
    assert "step 3 of 7" in other.get("/").text
    assert other.post("/begin/").headers["Location"] == "/begin/job"
    assert 'value="Lyon"' in other.get("/begin/place").text


def test_going_back_keeps_what_was_typed_even_when_it_is_wrong(eve: Visitor) -> None:
    eve.post("/begin/")
    assert _send(eve, "job", start_date="some day", back="1") == "/begin/place"
    assert 'value="some day"' in eve.get("/begin/job").text
    wrong = eve.post("/begin/job", {"position": "Keeper", "start_date": "some day"})
    assert wrong.status_code == 422
    assert "is no date" in wrong.text
    assert 'value="Keeper"' in eve.get("/begin/job").text


def test_every_step_can_be_skipped(eve: Visitor) -> None:
    eve.post("/begin/")
    for step in ("name", "place", "job", "education", "skills", "photo"):
        _send(eve, step, skip="1")
    assert _send(eve, "address", slug="", visibility="PRIVATE") == "/"
    assert (_profile(eve).slug, _profile(eve).draft_data) == (None, None)


def test_an_earlier_step_that_cant_be_is_shown_before_anything_is_saved(eve: Visitor) -> None:
    eve.post("/begin/")
    eve.post("/begin/job/draft", {"position": "Keeper", "start_date": "2020", "end_date": "2019"}, at="/begin/job")
    _send(eve, "name", full_name="Eve Example")
    assert _send(eve, "address", slug="eve", visibility="PRIVATE") == "/begin/job"
    assert (_profile(eve).full_name, _profile(eve).slug) == ("", None)


def test_autosave_keeps_what_is_typed_without_a_check(eve: Visitor) -> None:
    eve.post("/begin/")
    assert eve.post("/begin/name/draft", {"full_name": "Ev", "headline": "a\0b"}, at="/begin/name").status_code == 204
    assert 'value="Ev"' in eve.get("/begin/name").text
    assert eve.post("/begin/name/draft", {"full_name": "x", "csrf_token": "x"}).status_code == 403


def test_public_waits_until_the_person_has_looked(eve: Visitor) -> None:
    eve.post("/begin/")
    _send(eve, "name", full_name="Eve Example")
    assert _send(eve, "address", slug="eve", visibility="PUBLIC") in ("/seen/", "/profile/visibility")
    assert (_profile(eve).visibility, _profile(eve).slug) == ("PRIVATE", "eve")


@pytest.mark.parametrize("slug", ["../x", "A", "con", "admin", "ada", "-a"])
def test_an_address_that_cant_be_had_is_refused_and_nothing_is_finished(eve: Visitor, ada: Visitor, slug: str) -> None:
    eve.post("/begin/")
    assert eve.post("/begin/address", {"slug": slug, "visibility": "PRIVATE"}).status_code == 422
    assert _profile(eve).slug is None


def test_finishing_twice_adds_one_job(eve: Visitor) -> None:
    eve.post("/begin/")
    _send(eve, "job", position="Keeper")
    token = eve.find_token("/begin/address")
    _send(eve, "address", slug="", visibility="PRIVATE")
    again = eve.post("/begin/address", {"slug": "", "visibility": "PRIVATE", "csrf_token": token})
    assert again.status_code == 409
    with acting(eve.app.extensions[NAME].engine, eve.user_id) as session:
        assert len(session.scalars(select(Experience.id)).all()) == 1


def test_what_another_page_saved_meanwhile_isnt_undone_by_a_draft(ada: Visitor, database: Database) -> None:
    ada.post("/begin/")
    _send(ada, "name", full_name="Ada Example", headline="From the draft")
    with acting(database.app_engine, ada.user_id) as session:
        session.get_one(Profile, ada.profile_id).full_name = "Ada Renamed"
    _send(ada, "address", slug="ada", visibility="PUBLIC")
    assert (_profile(ada).full_name, _profile(ada).headline) == ("Ada Renamed", "From the draft")


def test_a_draft_is_in_no_document_no_view_and_no_log(ada: Visitor, database: Database) -> None:
    ada.post("/begin/")
    _send(ada, "name", full_name=CANARY, headline=CANARY)
    _send(ada, "job", position=CANARY, description=CANARY)
    assert CANARY in json.dumps(_profile(ada).draft_data)
    with acting(database.app_engine, ada.user_id) as session:
        documents = load_profiles(session.connection(), [ada.profile_id], schema="own", today=date(2026, 1, 1))
        said = repr(documents)
        assert "Ada Example" in said
        assert CANARY not in said
    with database.superuser_engine.connect() as connection:
        views = connection.execute(
            text("SELECT format('%I.%I', schemaname, viewname) FROM pg_views WHERE schemaname IN ('site', 'own', 'facts', 'shared')")
        ).scalars().all()  # fmt: skip
        assert len(views) > 10
        for view in [*views, "audit_log"]:
            connection.execute(text("SELECT set_config('careerhub.actor', :id, false)"), {"id": ada.user_id})
            found = connection.execute(text(f"SELECT t::text FROM {view} t")).scalars().all()
            assert not any(CANARY in row for row in found), view


def test_nobody_reads_or_writes_the_draft_of_somebody_else(ada: Visitor, bob: Visitor, database: Database) -> None:
    ada.post("/begin/")
    _send(ada, "name", full_name="Secret Plan")
    with acting(database.app_engine, bob.user_id) as session:
        assert read_draft(session, ada.profile_id) is None
        with pytest.raises(Conflict):
            keep_step(session, ada.profile_id, "name", {"full_name": "Mine"})
    assert "Secret Plan" not in bob.get("/begin/name", follow_redirects=True).text


def test_a_draft_can_be_dropped(ada: Visitor) -> None:
    ada.post("/begin/")
    _send(ada, "name", full_name="Another Name")
    ada.post("/begin/drop", at="/begin/")
    assert (_profile(ada).full_name, _profile(ada).draft_data) == ("Ada Example", None)


@pytest.mark.parametrize("path", ["/begin/nothing", "/begin/name%00", "/begin/../profile"])
def test_a_step_that_isnt_one_isnt_there(ada: Visitor, path: str) -> None:
    assert ada.get(path).status_code == 404


def test_what_a_page_kept_by_itself_comes_too_late_after_its_step_was_sent(eve: Visitor) -> None:
    eve.post("/begin/")
    page = eve.get("/begin/name").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    typed = {"full_name": "Ev", "version": version[1]}
    assert eve.post("/begin/name/draft", typed, at="/begin/name").status_code == 204
    _send(eve, "name", full_name="Eve Example")
    # it was on its way when the button was pressed
    assert eve.post("/begin/name/draft", typed, at="/begin/name").status_code == 409
    assert 'value="Eve Example"' in eve.get("/begin/name").text
    with acting(eve.app.extensions[NAME].engine, eve.user_id) as session:
        draft = read_draft(session, _profile(eve).id)
    assert draft is not None
    assert (draft.step, draft.answers["name"]["full_name"]) == ("place", "Eve Example")
