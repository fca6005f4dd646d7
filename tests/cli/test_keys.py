"""`careerhub keys`: everybody's contact data under a new key, whatever happens meanwhile, and nothing lost."""

from __future__ import annotations

import json
import stat
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from careerhub.cli.context import Context
from careerhub.cli.keys import BATCH, Rotation, add_key, check_contacts, rotate_contacts
from careerhub.db.session import acting
from careerhub.editing.contact import ContactKeys, make_contact_key, parse_contact_keys
from careerhub.editing.profiles import change_contact, read_private_contact
from careerhub.errors import SettingsInvalid, WrongUse
from careerhub.local.cluster import find_data_dir
from careerhub.reporting import Silent
from careerhub.settings import read_settings
from tests.cli.conftest import Run
from tests.databases import Database
from tests.people import add_person, owner_of

OLD, NEW, LOST = (make_contact_key() for _ in range(3))
OLD_ID, NEW_ID, LOST_ID = (key.partition(":")[0] for key in (OLD, NEW, LOST))
ONLY_OLD, ONLY_NEW, BOTH = (parse_contact_keys(keys) for keys in (OLD, NEW, f"{NEW},{OLD}"))

People = dict[str, tuple[str, str]]


def add_contacts(database: Database, keys: ContactKeys, *slugs: str) -> People:
    """Add people with private contact data; return their user and profile ids by slug."""
    people = {}
    for slug in slugs:
        profile_id = add_person(database.app_engine, slug)
        people[slug] = (owner_of(profile_id), profile_id)
        edit_contact(database, keys, people[slug], {"phone": f"+1 555 {slug}"})
    return people


def edit_contact(database: Database, keys: ContactKeys, person: tuple[str, str], private: Mapping[str, str]) -> None:
    with acting(database.app_engine, person[0]) as session:
        change_contact(session, keys, person[1], private=private)


def read_contact(database: Database, keys: ContactKeys, person: tuple[str, str]) -> dict[str, str]:
    with acting(database.app_engine, person[0]) as session:
        return read_private_contact(session, keys, person[1])


def read_blobs(database: Database) -> dict[str, tuple[bytes, str]]:
    with database.connect() as connection:
        rows = connection.execute("SELECT slug, contact_encrypted, contact_key_id FROM profiles").fetchall()
    return {str(slug): (bytes(blob), str(key)) for slug, blob, key in rows}  # type: ignore[call-overload]


def rotate(database: Database, keys: ContactKeys) -> Rotation:
    return rotate_contacts(database.owner_engine, database.app_engine, keys, Silent())


def test_everybody_is_under_the_newest_key_and_the_old_one_is_free(any_database: Database) -> None:
    slugs = [f"p{number}" for number in range(BATCH + 3)]
    people = add_contacts(any_database, ONLY_OLD, *slugs)
    people |= add_contacts(any_database, BOTH, "later")
    add_person(any_database.app_engine, "without")
    done = rotate(any_database, BOTH)
    assert done == Rotation(newest=NEW_ID, reencrypted=len(slugs), already=1, failed=[], left=0, unused_keys=[OLD_ID])
    for slug, person in people.items():
        assert read_contact(any_database, ONLY_NEW, person) == {"phone": f"+1 555 {slug}"}


def test_a_second_rotation_writes_nothing(database: Database) -> None:
    add_contacts(database, ONLY_OLD, "ada", "bo")
    rotate(database, BOTH)
    before = read_blobs(database)
    again = rotate(database, BOTH)
    assert (again.reencrypted, again.already) == (0, 2)
    assert read_blobs(database) == before


def test_a_rotation_publishes_nothing_anew(any_database: Database) -> None:
    add_contacts(any_database, ONLY_OLD, "ada", "bo")

    def revisions() -> object:
        with any_database.connect() as connection:
            return connection.execute("SELECT * FROM profile_revisions ORDER BY profile_id").fetchall()

    before = revisions()
    assert rotate(any_database, BOTH).reencrypted == 2
    assert revisions() == before


def damage(database: Database, slug: str, how: str) -> None:
    """Do to somebody's contact data what disks, thieves and operators do."""
    statement = {
        "flipped bit": "UPDATE profiles SET contact_encrypted = set_bit(contact_encrypted, 150, 1 - get_bit(contact_encrypted, 150)) WHERE slug = %s",
        "moved": "UPDATE profiles p SET contact_encrypted = o.contact_encrypted FROM profiles o WHERE o.slug = 'bo' AND p.slug = %s",
        "cut": "UPDATE profiles SET contact_encrypted = substr(contact_encrypted, 1, 20) WHERE slug = %s",
        "emptied": "UPDATE profiles SET contact_encrypted = '' WHERE slug = %s",
        "lost key": f"UPDATE profiles SET contact_key_id = '{LOST_ID}' WHERE slug = %s",
    }[how]
    with database.connect() as connection:
        connection.execute(statement, (slug,))  # type: ignore[call-overload]


@pytest.mark.parametrize("how", ["flipped bit", "moved", "cut", "emptied", "lost key"])
def test_what_does_not_open_is_named_and_kept_and_the_rest_goes_on(database: Database, how: str) -> None:
    people = add_contacts(database, ONLY_OLD, "ada", "bo", "cy")
    damage(database, "ada", how)
    before = read_blobs(database)["ada"]
    done = rotate(database, BOTH)
    assert (done.reencrypted, done.left) == (2, 0)
    (failed,) = done.failed
    assert (failed.slug, failed.profile_id) == ("ada", people["ada"][1])
    assert "+1 555" not in failed.reason
    assert done.unused_keys == []  # the row may need any of them
    assert read_blobs(database)["ada"] == before
    checked = check_contacts(database.owner_engine, database.app_engine, BOTH, Silent())
    assert (checked.opened, checked.failed) == ({NEW_ID: 2}, [failed])


def test_a_lost_key_that_comes_back_opens_everything_again(database: Database) -> None:
    people = add_contacts(database, parse_contact_keys(LOST), "ada")
    (failed,) = rotate(database, BOTH).failed
    assert f"'{LOST_ID}'" in failed.reason
    assert "put that key back" in failed.reason
    again = rotate(database, parse_contact_keys(f"{NEW},{OLD},{LOST}"))
    assert (again.reencrypted, again.failed) == (1, [])
    assert read_contact(database, ONLY_NEW, people["ada"]) == {"phone": "+1 555 ada"}


def test_an_interrupted_rotation_goes_on_where_it_was(database: Database) -> None:
    add_contacts(database, ONLY_OLD, *(f"p{number:02}" for number in range(2 * BATCH + 1)))

    class Stop(Silent):
        def progress(self, what: str, done: int, total: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_contacts(database.owner_engine, database.app_engine, BOTH, Stop())
    assert sum(key == NEW_ID for _, key in read_blobs(database).values()) == BATCH
    done = rotate(database, BOTH)
    assert (done.reencrypted, done.already, done.left) == (BATCH + 1, BATCH, 0)


def test_a_profile_erased_meanwhile_is_no_failure(database: Database) -> None:
    add_contacts(database, ONLY_OLD, *(f"p{number:02}" for number in range(BATCH + 1)))

    class Erase(Silent):
        def progress(self, what: str, done: int, total: int) -> None:
            with database.connect() as connection:
                connection.execute("DELETE FROM users")

    done = rotate_contacts(database.owner_engine, database.app_engine, BOTH, Erase())
    assert (done.reencrypted, done.failed, done.left) == (BATCH, [], 0)


def test_an_edit_between_reading_and_writing_is_not_undone(database: Database) -> None:
    """Somebody who doesn't take the profile's lock, as psql doesn't, commits in the middle of a rotation."""
    people = add_contacts(database, ONLY_OLD, "ada")
    blob_of_bo = add_contacts(database, ONLY_OLD, "bo") and read_blobs(database)["bo"][0]
    written = threading.Event()

    def write() -> None:
        with database.connect() as connection, connection.transaction():
            connection.execute("UPDATE profiles SET contact_encrypted = %s WHERE slug = 'ada'", (blob_of_bo,))
            written.set()
            for _ in range(500):  # until the rotation waits for this row
                connection.execute("SELECT pg_sleep(0.02), pg_stat_clear_snapshot()")
                if connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                ).fetchone():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(timeout=10)
    first = rotate(database, BOTH)
    writer.join()
    assert read_blobs(database)["ada"] == (blob_of_bo, OLD_ID)
    assert (first.reencrypted, first.left) == (1, 1)
    assert rotate(database, BOTH).failed[0].profile_id == people["ada"][1]


def test_a_rotation_waits_for_whoever_has_the_profile_locked(database: Database) -> None:
    (person,) = add_contacts(database, ONLY_OLD, "ada").values()
    with ThreadPoolExecutor(1) as pool, database.connect() as connection:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (person[1],))
            rotation = pool.submit(rotate, database, BOTH)
            waits = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while not rotation.done() and connection.execute(waits).fetchone() is None:
                time.sleep(0.01)
            assert not rotation.done()
        assert rotation.result(timeout=30).reencrypted == 1


def test_edits_while_two_rotate_are_all_kept(any_database: Database) -> None:
    people = add_contacts(any_database, ONLY_OLD, *(f"p{number}" for number in range(6)))
    last: dict[str, str] = {}

    def edit(slug: str) -> None:
        for number in range(12):
            # every other program still takes the old key for the newest
            keys = BOTH if number % 2 else parse_contact_keys(f"{OLD},{NEW}")
            last[slug] = f"+1 555 {number:04}"
            edit_contact(any_database, keys, people[slug], {"phone": last[slug], f"field{number}": "x"})

    with ThreadPoolExecutor(len(people) + 2) as pool:
        edits = [pool.submit(edit, slug) for slug in people]
        rotations = [pool.submit(rotate, any_database, BOTH) for _ in range(2)]
        for each in [*edits, *rotations]:
            each.result(timeout=60)
    for each in rotations:
        assert each.result().failed == []
    assert rotate(any_database, BOTH).left == 0
    for slug, person in people.items():
        found = read_contact(any_database, ONLY_NEW, person)
        assert found == {"phone": last[slug]} | {f"field{number}": "x" for number in range(12)}


def test_rotate_says_what_it_did_and_which_keys_are_free(careerhub: Run, database: Database) -> None:
    add_contacts(database, ONLY_OLD, "ada", "bo")
    both = {"CAREERHUB_CONTACT_KEYS": f"{NEW},{OLD}"}
    done = careerhub("keys", "rotate", more=both)
    assert done.returncode == 0, done.stderr
    assert "2 profiles and 0 second factors with " + NEW_ID in done.stdout
    assert f"may be removed from CAREERHUB_CONTACT_KEYS: {OLD_ID}" in done.stdout
    assert "Backups" in done.stderr
    again = json.loads(careerhub("keys", "rotate", "--json", more=both).stdout)
    assert again == {
        "newest": NEW_ID, "reencrypted": 0, "second_factors_reencrypted": 0, "already": 2, "failed": [], "left": 0,
            "unused_keys": [OLD_ID],
    }  # fmt: skip


def test_check_and_rotate_name_who_does_not_open(careerhub: Run, database: Database) -> None:
    add_contacts(database, ONLY_OLD, "ada", "bo")
    damage(database, "ada", "lost key")
    both = {"CAREERHUB_CONTACT_KEYS": f"{NEW},{OLD}"}
    before = read_blobs(database)
    checked = careerhub("keys", "check", more=both)
    assert checked.returncode == 4
    assert f"1 open (1 with {OLD_ID})" in checked.stdout
    assert "failed: ada: " in checked.stderr
    assert read_blobs(database) == before
    done = careerhub("keys", "rotate", "--json", more=both)
    assert done.returncode == 3
    assert [each["slug"] for each in json.loads(done.stdout)["failed"]] == ["ada"]
    assert LOST_ID in done.stderr
    assert "Traceback" not in done.stderr
    damage_undone = "UPDATE profiles SET contact_key_id = %s WHERE slug = 'ada'"
    with database.connect() as connection:
        connection.execute(damage_undone, (OLD_ID,))
    assert careerhub("keys", "check", more=both).returncode == 0


def test_no_command_prints_a_key_but_new(careerhub: Run, database: Database) -> None:
    add_contacts(database, ONLY_OLD, "ada")
    both = {"CAREERHUB_CONTACT_KEYS": f"{NEW},{OLD}"}
    for arguments in (["check"], ["rotate", "--json"], ["rotate"], ["new", "--add"]):
        done = careerhub("keys", *arguments, more=both)
        for key in (OLD, NEW):
            assert key.partition(":")[2] not in done.stdout + done.stderr


def test_new_prints_a_key_and_nothing_else(careerhub: Run) -> None:
    first, second = (careerhub("keys", "new") for _ in range(2))
    assert parse_contact_keys(first.stdout.strip()).newest[0] in first.stdout
    assert first.stdout != second.stdout
    assert "CAREERHUB_CONTACT_KEYS" in first.stderr
    assert parse_contact_keys(f"{first.stdout.strip()},{second.stdout.strip()}")


def test_a_key_is_not_added_to_keys_that_stand_in_a_setting(careerhub: Run) -> None:
    done = careerhub("keys", "new", "--add")
    assert done.returncode == 2
    assert "CAREERHUB_CONTACT_KEYS" in done.stderr


def make_home(folder: Path) -> Context:
    return Context(read_settings({"CAREERHUB_HOME": str(folder / "home")}, folder=folder))


def test_an_added_key_is_the_first_of_its_file_and_the_others_stay(tmp_path: Path) -> None:
    context = make_home(tmp_path)
    first = context.contact_keys().keys
    path = add_key(context, NEW)
    add_key(context, OLD)
    assert [key_id for key_id, _ in context.contact_keys().keys] == [OLD_ID, NEW_ID, first[0][0]]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_key_is_added_where_there_was_no_file_yet(tmp_path: Path) -> None:
    context = make_home(tmp_path)
    add_key(context, NEW)
    assert context.contact_keys().newest[0] == NEW_ID
    assert len(context.contact_keys().keys) == 2


def test_a_key_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    context = make_home(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "vault").write_text(OLD + "\n")
    (tmp_path / "home" / "contact-keys").symlink_to(tmp_path / "vault")
    assert add_key(context, NEW) == tmp_path / "vault"
    assert (tmp_path / "vault").read_text() == f"{NEW}\n{OLD}\n"
    assert (tmp_path / "home" / "contact-keys").is_symlink()


def test_a_lost_key_file_is_missed_and_no_other_made_in_its_place(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_contacts(database, ONLY_OLD, "ada")
    context = make_home(tmp_path)
    find_data_dir(context.settings.home).mkdir(parents=True)
    monkeypatch.setattr(Context, "engine", lambda _self, role: database.engine(role))
    with pytest.raises(SettingsInvalid, match="contact-keys is gone"):
        context.contact_keys()
    assert not (tmp_path / "home" / "contact-keys").exists()
    with database.connect() as connection:
        connection.execute("UPDATE profiles SET contact_encrypted = NULL, contact_key_id = NULL")
    assert len(context.contact_keys().keys) == 1


def test_a_key_that_is_there_already_is_not_added_again(tmp_path: Path) -> None:
    context = make_home(tmp_path)
    add_key(context, NEW)
    before = (tmp_path / "home" / "contact-keys").read_text()
    with pytest.raises(WrongUse, match="twice"):
        add_key(context, NEW)
    assert (tmp_path / "home" / "contact-keys").read_text() == before


def test_of_keys_added_at_once_none_is_lost(tmp_path: Path) -> None:
    context = make_home(tmp_path)
    context.contact_keys()
    keys = [make_contact_key() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: add_key(make_home(tmp_path), key), keys))
    assert set(keys) < set((tmp_path / "home" / "contact-keys").read_text().split())
