"""Where something new stands: before what is older, wherever the person has moved the others, and on the page as in the list."""

from __future__ import annotations

from datetime import date
from typing import Any

from careerhub.db.session import acting
from careerhub.editing.items import add_item
from careerhub.editing.listing import list_entries, move_item
from careerhub.editing.publishing import load_document
from tests.databases import Database
from tests.people import add_person, owner_of

LATEST = {"start_date": date(2019, 3, 1), "start_precision": "M", "is_current": True}
SHORT = {"start_date": date(2016, 5, 1), "start_precision": "M", "end_date": date(2016, 6, 1), "end_precision": "M"}
# of the same year, known no better: it may have gone on until its last day
VAGUE = {"start_date": date(2015, 1, 1), "start_precision": "Y", "end_date": date(2016, 1, 1), "end_precision": "Y"}
FIRST = {"start_date": date(2011, 4, 3), "start_precision": "D", "end_date": date(2014, 1, 1), "end_precision": "Y"}


def add_jobs(database: Database, profile_id: str, *jobs: tuple[str, dict[str, Any]]) -> dict[str, str]:
    with acting(database.app_engine, owner_of(profile_id)) as session:
        return {
            name: add_item(session, "experiences", profile_id, {"position": name} | columns) for name, columns in jobs
        }


def read_jobs(database: Database, profile_id: str) -> list[str]:
    """Return the jobs as the list has them, which is how the page has them."""
    with acting(database.app_engine, owner_of(profile_id)) as session:
        _, entries = list_entries(session, profile_id, {"experiences": ["position"]}, first=50)["experiences"]
        document = load_document(session, profile_id)
    assert document
    names = [entry["position"] for entry in entries]
    assert names == [job.position for job in document.experiences]
    return names


def test_whatever_comes_first_the_newest_job_stands_first(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    add_jobs(
        database, profile_id, ("short", SHORT), ("first", FIRST), ("undated", {}), ("now", LATEST), ("vague", VAGUE)
    )
    assert read_jobs(database, profile_id) == ["now", "vague", "short", "first", "undated"]


def test_what_has_no_date_comes_last_and_moves_nobody(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    add_jobs(database, profile_id, ("undated", {}), ("another", {}))
    assert read_jobs(database, profile_id) == ["undated", "another"]


def test_an_order_of_ones_own_stays_and_the_new_stands_before_the_first_that_is_older(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    ids = add_jobs(database, profile_id, ("now", LATEST), ("short", SHORT), ("first", FIRST))
    with acting(database.app_engine, owner_of(profile_id)) as session:
        for _ in range(2):
            move_item(session, "experiences", profile_id, ids["now"], "down")
    assert read_jobs(database, profile_id) == ["short", "first", "now"]
    add_jobs(database, profile_id, ("vague", VAGUE))
    assert read_jobs(database, profile_id) == ["vague", "short", "first", "now"]
    with acting(database.app_engine, owner_of(profile_id)) as session:
        move_item(session, "experiences", profile_id, ids["now"], "up")
    assert read_jobs(database, profile_id) == ["vague", "short", "now", "first"]
