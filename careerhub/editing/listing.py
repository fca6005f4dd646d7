"""A profile's lists: read them, bring them into another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from sqlalchemy import ARRAY, String, TextClause, bindparam, text
from sqlalchemy.orm import Session

from careerhub.db.session import lock_profile
from careerhub.editing.items import get_model
from careerhub.errors import NotFound

Way = Literal["up", "down"]

# as the site sorts them (document.dates.newest_first): the person's order, and of one place what is current, then the newest
_END = "{name}_date + CASE {name}_precision WHEN 'Y' THEN interval '1 year' WHEN 'M' THEN interval '1 month' ELSE interval '1 day' END"
_NEWEST = (
    f"coalesce({_END.format(name='end')}, {_END.format(name='start')}) END DESC NULLS LAST,"
    " start_date DESC NULLS LAST, id"
)
_ORDER = {
    "experiences": f"display_order, is_current DESC, CASE WHEN NOT is_current THEN {_NEWEST}",
    "projects": f"display_order, is_ongoing DESC, CASE WHEN NOT is_ongoing THEN {_NEWEST}",
    "education": f"display_order, CASE WHEN true THEN {_NEWEST}",
}


def list_entries(
    session: Session, profile_id: str, columns: Mapping[str, Sequence[str]], *, first: int, skip: int = 0
) -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """Return of each table how many rows there are and the named columns of the first: one query for all of them.

    Dates are texts like 2014-03-01, as JSON has them.
    """
    parts = (
        f"SELECT '{table}' AS kind, ranked.place, to_jsonb(ranked) AS entry FROM (SELECT id, {', '.join(names)},"
        f" count(*) OVER () AS total, row_number() OVER (ORDER BY {find_order(table)}) AS place"
        f' FROM "{get_model(table).__tablename__}" WHERE profile_id = :profile_id'
        f" ORDER BY {find_order(table)} LIMIT :first OFFSET :skip) ranked"
        for table, names in columns.items()
    )
    wanted = text(f"SELECT kind, entry FROM ({' UNION ALL '.join(parts)}) all_of_them ORDER BY kind, place")
    found: dict[str, tuple[int, list[dict[str, Any]]]] = {table: (0, []) for table in columns}
    for row in session.execute(wanted, {"profile_id": profile_id, "first": first, "skip": skip}):
        found[row.kind] = (row.entry["total"], [*found[row.kind][1], row.entry])
    return found


def find_order(table: str) -> str:
    """Return what a list is sorted by, as SQL."""
    return _ORDER.get(table, "display_order, id")


def move_item(session: Session, table: str, profile_id: str, item_id: str, way: Way) -> None:
    """Move an item one place; the first stays where it is when it is moved up, and so does the last."""
    lock_profile(session, profile_id)
    ids = _list_ids(session, table, profile_id)
    if item_id not in ids:
        raise NotFound(f"This entry of {table} isn't there any more.")
    here = ids.index(item_id)
    there = here - 1 if way == "up" else here + 1
    if 0 <= there < len(ids):
        ids[here], ids[there] = ids[there], ids[here]
    _number(session, table, profile_id, ids)


def set_order(session: Session, table: str, profile_id: str, wanted: Sequence[str]) -> None:
    """Put items into this order, in the places that they hold together; what isn't named stays where it is."""
    lock_profile(session, profile_id)
    ids = _list_ids(session, table, profile_id)
    if len(set(wanted)) != len(wanted) or not set(wanted) <= set(ids):
        raise NotFound(f"An entry of {table} isn't there any more.")
    places = sorted(ids.index(each) for each in wanted)
    for place, item_id in zip(places, wanted, strict=True):
        ids[place] = item_id
    _number(session, table, profile_id, ids)


def _list_ids(session: Session, table: str, profile_id: str) -> list[str]:
    rows = text(
        f'SELECT id FROM "{get_model(table).__tablename__}" WHERE profile_id = :id ORDER BY {find_order(table)}'
    )
    return list(session.scalars(rows, {"id": profile_id}))


def _number(session: Session, table: str, profile_id: str, ids: Sequence[str]) -> None:
    """Write each row's place where it is another: what didn't move has no new revision."""
    becomes = text(
        f'UPDATE "{get_model(table).__tablename__}" t SET display_order = n.place'
        " FROM unnest(:ids) WITH ORDINALITY AS n (id, place)"
        " WHERE t.profile_id = :profile_id AND t.id = n.id AND t.display_order <> n.place"
    ).bindparams(bindparam("ids", type_=ARRAY(String)))
    session.execute(becomes, {"ids": list(ids), "profile_id": profile_id})


def load_entry(session: Session, table: str, profile_id: str, item_id: str) -> dict[str, Any]:
    """Return an entry's columns with what it is linked with, in one query: names of technologies, ids of jobs."""
    # past the mapper, which has no part in it
    row = session.connection().execute(_ask_entry(table), {"profile_id": profile_id, "id": item_id}).one_or_none()
    if row is None:
        raise NotFound(f"This entry of {table} isn't there any more.")
    return dict(row._mapping)


@cache
def _ask_entry(table: str) -> TextClause:
    return text(
        f'SELECT t.*{_LINKED.get(table, "")} FROM "{get_model(table).__tablename__}" t'
        " WHERE t.profile_id = :profile_id AND t.id = :id"
    )


_TECHNOLOGIES = (
    ", ARRAY(SELECT n.name::text FROM {table} u JOIN technologies n ON n.id = u.technology_id WHERE u.profile_id = t.profile_id"
    " AND u.{column} = t.id ORDER BY u.display_order, n.slug) AS technologies"
)
_LINKED = {
    "experiences": _TECHNOLOGIES.format(table="experience_technologies", column="experience_id"),
    "projects": _TECHNOLOGIES.format(table="project_technologies", column="project_id")
    + ", ARRAY(SELECT u.experience_id::text FROM project_experiences u WHERE u.profile_id = t.profile_id AND u.project_id = t.id"
    " ORDER BY 1) AS experiences",
}
