"""Rows for tests: short ways to say what a person has, straight into the tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from careerhub.db import models
from careerhub.db.session import acting
from careerhub.ids import make_id

# whose a profile is: the database tells nobody but its owner
_OWNERS: dict[str, str] = {}


def add_person(engine: Engine, slug: str, *, email: str = "", **columns: Any) -> str:
    """Add an account with a PUBLIC profile; return the profile's id."""
    user_id, profile_id = make_id(), make_id()
    with acting(engine, user_id) as session:
        session.add(models.User(id=user_id, email=email or f"{slug}@example.org"))
        session.flush()
        values = {"slug": slug, "full_name": slug.title(), "visibility": "PUBLIC"} | columns
        session.add(models.Profile(id=profile_id, user_id=user_id, **values))
        session.flush()
    _OWNERS[profile_id] = user_id
    return profile_id


def owner_of(profile_id: str) -> str:
    """Return the user whose profile `add_person` made under this id."""
    return _OWNERS[profile_id]


def add_row(session: Session, model: type[Any], profile_id: str, **columns: Any) -> str:
    """Add a row a profile owns; return its id."""
    row_id = make_id()
    session.execute(insert(model).values(profile_id=profile_id, id=row_id, **columns))
    return row_id


def add_career(engine: Engine, profile_id: str) -> dict[str, str]:
    """Add one row of every kind a profile can own; return their ids by table name."""
    with acting(engine, owner_of(profile_id)) as session:
        technology = session.query(models.Technology).filter_by(name="Python").one()
        ids = {
            "experiences": add_row(
                session, models.Experience, profile_id, company_name="Lantern Works", position="Engineer",
                responsibilities=["Kept the lamps lit"],
            ),
            "projects": add_row(session, models.Project, profile_id, slug="beacon", name="Beacon", description="A light"),
            "skills": add_row(session, models.Skill, profile_id, name="Python", technology_id=technology.id, level=4),
            "education": add_row(session, models.Education, profile_id, institution="Harbour School"),
            "certifications": add_row(session, models.Certification, profile_id, name="Lamp licence"),
            "achievements": add_row(session, models.Achievement, profile_id, title="Brightest Beam", category="AWARD"),
            "languages": add_row(session, models.Language, profile_id, name="English", tag="en"),
            "references": add_row(session, models.Reference, profile_id, name="A. Keeper", reference="Never dark."),
            "interests": add_row(session, models.Interest, profile_id, name="Tides", keywords=["moon"]),
            "profile_links": add_row(session, models.ProfileLink, profile_id, network="Web", url="https://lamp.example.org/"),
            "cv_versions": add_row(session, models.CvVersion, profile_id, name="Short", slug="short", is_public=True),
        }  # fmt: skip
        session.execute(
            insert(models.ProjectTechnology).values(
                profile_id=profile_id, project_id=ids["projects"], technology_id=technology.id
            )
        )
        session.execute(
            insert(models.ProjectExperience).values(
                profile_id=profile_id, project_id=ids["projects"], experience_id=ids["experiences"]
            )
        )
    return ids
