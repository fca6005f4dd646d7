"""Rows in bulk: one statement a table, not one a row. The callers have taken the profile's lock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from careerhub.db.base import Base
from careerhub.db.models import ExperienceTechnology, ProjectTechnology, Technology, TechnologyAlias

_MODELS: dict[str, Any] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
_USES: dict[str, tuple[Any, str]] = {
    "experiences": (ExperienceTechnology, "experience_id"),
    "projects": (ProjectTechnology, "project_id"),
}


def list_rows(session: Session, table: str, profile_id: str) -> list[dict[str, Any]]:
    """Return a profile's rows of one table, in their order."""
    rows = _MODELS[table].__table__
    wanted = select(rows).where(rows.c.profile_id == profile_id).order_by(rows.c.display_order, rows.c.id)
    return [dict(row) for row in session.execute(wanted).mappings()]


def add_rows(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns, in one statement: triggers fire once a statement.

    They travel as one JSON value: a hundred thousand parameters take longer to prepare than to insert. COPY would be
    quicker still, but doesn't go through row security.
    """
    if rows:
        columns = ", ".join(rows[0])
        record = f'jsonb_populate_recordset(NULL::"{_MODELS[table].__tablename__}", CAST(:rows AS jsonb))'
        statement = text(f'INSERT INTO "{_MODELS[table].__tablename__}" ({columns}) SELECT {columns} FROM {record}')
        session.execute(statement, {"rows": json.dumps([dict(row) for row in rows], default=_write_value)})


def change_rows(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update rows by their whole key; each names the same columns."""
    if rows:
        session.execute(update(_MODELS[table]), list(rows))


def set_technologies(
    session: Session, table: str, profile_id: str, uses: Mapping[str, Sequence[str]], *, are_new: bool
) -> None:
    """Say which technologies rows use, in order; `are_new` rows have none yet."""
    if table not in _USES or not uses:
        return
    model, column = _USES[table]
    if not are_new:
        is_one = model.__table__.c[column].in_(list(uses))
        session.execute(delete(model).where(model.profile_id == profile_id, is_one))
    add_rows(
        session,
        model.__tablename__,
        [
            {"profile_id": profile_id, column: row_id, "technology_id": technology_id, "display_order": order}
            for row_id, technology_ids in uses.items()
            for order, technology_id in enumerate(technology_ids)
        ],
    )


def _write_value(value: Any) -> str:
    """Write what JSON has no word for the way PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} can't be written to the database")


def list_technologies(session: Session) -> list[tuple[str, str]]:
    """Return every name and alias of the catalogue with its technology's id, aliases first."""
    aliases = session.execute(select(TechnologyAlias.alias, TechnologyAlias.technology_id)).all()
    names = session.execute(select(Technology.name, Technology.id)).all()
    return [(name, technology_id) for name, technology_id in (*aliases, *names)]
