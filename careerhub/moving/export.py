"""A person's own JSON Resume: the public one, with private contact data and what imports kept aside put back."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from careerhub.db.find import find_owner
from careerhub.db.models import Profile as StoredProfile
from careerhub.db.session import acting
from careerhub.document.dates import make_partial_date
from careerhub.document.profile import Profile
from careerhub.editing.contact import ContactKeys
from careerhub.editing.profiles import read_private_contact
from careerhub.editing.rows import list_rows
from careerhub.errors import NotFound
from careerhub.moving.importing import EXTRAS_KEY
from careerhub.moving.translations import LIST, SECTION, list_exported
from careerhub.render.resume import render_resume

# Section of the file: the table, the keys that name an entry there, and the columns that say the same.
_SECTIONS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "work": ("experiences", ("name", "position"), ("company_name", "position")),
    "volunteer": ("experiences", ("organization", "position"), ("company_name", "position")),
    "education": ("education", ("institution", "studyType", "area"), ("institution", "degree", "field_of_study")),
    "projects": ("projects", ("name",), ("name",)),
    "certificates": ("certifications", ("name", "issuer"), ("name", "issuing_organization")),
    "awards": ("achievements", ("title", "awarder"), ("title", "issuer")),
    "publications": ("achievements", ("name", "publisher"), ("title", "issuer")),
    "languages": ("languages", ("language",), ("name",)),
    "interests": ("interests", ("name",), ("name",)),
    "references": ("references", ("name",), ("name",)),
}
_DATED = {"work", "volunteer", "education", "projects"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowExtras:
    """What an import kept with one row, and the words by which its entry in a file is found."""

    section: str
    names: tuple[str, ...]
    extras: Mapping[str, Any]


def export_private_resume(engine: Engine, keys: ContactKeys, slug: str, profile: Profile, *, url: str) -> bytes:
    """Render the JSON Resume of a profile completed with what only its owner may have; raise NotFound."""
    with acting(engine, None) as session:
        owner = find_owner(session, slug)
    if owner is None:
        raise NotFound(f"There is no profile {slug[:80]!r}.")
    with acting(engine, owner) as session:
        stored = session.scalars(select(StoredProfile).where(StoredProfile.user_id == owner)).one()
        contact = read_private_contact(session, keys, stored.id)
        rows = list(_load_extras(session, stored.id))
        resume = json.loads(render_resume(profile, url=url))
        merged = merge_private(resume, contact, stored.extras.get(EXTRAS_KEY, {}), rows)
        if translated := list_exported(profile):
            merged = _fill(merged, {SECTION: {LIST: translated}})
    return (json.dumps(merged, ensure_ascii=False, indent=2) + "\n").encode()


def merge_private(
    resume: Mapping[str, Any], contact: Mapping[str, str], extras: Mapping[str, Any], rows: Iterable[RowExtras] = ()
) -> dict[str, Any]:
    """Return a copy of a résumé with private data filled in; what the résumé says already stands."""
    merged: dict[str, Any] = copy.deepcopy(dict(resume))
    place = {"location": {"address": contact["address"]}} if contact.get("address") else {}
    merged["basics"] = _fill(
        merged.get("basics", {}), {k: v for k in ("email", "phone") if (v := contact.get(k))} | place
    )
    _fill_rows(merged, rows)
    for section, kept in extras.items():
        outer, _, inner = section.partition(".")
        if inner in ("profiles", "url"):
            links = merged["basics"].get("profiles", [])
            merged["basics"]["profiles"] = [*links, *kept]
        elif isinstance(kept, list) and isinstance(merged.get(outer), list):
            merged[outer] = [*merged[outer], *kept]
        else:
            merged = _fill(merged, {section: kept})
    return merged


def _load_extras(session: Session, profile_id: str) -> Iterator[RowExtras]:
    for section, (table, _, _) in _SECTIONS.items():
        for row in list_rows(session, table, profile_id):
            # what the public résumé doesn't show has no entry that could be its
            if row["extras"] and not row["is_hidden"] and row.get("visibility") != "ANONYMOUS":
                yield RowExtras(section=section, names=_name_row(section, row), extras=row["extras"])


def _fill_rows(merged: dict[str, Any], rows: Iterable[RowExtras]) -> None:
    """Put each row's extras into the one entry that has its names; where two have them, into none."""
    for row in rows:
        named = [entry for entry in merged.get(row.section, []) if _name_entry(row.section, entry) == row.names]
        if len(named) == 1:
            named[0].update(_fill(named[0], row.extras))


def _name_entry(section: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(str(entry.get(key, "")) for key in _SECTIONS[section][1])
    return (*names, str(entry.get("startDate", ""))) if section in _DATED else names


def _name_row(section: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(str(row[column]) for column in _SECTIONS[section][2])
    if section not in _DATED:
        return names
    start = make_partial_date(row["start_date"], row["start_precision"])
    return (*names, start.iso if start else "")


def _fill(known: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known completed with more, object by object."""
    filled = dict(known)
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(filled.get(key), Mapping):
            filled[key] = _fill(filled[key], value)
        else:
            filled.setdefault(key, value)
    return filled
