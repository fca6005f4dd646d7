"""Make documents for tests: each has a name and nothing else, but for what is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from careerhub.document.dates import PartialDate, read_partial_date
from careerhub.document.profile import (
    Achievement,
    Certification,
    Contact,
    CvVersion,
    Education,
    Experience,
    Profile,
    Project,
    Skill,
    Technology,
)

PYTHON = Technology(name="Python", slug="python")
POSTGRES = Technology(name="PostgreSQL", slug="postgresql")
RUST = Technology(name="Rust", slug="rust")
KAFKA = Technology(name="Apache Kafka", slug="apache-kafka")
CSHARP = Technology(name="C#", slug="c-sharp")

_SEQUENCES = (
    *("links", "experiences", "projects", "anonymized_projects", "skills", "education", "certifications"),
    *("achievements", "languages", "references", "interests", "cv_versions"),
)
_TEXTS = ("sort_name", "pronouns", "headline", "summary", "location", "city", "region", "country_code", "theme")


def when(text: str) -> PartialDate | None:
    """Read a date for a fixture; an empty text is no date."""
    return read_partial_date(text) if text else None


def make_profile(**changes: Any) -> Profile:
    """Make a profile that has a name and nothing else, but for what is given."""
    nothing: dict[str, Any] = dict.fromkeys(_SEQUENCES, ())
    texts: dict[str, Any] = dict.fromkeys(_TEXTS, "")
    basics: dict[str, Any] = {
        "slug": "kim-example",
        "full_name": "Kim Example",
        "lang": "en",
        "is_indexable": True,
        "allows_ai": True,
        "open_to_work": False,
        "changed_on": date(2026, 3, 14),
        "changes_on": None,
        "contact": Contact(),
    }
    return Profile(**(nothing | texts | basics | changes))


def make_experience(company: str, position: str, start: str, end: str = "", **changes: Any) -> Experience:
    """Make a post; without an end it is the current one."""
    base = Experience(
        company_name=company,
        company_website="",
        company_size="",
        industry="",
        company_location="",
        position=position,
        employment_type="FULL_TIME",
        start=when(start),
        end=when(end),
        is_current=not end,
        description="",
        responsibilities=(),
        technologies=(),
    )
    return replace(base, **changes)


def make_project(slug: str, name: str, **changes: Any) -> Project:
    """Make a project that has a name and nothing else, but for what is given."""
    base = Project(
        slug=slug,
        name=name,
        description="",
        role="",
        organization="",
        start=None,
        end=None,
        is_ongoing=False,
        status="",
        category="",
        achievements=(),
        challenges=(),
        clients=(),
        team_size=None,
        duration_months=None,
        users_count=None,
        budget_range="",
        demo_url="",
        github_url="",
        documentation_url="",
        keywords=(),
        technologies=(),
        employers=(),
        is_featured=False,
    )
    return replace(base, **changes)


def make_skill(name: str, group: str = "", level: int | None = None, **changes: Any) -> Skill:
    """Make a skill."""
    base = Skill(
        name=name,
        group=group,
        level=level,
        years_of_experience=None,
        started_using_year=None,
        is_primary=False,
        technology=None,
    )
    return replace(base, **changes)


def make_course(institution: str, degree: str, field: str, start: str, end: str, **changes: Any) -> Education:
    """Make a course of study."""
    base = Education(
        institution=institution,
        url="",
        degree=degree,
        field_of_study=field,
        start=when(start),
        end=when(end),
        grade="",
        description="",
        courses=(),
    )
    return replace(base, **changes)


def make_achievement(title: str, category: str, **changes: Any) -> Achievement:
    """Make an achievement."""
    base = Achievement(
        title=title, category=category, description="", date=None, issuer="", authors=(), identifier="", url=""
    )
    return replace(base, **changes)


def make_certificate(name: str, issuer: str, **changes: Any) -> Certification:
    """Make a certificate."""
    base = Certification(
        name=name,
        issuing_organization=issuer,
        credential_id="",
        credential_url="",
        issued=None,
        expires=None,
        is_expired=False,
    )
    return replace(base, **changes)


def make_version(name: str, slug: str, **changes: Any) -> CvVersion:
    """Make a CV version that selects everything."""
    base = CvVersion(
        name=name,
        slug=slug,
        template="modern",
        lang="",
        paper="",
        is_default=False,
        include_summary=True,
        custom_summary="",
        experiences=None,
        projects=None,
        skills=None,
        education=None,
        certifications=None,
        achievements=None,
    )
    return replace(base, **changes)
