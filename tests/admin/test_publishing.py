"""Publishing: going public with open eyes, asking for it, and what is said of who does it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from careerhub.db.publications import note_failures, note_sighting
from careerhub.editing.publishing import choose_server
from tests.admin.test_seen import change_profile, hide_client
from tests.admin.visiting import Visitor
from tests.cli.conftest import environment_of
from tests.databases import Database
from tests.people import add_career

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def read_requests(database: Database, visitor: Visitor) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(
            "SELECT revision, served_at IS NOT NULL FROM publish_requests WHERE profile_id = %s ORDER BY requested_at",
            (visitor.profile_id,),
        ).fetchall()


def test_before_going_public_every_fact_is_listed_and_has_to_be_looked_at(database: Database, bob: Visitor) -> None:
    add_career(database.app_engine, bob.profile_id)
    hide_client(database, bob)
    change_profile(database, bob, headline="Keeper of tides", contact={"email": "bob@example.org"})
    page = bob.get("/publishing/begin").text
    for fact in ("Keeper of tides", "bob@example.org", "Lantern Works", "Kept the lamps lit", "A bank in the Alps"):
        assert fact in page, fact
    assert "Kestrel" not in page
    assert "facts become public" in page
    refused = bob.post("/publishing/begin", {})
    assert refused.status_code == 422
    assert "Look through the list" in refused.text
    assert read_requests(database, bob) == []
    done = bob.post("/publishing/begin", {"looked": "yes"})
    assert done.headers["Location"] == "/publishing/address"
    assert len(read_requests(database, bob)) == 1
    live = bob.get("/publishing/address").text
    assert "http://127.0.0.1:8000/p/bob/" in live
    assert 'src="data:image/svg+xml;base64,' in live
    assert "QR code that leads to http://127.0.0.1:8000/p/bob/" in live
    card = bob.get("/publishing/contact.vcf")
    assert b"URL:http://127.0.0.1:8000/p/bob/" in card.data
    assert card.content_type.startswith("text/vcard")


@pytest.mark.parametrize(("column", "said"), [("full_name", "your name"), ("slug", "an address of its own")])
def test_what_is_missing_is_said(database: Database, bob: Visitor, column: str, said: str) -> None:
    change_profile(database, bob, **{column: None if column == "slug" else ""})
    assert said in bob.get("/publishing/begin").text
    assert bob.post("/publishing/begin", {"looked": "yes"}, at="/links/").status_code == 422
    assert read_requests(database, bob) == []


def test_asking_twice_for_the_same_is_one_request(database: Database, ada: Visitor) -> None:
    for _ in range(2):
        assert ada.post("/publishing/").headers["Location"] == "/publishing/"
    assert len(read_requests(database, ada)) == 1
    change_profile(database, ada, headline="Keeper of tides")
    ada.post("/publishing/")
    assert len(read_requests(database, ada)) == 2


def test_a_private_profile_cannot_be_asked_for(database: Database, bob: Visitor) -> None:
    assert bob.post("/publishing/", at="/links/").status_code == 422
    assert bob.get("/publishing/contact.vcf").status_code == 404
    assert read_requests(database, bob) == []


def test_a_request_wakes_whoever_publishes(database: Database, ada: Visitor) -> None:
    with database.connect("careerhub_site") as listener:
        listener.execute("LISTEN careerhub_changes")
        ada.post("/publishing/")
        assert [n.channel for n in listener.notifies(timeout=10, stop_after=1)] == ["careerhub_changes"]


def test_looking_changes_nothing(database: Database, ada: Visitor) -> None:
    for path in ("/publishing/", "/publishing/begin", "/publishing/address", "/seen/", "/links/"):
        ada.get(path)
    assert read_requests(database, ada) == []


def test_the_page_says_who_will_publish(database: Database, ada: Visitor) -> None:
    assert "Nobody has published here yet" in ada.get("/publishing/").text
    note_sighting(database.site_engine, "SYNC")
    assert "The next run of cron" in ada.get("/publishing/").text
    note_sighting(database.site_engine, "WATCH")
    assert "is running" in ada.get("/publishing/").text


def test_who_serves_is_whoever_follows_edits_and_else_the_latest() -> None:
    minute, day = timedelta(minutes=1), timedelta(days=1)
    assert choose_server({}, NOW) == ""
    assert choose_server({"WATCH": NOW - minute, "SYNC": NOW}, NOW) == "WATCH"
    assert choose_server({"WATCH": NOW - day, "SYNC": NOW - minute}, NOW) == "SYNC"
    assert choose_server({"WATCH": NOW - day}, NOW) == ""
    assert choose_server({"WORKER": NOW}, NOW) == "WORKER"


def test_a_failure_of_the_builder_is_said(database: Database, ada: Visitor) -> None:
    note_failures(database.site_engine, {"ada": "headline: no glyph for U+F8FF"})
    said = ada.get("/publishing/").text
    assert "The last try to publish failed" in said
    assert "no glyph for U+F8FF" in said


def test_an_edit_is_asked_for_published_by_a_real_sync_and_said_to_be_out(
    database: Database, ada: Visitor, tmp_path: Path
) -> None:
    www = tmp_path / "www"
    environment = environment_of(database, tmp_path) | {"CAREERHUB_TARGET": www.as_uri()}

    def sync() -> None:
        command = [sys.executable, "-m", "careerhub", "sync"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr

    sync()
    page = www / "p/ada/index.html"
    assert "Keeper of lamps" in page.read_text()
    change_profile(database, ada, headline="Keeper of tides")
    waiting = ada.get("/publishing/").text
    assert "1 change waits" in waiting
    assert "Keeper of lamps" in page.read_text()
    ada.post("/publishing/")
    assert "Asked for" in ada.get("/publishing/").text
    assert [served for _, served in read_requests(database, ada)] == [False]
    sync()
    assert "Keeper of tides" in page.read_text()
    assert [served for _, served in read_requests(database, ada)] == [True]
    after = ada.get("/publishing/").text
    assert "Published, and up to date." in after
    assert "Asked for" not in after


def test_a_request_is_one_more_try_of_what_failed(database: Database, ada: Visitor, tmp_path: Path) -> None:
    environment = environment_of(database, tmp_path) | {"CAREERHUB_TARGET": (tmp_path / "www").as_uri()}

    def sync() -> int:
        command = [sys.executable, "-m", "careerhub", "sync"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120).returncode

    change_profile(database, ada, headline="Keeper of \ue000")  # what no font draws
    assert [sync(), sync()] == [3, 0]
    page = ada.get("/publishing/").text
    assert "U+E000" in page
    assert "Publish now" in page
    ada.post("/publishing/")
    assert [served for _, served in read_requests(database, ada)] == [False]
    assert sync() == 3
    assert [served for _, served in read_requests(database, ada)] == [True]
    assert sync() == 0


def test_who_hides_again_is_private_at_once(database: Database, ada: Visitor) -> None:
    ada.post("/publishing/hide", {"visibility": "PRIVATE"}, at="/publishing/")
    assert "isn’t public" in ada.get("/publishing/").text
