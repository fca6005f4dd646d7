"""One item of a profile: add, change, remove. The callers act as its owner; the database refuses everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

import careerhub.db.models  # noqa: F401 - fills the registry
from careerhub.db.base import Base, Owned
from careerhub.db.session import lock_profile
from careerhub.document.dates import make_partial_date, newest_first
from careerhub.errors import Conflict, InputInvalid, NotFound
from careerhub.ids import make_id

_MODELS: dict[str, Any] = {
    str(mapper.local_table.name): mapper.class_  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, Owned)
}
_LAST_PLACE = 2**31 - 1  # the column's
# what people expect to read the newest first
_DATED = frozenset({"experiences", "projects", "education"})
_UNDATED = newest_first(None, None, is_current=False)
# what the database keeps itself
_KEPT = frozenset(
    {"profile_id", "id", "revision", "created_at", "updated_at", "is_anonymized", "source_row_hash", "source_revision"}
)


def add_item(session: Session, table: str, profile_id: str, values: Mapping[str, Any]) -> str:
    """Add an item and return its id: unless its place is given, before the first that is older, else as the last."""
    model = get_model(table)
    lock_profile(session, profile_id)
    row = {"profile_id": profile_id, "id": make_id(), **_check_columns(table, values)}
    if "display_order" not in row:
        row["display_order"] = _find_place(session, table, profile_id, row)
    session.execute(insert(model).values(**row))
    return str(row["id"])


def change_item(
    session: Session,
    table: str,
    profile_id: str,
    item_id: str,
    values: Mapping[str, Any],
    *,
    expected_revision: int | None = None,
) -> int:
    """Change columns of an item and return its new revision.

    Raise Conflict when somebody saved it since `expected_revision` was read: two tabs must not undo each other.
    """
    model = get_model(table)
    lock_profile(session, profile_id)
    found = select(model.revision).where(model.profile_id == profile_id, model.id == item_id)
    revision = session.scalar(found)
    if revision is None:
        raise NotFound(f"This entry of {table} isn't there any more.")
    _check_revision(revision, expected_revision)
    if not values:
        return int(revision)
    changed = update(model).where(model.profile_id == profile_id, model.id == item_id)
    becomes = changed.values(**_check_columns(table, values)).returning(model.revision)
    # objects that the session has loaded learn of it on their next refresh; nothing here reads them
    return int(session.scalars(becomes, execution_options={"synchronize_session": False}).one())


def remove_item(
    session: Session, table: str, profile_id: str, item_id: str, *, expected_revision: int | None = None
) -> None:
    """Remove an item, with its links and translations."""
    model = get_model(table)
    lock_profile(session, profile_id)
    is_it = (model.profile_id == profile_id, model.id == item_id)
    revision = session.scalar(select(model.revision).where(*is_it))
    if revision is None:
        raise NotFound(f"This entry of {table} isn't there any more.")
    _check_revision(revision, expected_revision)
    session.execute(delete(model).where(*is_it), execution_options={"synchronize_session": False})


def get_model(table: str) -> Any:
    """Return the class of one of a profile's lists."""
    if table not in _MODELS:
        raise InputInvalid(f"{table[:40]!r} isn't a list of a profile: choose one of {', '.join(sorted(_MODELS))}.")
    return _MODELS[table]


def _check_columns(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {column.name for column in _MODELS[table].__table__.columns} - _KEPT
    if unknown := sorted(set(values) - columns):
        raise InputInvalid(f"{', '.join(unknown)} can't be set on an entry of {table}.")
    return dict(values)


def _find_place(session: Session, table: str, profile_id: str, row: Mapping[str, Any]) -> int:
    model = get_model(table)
    if table in _DATED:
        own = _sort_dated(row)
        rows = session.execute(select(model.__table__).where(model.profile_id == profile_id)).mappings()
        for other in sorted((dict(each) for each in rows), key=lambda each: (each["display_order"], _sort_dated(each))):
            # the same place: of one place's entries the newest comes first, so that no other has to move
            if own < _sort_dated(other) and own < _UNDATED:
                return int(other["display_order"])
    last = select(func.max(model.display_order)).where(model.profile_id == profile_id)
    return min((session.scalar(last) or 0) + 1, _LAST_PLACE)


def _sort_dated(row: Mapping[str, Any]) -> tuple[int, int, int]:
    start = make_partial_date(row.get("start_date"), row.get("start_precision"))
    end = make_partial_date(row.get("end_date"), row.get("end_precision"))
    return newest_first(start, end, is_current=bool(row.get("is_current") or row.get("is_ongoing")))


def _check_revision(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise Conflict(
            "This entry was changed since you opened it: look at what it says now, then save again."
            f" (You had revision {expected}, it is at {found}.)"
        )
