"""What happened to a profile, and undoing one change of it. An undo is an edit like any other: it is in the log too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, String, any_, bindparam, delete, exists, func, inspect, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from careerhub.db import models
from careerhub.db.models import AuditLog
from careerhub.db.session import lock_profile
from careerhub.errors import Conflict, InputInvalid, NotFound

_ITEMS: dict[str, Any] = {
    "EXPERIENCE": models.Experience,
    "PROJECT": models.Project,
    "EDUCATION": models.Education,
    "CERTIFICATION": models.Certification,
    "ACHIEVEMENT": models.Achievement,
    "SKILL": models.Skill,
    "LANGUAGE": models.Language,
    "REFERENCE": models.Reference,
    "INTEREST": models.Interest,
    "PROFILE_LINK": models.ProfileLink,
    "CV_VERSION": models.CvVersion,
}
# what hangs on items, and goes with them
_LINKS: dict[str, Any] = {
    "PROJECT_EXPERIENCE": models.ProjectExperience,
    "PROJECT_TECHNOLOGY": models.ProjectTechnology,
    "EXPERIENCE_TECHNOLOGY": models.ExperienceTechnology,
    "TRANSLATION": models.Translation,
}
# Accounts, tokens, share links and photos can't be undone: of those the log keeps little more than the fact.
_UNDONE = {"PROFILE": models.Profile, **_ITEMS, **_LINKS}
_ENDS = {"project_id": models.Project, "experience_id": models.Experience, "technology_id": models.Technology}
# What the log says, read by the database as the row's own types: here a date would be a text, and a number a float.
_OLD_ROW = "jsonb_populate_record(NULL::{}, (SELECT old_values || :mended FROM audit_log WHERE id = :change_id))"
_NEW_ROW = "jsonb_populate_record(t, (SELECT new_values FROM audit_log WHERE id = :change_id))"
_REDACTED = frozenset({"contact_encrypted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the log. Of an update, `old` and `new` hold only what changed; None: there was, or is, no row.

    Both are None when what the change said is no longer kept.
    """

    id: str
    action: str
    entity_type: str
    entity_id: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    user_id: str | None
    created_at: datetime

    @property
    def is_emptied(self) -> bool:
        return self.old is None and self.new is None

    @property
    def can_be_undone(self) -> bool:
        """Tell whether the log holds what it takes; what happened since is asked when it is done."""
        try:
            _check_undoable(self, is_emptied=self.is_emptied)
        except InputInvalid:
            return False
        return True


def list_changes(
    session: Session,
    profile_id: str,
    *,
    entity_type: str | None = None,
    entity_id: str | None = None,
    limit: int = 50,
    skip: int = 0,
) -> list[Change]:
    """Return what happened to a profile, newest first."""
    wanted = select(AuditLog).where(AuditLog.profile_id == profile_id)
    if entity_type is not None:
        wanted = wanted.where(AuditLog.entity_type == entity_type)
    if entity_id is not None:
        wanted = wanted.where(AuditLog.entity_id == entity_id)
    newest = wanted.order_by(AuditLog.position.desc()).limit(limit).offset(skip)
    return [_make_change(entry) for entry in session.scalars(newest)]


def get_change(session: Session, profile_id: str, change_id: str) -> Change:
    """Return one change of a profile."""
    entry = session.get(AuditLog, change_id)
    if entry is None or entry.profile_id != profile_id:
        raise NotFound(f"There is no change {change_id[:40]!r} of this profile.")
    return _make_change(entry)


def find_rows(session: Session, profile_id: str, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Any]]:
    """Return rows by their ids, for what the log names; of those that are gone what the log last said of them.

    `wanted` is ids by the kind of entry; TECHNOLOGY may be one. Two queries, however many rows.
    """
    kinds = {**_ITEMS, "TECHNOLOGY": models.Technology}
    ids = {kind: sorted(set(each)) for kind, each in wanted.items() if kind in kinds and each}
    if not ids:
        return {}
    parts = (
        f"SELECT t.id::text AS id, to_jsonb(t) AS entry FROM {_quote(kinds[kind].__tablename__)} t WHERE t.id = ANY(:{kind})"
        + ("" if kind == "TECHNOLOGY" else " AND t.profile_id = :profile_id")
        for kind in ids
    )
    asked = text(" UNION ALL ".join(parts)).bindparams(*(bindparam(kind, type_=ARRAY(String)) for kind in ids))
    found = {row.id: dict(row.entry) for row in session.execute(asked, {**ids, "profile_id": profile_id})}
    if gone := [each for kind in ids for each in ids[kind] if each not in found]:
        of_them = (AuditLog.profile_id == profile_id, AuditLog.entity_id.in_(gone), AuditLog.action.like("DELETE_%"))
        last = select(AuditLog.entity_id, AuditLog.old_values).where(*of_them).order_by(AuditLog.position)
        found |= {entity_id: dict(old or {}) for entity_id, old in session.execute(last) if entity_id}
    return found


def restore_change(session: Session, change_id: str) -> None:
    """Undo one change: of an item, a link, a translation, or of the profile's own fields.

    An item that was removed comes back with its links and translations, but for those whose other end is gone.
    Raise Conflict when the same has changed since, InputInvalid when the log doesn't hold what it takes.
    """
    entry = session.get(AuditLog, change_id)
    if entry is None or entry.profile_id is None:
        raise NotFound(f"There is no change {change_id[:40]!r} of this profile.")
    change = _make_change(entry)
    _check_undoable(change, is_emptied=entry.salt is None)
    lock_profile(session, entry.profile_id)
    if change.old is None:
        _remove_row(session, entry.profile_id, change)
    elif change.new is None:
        _add_row(session, entry.profile_id, change)
    else:
        _change_row(session, entry.profile_id, change)


def _make_change(entry: AuditLog) -> Change:
    return Change(
        id=entry.id,
        action=entry.action,
        entity_type=entry.entity_type or "",
        entity_id=entry.entity_id or "",
        old=entry.old_values,
        new=entry.new_values,
        user_id=entry.user_id,
        created_at=entry.created_at,
    )


def _check_undoable(change: Change, *, is_emptied: bool) -> None:
    if change.entity_type not in _UNDONE:
        raise InputInvalid(f"{change.action} can't be undone: the log keeps only that it happened.")
    if is_emptied:
        raise InputInvalid("This change is too old to be undone: what it said is no longer kept.")
    if change.entity_type == "PROFILE" and (change.old is None or change.new is None):
        raise InputInvalid("A whole profile can't be undone, only changes of it.")
    if secret := sorted(_REDACTED & {*(change.old or ()), *(change.new or ())}):
        raise InputInvalid(f"This change can't be undone: the log doesn't hold {', '.join(secret)}.")


def _remove_row(session: Session, profile_id: str, change: Change) -> None:
    model = _UNDONE[change.entity_type]
    is_it = (getattr(model, name) == value for name, value in _key_of(model, profile_id, change.entity_id).items())
    removed = delete(model).where(*is_it).returning(literal(1))
    if not session.execute(removed, execution_options={"synchronize_session": False}).all():
        raise NotFound("What was added then isn't there any more: there is nothing to undo.")


def _change_row(session: Session, profile_id: str, change: Change) -> None:
    model = _UNDONE[change.entity_type]
    key = _key_of(model, profile_id, change.entity_id)
    table, is_it = _quote(model.__tablename__), " AND ".join(f"t.{name} = :{name}" for name in key)
    differing = text(
        f"SELECT ARRAY(SELECT n.key FROM jsonb_each(to_jsonb(t)) n JOIN jsonb_each(to_jsonb({_NEW_ROW})) o USING (key)"
        f" WHERE n.value <> o.value ORDER BY 1) FROM {table} t WHERE {is_it}"
    )
    found = session.execute(differing, {"change_id": change.id, **key}).scalar_one_or_none()
    if found is None:
        raise Conflict("This entry isn't there any more: undo its removal first.")
    if found:
        raise Conflict(f"{', '.join(found)} changed again since: undo the later change first.")
    columns = _columns_of(model, change.old or {})
    becomes = text(
        f"UPDATE {table} t SET ({columns}) = (SELECT {columns} FROM {_OLD_ROW.format(table)}) WHERE {is_it}"
    ).bindparams(bindparam("mended", _mend(session, profile_id, change), type_=JSONB))
    session.execute(becomes, {"change_id": change.id, **key})


def _add_row(session: Session, profile_id: str, change: Change) -> None:
    if change.entity_type in _LINKS and not _has_ends(session, profile_id, change):
        raise Conflict("What this belonged to isn't there any more: undo its removal first.")
    _insert_row(session, change, _mend(session, profile_id, change))
    if change.entity_type in _ITEMS:
        for link in _list_lost_links(session, profile_id, change):
            if _has_ends(session, profile_id, link):
                _insert_row(session, link, {}, or_leave="ON CONFLICT DO NOTHING")


def _insert_row(session: Session, change: Change, mended: Mapping[str, Any], *, or_leave: str = "") -> None:
    model = _UNDONE[change.entity_type]
    table, columns = _quote(model.__tablename__), _columns_of(model, change.old or {})
    added = text(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_OLD_ROW.format(table)} {or_leave}"
    ).bindparams(bindparam("mended", dict(mended), type_=JSONB))
    session.execute(added, {"change_id": change.id})


def _list_lost_links(session: Session, profile_id: str, change: Change) -> list[Change]:
    """Return what was removed with an item: rows of one transaction have one time. Newest first."""
    names_it = literal(change.entity_id) == any_(func.string_to_array(AuditLog.entity_id, "/"))
    wanted = select(AuditLog).where(
        AuditLog.profile_id == profile_id,
        AuditLog.created_at == change.created_at,
        AuditLog.action.in_([f"DELETE_{link}" for link in _LINKS]),
        AuditLog.salt.is_not(None),
        names_it,
    )
    return [_make_change(entry) for entry in session.scalars(wanted.order_by(AuditLog.position.desc()))]


def _has_ends(session: Session, profile_id: str, link: Change) -> bool:
    """Tell whether what a link or a translation hangs on is there."""
    if link.entity_type == "TRANSLATION":
        kind, row_id, *_ = link.entity_id.split("/")
        return _is_there(session, _UNDONE[kind], profile_id, row_id)
    key = _key_of(_LINKS[link.entity_type], profile_id, link.entity_id)
    return all(_is_there(session, _ENDS[name], profile_id, key[name]) for name in key.keys() & _ENDS.keys())


def _is_there(session: Session, model: Any, profile_id: str, row_id: str) -> bool:
    is_it = [model.id == row_id]
    if hasattr(model, "profile_id"):
        is_it.append(model.profile_id == profile_id)
    return bool(session.scalar(select(exists().where(*is_it))))


def _mend(session: Session, profile_id: str, change: Change) -> dict[str, Any]:
    """Return what an old row has to say differently now, because what it named is gone: a technology, a CV's entries."""
    mended: dict[str, Any] = {}
    old = change.old or {}
    technology_id = old.get("technology_id") if change.entity_type == "SKILL" else None
    if technology_id and not _is_there(session, models.Technology, profile_id, technology_id):
        mended["technology_id"] = None
    if change.entity_type == "CV_VERSION" and "sections_config" in old:
        config = dict(old["sections_config"])
        for model in _ITEMS.values():
            if ids := config.get(model.__tablename__):
                config[model.__tablename__] = [i for i in ids if _is_there(session, model, profile_id, i)]
        mended["sections_config"] = config
    return mended


def _key_of(model: Any, profile_id: str, entity_id: str) -> dict[str, str]:
    """Return a row's whole key: an entity's id is the key without the profile's."""
    names = [column.name for column in inspect(model).primary_key]
    own = {"profile_id": profile_id} if "profile_id" in names else {}
    return own | dict(zip((n for n in names if n != "profile_id"), entity_id.split("/"), strict=True))


def _columns_of(model: Any, values: Iterable[str]) -> str:
    """Return the columns to write: those of the log that the table still has."""
    known = {column.name for column in model.__table__.columns if column.computed is None}
    return ", ".join(_quote(name) for name in sorted(known.intersection(values)))


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
