"""Texts of a profile in other languages: what there is to translate, what is translated, and saving it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from careerhub.db.models import Translation
from careerhub.db.session import lock_profile
from careerhub.document.canonical import digest
from careerhub.document.translations import PROFILE, TRANSLATED, is_list
from careerhub.editing.listing import find_order
from careerhub.errors import Conflict

# What the table calls the sections, in the order they are read in.
ENTITIES = {
    PROFILE: "PROFILE", "experiences": "EXPERIENCE", "projects": "PROJECT", "education": "EDUCATION", "skills": "SKILL",
    "certifications": "CERTIFICATION", "achievements": "ACHIEVEMENT", "interests": "INTEREST",
}  # fmt: skip
# of the document's fields those whose column has another name
COLUMNS = {"group": "group_name"}


class Key(NamedTuple):
    """Which text: of the profile itself the entity's id is the profile's."""

    entity_type: str
    entity_id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text to translate, as it is in the language it was written in; of a list one item a line."""

    key: Key
    section: str
    text: str
    is_list: bool
    is_hidden: bool


def list_sources(session: Session, profile_id: str) -> list[Source]:
    """Return every text that can be translated, in the order of the page; anonymised projects have none."""
    sources = []
    for section, fields in TRANSLATED.items():
        for row in session.execute(text(_write_query(section)), {"id": profile_id}):
            sources += _read_row(section, fields, row)
    return sources


def list_texts(session: Session, profile_id: str, lang: str) -> dict[Key, str]:
    """Return what is translated into a language."""
    rows = session.execute(
        text("SELECT entity_type, entity_id, field, text FROM translations WHERE profile_id = :id AND lang = :lang"),
        {"id": profile_id, "lang": lang},
    )
    return {Key(row.entity_type, row.entity_id, row.field): row.text for row in rows}


def count_languages(session: Session, profile_id: str) -> dict[str, int]:
    """Return the languages that there are texts in, each with how many."""
    rows = session.execute(
        text(
            'SELECT lang, count(*) AS texts FROM translations WHERE profile_id = :id GROUP BY lang ORDER BY lang COLLATE "C"'
        ),
        {"id": profile_id},
    )
    return {row.lang: row.texts for row in rows}


def weigh_texts(texts: Mapping[Key, str]) -> str:
    """Return what tells one state of a language's texts from another."""
    return digest([[*key, said] for key, said in sorted(texts.items())])[:32]


def save_texts(
    session: Session, profile_id: str, lang: str, texts: Mapping[Key, str], *, expected: str | None = None
) -> int:
    """Save texts in a language and return how many changed; an empty one is taken away.

    What isn't named stays, and a text whose entry is gone is left out. Raise Conflict when somebody saved this
    language since `expected` was weighed: two tabs must not undo each other.
    """
    lock_profile(session, profile_id)
    stored = list_texts(session, profile_id, lang)
    if expected is not None and weigh_texts(stored) != expected:
        raise Conflict(
            "These texts were changed since you opened the page: look at what they say now, then save again."
        )
    known = {source.key for source in list_sources(session, profile_id)} | stored.keys()
    changed = {key: said for key, said in texts.items() if key in known and stored.get(key, "") != said}
    _drop(session, profile_id, lang, [key for key, said in changed.items() if not said])
    rows = [
        {"profile_id": profile_id, "lang": lang, **key._asdict(), "text": said}
        for key, said in sorted(changed.items())
        if said
    ]
    if rows:
        added = insert(Translation).values(rows)
        keys = ("profile_id", "entity_type", "entity_id", "field", "lang")
        session.execute(added.on_conflict_do_update(index_elements=keys, set_={"text": added.excluded.text}))
    return len(changed)


def remove_language(session: Session, profile_id: str, lang: str) -> int:
    """Take every text in a language away and return how many there were."""
    lock_profile(session, profile_id)
    keys = list(list_texts(session, profile_id, lang))
    _drop(session, profile_id, lang, keys)
    return len(keys)


def _drop(session: Session, profile_id: str, lang: str, keys: list[Key]) -> None:
    if not keys:
        return
    named = tuple_(Translation.entity_type, Translation.entity_id, Translation.field).in_([tuple(key) for key in keys])
    gone = delete(Translation).where(Translation.profile_id == profile_id, Translation.lang == lang, named)
    session.execute(gone, execution_options={"synchronize_session": False})


def _write_query(section: str) -> str:
    names = ", ".join(COLUMNS.get(field, field) for field in TRANSLATED[section])
    if section == PROFILE:
        return f"SELECT id, false AS is_hidden, {names} FROM profiles WHERE id = :id"
    shown = " AND visibility = 'PUBLIC'" if section == "projects" else ""
    return f"SELECT id, is_hidden, {names} FROM {section} WHERE profile_id = :id{shown} ORDER BY {find_order(section)}"


def _read_row(section: str, fields: tuple[str, ...], row: Row[Any]) -> list[Source]:
    found = []
    for field in fields:
        column = COLUMNS.get(field, field)
        value = getattr(row, column)
        found.append(
            Source(
                key=Key(ENTITIES[section], row.id, column),
                section=section,
                text=value if isinstance(value, str) else "\n".join(value),
                is_list=is_list(section, field),
                is_hidden=row.is_hidden,
            )
        )
    return found
