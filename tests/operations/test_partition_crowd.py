"""A hundred thousand people go into partitions and back, and nobody loses anything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from careerhub.operations.partition import partition_tables
from careerhub.operations.picture import take_picture
from careerhub.reporting import Silent
from tests.crowded import crowded
from tests.databases import Cluster, Database
from tests.operations.conftest import OWNED

PEOPLE = 100_000


@pytest.mark.slow
@pytest.mark.xdist_group("crowd")
def test_a_hundred_thousand_people_go_into_partitions_and_back(embedded: Cluster) -> None:
    with crowded(embedded, PEOPLE) as database:
        before, picture = sum_up_all(database, "public", "site"), picture_of(database)
        assert before["public.experiences"][0] == 2 * PEOPLE
        assert PEOPLE < int(str(before["site.experiences"][0])) < 2 * PEOPLE
        done = partition_tables(database.owner_engine, 16, Silent())
        assert (done.tables, done.rows > 10 * PEOPLE) == (OWNED, True)
        assert sum_up_all(database, "public", "site") == before
        assert picture_of(database) == picture
        assert partition_tables(database.owner_engine, 0, Silent()).rows == done.rows
        tables = {name: found for name, found in before.items() if name.startswith("public.")}
        assert sum_up_all(database, "public") == tables
        assert picture_of(database) == picture


def sum_up_all(database: Database, *schemas: str) -> dict[str, tuple[object, ...]]:
    """Return how many rows each table and each view of the site has, and a sum over their text."""
    with database.connect() as connection:
        names = [
            str(name)
            for (name,) in connection.execute(
                "SELECT format('%%I.%%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname = ANY (%s) AND relkind IN ('r', 'p', 'v')",
                [list(schemas)],
            )
        ]
    with ThreadPoolExecutor(2) as two:
        return dict(zip(names, two.map(lambda name: sum_up(database, name), names), strict=True))


def sum_up(database: Database, name: str) -> tuple[object, ...]:
    with database.connect() as connection:
        question = f"SELECT count(*), sum(hashtextextended(t::text, 7)) FROM {name} t"
        return connection.execute(question.encode()).fetchone() or ()


def picture_of(database: Database) -> list[str]:
    with database.owner_engine.connect() as connection:
        return take_picture(connection)
