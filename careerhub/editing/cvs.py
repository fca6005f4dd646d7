"""CV versions: which entries a CV has, in which order, and which texts it says differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from careerhub.db.models import CvVersion
from careerhub.db.session import lock_profile
from careerhub.document.cv import DEFAULT_TEMPLATE, LINES, MOST_PAGES, SECTIONS, TEXTS
from careerhub.document.dates import make_partial_date, newest_first
from careerhub.document.text import make_slug
from careerhub.editing.items import add_item, change_item, remove_item
from careerhub.editing.plans import allowed_templates, check_room, get_plan
from careerhub.editing.profiles import check_slug, number_slug
from careerhub.editing.rows import list_rows
from careerhub.errors import Conflict, InputInvalid, NotFound

# The sections that consist of entries; the summary is a text.
LISTS = tuple(section for section in SECTIONS if section != "summary")
_NAME_LENGTH = 100  # the column's
_NUMBERED = 1000
# What an entry is called in a list of them: the first column that says something, then what tells it from others.
_LABELS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "experiences": (("position", "company_name"), ("company_name",)),
    "projects": (("name",), ("role", "organization")),
    "skills": (("name",), ("group_name",)),
    "education": (("degree", "field_of_study", "institution"), ("institution",)),
    "certifications": (("name",), ("issuing_organization",)),
    "achievements": (("title",), ("issuer",)),
    "languages": (("name", "tag"), ("fluency",)),
    "interests": (("name",), ()),
    "references": (("name",), ()),
}


class SlugTaken(Conflict):
    """Another CV of this profile has the address already."""


class CvChanged(Conflict):
    """The version was saved by somebody else, or in another tab, since it was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A CV version as it is saved."""

    id: str
    name: str
    slug: str
    template: str
    lang: str
    paper: str
    is_public: bool
    is_default: bool
    config: Mapping[str, Any]
    revision: int
    display_order: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry that a CV may have; `texts` are those that a CV may say differently. Hidden ones stand in no CV."""

    id: str
    label: str
    detail: str
    is_hidden: bool
    texts: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What somebody chose for a CV: entries by section, sections in order, and texts by their path.

    A section that isn't in `picked`, a text that isn't in `texts` and None stay as they are; '' takes a text back.
    """

    picked: Mapping[str, Sequence[str]]
    order: Sequence[str]
    texts: Mapping[str, str | Sequence[str]]
    include_summary: bool
    anonymized_projects: bool | None
    photo: bool
    pages: int | None


def list_cvs(session: Session, profile_id: str) -> tuple[Version, ...]:
    """Return the versions of a profile, in their order."""
    wanted = select(CvVersion).where(CvVersion.profile_id == profile_id)
    rows = session.scalars(
        wanted.order_by(CvVersion.display_order, CvVersion.slug).execution_options(populate_existing=True)
    )
    return tuple(_make_version(row) for row in rows)


def get_cv(session: Session, profile_id: str, cv_id: str) -> Version:
    """Return one version, or raise NotFound."""
    wanted = select(CvVersion).where(CvVersion.profile_id == profile_id, CvVersion.id == cv_id)
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("This CV isn't there any more.")
    return _make_version(row)


def list_entries(session: Session, profile_id: str) -> dict[str, tuple[Entry, ...]]:
    """Return the entries that CVs may have by section, in the profile's order; anonymised projects are a card, no entry."""
    found: dict[str, tuple[Entry, ...]] = {}
    for section in LISTS:
        rows = sorted(list_rows(session, section, profile_id), key=lambda row: _sort_key(section, row))
        found[section] = tuple(
            _make_entry(section, row) for row in rows if row.get("visibility", "PUBLIC") != "ANONYMOUS"
        )
    return found


def add_cv(session: Session, profile_id: str, name: str, *, template: str = DEFAULT_TEMPLATE) -> str:
    """Add a version that has everything, private, and return its id; raise PlanFull when there is no room."""
    check_room(session, profile_id, "cv_versions")
    slug = _find_free_slug(session, profile_id, name)
    return add_item(session, "cv_versions", profile_id, {"name": name, "slug": slug, "template": template})


def duplicate_cv(session: Session, profile_id: str, cv_id: str, name: str) -> str:
    """Add a copy of a version under another name, private and not the default; return its id."""
    check_room(session, profile_id, "cv_versions")
    original = get_cv(session, profile_id, cv_id)
    config = _drop_gone(original.config, list_entries(session, profile_id))
    values = {
        "name": name[:_NAME_LENGTH],
        "slug": _find_free_slug(session, profile_id, name),
        "template": original.template,
        "lang": original.lang,
        "paper": original.paper,
        "sections_config": config,
    }
    return add_item(session, "cv_versions", profile_id, values)


def change_cv(
    session: Session,
    profile_id: str,
    cv_id: str,
    values: Mapping[str, Any],
    *,
    templates: Sequence[str],
    expected_revision: int,
) -> int:
    """Change a version and return its new revision.

    Raise CvChanged when it was saved since `expected_revision` was read, SlugTaken when another has this address,
    InputInvalid for entries that aren't this profile's and for a template that its plan doesn't have.
    """
    lock_profile(session, profile_id)
    known = get_cv(session, profile_id, cv_id)
    if known.revision != expected_revision:
        raise CvChanged("This CV was changed since you opened it: look at what it says now, then save again.")
    slug = check_slug(values.get("slug", known.slug))
    if slug != known.slug and slug in _list_slugs(session, profile_id):
        raise SlugTaken("Another CV of yours has this address already: choose another.")
    template = values.get("template", known.template)
    if template != known.template and template not in allowed_templates(get_plan(session, profile_id), templates):
        raise InputInvalid("Your plan doesn't have this template: choose another.")
    if "sections_config" in values:
        _check_names(values["sections_config"], known.config, list_entries(session, profile_id))
    more = {"is_hidden": False} if values.get("is_public") else {}
    return change_item(session, "cv_versions", profile_id, cv_id, {**values, **more})


def remove_cv(session: Session, profile_id: str, cv_id: str) -> None:
    """Remove a version; when it was the default one, the CV of all public facts is it again."""
    remove_item(session, "cv_versions", profile_id, cv_id)


def make_default(session: Session, profile_id: str, cv_id: str | None) -> None:
    """Make this version the one at /cv.pdf, or with None the CV of all public facts."""
    lock_profile(session, profile_id)
    if cv_id is not None:
        get_cv(session, profile_id, cv_id)
    # first none, then one: the database allows one default at a time
    others = update(CvVersion).where(CvVersion.profile_id == profile_id, CvVersion.is_default)
    if cv_id is not None:
        others = others.where(CvVersion.id != cv_id)
    quietly = {"synchronize_session": False}
    session.execute(others.values(is_default=False), execution_options=quietly)
    if cv_id is not None:
        change_item(session, "cv_versions", profile_id, cv_id, {"is_default": True})


def make_config(known: Mapping[str, Any], choices: Choices, entries: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
    """Return the configuration of a version after these choices; what it says beyond them stays.

    A section of which everything is chosen, in the profile's own order, isn't named: what is added later is in it too.
    """
    config = dict(known)
    for section, ids in choices.picked.items():
        chosen = list(dict.fromkeys(ids))
        if chosen == [entry.id for entry in entries.get(section, ())]:
            config.pop(section, None)
        else:
            config[section] = chosen
    texts = _read_texts(known) | dict(choices.texts)
    said = {name: list(text) if not isinstance(text, str) else text for name, text in texts.items() if text}
    order = [section for section in choices.order if section in SECTIONS]
    config.pop("custom_summary", None)  # `texts` says it
    _keep(config, "texts", said, unless={})
    _keep(config, "sections", order, unless=[s for s in SECTIONS if s in order])
    _keep(config, "include_summary", choices.include_summary, unless=True)
    if choices.anonymized_projects is not None:
        _keep(config, "anonymized_projects", choices.anonymized_projects, unless="projects" not in config)
    _keep(config, "photo", choices.photo, unless=False)
    _keep(config, "pages", choices.pages if choices.pages in range(1, MOST_PAGES + 1) else None, unless=None)
    return config


def read_choices(config: Mapping[str, Any], entries: Mapping[str, Sequence[Entry]]) -> Choices:
    """Return what a version's configuration says, as choices."""
    picked = {
        section: [entry.id for entry in entries[section]]
        if not isinstance(config.get(section), list)
        else config[section]
        for section in LISTS
    }
    anonymized = config.get("anonymized_projects")
    order = config.get("sections")
    return Choices(
        picked=picked,
        order=order if isinstance(order, list) else (),
        texts=_read_texts(config),
        include_summary=config.get("include_summary") is not False,
        anonymized_projects=anonymized
        if isinstance(anonymized, bool)
        else not isinstance(config.get("projects"), list),
        photo=config.get("photo") is True,
        pages=config.get("pages") if config.get("pages") in (1, 2) else None,
    )


def _read_texts(config: Mapping[str, Any]) -> dict[str, Any]:
    said = config.get("texts")
    texts = dict(said) if isinstance(said, dict) else {}
    if config.get("custom_summary"):
        texts.setdefault("summary", str(config["custom_summary"]))
    return texts


def _keep(config: dict[str, Any], name: str, value: Any, *, unless: Any) -> None:
    if value == unless:
        config.pop(name, None)
    else:
        config[name] = value


def _check_names(config: Mapping[str, Any], known: Mapping[str, Any], entries: Mapping[str, Sequence[Entry]]) -> None:
    """Raise InputInvalid for entries that aren't this profile's; names that were there already may stay."""
    ours = {section: {entry.id for entry in entries[section]} for section in LISTS}
    for section in LISTS:
        named, before = config.get(section), known.get(section)
        kept = set(before) if isinstance(before, list) else set()
        if named is not None and not set(named) <= ours[section] | kept:
            raise InputInvalid("This CV names entries that aren't of this profile: choose among its own.")
    for path in set(config.get("texts", {})) - set(_read_texts(known)):
        section, _, rest = path.partition("/")
        entry, _, field = rest.partition("/")
        if path not in ("summary", "headline") and (field not in TEXTS.get(section, ()) or entry not in ours[section]):
            raise InputInvalid("This CV says a text of an entry that isn't of this profile: choose among its own.")


def _drop_gone(config: Mapping[str, Any], entries: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
    """Return a configuration without the names of entries that aren't there any more."""
    there = {section: {entry.id for entry in entries[section]} for section in LISTS}
    kept = dict(config)
    for section in LISTS:
        if isinstance(kept.get(section), list):
            kept[section] = [one for one in kept[section] if one in there[section]]
    if isinstance(kept.get("texts"), dict):
        parts = {path: path.split("/") for path in kept["texts"]}
        kept["texts"] = {
            path: text
            for path, text in kept["texts"].items()
            if len(parts[path]) == 1 or (len(parts[path]) == 3 and parts[path][1] in there.get(parts[path][0], ()))
        }
    return kept


def _find_free_slug(session: Session, profile_id: str, name: str) -> str:
    taken = _list_slugs(session, profile_id)
    base = make_slug(name) or "cv"
    numbered = (number_slug(base, number) for number in range(2, _NUMBERED))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _list_slugs(session: Session, profile_id: str) -> set[str]:
    return set(session.scalars(select(CvVersion.slug).where(CvVersion.profile_id == profile_id)))


def count_anonymized(session: Session, profile_id: str) -> int:
    """Count the anonymised projects whose cards a CV may have."""
    from careerhub.db.models import Project

    is_card = (Project.visibility == "ANONYMOUS", Project.show_anonymized, ~Project.is_hidden)
    wanted = select(func.count()).select_from(Project).where(Project.profile_id == profile_id, *is_card)
    return int(session.scalar(wanted) or 0)


def _make_version(row: CvVersion) -> Version:
    return Version(
        id=row.id,
        name=row.name,
        slug=row.slug,
        template=row.template,
        lang=row.lang,
        paper=row.paper,
        is_public=row.is_public and not row.is_hidden,
        is_default=row.is_default,
        config=dict(row.sections_config),
        revision=row.revision,
        display_order=row.display_order,
        changed_at=row.updated_at,
    )


def _sort_key(section: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what entries of the document are sorted by: the owner's order, then their dates."""
    if section not in ("experiences", "projects", "education"):
        return row["display_order"], row["id"]
    start = make_partial_date(row["start_date"], row["start_precision"])
    end = make_partial_date(row["end_date"], row["end_precision"])
    is_current = bool(row.get("is_current") or row.get("is_ongoing"))
    return row["display_order"], newest_first(start, end, is_current=is_current), row["id"]


def _make_entry(section: str, row: Mapping[str, Any]) -> Entry:
    names, more = _LABELS[section]
    said = [(name, str(row[name])) for name in names if row[name]]
    name, label = said[0] if said else ("", "–")
    details = [str(row[each]) for each in more if row[each] and each != name]
    return Entry(
        id=row["id"],
        label=label,
        detail=" · ".join([*details, *_say_years(row)]),
        is_hidden=bool(row["is_hidden"]) or row.get("visibility", "PUBLIC") != "PUBLIC",
        texts={
            field: tuple(row[field]) if (section, field) in LINES else str(row[field] or "")
            for field in TEXTS.get(section, ())
        },
    )


def _say_years(row: Mapping[str, Any]) -> list[str]:
    years = [str(row[each].year) for each in ("start_date", "end_date") if row.get(each)]
    return [" – ".join(dict.fromkeys(years))] if years else []
