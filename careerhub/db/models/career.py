"""The career: everything a profile owns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Computed, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import FetchedValue

from careerhub.db.base import Base, Owned, Ulid, flag_column, list_column, precision_column, text_column


class Experience(Owned, Base):
    """A job, a contract or a voluntary post."""

    __tablename__ = "experiences"

    company_name: Mapped[str] = text_column(200)
    company_website: Mapped[str] = text_column(500)
    company_size: Mapped[str] = text_column(50)
    industry: Mapped[str] = text_column(100)
    company_location: Mapped[str] = text_column(100)
    position: Mapped[str] = text_column(200)
    employment_type: Mapped[str] = text_column(50)
    start_date: Mapped[date | None]
    start_precision: Mapped[str | None] = precision_column()
    end_date: Mapped[date | None]
    end_precision: Mapped[str | None] = precision_column()
    is_current: Mapped[bool] = flag_column()
    description: Mapped[str] = text_column()
    responsibilities: Mapped[list[str]] = list_column()


class Project(Owned, Base):
    """A project; `visibility` decides, `is_anonymized` follows."""

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("profile_id", "slug"),)

    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = text_column()
    role: Mapped[str] = text_column(100)
    organization: Mapped[str] = text_column(200)
    start_date: Mapped[date | None]
    start_precision: Mapped[str | None] = precision_column()
    end_date: Mapped[date | None]
    end_precision: Mapped[str | None] = precision_column()
    is_ongoing: Mapped[bool] = flag_column()
    visibility: Mapped[str] = mapped_column(String(20), default="PUBLIC", server_default="PUBLIC")
    is_anonymized: Mapped[bool] = mapped_column(Computed("visibility = 'ANONYMOUS'", persisted=True))
    anonymized_company: Mapped[str] = text_column(200)
    show_anonymized: Mapped[bool] = flag_column()
    status: Mapped[str] = mapped_column(String(20), default="Active", server_default="Active")
    category: Mapped[str] = mapped_column(String(20), default="Production", server_default="Production")
    achievements: Mapped[list[str]] = list_column()
    challenges: Mapped[list[str]] = list_column()
    clients: Mapped[list[str]] = list_column()
    keywords: Mapped[list[str]] = list_column()
    team_size: Mapped[int | None]
    duration_months: Mapped[int | None]
    users_count: Mapped[int | None]
    budget_range: Mapped[str | None] = mapped_column(String(20))
    demo_url: Mapped[str] = text_column(500)
    github_url: Mapped[str] = text_column(500)
    documentation_url: Mapped[str] = text_column(500)


class Skill(Owned, Base):
    """Something a person can do; perhaps a technology of the catalogue."""

    __tablename__ = "skills"
    __table_args__ = (UniqueConstraint("profile_id", "technology_id"),)

    name: Mapped[str] = mapped_column(String(100))
    group_name: Mapped[str] = text_column(100)
    technology_id: Mapped[str | None] = mapped_column(Ulid, ForeignKey("technologies.id", ondelete="RESTRICT"))
    level: Mapped[int | None]
    years_of_experience: Mapped[int | None]
    started_using_year: Mapped[int | None]
    is_primary: Mapped[bool] = flag_column()


class Education(Owned, Base):
    """A course of study."""

    __tablename__ = "education"

    institution: Mapped[str] = text_column(200)
    url: Mapped[str] = text_column(500)
    degree: Mapped[str] = text_column(100)
    field_of_study: Mapped[str] = text_column(200)
    start_date: Mapped[date | None]
    start_precision: Mapped[str | None] = precision_column()
    end_date: Mapped[date | None]
    end_precision: Mapped[str | None] = precision_column()
    grade: Mapped[str] = text_column(200)
    description: Mapped[str] = text_column()
    courses: Mapped[list[str]] = list_column()


class Certification(Owned, Base):
    """A certificate; whether it has expired is asked on the day, never stored."""

    __tablename__ = "certifications"

    name: Mapped[str] = mapped_column(String(200))
    issuing_organization: Mapped[str] = text_column(200)
    credential_id: Mapped[str] = text_column(100)
    credential_url: Mapped[str] = text_column(500)
    issue_date: Mapped[date | None]
    issue_precision: Mapped[str | None] = precision_column()
    expiry_date: Mapped[date | None]
    expiry_precision: Mapped[str | None] = precision_column()


class Achievement(Owned, Base):
    """An award, a publication, a talk, a patent …"""

    __tablename__ = "achievements"

    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = text_column()
    date: Mapped[date | None]
    date_precision: Mapped[str | None] = precision_column()
    category: Mapped[str] = mapped_column(String(50), default="OTHER", server_default="OTHER")
    issuer: Mapped[str] = text_column(200)
    authors: Mapped[list[str]] = list_column()
    identifier: Mapped[str] = text_column(100)
    url: Mapped[str] = text_column(500)


class Language(Owned, Base):
    """A language spoken."""

    __tablename__ = "languages"

    name: Mapped[str] = mapped_column(String(100))
    tag: Mapped[str] = text_column(35)
    fluency: Mapped[str] = text_column(100)
    cefr: Mapped[str] = text_column(10)


class Reference(Owned, Base):
    """What somebody said about this person."""

    __tablename__ = "references"

    name: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = text_column()


class Interest(Owned, Base):
    """An interest and words about it."""

    __tablename__ = "interests"

    name: Mapped[str] = mapped_column(String(200))
    keywords: Mapped[list[str]] = list_column()


class ProfileLink(Owned, Base):
    """A profile elsewhere, or a page of one's own."""

    __tablename__ = "profile_links"

    network: Mapped[str] = text_column(100)
    username: Mapped[str] = text_column(200)
    url: Mapped[str] = text_column(500)


class CvVersion(Owned, Base):
    """One CV of the profile: what it includes stands in `sections_config`, by ids."""

    __tablename__ = "cv_versions"
    __table_args__ = (UniqueConstraint("profile_id", "slug"),)

    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(63))
    template: Mapped[str] = mapped_column(String(50), default="modern", server_default="modern")
    sections_config: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    lang: Mapped[str] = text_column(35)
    paper: Mapped[str] = text_column(10)
    is_public: Mapped[bool] = flag_column()
    is_default: Mapped[bool] = flag_column()


class Translation(Base):
    """A text of the profile or of one of its rows in another language."""

    __tablename__ = "translations"

    profile_id: Mapped[str] = mapped_column(Ulid, ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    entity_type: Mapped[str] = mapped_column(String(50), primary_key=True)
    entity_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    field: Mapped[str] = mapped_column(String(50), primary_key=True)
    lang: Mapped[str] = mapped_column(String(35), primary_key=True)
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
