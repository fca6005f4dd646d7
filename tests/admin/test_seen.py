"""Who sees what: three viewers from the site's own renderer, and what shows through."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from careerhub.admin import auth
from careerhub.db import models
from careerhub.db.session import acting
from careerhub.editing.publishing import load_document
from careerhub.render.pages import render_profile
from careerhub.render.renderer import make_renderer
from careerhub.resources import shipped
from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.people import add_career, add_row


def hide_client(database: Database, visitor: Visitor, **columns: object) -> str:
    """Add an anonymised project of a hidden client, shown as a card."""
    values = {
        "slug": "x7",
        "name": "Ledger Move",
        "visibility": "ANONYMOUS",
        "show_anonymized": True,
        "organization": "Kestrel Bank AG",
        "anonymized_company": "A bank in the Alps",
        "role": "Architect",
    } | columns
    with acting(database.app_engine, visitor.user_id) as session:
        return add_row(session, models.Project, visitor.profile_id, **values)


def change_profile(database: Database, visitor: Visitor, **columns: object) -> None:
    with acting(database.app_engine, visitor.user_id) as session:
        profile = session.get_one(models.Profile, visitor.profile_id)
        for name, value in columns.items():
            setattr(profile, name, value)


def test_each_viewer_gets_the_page_that_the_sites_renderer_makes(database: Database, ada: Visitor) -> None:
    add_career(database.app_engine, ada.profile_id)
    with acting(database.app_engine, ada.user_id) as session:
        document = load_document(session, ada.profile_id)
    assert document
    for viewer in ("public", "friend", "you"):
        renderer = make_renderer(shipped("site_templates"), f"http://localhost:8100/seen/page/{viewer}")
        files = render_profile(
            renderer, document, cv_paths=(("p/ada/cv.pdf", ""), ("p/ada/cv/short.pdf", "Short")), is_home=False
        )
        start = ada.get(f"/seen/page/{viewer}/")
        assert start.headers["Location"] == f"/seen/page/{viewer}/p/ada/"
        shown = ada.get(start.headers["Location"])
        assert shown.status_code == 200
        expected = files[0].data.replace(b"strict-origin-when-cross-origin", b"no-referrer")
        assert shown.data == expected
        assert b"Lantern Works" in shown.data
        project = ada.get(f"/seen/page/{viewer}/p/ada/projects/beacon/")
        assert b"A light" in project.data
        style = re.search(rb'rel="stylesheet" href="([^"]+)"', shown.data)
        assert style
        assert ada.get(style[1].decode()).content_type.startswith("text/css")
        assert "script-src" not in shown.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
        assert "noindex" in shown.headers["X-Robots-Tag"]
        assert shown.headers["Cache-Control"] == "no-store"


def test_who_may_not_see_a_private_profile_is_shown_nothing(bob: Visitor) -> None:
    overview = bob.get("/seen/").text
    assert overview.count("sees nothing") == 2
    for viewer in ("public", "friend"):
        said = bob.get(f"/seen/page/{viewer}/", follow_redirects=True).text
        assert "there is no page" in said
        assert "Bob Example" not in said
    assert "Bob Example" in bob.get("/seen/page/you/", follow_redirects=True).text


def test_a_profile_without_an_address_can_be_looked_at(database: Database, bob: Visitor) -> None:
    change_profile(database, bob, slug=None)
    assert "Bob Example" in bob.get("/seen/page/you/", follow_redirects=True).text
    assert bob.get("/seen/").status_code == 200


def test_links_to_the_rest_of_the_site_lead_to_the_site_and_everything_else_nowhere(ada: Visitor) -> None:
    assert ada.get("/seen/page/public/technologies/").headers["Location"] == "http://127.0.0.1:8000/technologies/"
    for path in ("public/p/bob/", "public/x", "public/technologies/../x", "nobody/", "public//evil.example.org"):
        answer = ada.get(f"/seen/page/{path}")
        assert answer.status_code in (301, 308, 404), path
        assert "evil" not in answer.headers.get("Location", "") or answer.headers["Location"].startswith(
            "http://localhost:8100/"
        )


def test_previews_are_for_who_is_signed_in_and_only_their_own(visitor: Visitor, ada: Visitor, bob: Visitor) -> None:
    if "accounts.sign_in" not in visitor.app.view_functions:
        visitor.app.add_url_rule("/sign-in", "accounts.sign_in", auth.public(lambda: "sign in"))
    answer = visitor.get("/seen/page/you/p/ada/")
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]
    assert bob.get("/seen/page/you/p/ada/").status_code == 404
    assert ada.get("/seen/page/you/p/ada/").status_code == 200


def test_a_confidential_project_is_shown_as_its_card_or_not_at_all(database: Database, ada: Visitor) -> None:
    project_id = hide_client(database, ada)
    said = ada.get("/seen/").text
    assert "Readers see this card:" in said
    assert "A bank in the Alps" in said
    page = ada.get("/seen/page/public/p/ada/").text
    assert "A bank in the Alps" in page
    assert "Kestrel" not in page
    assert "Ledger" not in page
    with acting(database.app_engine, ada.user_id) as session:
        session.get_one(models.Project, (ada.profile_id, project_id)).show_anonymized = False
    assert "Readers see nothing of it." in ada.get("/seen/").text


@pytest.mark.parametrize("column", ["summary", "headline"])
def test_a_text_that_names_a_hidden_client_is_pointed_at(database: Database, ada: Visitor, column: str) -> None:
    hide_client(database, ada)
    assert "Nothing found" in ada.get("/seen/").text
    change_profile(database, ada, **{column: "I moved the ledgers of KÉSTREL-bank."})
    said = ada.get("/seen/").text
    assert "Nothing found" not in said
    assert "Kestrel Bank AG" in said


def test_a_cv_of_ones_own_text_is_looked_at_too(database: Database, ada: Visitor) -> None:
    hide_client(database, ada, clients=["Osprey Insurance"])
    with acting(database.app_engine, ada.user_id) as session:
        add_row(
            session, models.CvVersion, ada.profile_id, name="For banks", slug="banks", is_public=True,
            sections_config={"custom_summary": "Years with Osprey Insurance."},
        )  # fmt: skip
    assert "Osprey Insurance" in ada.get("/seen/").text


def test_every_page_stays_small(database: Database, ada: Visitor) -> None:
    with acting(database.app_engine, ada.user_id) as session:
        for number in range(40):
            add_row(
                session, models.Experience, ada.profile_id, company_name=f"Works {number}", position="Engineer",
                description="word " * 1000, responsibilities=["kept it " * 20] * 10,
            )  # fmt: skip
    for path in ("/seen/", "/links/", "/publishing/", "/publishing/address"):
        assert len(ada.get(path).data) < 100_000, path


def test_the_pages_work_before_there_is_a_profile(app: Flask, database: Database) -> None:
    from careerhub.ids import make_id

    user_id = make_id()
    with acting(database.app_engine, user_id) as session:
        session.add(models.User(id=user_id, email="new@example.org"))
    somebody = Visitor(app).sign_in(user_id)
    if "wizard.show" not in app.view_functions:
        app.add_url_rule("/begin/", "wizard.show", lambda: "begin")
    for path in ("/seen/", "/links/", "/publishing/", "/publishing/begin"):
        assert somebody.get(path).status_code == 302, path
