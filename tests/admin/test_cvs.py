"""The versions of a CV: chosen, worded, fitted, drawn and read, over a real database and with real PDFs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from careerhub.admin.previewing import Previewer, PreviewFailed, get_previewer
from careerhub.db import models
from careerhub.db.session import acting
from careerhub.db.site import load_profiles
from careerhub.document.cv import plan_cvs
from careerhub.render.cv import make_cv_renderer, render_cv
from careerhub.render.fonts import find_fonts
from careerhub.render.resume import render_resume
from careerhub.resources import shipped
from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.people import add_career, add_row
from tests.render import cv_people


@pytest.fixture
def ids(ada: Visitor, database: Database, app: Flask) -> Iterator[dict[str, str]]:
    """Give the ids of one row of each kind that Ada has; processes that drew for her end with the test."""
    yield add_career(database.app_engine, ada.profile_id)
    with app.app_context():
        get_previewer().close()


def read_version(database: Database, ada: Visitor, cv_id: str) -> models.CvVersion:
    with acting(database.app_engine, ada.user_id) as session:
        found = session.scalars(select(models.CvVersion).where(models.CvVersion.id == cv_id)).one()
        session.expunge(found)
        return found


def fill(ada: Visitor, cv_id: str, **changes: Any) -> dict[str, Any]:
    """Return what the form of a version would send, with changes; None leaves a field out."""
    page = ada.get(f"/cvs/{cv_id}/").text
    form = page[page.index('<form method="post" id="cv"') :]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]+>", form):
        values = dict(re.findall(r'(\S+)="([^"]*)"', tag))
        if "name" not in values or (values.get("type") == "checkbox" and " checked" not in tag):
            continue
        name, value = values["name"], values.get("value", "")
        is_many = name == "order" or name.startswith("pick.")
        sent[name] = [*sent.get(name, []), value] if is_many else value
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = (re.findall(r'<option selected value="([^"]*)"', inner) or [""])[0]
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = inner.strip()
    sent |= changes
    return {name: value for name, value in sent.items() if value is not None}


def read_pdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


def test_a_cv_is_added_duplicated_and_removed_after_a_question(ada: Visitor, database: Database) -> None:
    with database.connect() as connection:
        connection.execute("UPDATE users SET plan = 'PRO'")
    added = ada.post("/cvs/", {"name": "Für Engineering"})
    cv_id = added.location.rstrip("/").rpartition("/")[2]
    assert read_version(database, ada, cv_id).slug == "fur-engineering"
    copied = ada.post(f"/cvs/{cv_id}/duplicate", at="/cvs/").location.rstrip("/").rpartition("/")[2]
    assert read_version(database, ada, copied).name == "Für Engineering (copy)"
    assert "Remove the CV" in ada.get(f"/cvs/{cv_id}/remove").text
    ada.post(f"/cvs/{cv_id}/remove")
    listed = ada.get("/cvs/").text
    assert cv_id not in listed
    assert copied in listed


def test_a_name_is_needed(ada: Visitor) -> None:
    answer = ada.post("/cvs/", {"name": " "})
    assert answer.status_code == 422
    assert "Give it a name" in answer.text


def test_the_plan_limits_how_many_there_are_and_takes_none_away(ada: Visitor, database: Database) -> None:
    for name in ("One", "Two"):
        assert ada.post("/cvs/", {"name": name}).status_code == 303
    refused = ada.post("/cvs/", {"name": "Three"})
    assert refused.status_code == 422
    assert "room for 2" in refused.text
    with acting(database.app_engine, ada.user_id) as session:
        assert len(session.scalars(select(models.CvVersion.id)).all()) == 2


def test_one_is_the_default_and_without_one_all_public_facts_are(
    ada: Visitor, ids: dict[str, str], database: Database
) -> None:
    second = ada.post("/cvs/", {"name": "Second"}).location.rstrip("/").rpartition("/")[2]
    for cv_id in (ids["cv_versions"], second):
        ada.post("/cvs/default", {"cv": cv_id}, at="/cvs/")
        assert read_version(database, ada, cv_id).is_default
    assert not read_version(database, ada, ids["cv_versions"]).is_default
    assert "it is private" in ada.get("/cvs/").text
    ada.post("/cvs/default", {"cv": ""}, at="/cvs/")
    assert not read_version(database, ada, second).is_default


def test_saving_nothing_changes_nothing(ada: Visitor, ids: dict[str, str], database: Database) -> None:
    before = read_version(database, ada, ids["cv_versions"])
    assert ada.post(f"/cvs/{before.id}/", fill(ada, before.id)).status_code == 303
    after = read_version(database, ada, before.id)
    assert (after.sections_config, after.slug, after.revision) == ({}, "short", before.revision)


def test_what_is_chosen_is_what_the_site_builds_byte_for_byte(
    ada: Visitor, ids: dict[str, str], database: Database, tmp_path: Path
) -> None:
    cv_id, job = ids["cv_versions"], ids["experiences"]
    order = ["skills", "experiences", "summary"]
    sent = fill(
        ada, cv_id, order=order, headline="Keeper of this CV", summary="Only *here*.", pages="1", paper="letter", lang="de",
        **{"pick.education": None, f"text.experiences/{job}/responsibilities": "Lit one\nLit two"},
    )  # fmt: skip
    assert ada.post(f"/cvs/{cv_id}/", sent).status_code == 303
    config = read_version(database, ada, cv_id).sections_config
    assert config["education"] == []
    assert config["texts"][f"experiences/{job}/responsibilities"] == ["Lit one", "Lit two"]
    seen = ada.get(f"/cvs/{cv_id}.pdf").data
    text = read_pdf(seen)
    assert "Keeper of this CV" in text
    assert "Lit two" in text
    assert "Kept the lamps lit" not in text
    assert "Harbour School" not in text
    assert text.index("Python") < text.index("Lantern Works") < text.index("Only here")
    with database.site_engine.connect() as connection:
        profile = load_profiles(connection, [ada.profile_id], today=datetime.now(UTC).date())[ada.profile_id]
    cv = next(cv for cv in plan_cvs(profile) if cv.title == "Short")
    assert job not in repr(profile)
    renderer = make_cv_renderer(shipped("site_templates"), find_fonts(), tmp_path)
    url = "http://127.0.0.1:8000/p/ada/"
    assert render_cv(renderer, cv, url=url, resume=render_resume(cv.profile, url=url)) == seen


def test_a_private_version_is_shown_to_its_owner_and_leaves_nothing_for_the_site(
    ada: Visitor, ids: dict[str, str], database: Database
) -> None:
    cv_id = ids["cv_versions"]
    sent = fill(ada, cv_id, is_public=None, summary="Nobody else reads this")
    ada.post(f"/cvs/{cv_id}/", sent)
    assert "Nobody else reads this" in read_pdf(ada.get(f"/cvs/{cv_id}.pdf").data)
    with database.site_engine.connect() as connection:
        profile = load_profiles(connection, [ada.profile_id], today=datetime.now(UTC).date())[ada.profile_id]
    assert profile.cv_versions == ()


def test_words_for_a_hidden_job_stay_out_of_the_document(ada: Visitor, ids: dict[str, str], database: Database) -> None:
    cv_id, job = ids["cv_versions"], ids["experiences"]
    ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id, **{f"text.experiences/{job}/description": "Quiet words"}))
    with acting(database.app_engine, ada.user_id) as session:
        session.get_one(models.Experience, (ada.profile_id, job)).is_hidden = True
    with database.site_engine.connect() as connection:
        profile = load_profiles(connection, [ada.profile_id], today=datetime.now(UTC).date())[ada.profile_id]
    assert "Quiet words" not in repr(profile)


def test_arrows_move_without_javascript_and_save(ada: Visitor, ids: dict[str, str], database: Database) -> None:
    cv_id = ids["cv_versions"]
    with acting(database.app_engine, ada.user_id) as session:
        other = add_row(session, models.Experience, ada.profile_id, company_name="Tide Mill", position="Miller")
    picks = fill(ada, cv_id)["pick.experiences"]
    moved = f"entry:experiences:{picks[1]}:up"
    answer = ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id, move=moved))
    assert answer.location.endswith(f"#at-{picks[1]}")
    assert read_version(database, ada, cv_id).sections_config["experiences"] == [picks[1], picks[0]]
    assert other in picks
    ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id, move="section:projects:up"))
    assert read_version(database, ada, cv_id).sections_config["sections"][:3] == ["summary", "projects", "experiences"]


def test_entries_of_others_are_refused(ada: Visitor, bob: Visitor, ids: dict[str, str], database: Database) -> None:
    theirs = add_career(database.app_engine, bob.profile_id)["experiences"]
    for changes in (
        {"pick.experiences": [ids["experiences"], theirs]},
        {f"text.experiences/{theirs}/description": "Mine now"},
    ):
        answer = ada.post(f"/cvs/{ids['cv_versions']}/", fill(ada, ids["cv_versions"], **changes))
        assert answer.status_code == 422
    assert read_version(database, ada, ids["cv_versions"]).sections_config == {}
    preview = ada.post(
        f"/cvs/{ids['cv_versions']}/preview",
        fill(ada, ids["cv_versions"], **{"pick.experiences": [theirs]}),
        at="/cvs/",
    )
    assert preview.status_code == 422


@pytest.mark.parametrize("path", ["/cvs/{}/", "/cvs/{}.pdf", "/cvs/{}/pages/1.png", "/cvs/{}/remove"])
def test_a_cv_of_somebody_else_isnt_there(path: str, bob: Visitor, ids: dict[str, str]) -> None:
    assert bob.get(path.format(ids["cv_versions"])).status_code == 404
    assert bob.get(path.format("nothing")).status_code == 404


@pytest.mark.parametrize("action", ["", "preview", "duplicate", "remove"])
def test_nobody_changes_somebody_elses_cv(action: str, bob: Visitor, ids: dict[str, str]) -> None:
    assert bob.post(f"/cvs/{ids['cv_versions']}/{action}", {"name": "x"}, at="/cvs/").status_code == 404


def test_an_address_that_is_taken_is_refused_and_nothing_typed_is_lost(ada: Visitor, ids: dict[str, str]) -> None:
    second = ada.post("/cvs/", {"name": "Second"}).location.rstrip("/").rpartition("/")[2]
    answer = ada.post(f"/cvs/{second}/", fill(ada, second, slug="short", summary="Typed with care"))
    assert answer.status_code == 422
    assert "Another CV of yours has this address" in answer.text
    assert "Typed with care" in answer.text


def test_two_tabs_see_both_and_lose_nothing(ada: Visitor, ids: dict[str, str], database: Database) -> None:
    cv_id = ids["cv_versions"]
    mine = fill(ada, cv_id, summary="From the second tab", **{"pick.skills": None})
    ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id, summary="From the first tab"))
    answer = ada.post(f"/cvs/{cv_id}/", mine)
    assert answer.status_code == 409
    assert "From the first tab" in answer.text
    assert answer.text.count("From the second tab") == 2
    assert read_version(database, ada, cv_id).sections_config["texts"]["summary"] == "From the first tab"
    revision = re.findall(r'name="revision" value="(\d+)"', answer.text)[0]
    ada.post(f"/cvs/{cv_id}/", {**mine, "revision": revision})
    assert read_version(database, ada, cv_id).sections_config["texts"]["summary"] == "From the second tab"


def test_the_name_of_the_file_cant_say_another(ada: Visitor, ids: dict[str, str]) -> None:
    cv_id = ids["cv_versions"]
    ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id, name="a\"; filename*=utf-8''evil.html"))
    header = ada.get(f"/cvs/{cv_id}.pdf").headers["Content-Disposition"]
    plain, _semicolon, whole = header.removeprefix('inline; filename="').partition('"; ')
    assert plain == "Ada Example  a_ filename_utf-8_evil.html.pdf"
    assert set(whole.removeprefix("filename*=UTF-8''")).isdisjoint("\"'; ")
    assert unquote(whole).endswith("a\"; filename*=utf-8''evil.html.pdf")


def test_the_page_shows_pictures_with_words_for_who_cant_see_them(ada: Visitor, ids: dict[str, str]) -> None:
    page = ada.get(f"/cvs/{ids['cv_versions']}/").text
    source, alt = re.findall(r'<img class="sheet" src="([^"]+)" alt="([^"]+)"', page)[0]
    assert alt.startswith("Page 1 of 1")
    picture = ada.get(source.replace("&amp;", "&"))
    assert picture.data.startswith(b"\x89PNG")
    assert len(page) < 100_000
    assert "style=" not in page


def test_the_preview_of_what_is_typed_saves_nothing(ada: Visitor, ids: dict[str, str], database: Database) -> None:
    cv_id = ids["cv_versions"]
    before = read_version(database, ada, cv_id)
    part = ada.post(f"/cvs/{cv_id}/preview", fill(ada, cv_id, headline="Typed a moment ago"), at="/cvs/")
    assert part.status_code == 200
    assert "Typed a moment ago" in part.text
    assert "data:image/png;base64," in part.text
    assert "<html" not in part.text
    assert read_version(database, ada, cv_id).revision == before.revision


@pytest.mark.parametrize("reader", ["pypdf", "pdfminer", "pymupdf"])
def test_what_a_machine_reads_stands_beside_the_picture(reader: str, ada: Visitor, ids: dict[str, str]) -> None:
    page = ada.get(f"/cvs/{ids['cv_versions']}/?reader={reader}").text
    text = page[page.index('<pre class="cv-text"') :]
    assert "Lantern Works" in text
    assert re.search(r"<p>\d+ words\.</p>", page)
    assert page.count('class="is-found"') == 4  # name, headline, position and employer
    assert "is-missing" not in page


def test_a_wish_for_one_page_that_cant_be_met_says_what_to_cut(
    ada: Visitor, ids: dict[str, str], database: Database
) -> None:
    lines = [f"Wrote chapter {number} of a long book about lamps and tides" for number in range(30)]
    with acting(database.app_engine, ada.user_id) as session:
        for number in range(4):
            add_row(
                session, models.Experience, ada.profile_id, company_name=f"House {number}", position=f"Author {number}",
                responsibilities=lines, display_order=10 + number,
            )  # fmt: skip
    cv_id = ids["cv_versions"]
    ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id, pages="1"))
    page = ada.get(f"/cvs/{cv_id}/").text
    assert "fit on one page" in page
    over = re.findall(r"<li>([^<]+: Author \d)</li>", page)
    assert "Experience: Author 3" in over
    assert "Experience: Author 0" not in over


def test_a_character_no_font_has_is_named_and_the_form_works_on(ada: Visitor, ids: dict[str, str]) -> None:
    cv_id = ids["cv_versions"]
    assert ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id, headline="Odd \ue000")).status_code == 303
    page = ada.get(f"/cvs/{cv_id}/")
    assert page.status_code == 200
    assert "U+E000 has no glyph" in page.text
    assert ada.get(f"/cvs/{cv_id}.pdf").status_code == 422


def test_who_draws_too_many_waits_but_sees_what_was_drawn(ada: Visitor, ids: dict[str, str]) -> None:
    from careerhub.admin.limits import limiter
    from careerhub.admin.views import cvs

    cv_id = ids["cv_versions"]
    sent = fill(ada, cv_id)
    with ada.app.test_request_context():
        for _number in range(60):
            limiter.limiter.hit(cvs._DRAWN, "previews", ada.user_id)
    assert ada.post(f"/cvs/{cv_id}/preview", {**sent, "headline": "New"}, at="/cvs/").status_code == 429
    assert ada.get(f"/cvs/{cv_id}.pdf").status_code == 200


def test_a_template_beyond_the_plan_is_refused(ada: Visitor, ids: dict[str, str], database: Database) -> None:
    answer = ada.post(f"/cvs/{ids['cv_versions']}/", fill(ada, ids["cv_versions"], template="../secret"))
    assert answer.status_code == 422
    assert read_version(database, ada, ids["cv_versions"]).template == "modern"


def test_a_cv_that_takes_too_long_is_given_up_and_the_next_one_drawn(tmp_path: Path) -> None:
    from dataclasses import replace

    previewer = Previewer(shipped("site_templates"), tmp_path, seconds=6)
    cv = cv_people.make_cv(cv_people.ONE_LINE)
    endless = replace(cv, profile=replace(cv.profile, summary="word " * 1_000_000))
    begun = time.monotonic()
    with pytest.raises(PreviewFailed, match="too long or too much memory"):
        previewer.draw(endless, "")
    assert time.monotonic() - begun < 12
    assert previewer.draw(cv, "").pages == 1
    previewer.close()


def test_the_process_that_draws_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREERHUB_DATABASE_URL", "postgresql://secret")
    previewer = Previewer(shipped("site_templates"), tmp_path)
    previewer.draw(cv_people.make_cv(cv_people.ONE_LINE), "")
    worker = previewer._places.get_nowait()
    assert worker
    environment = Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    assert b"secret" not in environment
    limits = Path(f"/proc/{worker._process.pid}/limits").read_text()
    assert re.search(r"Max address space\s+1073741824", limits)
    worker.end()


def test_the_unknown_in_a_configuration_stays(ada: Visitor, ids: dict[str, str], database: Database) -> None:
    cv_id = ids["cv_versions"]
    odd = {"custom_summary": "Old words", "something": ["else"], "texts": "no texts", "pages": True, "sections": 7}
    with database.connect() as connection:
        connection.execute("UPDATE cv_versions SET sections_config = %s", (json.dumps(odd),))
    assert "Old words" in read_pdf(ada.get(f"/cvs/{cv_id}.pdf").data)
    assert ada.post(f"/cvs/{cv_id}/", fill(ada, cv_id)).status_code == 303
    config = read_version(database, ada, cv_id).sections_config
    assert config == {"something": ["else"], "texts": {"summary": "Old words"}}
