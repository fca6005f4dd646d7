"""The catalogue of technologies, who used them where, and the library of responsibilities."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import FetchedValue

from careerhub.db.base import Base, Ulid, ulid_key


class Technology(Base):
    """An entry of the catalogue; its page is `/technologies/<slug>/`."""

    __tablename__ = "technologies"

    id: Mapped[str] = ulid_key()
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    category: Mapped[str] = mapped_column(String(50))
    layer: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class TechnologyAlias(Base):
    """Another name people use for a technology."""

    __tablename__ = "technology_aliases"

    alias: Mapped[str] = mapped_column(String(100), primary_key=True)
    technology_id: Mapped[str] = mapped_column(Ulid, ForeignKey("technologies.id", ondelete="CASCADE"))


class ProjectExperience(Base):
    """A project done at an employer."""

    __tablename__ = "project_experiences"
    __table_args__ = (
        ForeignKeyConstraint(["profile_id", "project_id"], ["projects.profile_id", "projects.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["profile_id", "experience_id"], ["experiences.profile_id", "experiences.id"], ondelete="CASCADE"
        ),
    )

    profile_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    project_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    experience_id: Mapped[str] = mapped_column(Ulid, primary_key=True)


class ProjectTechnology(Base):
    """A technology used in a project."""

    __tablename__ = "project_technologies"
    __table_args__ = (
        ForeignKeyConstraint(["profile_id", "project_id"], ["projects.profile_id", "projects.id"], ondelete="CASCADE"),
    )

    profile_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    project_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    technology_id: Mapped[str] = mapped_column(
        Ulid, ForeignKey("technologies.id", ondelete="RESTRICT"), primary_key=True
    )
    display_order: Mapped[int] = mapped_column(default=0, server_default="0")


class ExperienceTechnology(Base):
    """A technology used in a job."""

    __tablename__ = "experience_technologies"
    __table_args__ = (
        ForeignKeyConstraint(
            ["profile_id", "experience_id"], ["experiences.profile_id", "experiences.id"], ondelete="CASCADE"
        ),
    )

    profile_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    experience_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    technology_id: Mapped[str] = mapped_column(
        Ulid, ForeignKey("technologies.id", ondelete="RESTRICT"), primary_key=True
    )
    display_order: Mapped[int] = mapped_column(default=0, server_default="0")


class ResponsibilityLibrary(Base):
    """A responsibility to suggest, by role and seniority."""

    __tablename__ = "responsibilities_library"

    id: Mapped[str] = ulid_key()
    role_category: Mapped[str] = mapped_column(String(100))
    responsibility: Mapped[str]
    seniority_level: Mapped[str] = mapped_column(String(50))
    usage_count: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
