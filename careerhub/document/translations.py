"""One record in several languages: which texts have another one, and the document as it reads in a language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from careerhub.document.profile import Profile, Translation

# The texts that may be said in another language, by section; what a profile says of itself is PROFILE's.
PROFILE = "profile"
TRANSLATED = {
    PROFILE: ("full_name", "headline", "location", "summary"),
    "experiences": ("position", "company_name", "description", "responsibilities"),
    "projects": ("name", "role", "organization", "description", "achievements", "challenges"),
    "education": ("degree", "field_of_study", "institution", "description", "courses"),
    "certifications": ("name",),
    "achievements": ("title", "description"),
    "skills": ("name", "group"),
    "interests": ("name",),
}
# Their text is one item a line.
LISTS = frozenset({"responsibilities", "challenges", "courses"})
# Names of people and organisations are the same in any language until somebody says otherwise.
_NAMES = frozenset({"full_name", "company_name", "organization", "institution", "location"})
# Texts that nobody can translate, and so always are in the language they were written in.
_ALWAYS_ORIGINAL = {
    PROFILE: ("pronouns",),
    "experiences": ("industry",),
    "projects": ("keywords",),
    "education": ("grade",),
    "languages": ("name", "fluency"),
    "references": ("reference",),
    "interests": ("keywords",),
}
_MARKED = {
    section: tuple(name for name in (*TRANSLATED.get(section, ()), *_ALWAYS_ORIGINAL.get(section, ())) if name not in _NAMES)
    for section in (*TRANSLATED, *_ALWAYS_ORIGINAL)
}  # fmt: skip

Mark = Callable[[str], str]


def tidy_tag(lang: str) -> str:
    """Write a language tag as it is usually written: `ZH-hant-tw` becomes `zh-Hant-TW`."""
    first, *rest = lang.split("-")
    tidied = (part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part.lower() for part in rest)
    return "-".join((first.lower(), *tidied))


def is_list(section: str, field: str) -> bool:
    """Tell whether a text is a list with an item a line."""
    return field in LISTS or (section, field) == ("projects", "achievements")


def list_languages(profile: Profile) -> tuple[str, ...]:
    """Return the languages that a profile has texts in besides its own, in the order of their tags."""
    return tuple(sorted({each.lang for each in profile.translations} - {tidy_tag(profile.lang or "en")}))


def find_language(profile: Profile, lang: str) -> str:
    """Return which of a profile's languages serves a reader of `lang`: '' for the one it was written in.

    `de-AT` is served by `de`, and by `de-CH` where there is nothing nearer.
    """
    if not profile.translations or not lang:
        return ""
    own, known = tidy_tag(profile.lang or "en"), list_languages(profile)
    parts = tidy_tag(lang).split("-")
    for length in range(len(parts), 0, -1):
        wanted = "-".join(parts[:length])
        if wanted == own:
            return ""
        if wanted in known:
            return wanted
    if own.split("-")[0] == parts[0]:
        return ""
    return next((each for each in known if each.split("-")[0] == parts[0]), "")


def translate(profile: Profile, lang: str) -> Profile:
    """Return a profile as it reads in one of its languages: where a text isn't there, the original stays.

    What the texts were before is among the translations of the result, so that every name it ever had stays known.
    """
    said = [each for each in profile.translations if each.lang == lang]
    if not said:
        return profile
    changes: dict[str, Any] = {}
    entries: dict[str, list[Any]] = {}
    originals: list[Translation] = []
    for each in said:
        if each.section == PROFILE:
            originals.append(_keep_original(profile, each, getattr(profile, each.field)))
            changes[each.field] = each.text
            continue
        known = entries.setdefault(each.section, list(getattr(profile, each.section)))
        originals.append(_keep_original(profile, each, getattr(known[each.position], each.field)))
        value = split_lines(each.text) if is_list(each.section, each.field) else each.text
        known[each.position] = replace(known[each.position], **{each.field: value})
    changes |= {section: tuple(known) for section, known in entries.items()}
    others = tuple(each for each in profile.translations if each.lang != lang)
    return _rename_employers(
        profile, replace(profile, **changes, lang=lang, translations=(*others, *originals))
    )  # fmt: skip


def mark_originals(profile: Profile, translated: Profile, mark: Mark) -> Profile:
    """Return a translated profile with each text marked that still is in the language it was written in.

    Names aren't marked, nor skills of the catalogue: they are said alike everywhere.
    """
    there = {(each.section, each.position, each.field) for each in profile.translations if each.lang == translated.lang}

    def mark_entry(entry: Any, section: str, position: int) -> Any:
        known = {each.name for each in fields(entry)}
        names = [name for name in _MARKED[section] if name in known and (section, position, name) not in there]
        if section == "skills" and entry.technology:
            names = [name for name in names if name != "name"]
        return replace(entry, **{name: _mark(getattr(entry, name), mark) for name in names})

    changes: dict[str, Any] = {
        section: tuple(mark_entry(entry, section, at) for at, entry in enumerate(getattr(translated, section)))
        for section in _MARKED
        if section != PROFILE
    }
    basics = [name for name in _MARKED[PROFILE] if (PROFILE, 0, name) not in there]
    changes |= {name: _mark(getattr(translated, name), mark) for name in basics}
    return replace(translated, **changes)


def list_translated_projects(profile: Profile, lang: str) -> frozenset[str]:
    """Return the slugs of projects that have texts in a language."""
    said = (each for each in profile.translations if each.lang == lang and each.section == "projects")
    return frozenset(profile.projects[each.position].slug for each in said)


def split_lines(text: str) -> tuple[str, ...]:
    """Return the items of a text that has one a line."""
    return tuple(line for line in map(str.strip, text.splitlines()) if line)


def _keep_original(profile: Profile, said: Translation, value: str | Sequence[str]) -> Translation:
    text = value if isinstance(value, str) else "\n".join(value)
    return replace(said, lang=tidy_tag(profile.lang or "en"), text=text)


def _rename_employers(profile: Profile, translated: Profile) -> Profile:
    """Let projects name their employers as the posts there do."""
    pairs = zip(profile.experiences, translated.experiences, strict=True)
    named = {was.company_name: becomes.company_name for was, becomes in pairs if was.company_name}
    if all(was == becomes for was, becomes in named.items()):
        return translated
    projects = (
        replace(each, employers=tuple(dict.fromkeys(named.get(name, name) for name in each.employers)))
        for each in translated.projects
    )
    return replace(translated, projects=tuple(projects))


def _mark(value: Any, mark: Mark) -> Any:
    if isinstance(value, tuple):
        return tuple(mark(each) if each else each for each in value)
    return mark(value) if value else value
