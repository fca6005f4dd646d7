"""What the data layer's guarantees cost, as ratios measured side by side in one run.

    .venv/bin/python benchmarks/data.py                     everything
    .venv/bin/python benchmarks/data.py edit import         some of it

edit      an edit through `editing/` with every trigger against the same edit without any, commit included
import    a résumé of 5,000 entries imported in bulk against the same rows added one by one
editors   50 people editing while a builder runs against the same without the builder
search    100,000 profiles against 1,000
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import Engine

from careerhub.db.engine import make_engine
from careerhub.db.search import search_people
from careerhub.db.session import acting
from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.editing.items import add_item, change_item
from careerhub.moving.importing import import_jsonresume
from tests.crowded import crowded
from tests.databases import Cluster, Database, embedded_cluster
from tests.db.test_search_crowd import QUERIES
from tests.people import add_career, add_person, owner_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One line of the table: seconds of both sides, and what is wanted of their quotient."""

    what: str
    ours: float
    other: float
    wanted: str
    is_met: bool
    value: float

    def __str__(self) -> str:
        mark = "yes" if self.is_met else "NO"
        return f"| {self.what} | {self.ours * 1000:,.1f} | {self.other * 1000:,.1f} | {self.value:.1f}× | {self.wanted} | {mark} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="*", choices=[[], *MEASURES], help="which of them")
    wanted = parser.parse_args().which or list(MEASURES)
    ratios = []
    with embedded_cluster() as cluster:
        # as in real life: a commit is on the disk when it returns
        cluster.run("ALTER SYSTEM RESET synchronous_commit")
        cluster.run("ALTER SYSTEM RESET fsync")
        cluster.run("SELECT pg_reload_conf()")
        for name in wanted:
            ratios += list(MEASURES[name](cluster))
    print("| what | ours ms | against ms | ratio | wanted | met |\n|---|---|---|---|---|---|")
    print("\n".join(map(str, ratios)))
    return 0 if all(ratio.is_met for ratio in ratios) else 1


# an edit


def measure_edit(cluster: Cluster, *, edits: int = 600) -> Iterator[Ratio]:
    with cluster.copied() as whole, cluster.copied() as bare:
        sides = [_make_editor(whole), _make_editor(bare)]
        with bare.connect() as connection:
            connection.execute(
                "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'p') LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', t); END LOOP; END $$"
            )
        times: list[list[float]] = [[], []]
        for number in range(edits):
            for side, edit in enumerate(sides):
                times[side].append(_time(lambda edit=edit, number=number: edit(number)))  # type: ignore[misc]
    ours, other = (statistics.median(some[20:]) for some in times)
    yield _at_most("one edit, every trigger / none, p50", ours, other, 3)


def _make_editor(database: Database) -> Callable[[int], None]:
    profile_id = add_person(database.app_engine, "ada")
    ids = add_career(database.app_engine, profile_id)
    engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=1)

    def edit(number: int) -> None:
        _edit(engine, profile_id, ids["experiences"], number)

    return edit


def _edit(engine: Engine, profile_id: str, item_id: str, number: int) -> None:
    with acting(engine, owner_of(profile_id), ip_address="192.0.2.1", user_agent="Lantern/1.0") as session:
        values = {"position": f"Keeper of {number} lamps", "description": "Kept the lamps lit. " * 10}
        change_item(session, "experiences", profile_id, item_id, values)


# an import


def measure_import(cluster: Cluster, *, rows: int = 5_000) -> Iterator[Ratio]:
    resume = {
        "basics": {"name": "Ada Lantern", "email": "ada@example.org"},
        "work": [
            {
                "name": f"Works {i}",
                "position": f"Keeper {i}",
                "startDate": f"{1990 + i % 30}",
                "summary": "Kept lamps lit. " * 8,
            }
            for i in range(rows)
        ],
    }
    keys = parse_contact_keys(make_contact_key())
    with cluster.copied() as bulk, cluster.copied() as single:
        data = json.dumps(resume).encode()
        ours = _time(lambda: _import(bulk, keys, data))
        profile_id = add_person(single.app_engine, "ada")
        with bulk.connect() as connection:
            columns = "company_name, position, start_date, start_precision, description"
            wanted = connection.execute(f"SELECT {columns} FROM experiences ORDER BY display_order").fetchall()
        assert len(wanted) == rows

        def add_one_by_one() -> None:
            with acting(single.app_engine, owner_of(profile_id)) as session:
                for order, row in enumerate(wanted):
                    values = dict(zip(columns.split(", "), row, strict=True)) | {"display_order": order}
                    add_item(session, "experiences", profile_id, values)

        other = _time(add_one_by_one)
    value = other / ours
    yield Ratio(
        what=f"{rows:,} rows, one by one / import in bulk",
        ours=ours,
        other=other,
        wanted="≥ 10×",
        is_met=value >= 10,
        value=value,
    )


def _import(database: Database, keys: object, data: bytes) -> None:
    import_jsonresume(database.app_engine, keys, data, file_name="resume.json", email="ada@example.org")  # type: ignore[arg-type]


# editors and a builder


def measure_editors(cluster: Cluster, *, editors: int = 50, seconds: float = 15, rounds: int = 3) -> Iterator[Ratio]:
    with cluster.copied() as database, tempfile.TemporaryDirectory() as folder:
        people = [add_person(database.app_engine, f"p{i}") for i in range(editors)]
        ids = [add_career(database.app_engine, profile_id)["experiences"] for profile_id in people]
        engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=editors)
        times: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(rounds):
            for is_built in (False, True):
                with _building(database, Path(folder)) if is_built else _nothing():
                    times[is_built] += _edit_together(engine, people, ids, seconds)
        engine.dispose()
    ours, other = (statistics.quantiles(times[is_built], n=100)[98] for is_built in (True, False))
    yield _at_most(f"{editors} editors, with a builder / without, p99", ours, other, 3)
    ours, other = (statistics.median(times[is_built]) for is_built in (True, False))
    yield _at_most(f"{editors} editors, with a builder / without, p50", ours, other, 3)


def _edit_together(engine: Engine, people: Sequence[str], ids: Sequence[str], seconds: float) -> list[float]:
    until = time.monotonic() + seconds

    def work(number: int) -> list[float]:
        dice, taken = random.Random(number), []
        while time.monotonic() < until:
            time.sleep(0.5 + dice.random())  # people think
            taken.append(_time(lambda: _edit(engine, people[number], ids[number], dice.randrange(10**6))))
        return taken

    with ThreadPoolExecutor(len(people)) as pool:
        return [one for taken in pool.map(work, range(len(people))) for one in taken]


@contextmanager
def _building(database: Database, folder: Path) -> Iterator[None]:
    """Build what the editors change, over and over."""
    settings = {
        "CAREERHUB_HOME": str(folder / "home"),
        "CAREERHUB_BUILD_DIR": str(folder / "build"),
        "CAREERHUB_DATABASE_URL": database.url("careerhub_app"),
        "CAREERHUB_SITE_DATABASE_URL": database.url("careerhub_site"),
        "CAREERHUB_CONTACT_KEYS": make_contact_key(),
    }
    stop = threading.Event()

    def build() -> None:
        while not stop.is_set():
            subprocess.run(
                [sys.executable, "-m", "careerhub", "build"], env=os.environ | settings, check=True, capture_output=True
            )

    thread = threading.Thread(target=build)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _nothing() -> Iterator[None]:
    yield


# search


def measure_search(cluster: Cluster, *, small: int = 1_000, large: int = 100_000, times: int = 9) -> Iterator[Ratio]:
    """Ask the same of both, by turns; the sum of the medians is what a person who asks of everything waits."""
    with crowded(cluster, small) as few, crowded(cluster, large) as many:
        taken: dict[str, list[list[float]]] = {name: [[], []] for name in QUERIES}
        with acting(few.app_engine, None) as of_few, acting(many.app_engine, None) as of_many:
            for _ in range(times):
                for name, query in QUERIES.items():
                    for side, session in enumerate((of_few, of_many)):
                        taken[name][side].append(
                            _time(lambda s=session, q=query: search_people(s, q, timeout_ms=10_000))  # type: ignore[misc]
                        )
    medians = {name: [statistics.median(side) for side in sides] for name, sides in taken.items()}
    for name, (other, ours) in sorted(medians.items(), key=lambda item: item[1][1] / item[1][0]):
        print(
            f"search {name}: {other * 1000:.1f} ms among {small:,}, {ours * 1000:.1f} ms among {large:,}",
            file=sys.stderr,
        )
    ours, other = (sum(sides[side] for sides in medians.values()) for side in (1, 0))
    yield _at_most(f"{len(QUERIES)} searches among {large:,} people / {small:,}, p50s added", ours, other, 3)
    worst = max(medians.values(), key=lambda sides: sides[1] / sides[0])
    yield _at_most("the one of them that grows most", worst[1], worst[0], 3)


def _time(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _at_most(what: str, ours: float, other: float, limit: float) -> Ratio:
    return Ratio(
        what=what, ours=ours, other=other, wanted=f"≤ {limit:g}×", is_met=ours / other <= limit, value=ours / other
    )


MEASURES: dict[str, Callable[[Cluster], Iterator[Ratio]]] = {
    "edit": measure_edit,
    "import": measure_import,
    "editors": measure_editors,
    "search": measure_search,
}

if __name__ == "__main__":
    sys.exit(main())
