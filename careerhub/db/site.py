"""Rows become documents here: every column the site may know is named in this file, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal

import orjson
from psycopg import Cursor
from psycopg.rows import namedtuple_row
from psycopg.types.json import set_json_loads
from sqlalchemy import Connection, text

from careerhub.document.cv import LINES, MOST_PAGES, SECTIONS, TEXTS
from careerhub.document.dates import PartialDate, make_partial_date, newest_first
from careerhub.document.profile import (
    Achievement,
    AnonymizedProject,
    Certification,
    Contact,
    CvText,
    CvVersion,
    Education,
    Experience,
    Interest,
    Language,
    Link,
    Photo,
    PhotoSize,
    Profile,
    Project,
    Reference,
    Skill,
    Technology,
    Translation,
)
from careerhub.document.translations import PROFILE, TRANSLATED, tidy_tag

# `site`: facts of PUBLIC profiles, for the builder. `own`: facts of the actor's own profile, for the person. `shared`: of
# the profile whose live share link signed the transaction.
Schema = Literal["site", "own", "shared"]
Row = Any

_COLUMNS = {
    "profiles": "profile_id, slug, full_name, sort_name, pronouns, headline, summary, location, city, region, country_code, lang, theme,"
    " is_indexable, allows_ai, open_to_work_until, contact, changed_on",
    "profile_links": "profile_id, id, network, username, url, display_order",
    "experiences": "profile_id, id, company_name, company_website, company_size, industry, company_location, position, employment_type,"
    " start_date, start_precision, end_date, end_precision, is_current, description, responsibilities, technologies, display_order",
    "projects": "profile_id, id, slug, name, description, role, organization, start_date, start_precision, end_date, end_precision,"
    " is_ongoing, status, category, achievements, challenges, clients, team_size, duration_months, users_count, budget_range,"
    " demo_url, github_url, documentation_url, keywords, technologies, employers, is_featured, display_order",
    "anonymized_projects": "profile_id, role, anonymized_company, category, start_year, end_year, is_ongoing, team_band, users_band,"
    " budget_range, technologies, display_order",
    "skills": "profile_id, id, name, group_name, level, years_of_experience, started_using_year, is_primary, technology_name,"
    " technology_slug, display_order",
    "education": "profile_id, id, institution, url, degree, field_of_study, start_date, start_precision, end_date, end_precision, grade,"
    " description, courses, display_order",
    "certifications": "profile_id, id, name, issuing_organization, credential_id, credential_url, issue_date, issue_precision,"
    " expiry_date, expiry_precision, display_order",
    "achievements": "profile_id, id, title, category, description, date, date_precision, issuer, authors, identifier, url, display_order",
    "languages": "profile_id, id, name, tag, fluency, cefr, display_order",
    "references": "profile_id, id, name, reference, display_order",
    "interests": "profile_id, id, name, keywords, display_order",
    "former_slugs": "profile_id, slug",
    "profile_photos": "profile_id, size, sha256, pixels",
    "cv_versions": "profile_id, name, slug, template, sections_config, lang, paper, is_default, display_order",
    "translations": "profile_id, entity_type, entity_id, field, lang, text",
}
# What the schema calls the sections of translated texts, and the one field that the document calls otherwise.
_SECTIONS = {
    "PROFILE": PROFILE, "EXPERIENCE": "experiences", "PROJECT": "projects", "EDUCATION": "education", "SKILL": "skills",
    "CERTIFICATION": "certifications", "ACHIEVEMENT": "achievements", "INTEREST": "interests",
}  # fmt: skip
_FIELDS = {"group_name": "group"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """How far a profile's edits are, and whether the public may see it."""

    profile_id: str
    revision: int
    removed_at_revision: int
    is_public: bool


def list_profiles(connection: Connection) -> Iterator[Revision]:
    """Yield every profile there is or was, ordered by id; memory doesn't grow with their number."""
    # the statement's option: as the connection's, every later statement would get a cursor on the server
    rows = connection.execute(
        text(
            'SELECT profile_id, revision, removed_at_revision, is_public FROM site.revisions ORDER BY profile_id COLLATE "C"'
        ).execution_options(yield_per=2000)
    )
    for row in rows:
        yield Revision(
            profile_id=row.profile_id,
            revision=row.revision,
            removed_at_revision=row.removed_at_revision or 0,
            is_public=row.is_public,
        )


def find_profile_id(connection: Connection, slug: str, *, schema: Schema = "site") -> str | None:
    """Return the id of the profile with this slug, if this role may see it."""
    query = text(f"SELECT profile_id FROM {schema}.profiles WHERE slug = :slug")
    found: str | None = connection.scalar(query, {"slug": slug})
    return found


def load_profiles(
    connection: Connection,
    profile_ids: Sequence[str],
    *,
    today: date,
    schema: Schema = "site",
    draft: Draft | None = None,
) -> dict[str, Profile]:
    """Load documents by profile id: one query a view, whatever the number of profiles.

    `today` decides what has expired. A profile that may not be seen is left out. A `draft` stands in the place of the
    profile's CV versions.
    """
    driver = connection.connection.driver_connection
    if driver is None:
        raise TypeError("This connection is closed.")
    # the driver's own rows: SQLAlchemy's cost as much as everything that is made of them
    with driver.cursor(row_factory=namedtuple_row) as cursor:
        set_json_loads(orjson.loads, cursor)
        rows = {view: _read(cursor, schema, view, profile_ids) for view in _COLUMNS}
    if draft is not None:
        rows["cv_versions"] = {profile_id: [draft] for profile_id in profile_ids}
    empty: list[Row] = []
    return {
        profile_id: _make_profile(found[0], {view: rows[view].get(profile_id, empty) for view in _COLUMNS}, today)
        for profile_id, found in rows["profiles"].items()
    }


def load_photos(
    connection: Connection, profile_ids: Sequence[str], *, schema: Schema = "site"
) -> dict[str, dict[str, bytes]]:
    """Load the bytes of photos by profile id and SHA-256: some 100 kB a profile, so only of what is rendered now."""
    query = text(f'SELECT profile_id, sha256, bytes FROM {schema}."profile_photos" WHERE profile_id = ANY (:ids)')
    found: dict[str, dict[str, bytes]] = {}
    for row in connection.execute(query, {"ids": list(profile_ids)}):
        found.setdefault(row.profile_id, {})[bytes(row.sha256).hex()] = bytes(row.bytes)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A CV version as it is being edited: it may be saved or not, public or not."""

    name: str
    slug: str
    template: str
    lang: str
    paper: str
    is_default: bool
    sections_config: Mapping[str, Any]
    display_order: int = 0


def load_with_draft(connection: Connection, profile_id: str, draft: Draft, *, today: date) -> Profile | None:
    """Load the actor's own document as it would be with this one CV version, or None when there is no such profile."""
    return load_profiles(connection, [profile_id], today=today, schema="own", draft=draft).get(profile_id)


def _read(cursor: Cursor[Row], schema: Schema, view: str, profile_ids: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    cursor.execute(
        f'SELECT {_COLUMNS[view]} FROM {schema}."{view}" WHERE profile_id = ANY (%s)',
        (list(profile_ids),),
    )
    for row in cursor.fetchall():
        found.setdefault(row.profile_id, []).append(row)
    return found


def _make_profile(row: Row, rows: Mapping[str, list[Row]], today: date) -> Profile:
    experiences = _sort_dated(rows["experiences"])
    projects = _sort_dated(rows["projects"])
    skills = sorted(rows["skills"], key=_by_order)
    education = _sort_dated(rows["education"])
    certifications = sorted(rows["certifications"], key=_by_order)
    achievements = sorted(rows["achievements"], key=_by_order)
    languages = sorted(rows["languages"], key=_by_order)
    references = sorted(rows["references"], key=_by_order)
    interests = sorted(rows["interests"], key=_by_order)
    made = tuple(_make_certification(each, today) for each in certifications)
    sections = {
        "experiences": experiences,
        "projects": projects,
        "skills": skills,
        "education": education,
        "certifications": certifications,
        "achievements": achievements,
        "languages": languages,
        "references": references,
        "interests": interests,
    }
    return Profile(
        slug=row.slug or "",
        full_name=row.full_name,
        sort_name=row.sort_name or row.full_name,
        pronouns=row.pronouns,
        headline=row.headline,
        summary=row.summary,
        location=row.location,
        city=row.city,
        region=row.region,
        country_code=row.country_code,
        lang=row.lang,
        theme=row.theme,
        is_indexable=row.is_indexable,
        allows_ai=row.allows_ai,
        open_to_work=row.open_to_work_until is not None and row.open_to_work_until >= today,
        changed_on=row.changed_on,
        changes_on=_next_change(today, row.open_to_work_until, made),
        former_slugs=tuple(sorted(each.slug for each in rows["former_slugs"])),
        photo=_make_photo(rows["profile_photos"]),
        contact=_make_contact(row.contact),
        links=_make_links(row.contact, sorted(rows["profile_links"], key=_by_order)),
        experiences=tuple(_make_experience(each) for each in experiences),
        projects=tuple(_make_project(each) for each in projects),
        anonymized_projects=tuple(_make_anonymized(each) for each in sorted(rows["anonymized_projects"], key=_by_card)),
        skills=tuple(_make_skill(each) for each in skills),
        education=tuple(_make_education(each) for each in education),
        certifications=made,
        achievements=tuple(_make_achievement(each) for each in achievements),
        languages=tuple(
            Language(name=each.name, tag=each.tag, fluency=each.fluency, cefr=each.cefr) for each in languages
        ),
        references=tuple(Reference(name=each.name, reference=each.reference) for each in references),
        interests=tuple(Interest(name=each.name, keywords=tuple(each.keywords)) for each in interests),
        cv_versions=_make_cv_versions(rows["cv_versions"], sections),
        translations=_make_translations(rows["translations"], row, sections) if rows["translations"] else (),
    )


def _by_order(row: Row) -> tuple[Any, ...]:
    return row.display_order, row.id


def _sort_dated(rows: list[Row]) -> list[Row]:
    """Sort by the owner's order, which nearly always says all; equal ones by their dates."""
    if len({row.display_order for row in rows}) == len(rows):
        return sorted(rows, key=attrgetter("display_order"))
    return sorted(rows, key=_by_order_then_dates)


def _by_order_then_dates(row: Row) -> tuple[Any, ...]:
    start, end = _period(row)
    is_current = getattr(row, "is_current", False) or getattr(row, "is_ongoing", False)
    return row.display_order, newest_first(start, end, is_current=is_current), row.id


def _by_card(row: Row) -> tuple[Any, ...]:
    return row.display_order, -(row.start_year or 0), row.anonymized_company, row.role


def _period(row: Row) -> tuple[PartialDate | None, PartialDate | None]:
    return (
        make_partial_date(row.start_date, row.start_precision),
        make_partial_date(row.end_date, row.end_precision),
    )


def _next_change(today: date, open_until: date | None, certifications: Sequence[Certification]) -> date | None:
    last_days = [c.expires.last for c in certifications if c.expires] + ([open_until] if open_until else [])
    return min((day + timedelta(days=1) for day in last_days if day >= today), default=None)


def _make_contact(published: Mapping[str, str]) -> Contact:
    return Contact(
        email=published.get("email", ""),
        phone=published.get("phone", ""),
        website=published.get("website", ""),
        address=published.get("address", ""),
    )


def _make_links(published: Mapping[str, str], rows: Sequence[Row]) -> tuple[Link, ...]:
    links = [Link(network=row.network, username=row.username, url=row.url) for row in rows]
    if linkedin := published.get("linkedin"):
        links.append(Link(network="LinkedIn", username="", url=linkedin))
    return tuple(links)


def _make_technologies(pairs: Sequence[Sequence[str]]) -> tuple[Technology, ...]:
    return tuple(_make_technology(name, slug) for name, slug in pairs)


# The catalogue has some thousands, and everybody's rows name the same ones.
@lru_cache(maxsize=4096)
def _make_technology(name: str, slug: str) -> Technology:
    return Technology(name=name, slug=slug)


def _make_experience(row: Row) -> Experience:
    start, end = _period(row)
    return Experience(
        company_name=row.company_name,
        company_website=row.company_website,
        company_size=row.company_size,
        industry=row.industry,
        company_location=row.company_location,
        position=row.position,
        employment_type=row.employment_type,
        start=start,
        end=end,
        is_current=row.is_current,
        description=row.description,
        responsibilities=tuple(row.responsibilities),
        technologies=_make_technologies(row.technologies),
    )


def _make_project(row: Row) -> Project:
    start, end = _period(row)
    return Project(
        slug=row.slug,
        name=row.name,
        description=row.description,
        role=row.role,
        organization=row.organization,
        start=start,
        end=end,
        is_ongoing=row.is_ongoing,
        status=row.status,
        category=row.category,
        achievements=tuple(row.achievements),
        challenges=tuple(row.challenges),
        clients=tuple(row.clients),
        team_size=row.team_size,
        duration_months=row.duration_months,
        users_count=row.users_count,
        budget_range=row.budget_range or "",
        demo_url=row.demo_url,
        github_url=row.github_url,
        documentation_url=row.documentation_url,
        keywords=tuple(row.keywords),
        technologies=_make_technologies(row.technologies),
        employers=tuple(dict.fromkeys(row.employers)),
        is_featured=row.is_featured,
    )


def _make_anonymized(row: Row) -> AnonymizedProject:
    return AnonymizedProject(
        role=row.role,
        anonymized_company=row.anonymized_company,
        category=row.category,
        start_year=row.start_year,
        end_year=row.end_year,
        is_ongoing=row.is_ongoing,
        team_band=row.team_band,
        users_band=row.users_band,
        budget_range=row.budget_range,
        technologies=_make_technologies(row.technologies),
    )


def _make_photo(rows: list[Row]) -> Photo | None:
    # of a small photo several sizes are the same
    kept = {row.pixels: row for row in sorted(rows, key=lambda row: (row.pixels, row.size))}
    sizes = tuple(PhotoSize(size=r.size, sha256=bytes(r.sha256).hex(), pixels=r.pixels) for r in kept.values())
    return Photo(sizes=sizes) if sizes else None


def _make_skill(row: Row) -> Skill:
    return Skill(
        name=row.name,
        group=row.group_name,
        level=row.level,
        years_of_experience=row.years_of_experience,
        started_using_year=row.started_using_year,
        is_primary=row.is_primary,
        technology=_make_technology(row.technology_name, row.technology_slug)
        if row.technology_name is not None
        else None,
    )


def _make_education(row: Row) -> Education:
    start, end = _period(row)
    return Education(
        institution=row.institution,
        url=row.url,
        degree=row.degree,
        field_of_study=row.field_of_study,
        start=start,
        end=end,
        grade=row.grade,
        description=row.description,
        courses=tuple(row.courses),
    )


def _make_certification(row: Row, today: date) -> Certification:
    expires = make_partial_date(row.expiry_date, row.expiry_precision)
    return Certification(
        name=row.name,
        issuing_organization=row.issuing_organization,
        credential_id=row.credential_id,
        credential_url=row.credential_url,
        issued=make_partial_date(row.issue_date, row.issue_precision),
        expires=expires,
        is_expired=expires is not None and expires.last < today,
    )


def _make_achievement(row: Row) -> Achievement:
    return Achievement(
        title=row.title,
        category=row.category,
        description=row.description,
        date=make_partial_date(row.date, row.date_precision),
        issuer=row.issuer,
        authors=tuple(row.authors),
        identifier=row.identifier,
        url=row.url,
    )


def _make_translations(rows: list[Row], profile: Row, sections: Mapping[str, Sequence[Row]]) -> tuple[Translation, ...]:
    """Return the texts in other languages whose original is there, in one order; of two spellings of a tag the usual one counts.

    Who empties a text takes it away, in every language.
    """
    places = _number(sections)
    found: dict[tuple[str, str, int, str], Translation] = {}
    for row in sorted(rows, key=lambda row: (row.lang != tidy_tag(row.lang), row.lang)):
        section, field = _SECTIONS.get(row.entity_type, ""), _FIELDS.get(row.field, row.field)
        position = 0 if section == PROFILE else places.get(section, {}).get(row.entity_id)
        if position is None or field not in TRANSLATED[section] or not row.text.strip():
            continue
        if not getattr(profile if section == PROFILE else sections[section][position], row.field):
            continue
        lang = tidy_tag(row.lang)
        made = Translation(lang=lang, section=section, position=position, field=field, text=row.text)
        found.setdefault((lang, section, position, field), made)
    return tuple(found[key] for key in sorted(found))


def _number(sections: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, int]]:
    """Return where each entry stands in its section, by its id."""
    return {name: {row.id: position for position, row in enumerate(each)} for name, each in sections.items()}


def _make_cv_versions(rows: list[Row], sections: Mapping[str, Sequence[Row]]) -> tuple[CvVersion, ...]:
    if not rows:
        return ()
    chosen = _number(sections)
    return tuple(_make_cv_version(row, chosen) for row in sorted(rows, key=lambda r: (r.display_order, r.slug)))


def _make_cv_version(row: Row, chosen: Mapping[str, Mapping[str, int]]) -> CvVersion:
    config = row.sections_config
    texts = config.get("texts")
    texts = texts if isinstance(texts, dict) else {}
    pages = config.get("pages")
    anonymized = config.get("anonymized_projects")
    return CvVersion(
        name=row.name,
        slug=row.slug,
        template=row.template,
        lang=row.lang,
        paper=row.paper,
        is_default=row.is_default,
        include_summary=config.get("include_summary") is not False,
        custom_summary=_read_text(texts, "summary") or str(config.get("custom_summary") or ""),
        custom_headline=_read_text(texts, "headline"),
        experiences=_choose(config, "experiences", chosen),
        projects=_choose(config, "projects", chosen),
        skills=_choose(config, "skills", chosen),
        education=_choose(config, "education", chosen),
        certifications=_choose(config, "certifications", chosen),
        achievements=_choose(config, "achievements", chosen),
        languages=_choose(config, "languages", chosen),
        references=_choose(config, "references", chosen),
        interests=_choose(config, "interests", chosen),
        anonymized_projects=anonymized if isinstance(anonymized, bool) else None,
        texts=tuple(_list_texts(texts, chosen)),
        order=_read_order(config.get("sections")),
        pages=pages if isinstance(pages, int) and 1 <= pages <= MOST_PAGES and pages is not True else None,
        has_photo=config.get("photo") is True,
    )


def _read_text(texts: Mapping[str, Any], name: str) -> str:
    said = texts.get(name)
    return said if isinstance(said, str) else ""


def _read_order(named: Any) -> tuple[str, ...]:
    return tuple(one for one in named if one in SECTIONS) if isinstance(named, list) else ()


def _list_texts(texts: Mapping[str, Any], chosen: Mapping[str, Mapping[str, int]]) -> Iterator[CvText]:
    """Yield the texts of entries that may be seen: `experiences/<id>/description` says which, and the id ends here."""
    for name, said in texts.items():
        section, _, rest = name.partition("/")
        entry, _, field = rest.partition("/")
        position = chosen.get(section, {}).get(entry)
        if position is None or field not in TEXTS.get(section, ()):
            continue
        if (section, field) in LINES:
            lines = tuple(line for line in said if isinstance(line, str) and line) if isinstance(said, list) else ()
            if lines:
                yield CvText(section=section, position=position, field=field, lines=lines)
        elif isinstance(said, str) and said:
            yield CvText(section=section, position=position, field=field, text=said)


def _choose(config: Mapping[str, Any], section: str, chosen: Mapping[str, Mapping[str, int]]) -> tuple[int, ...] | None:
    """Return positions of the ids a CV names; ids of rows that may not be seen select nothing."""
    named = config.get(section)
    if not isinstance(named, list):
        return None
    return tuple(
        dict.fromkeys(chosen[section][one] for one in named if isinstance(one, str) and one in chosen[section])
    )
