"""The log of changes in people's words: who did what to which entry, and what it said before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from careerhub.admin.forms import entries as forms
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.admin.sections import BY_ENTITY, say_date
from careerhub.editing.differences import Piece, compare_words, shorten
from careerhub.editing.history import Change, find_rows

# what an entry is called in a sentence, where it isn't one of the lists
_THINGS = {
    "PROFILE": _l("your profile"),
    "CV_VERSION": _l("CV"),
    "USER": _l("your account"),
    "SHARE_LINK": _l("share link"),
    "PROFILE_PHOTO": _l("photo"),
    "IMPORT": _l("import"),
    "USER_TOKEN": _l("mailed link"),
    "TRANSLATION": _l("translation"),
}
# columns whose own name doesn't say it, and that no form of the lists has
_COLUMNS = {
    "allows_ai": _l("use by AI"),
    "city": _l("city"),
    "contact": _l("public contact data"),
    "contact_encrypted": _l("private contact data"),
    "contact_key_id": _l("key of the contact data"),
    "country_code": _l("country"),
    "display_order": _l("place in the list"),
    "extras": _l("additional data"),
    "full_name": _l("name"),
    "headline": _l("headline"),
    "is_default": _l("default"),
    "is_featured": _l("featured"),
    "is_hidden": _l("hidden"),
    "is_indexable": _l("search engines"),
    "is_primary": _l("main skill"),
    "is_public": _l("public"),
    "lang": _l("language"),
    "location": _l("place"),
    "paper": _l("paper"),
    "pronouns": _l("pronouns"),
    "region": _l("region"),
    "sections_config": _l("choice of entries"),
    "slug": _l("address"),
    "sort_name": _l("name as it is sorted"),
    "summary": _l("summary"),
    "technology_id": _l("technology"),
    "template": _l("template"),
    "theme": _l("look"),
    "visibility": _l("who may see it"),
}
_CHOICES: dict[str, Mapping[str, Any]] = {
    "employment_type": forms.EMPLOYMENT_TYPES,
    "visibility": forms.VISIBILITIES,
    "status": forms.STATUSES,
    "budget_range": forms.BUDGETS,
    "cefr": forms.CEFR,
    "level": forms.LEVELS,
}
# what the database and the importer keep for themselves
_UNSAID = frozenset(
    {
        "id", "profile_id", "user_id", "revision", "created_at", "updated_at", "source", "source_row_hash", "source_revision",
        "imported_at", "completeness_score", "is_anonymized",
    }
)  # fmt: skip
_LINKS = {
    "PROJECT_TECHNOLOGY": ("PROJECT", "TECHNOLOGY"),
    "EXPERIENCE_TECHNOLOGY": ("EXPERIENCE", "TECHNOLOGY"),
    "PROJECT_EXPERIENCE": ("PROJECT", "EXPERIENCE"),
}
_LONGEST_NAME = 80
# characters of all differences on one page of the list; what doesn't fit stands on the change's own page
_ROOM = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a change did to one thing an entry says."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change, told."""

    id: str
    sentence: str
    who: str
    when: datetime
    differences: tuple[Difference, ...]
    can_be_undone: bool
    is_emptied: bool
    section: str
    entry_id: str


def tell_changes(
    session: Session, profile_id: str, changes: Sequence[Change], *, me: str, is_whole: bool = False
) -> list[Told]:
    """Tell changes in words; those of an order alone are told once for a list and a moment."""
    rows = find_rows(session, profile_id, _list_named(changes))
    told, seen, room = [], set(), _ROOM
    for change in changes:
        if _is_order(change) and not is_whole:
            key = (change.entity_type, change.created_at)
            if key in seen:
                continue
            seen.add(key)
        one = _tell(change, rows, me, is_whole=is_whole)
        room -= sum(len(piece.text) for each in one.differences for piece in each.pieces)
        told.append(one if is_whole or room > 0 else replace(one, differences=()))
    return told


def _tell(change: Change, rows: Mapping[str, Mapping[str, Any]], me: str, *, is_whole: bool) -> Told:
    is_order = _is_order(change) and not is_whole
    section = BY_ENTITY.get(change.entity_type)
    return Told(
        id=change.id,
        sentence=_say_sentence(change, rows),
        who=_say_who(change, me),
        when=change.created_at,
        differences=() if is_order else tuple(_list_differences(change, rows, is_whole=is_whole)),
        can_be_undone=change.can_be_undone and not is_order,
        is_emptied=change.is_emptied,
        section=section.key if section else "",
        entry_id=change.entity_id if section else "",
    )


def _say_sentence(change: Change, rows: Mapping[str, Mapping[str, Any]]) -> str:
    section = BY_ENTITY.get(change.entity_type)
    verb = change.action.partition("_")[0]
    if change.entity_type in _LINKS:
        first, second = (rows.get(each, {}) for each in (*change.entity_id.split("/"), "")[:2])
        one, other = _LINKS[change.entity_type]
        values = {"other": _name(other, second), "entry": _name(one, first)}
        if verb == "CREATE":
            return str(_("Linked “%(other)s” with “%(entry)s”", **values))
        if verb == "DELETE":
            return str(_("Unlinked “%(other)s” from “%(entry)s”", **values))
        return str(_("Changed the order of what “%(entry)s” is linked with", **values))
    if section and _is_order(change):
        return str(_("Changed the order: %(list)s", list=section.title))
    thing = str(
        section.one if section else _THINGS.get(change.entity_type, change.entity_type.replace("_", " ").lower())
    )
    row = {**rows.get(change.entity_id, {}), **(change.new or change.old or {})}
    # of what was changed the name of that time would be half of a name
    name = _name(change.entity_type, rows.get(change.entity_id) or row) if section or "name" in row else ""
    values = {"thing": thing, "name": name}
    if verb == "CREATE":
        return str(_("Added the %(thing)s “%(name)s”", **values) if name else _("Added: %(thing)s", **values))
    if verb == "DELETE":
        return str(_("Removed the %(thing)s “%(name)s”", **values) if name else _("Removed: %(thing)s", **values))
    labels = ", ".join(dict.fromkeys(_list_labels(change)))
    values["what"] = labels or _("what it said is no longer kept")
    if name:
        return str(_("Changed the %(thing)s “%(name)s”: %(what)s", **values))
    return str(_("Changed %(thing)s: %(what)s", **values))


def _say_who(change: Change, me: str) -> str:
    values = change.new or {}
    # a row that was imported names where from; one that an import changed has another fingerprint
    if values.get("source") or values.get("source_row_hash"):
        return str(_("by an import"))
    if change.user_id == me:
        return str(_("by you"))
    return str(_("by an operator"))


def _list_labels(change: Change) -> Iterator[str]:
    for column in _list_columns(change):
        yield _say_label(change.entity_type, column)


def _list_differences(change: Change, rows: Mapping[str, Mapping[str, Any]], *, is_whole: bool) -> Iterator[Difference]:
    if change.entity_type in _LINKS or change.is_emptied:
        return
    if not is_whole and (change.old is None or change.new is None):
        return
    now = rows.get(change.entity_id, {})
    for column in _list_columns(change):
        # where one of a date's two columns is the same before and after, the log names the other alone
        old, new = ({**now, **(values or {})} if values is not None else {} for values in (change.old, change.new))
        before = _say_value(change.entity_type, column, old) if change.old is not None else ""
        after = _say_value(change.entity_type, column, new) if change.new is not None else ""
        if before == after:
            continue
        pieces = compare_words(before, after)
        label = _say_label(change.entity_type, column)
        yield Difference(label=label, pieces=pieces if is_whole else shorten(pieces))


def _list_columns(change: Change) -> list[str]:
    """Return what a change is about, in the order of the form; a date is one thing, though it has two columns."""
    columns = {c for c in {**(change.old or {}), **(change.new or {})} if c not in _UNSAID}
    precise = {c for c in columns if c.endswith("_precision")}
    columns = (columns - precise) | {_find_day(c) for c in precise}
    section = BY_ENTITY.get(change.entity_type)
    if section and section.form.current in columns:  # "now" is an end
        columns = (columns - {section.form.current}) | {"end_date"}
    order = section.form.list_columns() if section else []
    places = {name: place for place, name in enumerate(order)}
    return sorted(columns, key=lambda c: (places.get(c, len(places)), c))


def _find_day(precision: str) -> str:
    stem = precision.removesuffix("_precision")
    return "date" if stem == "date" else f"{stem}_date"


def _say_label(entity_type: str, column: str) -> str:
    section = BY_ENTITY.get(entity_type)
    name = column
    if section:
        name = next((field for field, (day, _p) in section.form.dates.items() if day == column), column)
        unbound = getattr(section.form, name, None)
        if unbound is not None and name not in ("is_hidden", "is_featured", "is_primary"):
            return str(unbound.args[0])[:1].lower() + str(unbound.args[0])[1:]
    return str(_COLUMNS.get(column, column.replace("_", " ")))


def _say_value(entity_type: str, column: str, values: Mapping[str, Any]) -> str:
    value = values.get(column)
    if column == "date" or column.endswith("_date"):
        if column == "end_date" and (values.get("is_current") or values.get("is_ongoing")):
            return str(_("now"))
        precision = "date_precision" if column == "date" else f"{column.removesuffix('_date')}_precision"
        return say_date(values, column, precision)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    if isinstance(value, dict):
        return "\n".join(f"{name}: {each}" for name, each in value.items())
    choices = _CHOICES.get(column, {})
    if column == "category":
        choices = forms.ACHIEVEMENT_CATEGORIES if entity_type == "ACHIEVEMENT" else forms.PROJECT_CATEGORIES
    return str(choices.get(str(value), value))


def _name(entity_type: str, row: Mapping[str, Any]) -> str:
    section = BY_ENTITY.get(entity_type)
    name = section.name(row) if section else str(row.get("name") or row.get("full_name") or "")
    return name[:_LONGEST_NAME] or _("something that isn’t there any more")


def _is_order(change: Change) -> bool:
    return change.entity_type in BY_ENTITY and set(change.new or {}) == {"display_order"} == set(change.old or {})


def _list_named(changes: Iterable[Change]) -> dict[str, list[str]]:
    """Return the ids that changes are about, by kind."""
    named: dict[str, list[str]] = {}
    for change in changes:
        kinds = _LINKS.get(change.entity_type, (change.entity_type,))
        for kind, each in zip(kinds, change.entity_id.split("/"), strict=False):
            named.setdefault(kind, []).append(each)
    return named
