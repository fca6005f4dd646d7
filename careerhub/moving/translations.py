"""Texts in other languages, in a file and out of it: each names its entry by the entry's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from careerhub.document.profile import Profile
from careerhub.document.text import clean_line, clean_text
from careerhub.document.translations import PROFILE, TRANSLATED, is_list, tidy_tag
from careerhub.editing.translations import COLUMNS, ENTITIES, Key, list_sources, list_texts, save_texts
from careerhub.moving.plan import Outcome, PlannedText

# The key of a JSON Resume that no other program has, and what stands below it.
SECTION = "careerhub"
LIST = "translations"
MAX_TEXTS = 5_000

# What an entry is found by: its words in the language it was written in.
_NAMES = {
    PROFILE: (),
    "experiences": ("company_name", "position"),
    "projects": ("name",),
    "education": ("institution", "degree", "field_of_study"),
    "certifications": ("name",),
    "achievements": ("title",),
    "skills": ("name",),
    "interests": ("name",),
}
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_LONG = frozenset({"summary", "description"})
_LONGEST, _LONGEST_LINE = 20_000, 1_000


def list_exported(profile: Profile) -> list[dict[str, Any]]:
    """Return a profile's texts in other languages as a file has them."""
    return [
        {
            "language": each.lang,
            "section": each.section,
            **({} if each.section == PROFILE else {"entry": _name_entry(profile, each.section, each.position)}),
            "field": COLUMNS.get(each.field, each.field),
            "text": each.text,
        }
        for each in profile.translations
    ]


def read_translations(value: Any) -> tuple[list[PlannedText], list[Outcome]]:
    """Read the list of a file; what can't be a text is refused with the reason."""
    if not isinstance(value, list):
        return [], [Outcome(place=f"{SECTION}.{LIST}", result="refused", reason="this should be a list")]
    if len(value) > MAX_TEXTS:
        return [], [Outcome(place=f"{SECTION}.{LIST}", result="refused", reason=f"{MAX_TEXTS:,} texts are the limit")]
    planned: list[PlannedText] = []
    refused: list[Outcome] = []
    for number, raw in enumerate(value):
        place = f"{SECTION}.{LIST}[{number}]"
        try:
            planned.append(_read_one(place, raw))
        except ValueError as error:
            refused.append(Outcome(place=place, result="refused", reason=str(error)))
    return planned, refused


def apply_translations(
    session: Session, profile_id: str, lang: str, planned: Iterable[PlannedText]
) -> Iterator[Outcome]:
    """Save the texts of a plan in a profile written in `lang`, and yield what became of each; what is there already stays."""
    by_lang: dict[str, list[PlannedText]] = {}
    for each in planned:
        by_lang.setdefault(each.lang, []).append(each)
    entries = _find_entries(session, profile_id) if by_lang else {}
    for wanted, texts in by_lang.items():
        stored = list_texts(session, profile_id, wanted)
        added: dict[Key, str] = {}
        for each in texts:
            outcome, key = _decide(each, entries, {**stored, **added}, own=tidy_tag(lang or "en"))
            if key:
                added[key] = each.text
            yield outcome
        save_texts(session, profile_id, wanted, added)


def _decide(
    said: PlannedText, entries: Mapping[tuple[str, ...], list[str]], known: Mapping[Key, str], *, own: str
) -> tuple[Outcome, Key | None]:
    found = entries.get((said.section, *said.entry), [])
    if said.lang == own:
        return _refuse(said, "your profile is written in this language"), None
    if len(found) != 1:
        return _refuse(said, "several entries are called that" if found else "there is no such entry"), None
    key = Key(ENTITIES[said.section], found[0], said.field)
    if key not in known:
        return Outcome(place=said.place, result="imported"), key
    reason = "" if known[key] == said.text else "yours is kept"
    return Outcome(place=said.place, result="unchanged", reason=reason), None


def _refuse(said: PlannedText, reason: str) -> Outcome:
    return Outcome(place=said.place, result="refused", reason=reason)


def _find_entries(session: Session, profile_id: str) -> dict[tuple[str, ...], list[str]]:
    """Return the ids of entries by section and words."""
    words: dict[tuple[str, str], dict[str, str]] = {}
    for source in list_sources(session, profile_id):
        words.setdefault((source.section, source.key.entity_id), {})[source.key.field] = source.text
    found: dict[tuple[str, ...], list[str]] = {}
    for (section, entity_id), said in words.items():
        found.setdefault((section, *(said[name] for name in _NAMES[section])), []).append(entity_id)
    return found


def _read_one(place: str, raw: Any) -> PlannedText:
    if not isinstance(raw, dict):
        raise ValueError("this should be an object")
    lang, section, field = (str(raw.get(name, "")) for name in ("language", "section", "field"))
    if not _TAG.fullmatch(lang):
        raise ValueError("its language is none")
    if section not in TRANSLATED or field not in {COLUMNS.get(name, name) for name in TRANSLATED[section]}:
        raise ValueError("no such text can be in several languages")
    entry = raw.get("entry", [])
    if not isinstance(entry, list) or len(entry) != len(_NAMES[section]):
        raise ValueError(f"its entry should be named by: {', '.join(_NAMES[section]) or 'nothing'}")
    text = _read_text(raw.get("text"), section, field)
    names = tuple(clean_line(str(name)) for name in entry)
    return PlannedText(place=place, lang=tidy_tag(lang), section=section, entry=names, field=field, text=text)


def _read_text(said: Any, section: str, field: str) -> str:
    lines = said if isinstance(said, list) else [said]
    if not all(isinstance(line, str) for line in lines):
        raise ValueError("its text is none")
    is_long = field in _LONG or is_list(section, field)
    text = clean_text("\n".join(lines)).strip()
    if field not in _LONG:
        parts = text.split("\n") if is_long else [text]
        text = "\n".join(filter(None, map(clean_line, parts)))
    if not text:
        raise ValueError("there is nothing in it")
    if len(text) > (_LONGEST if is_long else _LONGEST_LINE):
        raise ValueError("it is too long")
    return text


def _name_entry(profile: Profile, section: str, position: int) -> list[str]:
    entry = getattr(profile, section)[position]
    return [getattr(entry, name) for name in _NAMES[section]]
