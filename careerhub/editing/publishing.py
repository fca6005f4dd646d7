"""Going public: what becomes public, what waits, asking for it, and who will serve it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from careerhub.db.models import (
    AuditLog,
    Profile,
    ProfilePublication,
    ProfileRevision,
    PublisherSighting,
    PublishRequest,
)
from careerhub.db.session import lock_profile
from careerhub.db.site import load_photos, load_profiles
from careerhub.document.dates import PartialDate
from careerhub.document.profile import Profile as Document
from careerhub.document.profile import Technology
from careerhub.document.text import clean_line
from careerhub.errors import InputInvalid, NotFound
from careerhub.ids import make_id

Server = Literal["WATCH", "SYNC", "WORKER", ""]

# Who follows edits says so once a minute: after three it has gone.
_WATCH_LIVES = timedelta(minutes=3)
_LONGEST_VALUE = 120
_MOST_CHANGES = 500
# Columns of a profile that nobody else sees: an edit of them alone publishes nothing.
_PRIVATE = frozenset(
    {"draft_data", "contact_encrypted", "contact_key_id", "completeness_score", "extras", "source", "imported_at"}
)
_UNSHOWN = frozenset(
    {
        "slug",
        "sort_name",
        "lang",
        "theme",
        "is_indexable",
        "allows_ai",
        "changed_on",
        "changes_on",
        "former_slugs",
        "cv_versions",
    }
)
_TABLES = {
    "EXPERIENCE": ("experiences", "nullif(concat_ws(' – ', nullif(position, ''), nullif(company_name, '')), '')"),
    "PROJECT": ("projects", "name"),
    "EDUCATION": ("education", "coalesce(nullif(institution, ''), nullif(degree, ''), field_of_study)"),
    "CERTIFICATION": ("certifications", "name"),
    "ACHIEVEMENT": ("achievements", "title"),
    "SKILL": ("skills", "name"),
    "LANGUAGE": ("languages", "name"),
    "REFERENCE": ("references", "name"),
    "INTEREST": ("interests", "name"),
    "PROFILE_LINK": ("profile_links", "coalesce(nullif(network, ''), url)"),
    "CV_VERSION": ("cv_versions", "name"),
}
_OTHER_KINDS = (
    "PROFILE",
    "PROFILE_PHOTO",
    "TRANSLATION",
    "PROJECT_EXPERIENCE",
    "PROJECT_TECHNOLOGY",
    "EXPERIENCE_TECHNOLOGY",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One visible field: its name in the document, and its value, shortened."""

    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactItem:
    """What becomes public of one item; the title is its first value."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    """A section of the document."""

    section: str
    items: tuple[FactItem, ...]

    @property
    def count(self) -> int:
        return sum(len(item.facts) for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedKind:
    """How many changes of one kind of row there were, and of which rows."""

    kind: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is published of a profile, what waits, and who publishes here."""

    visibility: str
    slug: str
    full_name: str
    revision: int
    changed_at: datetime | None
    published_revision: int
    published_at: datetime | None
    last_error: str
    asked_at: datetime | None
    served_at: datetime | None
    server: Server
    server_seen_at: datetime | None

    @property
    def is_public(self) -> bool:
        return self.visibility == "PUBLIC"

    @property
    def waiting(self) -> int:
        """Return how many edits aren't out yet."""
        return max(0, self.revision - self.published_revision) if self.is_public else 0

    @property
    def is_asked(self) -> bool:
        """Tell whether a request waits to be served."""
        return self.asked_at is not None and self.served_at is None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what a profile needs before it can be PUBLIC and hasn't."""
        return tuple(name for name in ("full_name", "slug") if not getattr(self, name))


def find_state(session: Session, profile_id: str) -> State:
    """Return how publishing stands, for a profile of the person who signs the transaction."""
    profile = session.execute(
        select(Profile.visibility, Profile.slug, Profile.full_name).where(Profile.id == profile_id)
    ).one_or_none()
    if profile is None:
        raise NotFound("There is no such profile.")
    revised = session.get(ProfileRevision, profile_id)
    published = session.get(ProfilePublication, profile_id)
    request = session.scalar(
        select(PublishRequest)
        .where(PublishRequest.profile_id == profile_id)
        .order_by(PublishRequest.requested_at.desc())
        .limit(1)
    )
    seen = {row.kind: row.seen_at for row in session.scalars(select(PublisherSighting))}
    now: datetime = session.scalars(select(func.clock_timestamp())).one()
    server = choose_server(seen, now)
    return State(
        visibility=profile.visibility,
        slug=profile.slug or "",
        full_name=profile.full_name,
        revision=revised.revision if revised else 0,
        changed_at=revised.changed_at if revised else None,
        published_revision=published.published_revision if published else 0,
        published_at=published.published_at if published else None,
        last_error=(published.last_error if published else None) or "",
        asked_at=request.requested_at if request else None,
        served_at=request.served_at if request else None,
        server=server,
        server_seen_at=seen.get(server),
    )


def choose_server(seen: Mapping[str, datetime], now: datetime) -> Server:
    """Return who serves a request next: whoever follows edits, else the one that was seen last."""
    if "WATCH" in seen and now - seen["WATCH"] < _WATCH_LIVES:
        return "WATCH"
    # workers take what a run hands out; alone they serve nobody
    others: list[Server] = [kind for kind in ("SYNC", "WORKER") if kind in seen]
    return max(others, key=lambda kind: (kind == "SYNC", seen[kind])) if others else ""


def request_publication(session: Session, profile_id: str) -> bool:
    """Ask for the profile to be published as it is now; False when the same was asked for already.

    Whoever publishes is woken by the row; nothing is built here.
    """
    lock_profile(session, profile_id)
    state = find_state(session, profile_id)
    if not state.is_public:
        raise InputInvalid("Nobody else can see this profile: make it public first.")
    waits = select(PublishRequest.id).where(
        PublishRequest.profile_id == profile_id,
        PublishRequest.revision >= state.revision,
        PublishRequest.served_at.is_(None),
    )
    if session.scalar(waits.limit(1)):
        return False
    row = {"profile_id": profile_id, "id": make_id(), "revision": state.revision}
    session.execute(insert(PublishRequest).values(**row))
    return True


def load_document(session: Session, profile_id: str, *, schema: Literal["own", "shared"] = "own") -> Document | None:
    """Return what others may know of a profile, as the site would show it today; None when it may not be seen."""
    today: date = session.scalars(text("SELECT CAST(now() AT TIME ZONE 'UTC' AS date)")).one()
    return load_profiles(session.connection(), [profile_id], today=today, schema=schema).get(profile_id)


def load_pictures(
    session: Session, profile_id: str, document: Document, *, schema: Literal["own", "shared"] = "own"
) -> dict[str, bytes]:
    """Return the bytes of the document's photo by SHA-256: nothing where it shows none."""
    if document.photo is None:
        return {}
    return load_photos(session.connection(), [profile_id], schema=schema).get(profile_id, {})


def list_facts(document: Document) -> tuple[FactGroup, ...]:
    """Return everything the public would know, by section, each value shortened."""
    single = []
    groups = []
    for each in fields(document):
        value = getattr(document, each.name)
        if each.name in _UNSHOWN or not value:
            continue
        if is_dataclass(value):
            groups.append(_group(each.name, (value,)))
        elif isinstance(value, tuple):
            groups.append(_group(each.name, value))
        else:
            single.append(Fact(field=each.name, value=_write(value)))
    about = FactGroup(section="profile", items=(FactItem(title="", facts=tuple(single)),))
    return tuple(group for group in (about, *groups) if group.count)


def list_changed(session: Session, profile_id: str, since: datetime | None) -> tuple[ChangedKind, ...]:
    """Return what was changed since, by kind of row, from the log; everything when `since` is None."""
    wanted = select(AuditLog.entity_type, AuditLog.entity_id, AuditLog.old_values, AuditLog.new_values).where(
        AuditLog.profile_id == profile_id, AuditLog.entity_type.in_([*_TABLES, *_OTHER_KINDS])
    )
    if since is not None:
        wanted = wanted.where(AuditLog.created_at > since)
    rows = session.execute(wanted.order_by(AuditLog.position.desc()).limit(_MOST_CHANGES)).all()
    touched: dict[str, list[Any]] = {}
    for row in rows:
        if row.entity_type != "PROFILE" or {*(row.old_values or ()), *(row.new_values or ())} - _PRIVATE:
            touched.setdefault(row.entity_type, []).append(row)
    return tuple(
        ChangedKind(kind=kind, count=len(touched[kind]), names=_name_rows(session, profile_id, kind, touched[kind]))
        for kind in (*_OTHER_KINDS, *_TABLES)
        if kind in touched
    )


def _name_rows(session: Session, profile_id: str, kind: str, rows: list[Any]) -> tuple[str, ...]:
    """Return what the rows are called, each once; of those that are gone what the log says."""
    if kind not in _TABLES:
        return ()
    table, title = _TABLES[kind]
    ids = list(dict.fromkeys(row.entity_id for row in rows))
    found = session.execute(
        text(
            f'SELECT id, {title} AS title FROM "{table}" WHERE profile_id = :profile AND id = ANY (CAST(:ids AS text[]))'
        ),
        {"profile": profile_id, "ids": ids},
    )
    names = {row.id: row.title for row in found}
    for row in rows:
        old = row.old_values or {}
        known = (old.get(name) for name in ("position", "company_name", "name", "title", "institution", "network"))
        names.setdefault(row.entity_id, next(filter(None, known), ""))
    return tuple(dict.fromkeys(shorten_value(names[each], 60) for each in ids if names[each]))


def _group(section: str, values: tuple[Any, ...]) -> FactGroup:
    return FactGroup(section=section, items=tuple(_make_item(value) for value in values))


def _make_item(value: Any) -> FactItem:
    facts = tuple(_list_fields(value))
    return FactItem(title=facts[0].value if facts else "", facts=facts)


def _list_fields(value: Any) -> Iterator[Fact]:
    for each in fields(value):
        if written := _write(getattr(value, each.name)):
            yield Fact(field=each.name, value=written)


def _write(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, Technology):
        return value.name
    if isinstance(value, tuple):
        return shorten_value(" · ".join(_write(each) for each in value))
    return shorten_value(str(value))


def shorten_value(text: str, length: int = _LONGEST_VALUE) -> str:
    """Return a value as one line, cut where it gets long."""
    line = clean_line(text)
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
