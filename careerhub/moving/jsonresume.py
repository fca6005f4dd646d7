"""JSON Resume, as real files are (0.0.x names and 1.x, nulls and all), becomes a plan. Nothing is dropped silently.

Source: the format's own schema, 1.3.1, which requires nothing and allows additional properties everywhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Table

from careerhub.db.models import (
    Achievement,
    Certification,
    Education,
    Experience,
    Interest,
    Language,
    Profile,
    ProfileLink,
    Project,
    Reference,
    Skill,
)
from careerhub.document.canonical import canonical_json
from careerhub.errors import InputInvalid
from careerhub.moving import sections
from careerhub.moving.entry import Entry, is_empty
from careerhub.moving.limits import clean_json
from careerhub.moving.plan import ImportPlan, Kept, Note, Outcome, PlannedRow, PlannedText
from careerhub.moving.translations import LIST, SECTION, read_translations

SOURCE = "JSONRESUME"
MAX_ENTRIES = 5_000

Reader = Callable[[Entry], None]

# Section of the file: its table, who reads it, and the columns of which one must say something.
_SECTIONS: dict[str, tuple[Any, Reader, tuple[str, ...]]] = {
    "work": (Experience, sections.read_work, ("company_name", "position")),
    "volunteer": (Experience, sections.read_volunteer, ("company_name", "position")),
    "education": (Education, sections.read_education, ("institution", "degree", "field_of_study")),
    "projects": (Project, sections.read_project, ("name",)),
    "skills": (Skill, sections.read_skill, ("name",)),
    "certificates": (Certification, sections.read_certificate, ("name",)),
    "awards": (Achievement, sections.read_award, ("title",)),
    "publications": (Achievement, sections.read_publication, ("title",)),
    "languages": (Language, sections.read_language, ("name",)),
    "interests": (Interest, sections.read_interest, ("name",)),
    "references": (Reference, sections.read_reference, ("name",)),
    "basics.profiles": (ProfileLink, sections.read_link, ("url", "username")),
    "basics.url": (ProfileLink, sections.read_link, ("url",)),
}
_LEGACY = {"hobbies": "interests"}
# Sections whose entries are often written as one text, and which name that text is.
_WORD = {"skills": "name", "languages": "language", "interests": "name"}
_KNOWN = frozenset({"basics", *_LEGACY, *(name for name in _SECTIONS if "." not in name)})


def plan_jsonresume(resume: Any) -> ImportPlan:
    """Plan what a JSON Resume asks for; raise InputInvalid when it isn't one or has more than 5,000 entries."""
    _check_resume(resume)
    cleaned, notes = clean_json(resume)
    planner = _Planner(notes)
    basics = planner.add_basics(cleaned)
    for name, value in cleaned.items():
        if name != "basics":
            planner.add_section(name, value)
    return planner.finish(basics, list(cleaned))


def modernise(resume: Any) -> Any:
    """Return a résumé whose person stands under `basics`: the first version of the format called that `bio`."""
    if not isinstance(resume, dict) or "basics" in resume or not isinstance(resume.get("bio"), dict):
        return resume
    bio = resume["bio"]
    basics = {key: value for key, value in bio.items() if key not in ("firstName", "lastName")}
    if names := " ".join(str(bio[key]) for key in ("firstName", "lastName") if bio.get(key)):
        basics.setdefault("name", names)
    for key in ("email", "phone"):  # there by kind: {"work": …, "personal": …}
        if isinstance(basics.get(key), dict):
            basics[key] = ", ".join(str(said) for said in basics[key].values() if said)
    return {"basics": basics} | {key: value for key, value in resume.items() if key != "bio"}


class _Planner:
    """The plan while it grows."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self.rows: list[PlannedRow] = []
        self.texts: list[PlannedText] = []
        self.kept: list[Kept] = []
        self.refused: list[Outcome] = []
        self.notes = list(notes)
        self._places: dict[bytes, str] = {}
        self._unread: Counter[tuple[str, str]] = Counter()

    def add_basics(self, resume: dict[str, Any]) -> Entry:
        """Read who the person is; links become rows of their own."""
        raw = resume.get("basics")
        entry = Entry("basics", raw if isinstance(raw, dict) else {}, _table(Profile))
        if not isinstance(raw, dict) and not is_empty(raw):
            self.keep("basics.other", "basics", raw, "this should be an object", is_entry=True)
        _, address = entry.take("url", "website")
        if not is_empty(address):
            self.add_entry("basics.url", "basics.url", {"network": "Website", "url": address})
        sections.read_basics(entry, resume)
        self._add_list("basics.profiles", entry.take("profiles")[1])
        self.notes += entry.notes
        self._unread.update(("basics", key) for key in entry.left)
        return entry

    def add_section(self, name: str, value: Any) -> None:
        """Plan one top-level section; what isn't one of the format's is kept as it is."""
        if name == SECTION and isinstance(value, dict) and LIST in value:
            self.texts, refused = read_translations(value[LIST])
            self.refused += refused
            value = {key: other for key, other in value.items() if key != LIST}
        if name not in _KNOWN:
            if not is_empty(value):
                self.keep(name, name, value, "")
        elif name == "skills" and isinstance(value, list):
            for place, raw, fields in sections.split_skills(value):
                self.add_entry("skills", place, raw, fields)
        else:
            self._add_list(name, value)

    def _add_list(self, name: str, value: Any) -> None:
        if is_empty(value):
            return
        if not isinstance(value, list):
            self.keep(name, name, value, "this should be a list", is_entry=True)
            return
        for number, raw in enumerate(value):
            self.add_entry(_LEGACY.get(name, name), f"{name}[{number}]", raw)

    def add_entry(self, section: str, place: str, raw: Any, fields: dict[str, Any] | None = None) -> None:
        """Plan one entry: a row, something kept, or a refusal. `fields` is what to read when it isn't `raw` itself."""
        if _says_nothing(raw):
            self.refused.append(Outcome(place=place, result="refused", reason="there is nothing in it"))
            return
        row_hash = _hash_entry(section, raw)
        if first := self._places.get(row_hash):
            self.refused.append(Outcome(place=place, result="refused", reason=f"same as {first}"))
            return
        self._places[row_hash] = place
        model, read, required = _SECTIONS[section]
        read_from = raw if fields is None else fields
        if isinstance(read_from, str) and section in _WORD:
            read_from = {_WORD[section]: read_from}
        if not isinstance(read_from, dict):
            self.keep(_kept_in(place), place, raw, "this should be an object", is_entry=True)
            return
        entry = Entry(place, read_from, _table(model))
        read(entry)
        if not any(entry.values[column] for column in required):
            why = "; ".join(f"{note.place.rsplit('.', 1)[-1]}: {note.reason}" for note in entry.notes)
            self.keep(_kept_in(place), place, raw, why or "it has no name", is_entry=True)
            return
        self._add_row(section, place, raw, row_hash, entry)

    def _add_row(self, section: str, place: str, raw: Any, row_hash: bytes, entry: Entry) -> None:
        self.notes += entry.notes
        self._unread.update((section, key) for key in entry.left)
        self.rows.append(
            PlannedRow(
                table=_SECTIONS[section][0].__tablename__,
                section=section,
                place=place,
                values=entry.values,
                extras=entry.extras,
                entry=raw,
                row_hash=row_hash,
                technologies=entry.technologies,
            )
        )

    def keep(self, section: str, place: str, value: Any, reason: str, *, is_entry: bool = False) -> None:
        """Keep something in the profile's extras."""
        self.kept.append(Kept(section=section, place=place, value=value, reason=reason, is_entry=is_entry))

    def finish(self, basics: Entry, names: list[str]) -> ImportPlan:
        """Return the plan, with one note a section about the keys nobody read."""
        unread: dict[str, list[str]] = {}
        for (section, key), number in self._unread.items():
            unread.setdefault(section, []).append(key if number == 1 else f"{key} ({number:,} times)")
        notes = [Note(place=s, reason=f"kept aside, not shown: {', '.join(keys)}") for s, keys in unread.items()]
        contact = {name: basics.values.pop(name) for name in sections.CONTACT_PRIVATE}
        return ImportPlan(
            source=SOURCE,
            sections=tuple(dict.fromkeys(["basics", "basics.url", "basics.profiles", *names])),
            profile=basics.values,
            contact_private={name: value for name, value in contact.items() if value},
            profile_extras=basics.extras,
            rows=tuple(self.rows),
            texts=tuple(self.texts),
            kept=tuple(self.kept),
            refused=tuple(self.refused),
            notes=(*self.notes, *notes),
        )


def _check_resume(resume: Any) -> None:
    if not isinstance(resume, dict) or not any(_is_section(name, value) for name, value in resume.items()):
        raise InputInvalid(
            "It isn't a JSON Resume: it has none of basics, work, education, skills … Is it the right file?"
        )
    number = sum(len(list(_entries(value))) for name, value in resume.items() if name in _KNOWN)
    if number > MAX_ENTRIES:
        raise InputInvalid(
            f"This file has {number:,} entries; {MAX_ENTRIES:,} are the limit. Split it, or is it the right file?"
        )


def _is_section(name: str, value: Any) -> bool:
    return name in _KNOWN and isinstance(value, dict if name == "basics" else list)


def _entries(section: Any) -> Iterator[Any]:
    """Yield everything a section could become rows of."""
    for item in section if isinstance(section, list) else ():
        keywords = item.get("keywords") if isinstance(item, dict) else None
        yield from keywords if isinstance(keywords, list) and keywords else (item,)
    profiles = section.get("profiles") if isinstance(section, dict) else None
    yield from profiles if isinstance(profiles, list) else ()


def _kept_in(place: str) -> str:
    """Return the section as the file calls it."""
    return place.split("[")[0]


def _says_nothing(raw: Any) -> bool:
    return is_empty(raw) or (isinstance(raw, dict) and all(is_empty(value) for value in raw.values()))


def _hash_entry(section: str, raw: Any) -> bytes:
    return hashlib.sha256(canonical_json([section, raw])).digest()


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table
