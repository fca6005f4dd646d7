"""Private contact data at rest: neither dumps nor files nor logs of the database hold it, or a key."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from careerhub.cli.keys import rotate_contacts
from careerhub.db.session import acting
from careerhub.editing.contact import ContactKeys, make_contact_key, parse_contact_keys
from careerhub.editing.profiles import change_contact, read_private_contact
from careerhub.local.binaries import find_shipped_binaries, make_environment
from careerhub.moving.importing import import_jsonresume
from careerhub.reporting import Silent
from tests.databases import Database

IMPORTED = {"email": "wren.hidden@example.net", "phone": "+1 555 0177 042", "address": "9 Heron’s Reach"}
TYPED = {"signal": "wren-only-here", "email": "wren.later@example.net"}
RESUME = {
    "basics": {
        "name": "Wren Hollowell",
        "label": "Keeper of the plain label",
        "email": IMPORTED["email"],
        "phone": IMPORTED["phone"],
        "location": {"address": IMPORTED["address"], "city": "Northwick"},
    }
}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A person whose contact data has been imported, edited and encrypted anew, on a server that logs everything."""

    database: Database
    profile_id: str
    keys: ContactKeys


@pytest.fixture
def stored(any_database: Database) -> Stored:
    with any_database.connect() as connection:
        for setting in (
            "log_statement = 'all'",
            "log_min_error_statement = 'error'",
            "log_error_verbosity = 'verbose'",
        ):
            connection.execute(f"ALTER DATABASE {any_database.name} SET {setting}")  # type: ignore[call-overload]
    old, new = make_contact_key(), make_contact_key()
    app = any_database.app_engine
    data = json.dumps(RESUME).encode()
    import_jsonresume(app, parse_contact_keys(old), data, file_name="wren.json", email="wren@example.org", slug="wren")
    with any_database.connect() as connection:
        row = connection.execute("SELECT user_id, id FROM profiles").fetchone()
    assert row is not None
    user_id, profile_id = str(row[0]), str(row[1])
    with acting(app, user_id) as session:
        change_contact(session, parse_contact_keys(old), profile_id, private=TYPED)
    keys = parse_contact_keys(f"{new},{old}")
    assert rotate_contacts(any_database.owner_engine, app, keys, Silent()).reencrypted == 1
    with acting(app, user_id) as session:
        assert read_private_contact(session, keys, profile_id) == IMPORTED | TYPED
    return Stored(database=any_database, profile_id=profile_id, keys=keys)


def find_needles(keys: ContactKeys) -> dict[str, bytes]:
    """Return what must be nowhere, by what it is."""
    words = {f"contact {word}": word.encode() for word in [*IMPORTED.values(), *TYPED.values()]}
    return words | {f"key {key_id}": key for key_id, key in keys.keys}


def spell(needle: bytes) -> Iterator[bytes]:
    """Yield the needle as bytes, in hex, and as every base64 of a text it stands in the midst of."""
    yield needle
    yield needle.hex().encode()
    yield needle.hex().upper().encode()
    yield json.dumps(needle.decode("latin-1")).encode()[1:-1]
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + needle)
        # the first and the last group depend on the neighbours
        inside = whole[4 if before else 0 : len(whole) - 4]
        yield inside
        yield inside.translate(bytes.maketrans(b"+/", b"-_"))


def search(haystack: bytes, needles: Mapping[str, bytes]) -> list[str]:
    return [name for name, needle in needles.items() if any(spelling in haystack for spelling in spell(needle))]


def dump(database: Database, role: str) -> bytes:
    """Return everything pg_dump writes: a newer one reads older servers."""
    programs, _ = find_shipped_binaries()
    environment = make_environment(programs, Path()) | {"PGCONNECT_TIMEOUT": "10"}
    done = subprocess.run(
        [programs / "pg_dump", "--dbname", database.url(role)], env=environment, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def read_log(database: Database) -> bytes:
    folder = Path(database.socket)
    return next(path for path in (folder / "log", folder.parent / "postgres.log") if path.is_file()).read_bytes()


@pytest.mark.parametrize("role", ["postgres", "careerhub_backup"])
def test_a_dump_holds_no_contact_data_and_no_key(stored: Stored, role: str) -> None:
    dumped = dump(stored.database, role)
    assert b"Keeper of the plain label" in dumped
    assert stored.keys.newest[0].encode() in dumped
    assert search(dumped, find_needles(stored.keys)) == []


def test_the_search_would_find_it_in_a_dump(stored: Stored) -> None:
    # words of its own: the log and the files are other tests' too
    planted = {
        "in bytes": b"planted-in-bytes",
        "in JSON": "Planted Street’s End".encode(),
        "in base64": secrets.token_bytes(32),
    }
    extras = {"text": "Planted Street’s End", "more": base64.b64encode(b"ab" + planted["in base64"] + b"cd").decode()}
    with stored.database.connect() as connection:
        connection.execute(
            "UPDATE profiles SET contact_encrypted = %s, extras = %s", (b"{" + planted["in bytes"], json.dumps(extras))
        )
    assert search(dump(stored.database, "postgres"), planted) == list(planted)


def test_the_server_log_holds_none_of_it_even_when_it_logs_every_statement(stored: Stored) -> None:
    log = read_log(stored.database)
    assert b"Keeper of the plain label" in log  # it does say what statements carry
    assert b"contact_encrypted" in log
    assert search(log, find_needles(stored.keys)) == []


def test_the_files_of_the_database_hold_none_of_it(stored: Stored) -> None:
    with stored.database.connect() as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    data = Path(str(row[0]))
    if not os.access(data, os.R_OK):
        pytest.skip("the server's files belong to another user")
    files = [path for folder in (data / "base" / str(row[1]), data / "pg_wal") for path in folder.rglob("*")]
    needles = find_needles(stored.keys)
    plain = 0
    for path in files:
        if path.is_file():
            content = path.read_bytes()
            plain += b"Keeper of the plain label" in content
            assert search(content, needles) == [], path
    assert plain
