"""No edit is lost: editors and builders race, builders die, and at the end nobody is stale."""

from __future__ import annotations

from pathlib import Path

from tests.capturing import run_capture
from tests.databases import Database


def test_no_edit_is_lost_and_none_is_published_twice(database: Database, tmp_path: Path) -> None:
    outcome = run_capture(database, tmp_path, people=20, editors=8, builders=3, seconds=12, seed=1)
    assert outcome.committed > 100
    assert outcome.rolled_back > 10
    assert outcome.killed >= 2
    assert outcome.finished > 20
    assert outcome.stale == []
    assert outcome.finished_twice == []
    assert outcome.built_from_other_content == []
