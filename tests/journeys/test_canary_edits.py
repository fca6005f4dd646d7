"""The proof again after edits: whatever was public and no longer is, is gone after the next build and publish."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Cluster
from tests.journeys.publishing import Place, find_leaks
from tests.journeys.searching import describe
from tests.journeys.world import Person, World, open_world, remove_person, rename_slug

# Two worlds everybody gets, and one nobody has seen.
SEEDS = (11, 23, None)
STEPS = 6
VISIBILITIES = {
    "alba": "PUBLIC", "bruno": "PUBLIC", "carla": "PUBLIC", "pia": "PRIVATE", "fritz": "FRIENDS",
}  # fmt: skip
HIDEABLE = (
    "experiences", "projects", "education", "certifications", "achievements", "skills", "languages", "references", "interests",
    "profile_links", "cv_versions",
)  # fmt: skip


@dataclass(slots=True)
class Edits:
    """Random edits of a world, and their story for whoever has to repeat them."""

    world: World
    random: random.Random
    story: list[str] = field(default_factory=list)
    anonymized: set[str] = field(default_factory=set)

    def make_one(self) -> None:
        """Make one edit that takes something away from the public."""
        person = self.random.choice([p for p in self.world.people.values() if p.is_public])
        edits: list[Callable[[Person], str]] = [
            self.hide_row, self.hide_row, self.hide_row, self.anonymize_project, self.withhold_card, self.switch_contact_off,
            self.rename, self.unpublish_version, self.unlink_technology,
        ]  # fmt: skip
        if sum(p.is_public for p in self.world.people.values()) > 1:
            edits += [self.withdraw_person, self.delete_person]
        edit = self.random.choice(edits)
        self.story.append(f"{edit.__name__} {person.name} {edit(person)}")
        self.world.collect_ids()

    def hide_row(self, person: Person) -> str:
        table = self.random.choice(HIDEABLE)
        kind = self.random.choice([kind for kind, of in person.rows if of == table])
        self._change(person, table, kind, "is_hidden = true")
        return f"{kind} {table}"

    def unpublish_version(self, person: Person) -> str:
        kind = self.random.choice(("default", "second"))
        self._change(person, "cv_versions", kind, "is_public = false")
        return kind

    def withhold_card(self, person: Person) -> str:
        self._change(person, "projects", "card", "show_anonymized = false")
        return ""

    def anonymize_project(self, person: Person) -> str:
        # a card made later would show again what was withheld: that is for the owner to do, and no edit of these
        is_shown = person.name not in self.anonymized and self.random.random() < 0.5
        self.anonymized.add(person.name)
        ledger = self.world.ledger
        place = f"{person.name}/shown-projects"
        was_seen = any(found.startswith(place) for found in ledger.shown.values())
        roles = {needle: found for needle, found in ledger.shown.items() if found == f"{place} projects.role"}
        names = {n: found for n, found in ledger.shown.items() if found == f"{place} technologies.name"}
        self._change(person, "projects", "shown", f"visibility = 'ANONYMOUS', show_anonymized = {is_shown}")
        if is_shown and was_seen:
            # what a card may say
            for needle, found in (roles | names).items():
                del ledger.secret[needle]
                ledger.shown[needle] = found
            ledger.open(f"{place} projects.anonymized_company")
        return "with a card" if is_shown else "without a card"

    def unlink_technology(self, person: Person) -> str:
        table = self.random.choice(("experience", "project"))
        self.world.run(
            f"DELETE FROM {table}_technologies WHERE profile_id = %s AND {table}_id = %s",
            person.profile_id,
            person.rows["shown", f"{table}s"],
        )
        self.world.ledger.seal(f"{person.name}/shown-{table}s technologies.")
        return table

    def switch_contact_off(self, person: Person) -> str:
        self.world.run("UPDATE profiles SET contact = '{}' WHERE id = %s", person.profile_id)
        self.world.ledger.seal(f"{person.name}/profile profiles.contact")
        return ""

    def rename(self, person: Person) -> str:
        rename_slug(self.world, person.name)
        return ""

    def withdraw_person(self, person: Person) -> str:
        person.visibility = self.random.choice(("PRIVATE", "FRIENDS"))
        self.world.run("UPDATE profiles SET visibility = %s WHERE id = %s", person.visibility, person.profile_id)
        self.world.ledger.seal(f"{person.name}/")
        return person.visibility

    def delete_person(self, person: Person) -> str:
        remove_person(self.world, person.name)
        return ""

    def _change(self, person: Person, table: str, kind: str, change: str) -> None:
        self.world.run(
            f'UPDATE "{table}" SET {change} WHERE profile_id = %s AND id = %s',
            person.profile_id,
            person.rows[kind, table],
        )
        self.world.ledger.seal(f"{person.name}/{kind}-{table} ")


def check_quiet(edits: Edits, place: Place) -> None:
    """Search all that lies there: what is secret by now is nowhere, and who is public still is somewhere."""
    search = place.search()
    leaks = find_leaks(edits.world, search)
    story = "\n".join(edits.story)
    assert not leaks, f"{story}\n{describe(leaks, seed=edits.world.ledger.seed)}"
    for person in edits.world.people.values():
        assert (person.slug in search.met) == person.is_public, f"{story}\n{person.name}"
    assert search.files > 30


@pytest.fixture(params=SEEDS, ids=lambda seed: str(seed or "new"))
def edits(embedded: Cluster, request: pytest.FixtureRequest) -> Iterator[Edits]:
    seed = request.param or random.SystemRandom().randrange(10**9)
    with embedded.copied() as database, open_world(database, seed, VISIBILITIES) as world:
        yield Edits(world, random.Random(seed))


def test_what_edits_took_away_is_gone_after_the_next_publish(edits: Edits, tmp_path: Path) -> None:
    place, database = Place(tmp_path), edits.world.database
    place.build_and_publish(database, cvs=True)
    check_quiet(edits, place)
    for _ in range(STEPS):
        edits.make_one()
        outcome = place.build_and_publish(database)
        assert outcome.failed == {}
        check_quiet(edits, place)
    place.build_and_publish(database, cvs=True, everything=True)
    check_quiet(edits, place)


def test_a_person_who_leaves_is_gone_with_their_lists_and_technologies(embedded: Cluster, tmp_path: Path) -> None:
    """One after the other leaves, until nobody is left: directory, one person's home page, an empty directory."""
    with embedded.copied() as database, open_world(database, 5, VISIBILITIES) as world:
        edits, place = Edits(world, random.Random(5)), Place(tmp_path)
        place.build_and_publish(database, cvs=True)
        for name, leave in (
            ("bruno", edits.withdraw_person), ("alba", edits.delete_person), ("carla", edits.withdraw_person),
        ):  # fmt: skip
            edits.story.append(f"{name} leaves")
            leave(world.people[name])
            world.collect_ids()
            assert place.build_and_publish(database).dropped == 1
            check_quiet_but_small(edits, place)
        assert not (place.target / "p").exists()
        assert [path.name for path in sorted((place.target / "technologies").iterdir())] == ["index.html"]


def check_quiet_but_small(edits: Edits, place: Place) -> None:
    search = place.search()
    leaks = find_leaks(edits.world, search)
    assert not leaks, describe(leaks, seed=edits.world.ledger.seed)
    assert search.files > 15


def test_who_left_is_gone_from_the_manifest_whatever_sqlite_does_by_default(
    embedded: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's SQLite overwrites what is deleted, others leave it in free pages of the file."""
    connect = sqlite3.connect

    def connect_without_overwriting(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **named)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_without_overwriting)
    with embedded.copied() as database, open_world(database, 9, VISIBILITIES) as world:
        edits, place = Edits(world, random.Random(9)), Place(tmp_path)
        place.build_and_publish(database)
        edits.withdraw_person(world.people["bruno"])
        place.build_and_publish(database)
        check_quiet_but_small(edits, place)
