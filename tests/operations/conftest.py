"""A small database with something in every table that profiles own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert

from careerhub.db import models
from careerhub.db.session import acting
from tests.cli.conftest import Run, environment_of
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

OWNED = 16


@dataclass(frozen=True)
class Person:
    """Somebody of the small database, and the ids of their rows by table."""

    id: str
    user_id: str
    rows: dict[str, str]


def add_people(database: Database, count: int) -> list[Person]:
    """Add people with a whole career each, a photo, a translation and an anonymised project."""
    people = []
    for number in range(count):
        profile_id = add_person(database.app_engine, f"keeper-{number}")
        rows = add_career(database.app_engine, profile_id)
        with acting(database.app_engine, owner_of(profile_id)) as session:
            session.execute(
                insert(models.Project).values(
                    profile_id=profile_id,
                    id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
                    slug="vault",
                    name="Vault 100% {sealed}: 'x'",
                    visibility="ANONYMOUS",
                    anonymized_company="A bank",
                    show_anonymized=True,
                )
            )
            session.execute(
                insert(models.ProfilePhoto).values(
                    profile_id=profile_id, size="small", sha256=bytes([number]) * 32, bytes=b"\x00photo" * 999
                )
            )
            session.execute(
                insert(models.Translation).values(
                    profile_id=profile_id,
                    entity_type="SKILL",
                    entity_id=rows["skills"],
                    field="name",
                    lang="el",
                    text="Πύθων",
                )
            )
            technology = session.query(models.Technology).filter_by(name="Python").one()
            session.execute(
                insert(models.ExperienceTechnology).values(
                    profile_id=profile_id, experience_id=rows["experiences"], technology_id=technology.id
                )
            )
        people.append(Person(profile_id, owner_of(profile_id), rows))
    return people


@pytest.fixture
def people(any_database: Database) -> list[Person]:
    return add_people(any_database, 4)


def read_rows(database: Database, schema: str = "public") -> dict[str, tuple[object, ...]]:
    """Return a digest of each table or view of a schema: how many rows, and all their values whatever their order."""
    with database.connect() as connection:
        names = connection.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p', 'v') ORDER BY 1",
            [schema],
        ).fetchall()
        return {
            str(name): connection.execute(
                f"SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {schema}.{name} t"  # type: ignore[arg-type]
            ).fetchone()
            or ()
            for (name,) in names
        }


@pytest.fixture
def careerhub(database: Database, tmp_path: Path) -> Run:
    """Give a function that runs `careerhub …` on the test's database."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "careerhub", *map(str, arguments)],
            env=environment_of(database, tmp_path),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )

    return run
