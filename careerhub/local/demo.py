"""Load fictional people, many at a time, and remove them again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Engine, delete, text
from sqlalchemy.orm import Session
from ulid import ULID

from careerhub.db.base import Base
from careerhub.db.models import User
from careerhub.db.session import acting, sign
from careerhub.document.dates import read_partial_date
from careerhub.editing.accounts import find_account
from careerhub.editing.contact import ContactKeys, encrypt_contact
from careerhub.editing.rows import add_rows, list_technologies
from careerhub.editing.translations import ENTITIES
from careerhub.ids import make_id
from careerhub.moving.merging import find_slug, fold
from careerhub.reporting import Report

SOURCE = "DEMO"
# People a transaction: enough that statements cost little, few enough that an interrupted load loses seconds.
_BATCH = 100

# The lists of a person's file and the tables they go to, in the order that foreign keys want.
_TABLES = {
    "links": "profile_links",
    "experiences": "experiences",
    "projects": "projects",
    "skills": "skills",
    "education": "education",
    "certifications": "certifications",
    "achievements": "achievements",
    "languages": "languages",
    "references": "references",
    "interests": "interests",
    "cv_versions": "cv_versions",
}
# What hangs on those rows, and on nothing else.
_HANGING = ("project_experiences", "project_technologies", "experience_technologies", "translations")
_DATES = {"start": "start", "end": "end", "issued": "issue", "expires": "expiry", "date": ""}
_KEPT_BY_DATABASE = frozenset({"revision", "created_at", "updated_at", "completeness_score", "is_anonymized"})
# An address may also be held for somebody who had it until lately: for the same profile id it isn't.
_IS_FREE = text("SELECT EXISTS (SELECT FROM free_slugs(ARRAY[:slug], :profile_id))")
_DEMO_ACCOUNTS = text("SELECT user_id FROM list_accounts() WHERE source = :source")

Rows = dict[str, list[dict[str, Any]]]
T = TypeVar("T")


def load_demo(
    engine: Engine, keys: ContactKeys, people: Iterable[Mapping[str, Any]], report: Report, *, total: int = 0
) -> int:
    """Add accounts and profiles for these people and return how many; who has an account already is left alone."""
    with acting(engine, None) as session:
        catalogue = {fold(name): technology_id for name, technology_id in list_technologies(session)}
    added = seen = 0
    for batch in _split(people):
        with acting(engine, None) as session:
            missing = [person for person in batch if _is_missing(session, person, report)]
            for person in missing:
                _add_person(session, _make_person(person, keys, catalogue))
        added, seen = added + len(missing), seen + len(batch)
        report.progress("Loading people", seen, max(total, seen))
    return added


def remove_demo(owner_engine: Engine, engine: Engine) -> int:
    """Delete the accounts of every demo profile, with all they own, and return how many there were."""
    with acting(owner_engine, None) as session:
        users = session.scalars(_DEMO_ACCOUNTS, {"source": SOURCE}).all()
    for batch in _split(users):
        with acting(engine, None) as session:
            for user_id in batch:
                sign(session, user_id)
                session.execute(delete(User).where(User.id == user_id))
    return len(users)


def make_demo_id(email: str) -> str:
    """Make the profile id of a demo person: always the same, so that their address comes back after a removal."""
    return str(ULID.from_bytes(hashlib.sha256(f"demo {email.lower()}".encode()).digest()[:16]))


def _split(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _is_missing(session: Session, person: Mapping[str, Any], report: Report) -> bool:
    if find_account(session, person["email"]):
        return False
    slug = person["profile"]["slug"]
    if session.scalar(_IS_FREE, {"slug": slug, "profile_id": make_demo_id(person["email"])}):
        return True
    report.note(f"{slug} is somebody else's address: this demo person is left out.")
    return False


def _add_person(session: Session, rows: Rows) -> None:
    """Insert one person's rows, signed by that person: the database takes them from nobody else."""
    sign(session, rows["users"][0]["id"])
    for table in ("users", "profiles", *_TABLES.values(), *_HANGING):
        add_rows(session, table, rows.get(table, []))


def _make_person(person: Mapping[str, Any], keys: ContactKeys, catalogue: Mapping[str, str]) -> Rows:
    """Return every row of one person, by table."""
    user_id, profile_id = make_id(), make_demo_id(person["email"])
    rows: Rows = {"users": [{"id": user_id, "email": person["email"]}]}
    rows["profiles"] = [_make_profile(person["profile"], keys, profile_id, user_id)]
    ids: dict[str, str] = {}
    entities = {"profile": ("PROFILE", profile_id)}
    slugs: set[str] = set()
    for name, table in _TABLES.items():
        rows[table] = []
        for order, item in enumerate(person.get(name, ())):
            row = _make_row(table, item) | {"profile_id": profile_id, "id": make_id(), "display_order": order}
            key = item.get("key", f"{name} {order}")
            ids[key] = row["id"]
            entities[key] = ENTITIES.get(name, ""), row["id"]
            rows[table].append(row)
            _add_uses(rows, table, item, row, catalogue)
            if table == "projects":
                _complete_project(rows, item, row, ids, slugs)
    _link_skills(rows["skills"], person.get("skills", ()), catalogue)
    _complete_versions(rows["cv_versions"], person.get("cv_versions", ()), ids)
    rows["translations"] = list(_list_translations(profile_id, person.get("translations", {}), entities))
    return rows


def _list_translations(
    profile_id: str, said: Mapping[str, Any], entities: Mapping[str, tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    """Yield texts in other languages: by language, by the key of an entry (`profile`, `e1`, `skills 0`), by field."""
    for lang, entries in said.items():
        for key, texts in entries.items():
            entity_type, entity_id = entities[key]
            entity = {"profile_id": profile_id, "entity_type": entity_type, "entity_id": entity_id}
            for field, value in texts.items():
                joined = value if isinstance(value, str) else "\n".join(value)
                yield {**entity, "field": field, "lang": lang, "text": joined}


def _make_profile(said: Mapping[str, Any], keys: ContactKeys, profile_id: str, user_id: str) -> dict[str, Any]:
    row = _make_row("profiles", said) | {"id": profile_id, "user_id": user_id, "source": SOURCE}
    if until := said.get("open_to_work_until"):
        row["open_to_work_until"] = date.fromisoformat(until)
    if private := said.get("contact_private"):
        row["contact_encrypted"], row["contact_key_id"] = encrypt_contact(keys, profile_id, private)
    return row


def _make_row(table: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return all columns of a row, so that every row of a table has the same ones."""
    row = {column: item.get(column, default) for column, default in _list_columns(table)}
    for name, column in _DATES.items():
        first, precision = (f"{column}_date", f"{column}_precision") if column else ("date", "date_precision")
        if precision in row:
            when = read_partial_date(item[name]) if item.get(name) else None
            row |= {first: when and when.first, precision: when and when.precision}
    return row


@cache
def _list_columns(table: str) -> tuple[tuple[str, Any], ...]:
    columns = [c for c in Base.metadata.tables[table].columns if c.name not in _KEPT_BY_DATABASE]
    return tuple((column.name, _find_default(column.default)) for column in columns if not column.primary_key)


def _find_default(default: Any) -> Any:
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def _add_uses(
    rows: Rows, table: str, item: Mapping[str, Any], row: Mapping[str, Any], catalogue: Mapping[str, str]
) -> None:
    """Link a job or a project to the technologies it names, once each."""
    if table not in ("experiences", "projects"):
        return
    one = table.removesuffix("s")
    found = (catalogue.get(fold(name)) for name in item.get("technologies", ()))
    for order, technology_id in enumerate(dict.fromkeys(filter(None, found))):
        link = {f"{one}_id": row["id"], "technology_id": technology_id, "display_order": order}
        rows.setdefault(f"{one}_technologies", []).append({"profile_id": row["profile_id"], **link})


def _complete_project(
    rows: Rows, item: Mapping[str, Any], row: dict[str, Any], ids: Mapping[str, str], slugs: set[str]
) -> None:
    is_anonymous = row["visibility"] == "ANONYMOUS"
    # the address of an anonymised project must tell nothing, not even to who sees the table
    hidden = f"x-{hashlib.sha256((row['profile_id'] + row['id']).encode()).hexdigest()[:10]}"
    row["slug"] = hidden if is_anonymous else find_slug(row["name"], slugs, otherwise="project")
    for experience in item.get("experiences", ()):
        link = {"profile_id": row["profile_id"], "project_id": row["id"], "experience_id": ids[experience]}
        rows.setdefault("project_experiences", []).append(link)


def _link_skills(
    skills: list[dict[str, Any]], items: Iterable[Mapping[str, Any]], catalogue: Mapping[str, str]
) -> None:
    used: set[str] = set()
    for row, item in zip(skills, items, strict=True):
        found = catalogue.get(fold(item.get("technology") or item["name"]))
        row["technology_id"] = found if found not in used else None
        used.add(found or "")


def _complete_versions(
    versions: list[dict[str, Any]], items: Iterable[Mapping[str, Any]], ids: Mapping[str, str]
) -> None:
    """Give each CV its address, and its sections by the ids of the rows they name."""
    slugs: set[str] = set()
    for row, item in zip(versions, items, strict=True):
        row["slug"] = find_slug(row["name"], slugs, otherwise="cv")
        row["sections_config"] = {
            name: [ids[key] for key in wanted] if isinstance(wanted, list) else wanted
            for name, wanted in item.get("sections", {}).items()
        }
