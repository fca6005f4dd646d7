"""A build that begins while tables move waits, and sees everybody's career."""

from __future__ import annotations

import threading
import time
from datetime import date

from careerhub.db.site import list_profiles, load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.operations.partition import partition_tables
from careerhub.reporting import Silent
from tests.databases import Database
from tests.people import add_career, add_person


def test_a_build_that_begins_while_tables_move_sees_everything(any_database: Database) -> None:
    for number in range(3):
        add_career(any_database.app_engine, add_person(any_database.app_engine, f"p{number}"))
    stop, seen = threading.Event(), []

    def build() -> None:
        while not stop.is_set():
            with open_snapshot(any_database.site_engine) as snapshot:
                time.sleep(0.02)  # rendering of others: room for the tables to move
                ids = [found.profile_id for found in list_profiles(snapshot)]
                documents = load_profiles(snapshot, ids, today=date(2026, 1, 1))
                seen.append([len(d.experiences) + len(d.skills) for d in documents.values()])

    builder = threading.Thread(target=build)
    builder.start()
    for count in (2, 4, 0, 2):
        partition_tables(any_database.owner_engine, count, Silent())
    stop.set()
    builder.join()
    assert len(seen) > 4
    assert all(found == [2, 2, 2] for found in seen)
