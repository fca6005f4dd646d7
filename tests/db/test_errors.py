"""Every error of the database that a person can cause is a sentence: values that don't fit, two at once, the server itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from careerhub.db import models
from careerhub.db.errors import Collided
from careerhub.db.session import acting
from careerhub.errors import CareerHubError, Conflict, InputInvalid, NotFound, Overtaken
from careerhub.ids import make_id
from tests.databases import Database
from tests.db.test_constraints import find_faults
from tests.db.test_tenants import add_everything

# values that don't fit, as a person sends them


@pytest.mark.parametrize(
    ("model", "values", "label"),
    [
        (models.Experience, {"start_date": "2024-02-30", "start_precision": "D"}, "start date of a job"),
        (models.Experience, {"end_date": "soon", "end_precision": "D"}, "end date of a job"),
        (models.Experience, {"description": "before\0after"}, "description of a job"),
        (models.Experience, {"responsibilities": ["before\0after"]}, "responsibilities of a job"),
        (models.Experience, {"responsibilities": ["half \ud800 of it"]}, "responsibilities of a job"),
        (models.Experience, {"description": "half \udfff of it"}, "half"),
        (models.Project, {"team_size": 2**31}, "team size of a project"),
        (models.Project, {"team_size": 10**40}, "team size of a project"),
        (models.Project, {"team_size": "many"}, "team size of a project"),
        (models.Project, {"extras": {"a": float("nan")}}, "doesn't fit"),
        (models.Project, {"display_order": object()}, "doesn't fit"),
        (models.Experience, {"imported_at": "yesterday evening"}, "imported at of a job"),
        (models.Experience, {"is_current": "perhaps"}, "Not a boolean value: 'perhaps'"),
    ],
)
def test_a_value_that_does_not_fit_is_named(database: Database, model: Any, values: dict[str, Any], label: str) -> None:
    ada = add_everything(database, "ada")
    with pytest.raises(InputInvalid) as caught, acting(database.app_engine, ada[0]) as session:
        session.execute(update(model.__table__).values(**values))
    assert find_faults(caught.value, InputInvalid) == []
    assert label in str(caught.value)


def test_the_row_at_fault_is_found_among_many(database: Database) -> None:
    ada = add_everything(database, "ada")
    many = [{"profile_id": ada[1], "name": name} for name in ("tides", "m" * 201, "moons")]
    with (
        pytest.raises(InputInvalid, match=r"name of an interest is longer than 200 char"),
        acting(database.app_engine, ada[0]) as session,
    ):
        session.execute(insert(models.Interest).returning(models.Interest.id), many)


def test_a_long_value_is_not_repeated(database: Database) -> None:
    ada = add_everything(database, "ada")
    with pytest.raises(InputInvalid) as caught, acting(database.app_engine, ada[0]) as session:
        session.execute(update(models.Project.__table__).values(team_size="9a" * 1_000_000))  # type: ignore[arg-type]
    assert "team size" in str(caught.value)
    assert len(str(caught.value)) < 400


# two at once


def collide(database: Database, actor: str, *, first: tuple[str, str], second: tuple[str, str]) -> list[CareerHubError]:
    """Run two statements each in two transactions at once, the first of both before the second of either."""
    both_began, errors = threading.Barrier(2, timeout=20), []

    def run(statements: tuple[str, str]) -> None:
        try:
            with acting(database.app_engine, actor) as session:
                session.execute(text(statements[0]))
                both_began.wait()
                session.execute(text(statements[1]))
        except CareerHubError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(statements,)) for statements in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def test_a_deadlock_is_told_as_two_changes_at_once(any_database: Database) -> None:
    ada = add_everything(any_database, "ada")
    with any_database.connect() as connection:
        connection.execute(f"ALTER DATABASE {any_database.name} SET deadlock_timeout = '20ms'".encode())
    one, other = "SELECT FROM skills FOR UPDATE", "SELECT FROM interests FOR UPDATE"
    errors = collide(any_database, ada[0], first=(one, other), second=(other, one))
    assert [type(error) for error in errors] == [Collided]
    assert "at the same moment: try again" in str(errors[0])
    assert errors[0].__cause__.orig.sqlstate == "40P01"  # type: ignore[union-attr]


def test_an_overtaken_snapshot_is_told_as_two_changes_at_once(any_database: Database) -> None:
    ada = add_everything(any_database, "ada")
    repeatable = any_database.app_engine.execution_options(isolation_level="REPEATABLE READ")
    change = update(models.Skill.__table__).values(level=5)
    with pytest.raises(Collided, match="at the same moment: try again"), acting(repeatable, ada[0]) as session:
        session.execute(select(models.Skill))
        with acting(any_database.app_engine, ada[0]) as faster:
            faster.execute(change)
        session.execute(change)


def test_who_waits_too_long_for_another_is_told_so(any_database: Database) -> None:
    ada = add_everything(any_database, "ada")
    with acting(any_database.app_engine, ada[0]) as slow:
        slow.execute(text("SELECT FROM skills FOR UPDATE"))
        with pytest.raises(Overtaken, match="isn't done yet"), acting(any_database.app_engine, ada[0]) as session:
            session.execute(text("SET LOCAL lock_timeout = '30ms'"))
            session.execute(text("UPDATE skills SET level = 1"))


def test_a_statement_that_takes_too_long_is_told_so(any_database: Database) -> None:
    with (
        pytest.raises(CareerHubError, match=r"took too long.*try again"),
        acting(any_database.app_engine, None) as session,
    ):
        session.execute(text("SET LOCAL statement_timeout = '30ms'"))
        session.execute(text("SELECT pg_sleep(2)"))


def test_an_object_that_has_gone_meanwhile_is_told_as_changed(database: Database) -> None:
    ada = add_everything(database, "ada")

    def take_away(session: Session) -> None:
        session.execute(text("DELETE FROM skills"))

    with pytest.raises(Conflict, match="changed or removed meanwhile"), acting(database.app_engine, ada[0]) as session:
        skill = session.scalars(select(models.Skill)).one()
        take_away(session)
        skill.level = 1
        session.flush()
    with pytest.raises(NotFound, match="isn't there any more"), acting(database.app_engine, ada[0]) as session:
        take_away(session)
        session.scalars(select(models.Skill)).one()


# whose it is, and where it is


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's"])
def test_what_is_not_ones_own_is_as_if_it_were_not_there(any_database: Database, whose: str) -> None:
    ada, bo = add_everything(any_database, "ada"), add_everything(any_database, "bo")
    target = bo[1] if whose == "somebody else's" else make_id()
    with pytest.raises(NotFound) as caught, acting(any_database.app_engine, ada[0]) as session:
        session.add(models.Interest(profile_id=target, name="x"))
    assert str(caught.value) == "There is no such entry among yours: open it from your own list again."


def run_nowhere(database: Database) -> None:
    with acting(Database("nowhere", database.socket).app_engine, None) as session:
        session.execute(text("SELECT 1"))


def run_read_only(database: Database) -> None:
    with acting(database.app_engine, None) as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        session.execute(text("DELETE FROM users"))


def run_unknown(database: Database) -> None:
    with acting(database.app_engine, None) as session:
        session.execute(text("SELECT * FROM sandwiches"))


def run_away(database: Database) -> None:
    with acting(database.app_engine, None) as session, database.connect() as mighty:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        mighty.execute("SELECT pg_terminate_backend(%s)", (backend,))
        session.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (run_nowhere, "does not exist.*is its address right"),
        (run_read_only, "takes no changes at the moment"),
        (run_unknown, "run `careerhub db upgrade`"),
        (run_away, "The database doesn't answer"),
    ],
)
def test_a_database_that_is_not_as_it_should_be_says_so(
    database: Database, run: Callable[[Database], None], said: str
) -> None:
    with pytest.raises(CareerHubError, match=said):
        run(database)
