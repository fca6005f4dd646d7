"""A world to keep quiet about: people of every visibility with rows of every kind, a needle in every column."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from psycopg import sql

from careerhub.editing.contact import ContactKeys, encrypt_contact
from careerhub.editing.pictures import shrink_picture
from tests.databases import Database
from tests.journeys.canaries import Ledger
from tests.journeys.catalogue import EXEMPT_TABLES, Catalogue, insert_row, make_contact, make_value, read_catalogue
from tests.journeys.golden import CARD, PUBLIC

# The tables with a hidden row and a shown one; projects and CVs have more kinds, all other tables are filled by what
# the catalogue says of them.
_OWNED = (
    "experiences", "education", "certifications", "achievements", "skills", "languages", "references", "interests",
    "profile_links",
)  # fmt: skip
_TRANSLATED = {
    "experiences": "EXPERIENCE", "projects": "PROJECT", "education": "EDUCATION", "certifications": "CERTIFICATION",
    "achievements": "ACHIEVEMENT", "skills": "SKILL", "interests": "INTEREST", "cv_versions": "CV_VERSION",
}  # fmt: skip
# A field of each that is shown in another language, where the row is.
_PRINTED = {
    "PROFILE": "headline", "EXPERIENCE": "description", "PROJECT": "description", "EDUCATION": "description", "INTEREST": "name",
    "CERTIFICATION": "name", "ACHIEVEMENT": "description", "SKILL": "name",
}  # fmt: skip
_ANONYMOUS: dict[str, Any] = {"visibility": "ANONYMOUS"}
_OPEN = {"visibility": "PUBLIC"}
# Project kinds: what the columns say, and which of them the public may know.
_PROJECTS: dict[str, tuple[dict[str, Any], frozenset[str]]] = {
    "shown": (_OPEN, PUBLIC["projects"]),
    "hidden": (_OPEN | {"is_hidden": True}, frozenset()),
    "card": (_ANONYMOUS | {"show_anonymized": True}, CARD),
    "withheld": (_ANONYMOUS, frozenset()),
    "hidden-card": (_ANONYMOUS | {"show_anonymized": True, "is_hidden": True}, frozenset()),
}
_VERSIONS: dict[str, tuple[dict[str, Any], bool]] = {
    "default": ({"is_default": True, "is_public": True}, True),
    "second": ({"is_public": True}, True),
    "private": ({}, False),
    "hidden": ({"is_public": True, "is_hidden": True}, False),
}


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody of the world; `rows` maps kind and table to the row's id."""

    name: str
    visibility: str
    slug: str
    user_id: str
    profile_id: str
    rows: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        return self.visibility == "PUBLIC"


@dataclass(slots=True)
class World:
    """A planted database."""

    database: Database
    ledger: Ledger
    connection: Any
    catalogue: Catalogue
    people: dict[str, Person] = field(default_factory=dict)
    planted: set[str] = field(default_factory=set)
    ids: dict[str, str] = field(default_factory=dict)
    _last: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @property
    def public_ids(self) -> set[str]:
        """Return the ids that the manifests may name."""
        return {person.profile_id for person in self.people.values() if person.is_public}

    def run(self, statement: str, *values: Any) -> None:
        self.connection.execute(statement, values)

    def plant(
        self, table: str, place: str, *, public: Iterable[str] = (), given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Insert a row with a needle in each column that isn't given, and return it."""
        given = dict(given or {})
        shown = frozenset(public)
        row = dict(given)
        for column in self.catalogue.columns[table]:
            if column.name not in given:
                where = f"{place} {column.says}"
                row[column.name] = make_value(self.ledger, column, where, public=column.name in shown)
        row = _set_precisions(row)
        insert_row(self.connection, table, row)
        self.planted.add(table)
        self._last[place.partition("/")[0], table] = row
        return row

    def collect_ids(self) -> None:
        """Remember every id of the database: each is a needle."""
        for column in self.catalogue.ulids:
            query = sql.SQL("SELECT DISTINCT {0}::text FROM public.{1} WHERE {0} IS NOT NULL").format(
                sql.Identifier(column.name), sql.Identifier(column.table)
            )
            self.ids |= {found: f"id {column.says}" for (found,) in self.connection.execute(query)}

    def find_parents(self, table: str, person: str) -> dict[str, Any]:
        """Return the foreign keys of a row of this person."""
        found: dict[str, Any] = {}
        for parent, ours, theirs in self.catalogue.parents.get(table, ()):
            row = self._last.get((person, parent)) or next(r for (_, t), r in self._last.items() if t == parent)
            found |= {our: row[their] for our, their in zip(ours, theirs, strict=True)}
        return found


def _set_precisions(row: dict[str, Any]) -> dict[str, Any]:
    for name in [name for name in row if name.endswith("_precision")]:
        stem = name.removesuffix("_precision")
        is_known = row.get("date" if stem == "date" else f"{stem}_date") is not None
        row[name] = "D" if is_known else None
    return row


@contextmanager
def open_world(database: Database, seed: int, visibilities: Mapping[str, str]) -> Iterator[World]:
    """Plant people of these visibilities, by name; the world is open as long as its connection."""
    with database.connect() as connection:
        world = World(database, Ledger(seed), connection, read_catalogue(connection))
        for name, visibility in visibilities.items():
            _plant_person(world, name, visibility)
        _plant_everything_else(world)
        # who left, and an address that was given up
        _plant_person(world, "gone", "PUBLIC")
        remove_person(world, "gone")
        rename_slug(world, next(iter(world.people)))
        world.collect_ids()
        yield world


def remove_person(world: World, name: str) -> None:
    """Delete an account with all it owns."""
    world.run("DELETE FROM users WHERE id = %s", world.people.pop(name).user_id)
    world.ledger.seal(f"{name}/")


def rename_slug(world: World, name: str) -> None:
    """Give a profile a new address."""
    person = world.people[name]
    if not person.is_public:  # a former address of somebody PUBLIC leads on
        world.ledger.seal(f"{name}/profile profiles.slug")
    person.slug = world.ledger.word(f"{name}/profile profiles.slug", public=person.is_public)
    world.run("UPDATE profiles SET slug = %s WHERE id = %s", person.slug, person.profile_id)


def _plant_person(world: World, name: str, visibility: str) -> None:
    ledger, is_public = world.ledger, visibility == "PUBLIC"
    person = Person(
        name=name, visibility=visibility, slug="", user_id=ledger.ulid(), profile_id=ledger.ulid()
    )  # fmt: skip
    world.people[name] = person
    world.plant("users", f"{name}/account", given={"id": person.user_id})
    _plant_profile(world, person)
    for table in _OWNED:
        _plant_row(world, person, table, "shown", {}, PUBLIC[table] if is_public else frozenset())
        _plant_row(world, person, table, "hidden", {"is_hidden": True}, frozenset())
    for kind, (given, public) in _PROJECTS.items():
        _plant_row(world, person, "projects", kind, given, public if is_public else frozenset())
    _plant_links(world, person)
    for kind, (given, is_shown) in _VERSIONS.items():
        _plant_version(world, person, kind, given, is_shown=is_shown and is_public)
    _plant_translations(world, person)
    _plant_photo(world, person)


def _plant_photo(world: World, person: Person) -> None:
    """Give a photo to everybody: of somebody PUBLIC a real one, whose file said more than its pixels."""
    place, mine = f"{person.name}/photo", {"profile_id": person.profile_id}
    if not person.is_public:
        world.plant("profile_photos", place, given={**mine, "size": "medium"})
        return
    said = {name: world.ledger.word(f"{place} profile_photos.{name}").encode() for name in ("comment", "exif", "end")}
    exif = Image.Exif()
    exif[0x010E] = said["exif"].decode()
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "JPEG", comment=said["comment"], exif=exif.tobytes())
    for made in shrink_picture(file.getvalue() + said["end"]):
        row = {"size": made.size, "sha256": made.sha256, "pixels": made.pixels, "bytes": made.data}
        world.plant("profile_photos", place, given={**mine, **row})


def _plant_profile(world: World, person: Person) -> None:
    ledger, place, public = world.ledger, f"{person.name}/profile", person.is_public
    key_id = ledger.word(f"{place} profiles.contact_key_id")
    said = make_contact(ledger, f"{place} profiles.contact_encrypted", public=False)
    sealed, _ = encrypt_contact(ContactKeys(keys=((key_id, os.urandom(32)),)), person.profile_id, said)
    given = {
        "id": person.profile_id,
        "user_id": person.user_id,
        "visibility": person.visibility,
        "contact": make_contact(ledger, f"{place} profiles.contact", public=public),
        "contact_encrypted": sealed,
        "contact_key_id": key_id,
        "is_indexable": True,
    }
    if public:
        given |= {"theme": "modern", "lang": "en"}
        # only that it lies in the future is public, not the day
        given |= {"open_to_work_until": None}
    row = world.plant("profiles", place, public=PUBLIC["profiles"] if public else (), given=given)
    person.slug = row["slug"]


def _plant_row(
    world: World, person: Person, table: str, kind: str, given: Mapping[str, Any], public: frozenset[str]
) -> None:
    row_id = world.ledger.ulid()
    person.rows[kind, table] = row_id
    place = f"{person.name}/{kind}-{table}"
    more: dict[str, Any] = {"profile_id": person.profile_id, "id": row_id, **given}
    if table == "skills":
        more["technology_id"] = _plant_technology(world, place, is_named=bool(public), is_linked=bool(public))
    if kind == "card" and public:
        # the year is public, the day isn't
        more["category"] = "Production"
        public = public - {"start_date", "end_date"}
    if table == "languages" and public:
        more["tag"] = "en"
    world.plant(table, place, public=public, given=more)


def _plant_technology(world: World, place: str, *, is_named: bool, is_linked: bool) -> str:
    """Plant a technology that only this row uses, and another name for it."""
    technology_id = world.ledger.ulid()
    name = world.ledger.word(f"{place} technologies.name", public=is_named)
    slug = world.ledger.word(f"{place} technologies.slug", public=is_linked)
    world.plant("technologies", place, given={"id": technology_id, "name": name, "slug": slug})
    world.plant("technology_aliases", place, given={"technology_id": technology_id})
    return technology_id


def _plant_links(world: World, person: Person) -> None:
    """Link jobs and projects to technologies of their own, and projects to jobs that are shown and hidden."""
    for kind in ("shown", "hidden"):
        _plant_use(world, person, "experience", kind, is_named=kind == "shown", is_linked=kind == "shown")
    for kind in _PROJECTS:
        _plant_use(world, person, "project", kind, is_named=kind in ("shown", "card"), is_linked=kind == "shown")
        for job in ("shown", "hidden"):
            given = {
                "profile_id": person.profile_id,
                "project_id": person.rows[kind, "projects"],
                "experience_id": person.rows[job, "experiences"],
            }
            world.plant("project_experiences", f"{person.name}/{kind}-projects", given=given)


def _plant_use(world: World, person: Person, one: str, kind: str, *, is_named: bool, is_linked: bool) -> None:
    place, public = f"{person.name}/{kind}-{one}s", person.is_public
    technology_id = _plant_technology(world, place, is_named=is_named and public, is_linked=is_linked and public)
    given = {
        "profile_id": person.profile_id,
        f"{one}_id": person.rows[kind, f"{one}s"],
        "technology_id": technology_id,
    }
    world.plant(f"{one}_technologies", place, given=given)


def _plant_version(world: World, person: Person, kind: str, given: Mapping[str, Any], *, is_shown: bool) -> None:
    ledger, place = world.ledger, f"{person.name}/{kind}-cv_versions"
    config = {
        "custom_summary": ledger.word(f"{place} cv_versions.sections_config", public=is_shown),
        "experiences": [person.rows["shown", "experiences"], person.rows["hidden", "experiences"]],
        "projects": [person.rows[project, "projects"] for project in _PROJECTS],
        ledger.word(f"{place} cv_versions.unknown_key"): ledger.word(f"{place} cv_versions.unknown_value"),
    }
    if kind == "default":
        # all of it, so that the default CV prints what the pages print
        del config["experiences"], config["projects"]
    more = dict(given) | {"sections_config": config}
    if person.is_public:
        # a version that may not be seen could be printed: only then it is kept quiet by the filter alone
        more |= {"template": "modern", "lang": "en"}
    _plant_row(world, person, "cv_versions", kind, more, PUBLIC["cv_versions"] if is_shown else frozenset())


def _plant_translations(world: World, person: Person) -> None:
    """Translate the profile and a row of every kind: into a language that has a page, and into one that nobody knows."""
    wanted = [("profile", "PROFILE", person.profile_id)]
    for (kind, table), row_id in person.rows.items():
        if table in _TRANSLATED:
            wanted.append((f"{kind}-{table}", _TRANSLATED[table], row_id))
    for place, entity_type, entity_id in wanted:
        given = {"profile_id": person.profile_id, "entity_type": entity_type, "entity_id": entity_id}
        world.plant("translations", f"{person.name}/{place}", given=given)
        is_shown = person.is_public and place.startswith(("profile", "shown-")) and entity_type in _PRINTED
        given |= {"lang": "de", "field": _PRINTED.get(entity_type, "name")}
        world.plant("translations", f"{person.name}/{place}", given=given, public={"text"} if is_shown else ())


def _plant_everything_else(world: World) -> None:
    """Plant a row a person in every table that nobody here thought of."""
    for table in _sort_by_parents(world.catalogue):
        if table in EXEMPT_TABLES or table in world.planted:
            continue
        names = {column.name for column in world.catalogue.columns[table]}
        for person in world.people.values():
            mine = {"profile_id": person.profile_id, "user_id": person.user_id}
            given = world.find_parents(table, person.name) | {k: v for k, v in mine.items() if k in names}
            if table == "profile_publications":
                given["published_revision"] = 0
            world.plant(table, f"{person.name}/other", given=given)


def _sort_by_parents(catalogue: Catalogue) -> list[str]:
    done: list[str] = []
    waiting = sorted(catalogue.columns)
    while waiting:
        ready = [
            t for t in waiting if all(p[0].strip('"') in (*done, t) for p in catalogue.parents.get(t, ()))
        ]  # fmt: skip
        done += ready
        waiting = [table for table in waiting if table not in ready]
    return done
