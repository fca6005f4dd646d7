"""Plans limit how many of a thing there may be, and take nothing away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, func, select, text, update

from careerhub.db.models import CvVersion, Profile, ShareLink
from careerhub.db.session import acting
from careerhub.editing.items import add_item
from careerhub.editing.plans import PLANS, PlanFull, allowed_templates, check_room, find_room, get_plan
from careerhub.editing.sharing import add_share_link, list_share_links, revoke_share_link
from careerhub.errors import NotFound
from tests.databases import Database
from tests.people import add_person, owner_of


def _add_cv(engine: Engine, profile_id: str, slug: str) -> None:
    with acting(engine, owner_of(profile_id)) as session:
        check_room(session, profile_id, "cv_versions")
        add_item(session, "cv_versions", profile_id, {"name": slug, "slug": slug})


def _give_plan(database: Database, profile_id: str, plan: str, *, until: datetime | None = None) -> None:
    ends = f"'{until.isoformat()}'" if until else "NULL"
    is_it = f"WHERE id = '{owner_of(profile_id)}'"
    with database.superuser_engine.begin() as connection:
        connection.execute(text(f"UPDATE users SET plan = '{plan}', plan_expires_at = {ends} {is_it}"))


def _count_cvs(database: Database, profile_id: str) -> int:
    with acting(database.app_engine, owner_of(profile_id)) as session:
        return session.scalars(select(func.count()).select_from(CvVersion)).one()


def test_a_plan_has_room_for_as_many_cvs_as_its_table_says(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    for number in range(PLANS["FREE"].cv_versions):
        _add_cv(database.app_engine, profile_id, f"cv-{number}")
    with pytest.raises(PlanFull, match="FREE has room for 2 CV versions, and you have 2"):
        _add_cv(database.app_engine, profile_id, "one-more")
    assert _count_cvs(database, profile_id) == 2


def test_two_who_add_at_once_cant_both_take_the_last_place(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    _add_cv(database.app_engine, profile_id, "first")
    came: list[str] = []

    def add(slug: str) -> None:
        try:
            _add_cv(database.app_engine, profile_id, slug)
        except PlanFull:
            came.append("refused")
        else:
            came.append("added")

    threads = [Thread(target=add, args=(f"cv-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["added", "refused", "refused", "refused"]
    assert _count_cvs(database, profile_id) == 2


def test_a_plan_that_has_ended_counts_as_free_and_takes_nothing_away(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    _give_plan(database, profile_id, "PRO", until=datetime.now(UTC) + timedelta(days=1))
    for number in range(3):
        _add_cv(database.app_engine, profile_id, f"cv-{number}")
    _give_plan(database, profile_id, "PRO", until=datetime.now(UTC) - timedelta(seconds=1))
    with acting(database.app_engine, owner_of(profile_id)) as session:
        assert get_plan(session, profile_id) == "FREE"
        assert find_room(session, profile_id, "cv_versions").used == 3
    with pytest.raises(PlanFull):
        _add_cv(database.app_engine, profile_id, "one-more")
    assert _count_cvs(database, profile_id) == 3


def test_a_smaller_plan_neither_deletes_nor_unpublishes(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    _give_plan(database, profile_id, "EXPERT")
    for number in range(12):
        _add_cv(database.app_engine, profile_id, f"cv-{number}")
    with acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(update(CvVersion).values(is_public=True))
    _give_plan(database, profile_id, "FREE")
    with acting(database.app_engine, owner_of(profile_id)) as session:
        assert session.scalars(select(CvVersion.is_public)).all() == [True] * 12
        assert session.scalars(select(Profile.visibility)).all() == ["PUBLIC"]


def test_a_share_link_that_was_revoked_takes_no_room(database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    with acting(database.app_engine, owner_of(profile_id)) as session:
        for label in ("one", "two"):
            check_room(session, profile_id, "share_links")
            add_share_link(session, profile_id, label, timedelta(days=1))
        with pytest.raises(PlanFull, match="2 share links"):
            check_room(session, profile_id, "share_links")
        revoke_share_link(session, profile_id, list_share_links(session, profile_id)[0].id)
        assert check_room(session, profile_id, "share_links").used == 1
        assert session.scalars(select(func.count()).select_from(ShareLink)).one() == 2


def test_nobody_learns_the_plan_of_somebody_else(database: Database) -> None:
    ada, bob = (add_person(database.app_engine, slug) for slug in ("ada", "bob"))
    with acting(database.app_engine, owner_of(bob)) as session, pytest.raises(NotFound):
        find_room(session, ada, "cv_versions")


def test_a_plan_without_a_limit_has_every_template() -> None:
    names = ("modern", "classic", "dense")
    assert allowed_templates("FREE", names) == ("modern", "classic")
    assert allowed_templates("PRO", names) == names
