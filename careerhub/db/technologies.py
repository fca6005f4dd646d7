"""The operators' door to the catalogue of technologies: list, find, add and merge entries. Callers are careerhub_owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from careerhub.db.models import Technology, TechnologyAlias
from careerhub.document.text import clean_line, make_slug
from careerhub.errors import Conflict, InputInvalid, NotFound
from careerhub.ids import make_id

_NAME_LENGTH = 100  # the column's


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """An entry of the catalogue; `people` counts everybody who names it anywhere, in hidden rows too."""

    name: str
    slug: str
    category: str
    layer: str
    aliases: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge moved: rows, and the people they belong to."""

    people: int
    skills: int
    projects: int
    experiences: int


def list_technologies_in_use(session: Session) -> tuple[CatalogueEntry, ...]:
    """Return the whole catalogue, by slug, with how many people use each entry."""
    rows = session.execute(text('SELECT * FROM list_technologies_in_use() ORDER BY slug COLLATE "C"')).mappings()
    return tuple(CatalogueEntry(**(dict(row) | {"aliases": tuple(sorted(row["aliases"]))})) for row in rows)


def find_technology(session: Session, said: str) -> Technology | None:
    """Return the entry with this name, slug or alias, whatever its case; names go before aliases."""
    folded = clean_line(said).lower()
    by_name = select(Technology).where((func.lower(Technology.name) == folded) | (Technology.slug == folded))
    by_alias = select(Technology).join(TechnologyAlias).where(func.lower(TechnologyAlias.alias) == folded)
    found = session.scalars(by_name.order_by(func.lower(Technology.name) != folded).limit(1)).first()
    return found or session.scalars(by_alias).first()


def get_technology(session: Session, said: str) -> Technology:
    """Return the entry with this name, slug or alias; raise NotFound when nothing is called so."""
    found = find_technology(session, said)
    if found is None:
        raise NotFound(f"No technology is called {said[:80]!r}: `careerhub technologies list` names them all.")
    return found


def add_technology(session: Session, name: str, *, category: str, layer: str, aliases: Sequence[str] = ()) -> str:
    """Add an entry and return its slug; raise Conflict when somebody's word for it is taken."""
    names = [_check_name(each) for each in (name, *aliases)]
    for each in names:
        if known := find_technology(session, each):
            raise Conflict(f"{each!r} is in the catalogue already: it means {known.name}.")
    slug = make_slug(names[0])
    if not slug:
        raise InputInvalid(
            f"{names[0]!r} has no Latin letter or digit to make an address of: name it in Latin letters."
        )
    if find_technology(session, slug):
        raise Conflict(f"{names[0]!r} would have the address of {slug!r}, which is taken.")
    new_id = make_id()
    row = {"id": new_id, "name": names[0], "slug": slug, "category": category, "layer": layer}
    session.execute(insert(Technology).values(row))
    for alias in dict.fromkeys(names[1:]):
        session.execute(insert(TechnologyAlias).values(alias=alias, technology_id=new_id))
    return slug


def merge_technologies(session: Session, from_id: str, into_id: str) -> Merged:
    """Let everybody who names the one name the other, keep its name as an alias, and remove it."""
    if from_id == into_id:
        raise InputInvalid("These are two names of one technology: there is nothing to merge.")
    called = text("SELECT * FROM merge_technologies(:from_id, :into_id)")
    row = session.execute(called, {"from_id": from_id, "into_id": into_id}).mappings().one()
    return Merged(**dict(row))


def _check_name(name: str) -> str:
    cleaned = clean_line(name)
    if not cleaned or len(cleaned) > _NAME_LENGTH:
        raise InputInvalid(f"A technology's name has 1 to {_NAME_LENGTH} characters: {cleaned[:40]!r} hasn't.")
    return cleaned
