"""History: what happened, in words, what it said before, and undoing one change."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import text

from careerhub.admin.sections import SECTIONS
from careerhub.db.models import Interest
from careerhub.db.session import acting
from careerhub.editing.differences import compare_words, shorten
from careerhub.ids import make_id
from tests.admin.test_items import EVERY_SECTION, LEAST, add, rows
from tests.admin.visiting import Visitor
from tests.databases import Database
from tests.people import add_row

_CHANGE = re.compile(r'href="/history/(\w{26})">([^<]*)<')


def changes(who: Visitor, path: str = "/history/") -> list[tuple[str, str]]:
    """Return ids and sentences of changes, newest first."""
    return _CHANGE.findall(who.get(path).text)


@pytest.mark.parametrize("section", EVERY_SECTION)
def test_each_change_is_told_and_can_be_undone(ada: Visitor, database: Database, section: str) -> None:
    column, value = next(iter(LEAST[section].items()))
    item_id = add(database, ada, section)
    at = f"/career/{section}/{item_id}"
    ada.post(at, {column: f"{value}/other"})
    ada.post(f"{at}/remove")
    one, path = str(SECTIONS[section].one), f"/history/{section}/{item_id}"
    told = changes(ada, path)
    assert [sentence.split()[0] for _id, sentence in told] == ["Removed", "Changed", "Added"]
    assert all(one in sentence for _id, sentence in told)
    assert f"{value}/other" in told[0][1]

    assert ada.post(f"/history/{told[0][0]}/restore", at=path).status_code == 303
    assert rows(database, ada, section)[0][column] == f"{value}/other"
    assert ada.post(f"/history/{told[1][0]}/restore", at=path).status_code == 303
    assert rows(database, ada, section)[0][column] == value
    answer = ada.post(f"/history/{told[1][0]}/restore", at=path)
    assert answer.status_code == 409, "undone already: it says something else now"
    assert "changed again since" in answer.text


def test_a_change_says_what_it_was_about_and_what_it_said_before(ada: Visitor, database: Database) -> None:
    item_id = add(
        database, ada, "experiences", company_name="Lantern Works", end="2019", description="Kept the old lamp lit"
    )
    ada.post(
        f"/career/experiences/{item_id}",
        {
            "position": "Keeper",
            "company_name": "Lantern Works",
            "end": "Mar 2020",
            "description": "Kept the new lamp lit",
        },
    )
    page = ada.get("/history/").text
    assert "Changed the job “Keeper at Lantern Works”: end, what it was about" in page
    assert re.search(r"<del>.*?old</del>", page)
    assert re.search(r"<ins>.*?new</ins>", page)
    assert re.search(r"<del>.*?2019</del>", page)
    assert "Mar" in page
    assert "by you" in page
    assert "by an import" not in page


def test_that_something_goes_on_is_told_as_its_end(ada: Visitor, database: Database) -> None:
    item_id = add(database, ada, "experiences", end="now")
    ada.post(f"/career/experiences/{item_id}", {"position": "Keeper", "end": "2023"})
    page = ada.get("/history/").text
    assert "Changed the job “Keeper”: end<" in page
    assert re.search(r"<del>.*?now</del><ins>.*?2023</ins>", page)


def test_an_import_is_told(ada: Visitor, database: Database) -> None:
    with acting(database.app_engine, ada.user_id) as session:
        add_row(session, Interest, ada.profile_id, name="Tides", source="JSON_RESUME")
    assert "by an import" in ada.get("/history/").text


def test_links_are_told_by_their_names(ada: Visitor, database: Database) -> None:
    job = add(database, ada, "experiences", technologies="Python")
    add(database, ada, "projects", name="Beacon", experiences=[job])
    sentences = [sentence for _id, sentence in changes(ada)]
    assert "Linked “Python” with “Keeper”" in sentences
    assert "Linked “Keeper” with “Beacon”" in sentences


def test_a_new_order_is_told_once(ada: Visitor, database: Database) -> None:
    ids = [add(database, ada, "interests", name=f"Interest {n}") for n in range(4)]
    ada.post("/career/interests/arrange", {"order": ",".join(reversed(ids))})
    sentences = [sentence for _id, sentence in changes(ada)]
    assert sentences.count("Changed the order: Interests") == 1


def test_a_profile_that_changed_is_told(ada: Visitor, database: Database) -> None:
    with acting(database.app_engine, ada.user_id) as session:
        session.execute(text("UPDATE profiles SET headline = 'Keeper of stars' WHERE id = :id"), {"id": ada.profile_id})
    assert changes(ada)[0][1] == "Changed your profile: headline"


def test_what_is_no_longer_kept_is_said(ada: Visitor, database: Database) -> None:
    add(database, ada, "interests")
    with database.superuser_engine.begin() as connection:
        connection.execute(text("SET ROLE careerhub_system"))
        connection.execute(text("UPDATE audit_log SET old_values = NULL, new_values = NULL, salt = NULL"))
    page = ada.get("/history/")
    assert page.status_code == 200
    assert "no longer kept" in page.text
    for change_id, _sentence in changes(ada):
        assert "no longer kept" in ada.get(f"/history/{change_id}").text
        answer = ada.post(f"/history/{change_id}/restore", at="/career/interests/new")
        assert answer.status_code == 422


def test_a_long_history_has_pages(ada: Visitor, database: Database) -> None:
    for n in range(30):
        add(database, ada, "interests", name=f"Interest {n}")
    first, second = changes(ada), changes(ada, "/history/?page=2")
    assert len(first) == 25
    assert second
    assert not {each for each, _ in first} & {each for each, _ in second}
    assert "Interest 29" in first[0][1]


def test_somebody_elses_history_is_like_none(ada: Visitor, bob: Visitor, database: Database) -> None:
    item_id = add(database, ada, "references", reference="A secret of ada")
    [(change_id, _sentence), *_others] = changes(ada, f"/history/references/{item_id}")
    for each in (change_id, make_id(), "nonsense"):
        assert bob.get(f"/history/{each}").status_code == 404
        assert bob.post(f"/history/{each}/restore", at="/career/interests/new").status_code == 404
    assert bob.get(f"/history/references/{item_id}").status_code == 404
    assert "secret of ada" not in bob.get("/history/").text
    assert len(rows(database, ada, "references")) == 1


def test_the_moment_is_said_in_the_readers_language(ada: Visitor, database: Database) -> None:
    add(database, ada, "interests")
    german = ada.get("/history/", headers={"Accept-Language": "de"}).text
    assert re.search(r"\d\d?\.\d\d?\.\d{4}|\d\d?\. \w+ \d{4}", german)


def test_long_texts_stay_a_small_page(ada: Visitor, database: Database) -> None:
    item_id = add(database, ada, "references", reference="word " * 4000)
    for n in range(12):
        ada.post(f"/career/references/{item_id}", {"name": "A. Keeper", "reference": f"{n} " * 9000})
    page = ada.get("/history/")
    assert page.status_code == 200
    assert len(page.text.encode()) < 100_000


def test_words_that_went_and_came_are_told_apart() -> None:
    pieces = compare_words("Kept the old lamp lit", "Kept the new lamp lit well")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Kept the "), ("gone", "old"), ("new", "new"), ("same", " lamp lit"), ("new", " well"),
    ]  # fmt: skip


def test_both_texts_can_be_read_back_from_a_difference() -> None:
    old, new = "a b\nc  d e f", "x b c\n\nd f g"
    pieces = compare_words(old, new)
    assert "".join(p.text for p in pieces if p.kind != "new") == old
    assert "".join(p.text for p in pieces if p.kind != "gone") == new


def test_comparing_takes_no_time_whatever_is_written() -> None:
    begin = time.perf_counter()
    for old, new in (("a b " * 5000, "b a " * 5000), ("x" * 20_000, "y" * 20_000), (" " * 20_000, "a " * 10_000)):
        compare_words(old, new)
    assert time.perf_counter() - begin < 3


def test_what_is_far_from_a_difference_is_left_out() -> None:
    pieces = shorten(compare_words("word " * 500 + "old", "word " * 500 + "new"))
    assert [piece.kind for piece in pieces] == ["skipped", "same", "gone", "new"]
    assert sum(len(piece.text) for piece in pieces) < 100
