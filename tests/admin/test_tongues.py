"""The page of texts in other languages: side by side, saved, taken back, and its owner's alone."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import text

from careerhub.db.session import acting
from careerhub.db.site import load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.document.translations import translate
from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.people import add_career
from tests.pipeline.sites import TODAY

_HIDDEN = re.compile(r'name="expected" value="([0-9a-f]*)"')


@pytest.fixture
def rows(ada: Visitor, database: Database) -> dict[str, str]:
    """Give Ada one row of every kind."""
    return add_career(database.app_engine, ada.profile_id)


def name(ada: Visitor, rows: dict[str, str], entity: str, field: str) -> str:
    tables = {"EXPERIENCE": "experiences", "PROJECT": "projects", "SKILL": "skills"}
    return f"text.{entity}.{rows[tables[entity]] if entity in tables else ada.profile_id}.{field}"


def save(ada: Visitor, values: dict[str, str], *, lang: str = "de", expected: str | None = None):  # type: ignore[no-untyped-def]
    path = f"/translations/{lang}"
    if expected is None:
        found = _HIDDEN.search(ada.get(path).text)
        expected = found[1] if found else ""
    return ada.post(path, values | {"expected": expected})


def list_stored(database: Database, who: Visitor) -> dict[tuple[str, str, str], str]:
    with acting(database.app_engine, who.user_id) as session:
        found = session.execute(text("SELECT entity_type, field, lang, text FROM translations"))
        return {(row.entity_type, row.field, row.lang): row.text for row in found}


def test_a_language_is_chosen_and_its_texts_stand_beside_the_originals(ada: Visitor, rows: dict[str, str]) -> None:
    page = ada.get("/translations/")
    assert "There are no other languages yet." in page.text
    assert '<option value="de">' in page.text
    assert '<option value="en">' not in page.text  # one's own
    assert ada.get("/translations/?lang=de").headers["Location"] == "/translations/de"
    beside = ada.get("/translations/de").text
    for said in ("Keeper of lamps", "Kept the lamps lit", "Lantern Works", "Beacon", "Brightest Beam"):
        assert said in beside
    assert f'name="{name(ada, rows, "EXPERIENCE", "responsibilities")}"' in beside
    assert 'lang="de"' in beside


def test_what_is_saved_stands_on_the_page_of_that_language(
    ada: Visitor, rows: dict[str, str], database: Database
) -> None:
    answer = save(
        ada,
        {
            name(ada, rows, "PROFILE", "headline"): "  Hüterin der\tLampen ",
            name(ada, rows, "EXPERIENCE", "responsibilities"): "Hielt Lampen am Brennen\r\n\r\n Putzte Glas",
            name(ada, rows, "PROJECT", "description"): "Ein *Licht*\r\n\r\nfür alle",
            name(ada, rows, "SKILL", "name"): "",
        },
    )
    assert answer.status_code == 303
    assert list_stored(database, ada) == {
        ("PROFILE", "headline", "de"): "Hüterin der Lampen",
        ("EXPERIENCE", "responsibilities", "de"): "Hielt Lampen am Brennen\nPutzte Glas",
        ("PROJECT", "description", "de"): "Ein *Licht*\n\nfür alle",
    }
    with open_snapshot(database.site_engine) as connection:
        profile = load_profiles(connection, [ada.profile_id], today=TODAY)[ada.profile_id]
    german = translate(profile, "de")
    assert german.headline == "Hüterin der Lampen"
    assert german.experiences[0].responsibilities == ("Hielt Lampen am Brennen", "Putzte Glas")
    assert "3 of" in ada.get("/translations/").text
    preview = ada.get("/seen/page/public/p/ada/in/de/")
    assert preview.status_code == 200, preview.status
    assert "Hüterin der Lampen" in preview.text


def test_what_is_emptied_is_taken_away_and_the_rest_stays(
    ada: Visitor, rows: dict[str, str], database: Database
) -> None:
    headline, role = name(ada, rows, "PROFILE", "headline"), name(ada, rows, "EXPERIENCE", "position")
    save(ada, {headline: "Hüterin", role: "Ingenieurin"})
    save(ada, {headline: "", role: "Ingenieurin"})
    assert list_stored(database, ada) == {("EXPERIENCE", "position", "de"): "Ingenieurin"}
    with acting(database.app_engine, ada.user_id) as session:
        revision, removed = session.execute(text("SELECT revision, removed_at_revision FROM profile_revisions")).one()
    assert revision == removed


def test_saving_the_same_again_changes_nothing(ada: Visitor, rows: dict[str, str], database: Database) -> None:
    values = {name(ada, rows, "PROFILE", "headline"): "Hüterin"}
    save(ada, values)
    with acting(database.app_engine, ada.user_id) as session:
        before = session.scalar(text("SELECT revision FROM profile_revisions"))
    assert "Nothing was different." in ada.get(save(ada, values).headers["Location"]).text
    with acting(database.app_engine, ada.user_id) as session:
        assert session.scalar(text("SELECT revision FROM profile_revisions")) == before


def test_the_second_of_two_tabs_sees_that_something_changed(
    ada: Visitor, rows: dict[str, str], database: Database
) -> None:
    headline = name(ada, rows, "PROFILE", "headline")
    opened = _HIDDEN.search(ada.get("/translations/de").text)
    assert opened
    save(ada, {headline: "Erste"}, expected=opened[1])
    answer = save(ada, {headline: "Zweite"}, expected=opened[1])
    assert answer.status_code == 409
    assert 'value="Zweite"' in answer.text
    assert list_stored(database, ada)["PROFILE", "headline", "de"] == "Erste"
    again = _HIDDEN.search(answer.text)
    assert again
    assert save(ada, {headline: "Zweite"}, expected=again[1]).status_code == 303


def test_a_language_is_removed_after_asking(ada: Visitor, rows: dict[str, str], database: Database) -> None:
    save(ada, {name(ada, rows, "PROFILE", "headline"): "Hüterin"})
    save(ada, {name(ada, rows, "PROFILE", "headline"): "Gardienne"}, lang="fr")
    assert "It is 1 text." in ada.get("/translations/de/remove").text
    assert ada.post("/translations/de/remove").status_code == 303
    assert set(list_stored(database, ada)) == {("PROFILE", "headline", "fr")}


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("headline", "x" * 1001, "at most 1000"),
        ("summary", "x" * 20_001, "at most 20000"),
        ("headline", "a\0b", "kept"),
    ],
)
def test_what_cant_be_kept_is_said_and_stands_in_the_form(
    ada: Visitor, rows: dict[str, str], database: Database, field: str, typed: str, says: str
) -> None:
    with acting(database.app_engine, ada.user_id) as session:
        session.execute(text("UPDATE profiles SET summary = 'About lamps'"))
    answer = save(ada, {name(ada, rows, "PROFILE", field): typed})
    assert answer.status_code == 422
    assert "<title>Problem: " in answer.text
    assert says in answer.text
    assert f'id="{name(ada, rows, "PROFILE", field)}"' in answer.text
    assert list_stored(database, ada) == {}


def test_hostile_texts_are_shown_as_they_are(ada: Visitor, rows: dict[str, str]) -> None:
    bad = "</textarea><script>alert(1)</script>"
    save(ada, {name(ada, rows, "PROJECT", "description"): bad})
    page = ada.get("/translations/de").text
    assert "<script>alert" not in page
    assert bad in unescape(page)


@pytest.mark.parametrize("lang", ["en", "xx", "no-such-tag", "%2e%2e", "de-"])
def test_only_other_languages_that_there_are_have_a_page(ada: Visitor, lang: str) -> None:
    assert ada.get(f"/translations/{lang}").status_code == 404


def test_texts_are_their_owners_alone(ada: Visitor, bob: Visitor, rows: dict[str, str], database: Database) -> None:
    headline, project = name(ada, rows, "PROFILE", "headline"), name(ada, rows, "PROJECT", "name")
    save(ada, {headline: "Hüterin"})
    assert "Hüterin" not in bob.get("/translations/de").text
    assert "Beacon" not in bob.get("/translations/de").text
    assert save(bob, {headline: "Böse", project: "Böse"}).status_code == 303
    assert list_stored(database, bob) == {}
    assert list_stored(database, ada)["PROFILE", "headline", "de"] == "Hüterin"


def test_an_anonymised_project_is_not_translated(ada: Visitor, rows: dict[str, str], database: Database) -> None:
    project = name(ada, rows, "PROJECT", "name")
    with acting(database.app_engine, ada.user_id) as session:
        session.execute(text("UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A harbour'"))
    assert project not in ada.get("/translations/de").text
    save(ada, {project: "Leuchtfeuer"})
    assert list_stored(database, ada) == {}


def test_a_text_that_names_what_is_hidden_is_found_and_led_to(
    ada: Visitor, rows: dict[str, str], database: Database
) -> None:
    save(ada, {name(ada, rows, "PROFILE", "headline"): "Baute das Beacon"})
    with acting(database.app_engine, ada.user_id) as session:
        session.execute(text("UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A harbour'"))
    page = ada.get("/seen/").text
    assert 'href="/translations/de"' in page
    assert "Texts in other languages" in page


def test_a_cv_may_be_in_any_language_that_there_are_texts_in(ada: Visitor, rows: dict[str, str]) -> None:
    page = f"/cvs/{rows['cv_versions']}/"
    assert 'value="fi"' not in ada.get(page).text
    save(ada, {name(ada, rows, "PROFILE", "headline"): "Lampunvartija"}, lang="fi")
    assert 'value="fi"' in ada.get(page).text


def test_a_text_whose_original_is_emptied_is_shown_nowhere(
    ada: Visitor, rows: dict[str, str], database: Database
) -> None:
    job, headline = name(ada, rows, "EXPERIENCE", "responsibilities"), name(ada, rows, "PROFILE", "headline")
    save(ada, {job: "Hielt Lampen am Brennen", headline: "Hüterin"})
    with acting(database.app_engine, ada.user_id) as session:
        session.execute(text("UPDATE profiles SET headline = ''"))
        session.execute(text("UPDATE experiences SET responsibilities = '[]'"))
    with open_snapshot(database.site_engine) as connection:
        assert load_profiles(connection, [ada.profile_id], today=TODAY)[ada.profile_id].translations == ()
    # its owner sees it still, to take it away or to write the original again
    assert "Hüterin" in ada.get("/translations/de").text
