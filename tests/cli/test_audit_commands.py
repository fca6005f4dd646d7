"""`careerhub audit` and `careerhub tidy`, as an operator's cron job uses them."""

from __future__ import annotations

import json

from tests.cli.conftest import Run
from tests.databases import Database
from tests.people import add_person


def test_a_seal_that_was_kept_finds_a_log_that_was_rewritten(careerhub: Run, database: Database) -> None:
    add_person(database.app_engine, "ada")
    sealed = careerhub("audit", "seal")
    assert sealed.returncode == 0
    kept = sealed.stdout.strip()
    assert len(kept.splitlines()) == 1
    assert "away from the database" in sealed.stderr
    good = careerhub("audit", "verify", "--seal", kept)
    assert good.returncode == 0
    assert "0 of them are not sealed yet" in good.stdout
    assert "is in this log" in good.stdout
    with database.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE audit_log SET action = 'X' WHERE position = (SELECT max(position) FROM audit_log)")
        position, row_id = connection.execute(  # type: ignore[misc]
            "SELECT position, id FROM audit_log ORDER BY position DESC LIMIT 1"
        ).fetchone()
    bad = careerhub("audit", "verify")
    assert bad.returncode == 4
    assert f"row {position} ({row_id}, X) was altered" in bad.stdout
    with database.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM audit_seals")
    careerhub("audit", "seal")
    assert careerhub("audit", "verify").returncode == 0
    found = careerhub("audit", "verify", "--seal", kept)
    assert found.returncode == 4
    assert "rewritten" in found.stdout


def test_scripts_read_the_results_as_json(careerhub: Run, database: Database) -> None:
    add_person(database.app_engine, "ada")
    sealed = json.loads(careerhub("audit", "seal", "--json").stdout)
    verdict = json.loads(careerhub("audit", "verify", "--json", "--seal", sealed["seal"]).stdout)
    assert sealed["sealed"] == verdict["intact"] > 1
    assert verdict["head"] == sealed["seal"]
    assert verdict["is_good"]
    assert verdict["is_known_seal_there"]
    assert verdict["first_bad"] is None
    assert set(json.loads(careerhub("tidy", "--json").stdout).values()) == {0}


def test_what_is_no_seal_is_wrong_use(careerhub: Run) -> None:
    done = careerhub("audit", "verify", "--seal", "12:abc")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_tidy_says_what_it_did(careerhub: Run, database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada")
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO share_links (id, profile_id, token_hash, expires_at) VALUES (make_ulid(), %s, sha256('x'), now() - interval '31 days')",
            (profile_id,),
        )
    done = careerhub("tidy")
    assert done.returncode == 0
    assert "share links removed: 1" in done.stdout.splitlines()
    assert "share links removed: 0" in careerhub("tidy").stdout.splitlines()
