"""What a job or a project is linked with: technologies of the catalogue, and a project's jobs.

Only differences are written, so that the log of changes says what changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, String, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from careerhub.db.models import (
    Experience,
    ExperienceTechnology,
    Project,
    ProjectExperience,
    ProjectTechnology,
    Skill,
)
from careerhub.document.text import make_slug
from careerhub.editing.profiles import number_slug
from careerhub.errors import NotFound

_USES: dict[str, tuple[Any, str]] = {
    "experiences": (ExperienceTechnology, "experience_id"),
    "projects": (ProjectTechnology, "project_id"),
}
_FIND = text(
    "SELECT n.typed, t.id, t.name FROM unnest(:names) WITH ORDINALITY AS n (typed, place) LEFT JOIN LATERAL ("
    " SELECT t.id, t.name FROM technologies t WHERE lower(t.name) = lower(n.typed)"
    " UNION ALL SELECT t.id, t.name FROM technology_aliases a JOIN technologies t ON t.id = a.technology_id"
    " WHERE lower(a.alias) = lower(n.typed) LIMIT 1) t ON true ORDER BY n.place"
).bindparams(bindparam("names", type_=ARRAY(String)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that somebody typed, and the technology it stands for: '' where the catalogue has none."""

    typed: str
    technology_id: str
    name: str


def find_technologies(session: Session, names: Sequence[str]) -> tuple[Named, ...]:
    """Return what names and aliases stand for, in the order they were typed."""
    if not names:
        return ()
    rows = session.execute(_FIND, {"names": list(names)})
    return tuple(Named(typed=row.typed, technology_id=row.id or "", name=row.name or "") for row in rows)


def find_skill_technology(session: Session, profile_id: str, name: str, *, skill_id: str = "") -> str | None:
    """Return the technology a skill of this name is, unless another skill of the profile is it already."""
    [named] = find_technologies(session, [name])
    if not named.technology_id:
        return None
    is_taken = select(Skill.id).where(
        Skill.profile_id == profile_id, Skill.technology_id == named.technology_id, Skill.id != skill_id
    )
    return None if session.scalar(is_taken) else named.technology_id


def set_technologies(
    session: Session, table: str, profile_id: str, item_id: str, technology_ids: Sequence[str]
) -> bool:
    """Say which technologies a job or a project uses, in order; tell whether that was something else before."""
    model, column = _USES[table]
    is_its = (model.profile_id == profile_id, getattr(model, column) == item_id)
    found = session.execute(select(model.technology_id, model.display_order).where(*is_its))
    before: dict[str, int] = {technology_id: place for technology_id, place in found}  # noqa: C416 - rows are no pairs to dict()
    after = {technology_id: place for place, technology_id in enumerate(dict.fromkeys(technology_ids))}
    if gone := before.keys() - after.keys():
        session.execute(delete(model).where(*is_its, model.technology_id.in_(sorted(gone))))
    for technology_id in before.keys() & after.keys():
        if before[technology_id] != after[technology_id]:
            is_one = update(model).where(*is_its, model.technology_id == technology_id)
            session.execute(is_one.values(display_order=after[technology_id]))
    key = {"profile_id": profile_id, column: item_id}
    new = [{**key, "technology_id": i, "display_order": place} for i, place in after.items() if i not in before]
    if new:
        session.execute(insert(model), new)
    return before != after


def set_experiences(session: Session, profile_id: str, project_id: str, experience_ids: Sequence[str]) -> bool:
    """Say in which jobs a project was done; tell whether that was something else before."""
    is_its = (ProjectExperience.profile_id == profile_id, ProjectExperience.project_id == project_id)
    before, after = set(session.scalars(select(ProjectExperience.experience_id).where(*is_its))), set(experience_ids)
    own = select(Experience.id).where(Experience.profile_id == profile_id, Experience.id.in_(sorted(after)))
    if after - set(session.scalars(own)):
        raise NotFound("A job of this project isn't there any more.")
    if gone := before - after:
        session.execute(delete(ProjectExperience).where(*is_its, ProjectExperience.experience_id.in_(sorted(gone))))
    if new := sorted(after - before):
        rows = [{"profile_id": profile_id, "project_id": project_id, "experience_id": each} for each in new]
        session.execute(insert(ProjectExperience), rows)
    return before != after


def choose_slug(session: Session, profile_id: str, name: str) -> str:
    """Return an address for a new project that no other of the profile has."""
    taken = set(session.scalars(select(Project.slug).where(Project.profile_id == profile_id)))
    base = slug = make_slug(name, otherwise="project")
    number = 2
    while slug in taken:
        slug, number = number_slug(base, number), number + 1
    return slug
