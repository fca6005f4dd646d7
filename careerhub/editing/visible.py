"""What others see of a profile and what they don't, read as plain values for the rules of `exposure`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from careerhub.editing.exposure import Card, Mention, OnlyFit, Place, Post, Secret, find_mentions, find_only_fits

# The views of facts with their texts, and what an item is called: its first name that isn't empty.
_TEXTS = {
    "profiles": ("headline", "summary", "location", "pronouns", "contact"),
    "profile_links": ("network", "username", "url"),
    "experiences": ("company_name", "position", "company_location", "industry", "company_website", "description", "responsibilities"),
    "projects": (
        "name", "description", "role", "organization", "achievements", "challenges", "clients", "keywords", "demo_url", "github_url",
        "documentation_url",
    ),
    "skills": ("name", "group_name"),
    "education": ("institution", "degree", "field_of_study", "description", "courses", "url"),
    "certifications": ("name", "issuing_organization", "credential_url"),
    "achievements": ("title", "description", "issuer", "authors", "identifier", "url"),
    "references": ("name", "reference"),
    "interests": ("name", "keywords"),
    "languages": ("name", "fluency"),
}  # fmt: skip
_TITLES = ("company_name", "position", "name", "title", "institution", "degree", "network", "url")
# tables of items that can be hidden one by one
_HIDEABLE = (
    "experiences", "projects", "skills", "education", "certifications", "achievements", "languages", "profile_links", "references",
    "interests",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenItem:
    """An item that nobody but its owner sees."""

    section: str
    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymized:
    """An anonymised project as its owner knows it, and whether a card of it is shown."""

    id: str
    name: str
    is_shown: bool
    label: str
    role: str
    start_year: int | None
    end_year: int | None
    is_ongoing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What stays with the owner, and where it shows through."""

    hidden: tuple[HiddenItem, ...]
    anonymized: tuple[Anonymized, ...]
    mentions: tuple[Mention, ...]
    only_fits: tuple[OnlyFit, ...]


def load_exposure(session: Session, profile_id: str) -> Exposure:
    """Read what is hidden of a profile of the person who signs the transaction, and where it shows through."""
    projects = _read(session, _ANONYMIZED, profile_id)
    posts = [
        Post(employer=row["company_name"], start=row["start_year"], end=row["end_year"], is_current=row["is_current"])
        for row in _read(session, _POSTS, profile_id)
    ]
    places = [*_list_places(session, profile_id), *_list_card_places(projects)]
    cards = [_make_card(row) for row in projects if row["is_shown"]]
    return Exposure(
        hidden=tuple(_list_hidden(session, profile_id)),
        anonymized=tuple(_make_anonymized(row) for row in projects),
        mentions=tuple(
            find_mentions(
                [secret for row in projects for secret in _list_secrets(row)],
                places,
                known=[post.employer for post in posts],
            )
        ),
        only_fits=tuple(find_only_fits(cards, posts)),
    )


_ANONYMIZED = """
SELECT p.id, p.name, p.organization, p.clients, p.anonymized_company, p.role, p.category, p.is_ongoing,
       NOT p.is_hidden AND p.show_anonymized AS is_shown,
       extract(year FROM p.start_date)::int AS start_year, extract(year FROM p.end_date)::int AS end_year,
       coalesce(jsonb_agg(e.company_name) FILTER (WHERE NOT e.is_hidden AND e.company_name <> ''), '[]') AS employers,
       coalesce(jsonb_agg(e.company_name) FILTER (WHERE e.is_hidden AND e.company_name <> ''), '[]') AS hidden_employers
  FROM projects p LEFT JOIN project_experiences l ON l.profile_id = p.profile_id AND l.project_id = p.id
  LEFT JOIN experiences e ON e.profile_id = l.profile_id AND e.id = l.experience_id
 WHERE p.profile_id = :id AND p.visibility = 'ANONYMOUS' GROUP BY p.profile_id, p.id ORDER BY p.display_order, p.id"""
_POSTS = """
SELECT company_name, extract(year FROM start_date)::int AS start_year, extract(year FROM end_date)::int AS end_year, is_current
  FROM own.experiences WHERE profile_id = :id"""
_CVS = "SELECT id, name, sections_config FROM cv_versions WHERE profile_id = :id AND is_public AND NOT is_hidden"
_TRANSLATIONS = "SELECT field, lang, text FROM own.translations WHERE profile_id = :id"


def _read(session: Session, statement: str, profile_id: str) -> list[Mapping[str, Any]]:
    return [dict(row) for row in session.execute(text(statement), {"id": profile_id}).mappings()]


def _list_secrets(row: Mapping[str, Any]) -> Iterator[Secret]:
    for name in (row["name"], row["organization"], *row["clients"], *row["hidden_employers"]):
        if name:
            yield Secret(name=name, project=row["name"])


def _list_places(session: Session, profile_id: str) -> Iterator[Place]:
    for view, fields in _TEXTS.items():
        for row in _read(session, f'SELECT * FROM own."{view}" WHERE profile_id = :id', profile_id):
            title = next((row[name] for name in _TITLES if row.get(name)), "") if view != "profiles" else ""
            for field in fields:
                for said in _list_texts(row[field]):
                    yield Place(section=view, item_id=row.get("id") or "", title=title, field=field, text=said)
    for row in _read(session, _CVS, profile_id):
        for said in (row["name"], *_list_texts(row["sections_config"])):
            yield Place(section="cv_versions", item_id=row["id"], title=row["name"], field="custom_summary", text=said)
    for row in _read(session, _TRANSLATIONS, profile_id):
        # where it is edited: on the page of its language
        yield Place(
            section="translations", item_id=row["lang"], title=row["lang"], field=row["field"], text=row["text"]
        )


def _list_card_places(projects: list[Mapping[str, Any]]) -> Iterator[Place]:
    for row in projects:
        if row["is_shown"]:
            for field in ("anonymized_company", "role"):
                yield Place(section="projects", item_id=row["id"], title=row["name"], field=field, text=row[field])


def _list_texts(value: Any) -> Iterator[str]:
    """Yield every text in a value: a text, a list of them, or whatever a CV overrides."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _list_texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _list_texts(each)


def _list_hidden(session: Session, profile_id: str) -> Iterator[HiddenItem]:
    for table in _HIDEABLE:
        for row in _read(session, f'SELECT * FROM "{table}" WHERE profile_id = :id AND is_hidden', profile_id):
            title = next((str(row[name]) for name in _TITLES if row.get(name)), "")
            yield HiddenItem(section=table, id=row["id"], title=title)


def _make_anonymized(row: Mapping[str, Any]) -> Anonymized:
    return Anonymized(
        id=row["id"],
        name=row["name"],
        is_shown=row["is_shown"],
        label=row["anonymized_company"],
        role=row["role"],
        start_year=row["start_year"],
        end_year=row["end_year"],
        is_ongoing=row["is_ongoing"],
    )


def _make_card(row: Mapping[str, Any]) -> Card:
    return Card(
        id=row["id"],
        name=row["name"],
        start=row["start_year"],
        end=row["end_year"],
        is_ongoing=row["is_ongoing"],
        employers=tuple(row["employers"]),
    )
