"""An edit that collides with another is done once more; one that can't succeed isn't done for ever."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from careerhub.db.errors import Collided
from careerhub.db.session import edit
from careerhub.errors import Conflict
from tests.databases import Database
from tests.people import add_career, add_person, owner_of


def test_two_edits_that_deadlock_are_both_done(any_database: Database) -> None:
    profile_id = add_person(any_database.app_engine, "ada")
    add_career(any_database.app_engine, profile_id)
    with any_database.connect() as connection:
        connection.execute(f"ALTER DATABASE {any_database.name} SET deadlock_timeout = '20ms'".encode())
    both_began, tries = threading.Barrier(2, timeout=20), []

    def save(first: str, second: str) -> None:
        def work(session: Session) -> None:
            tries.append(first)
            session.execute(text(f"SELECT FROM {first} FOR UPDATE"))
            if len(tries) < 3:
                both_began.wait()
            session.execute(text(f"UPDATE {second} SET is_featured = NOT is_featured"))

        edit(any_database.app_engine, owner_of(profile_id), work)

    tabs = [threading.Thread(target=save, args=pair) for pair in (("skills", "interests"), ("interests", "skills"))]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(30)
    assert len(tries) == 3
    with any_database.connect() as connection:
        done = connection.execute("SELECT skills.revision, interests.revision FROM skills, interests").fetchone()
    assert sorted(done or ()) == [2, 2]


@pytest.mark.parametrize(("error", "tries"), [(Collided("again"), 3), (Conflict("taken"), 1)])
def test_only_collisions_are_tried_again_and_three_times_at_most(
    database: Database, error: Conflict, tries: int
) -> None:
    profile_id = add_person(database.app_engine, "ada")
    tried = []

    def work(session: Session) -> None:
        tried.append(session.execute(text("UPDATE profiles SET headline = headline || 'x'")))
        raise error

    with pytest.raises(Conflict, match=str(error)):
        edit(database.app_engine, owner_of(profile_id), work)
    assert len(tried) == tries
    with database.connect() as connection:
        assert connection.execute("SELECT headline FROM profiles").fetchone() == ("",)
