"""Drafts of the first steps: kept as typed until they are finished, and seen by nobody but their owner.

A draft stands in `profiles.draft_data`, which no view shows and no log keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from careerhub.db.models import Profile, Skill
from careerhub.db.session import lock_profile
from careerhub.document.text import clean_text
from careerhub.editing.items import add_item
from careerhub.editing.profiles import change_profile, get_own_profile, make_profile, set_visibility
from careerhub.editing.rows import list_technologies
from careerhub.editing.slugs import change_slug
from careerhub.errors import Conflict, InputInvalid

STEPS = ("name", "place", "job", "education", "skills", "photo", "address")
_LONGEST = 20_000  # characters of one answer: the longest text's


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The step to go on with, and the answers by step as they were typed.

    `version` counts the steps that were sent: what a page keeps by itself is for the version that it was opened with.
    """

    step: str = STEPS[0]
    version: int = 0
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a draft becomes: fields of the profile, rows by table, names of skills, an address and who may see it."""

    profile: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[tuple[str, Mapping[str, Any]]] = ()
    skills: Sequence[str] = ()
    slug: str = ""
    visibility: str = ""


def begin_draft(session: Session, user_id: str) -> str:
    """Begin a draft, with a PRIVATE profile where there is none yet; return the profile's id. A draft that is there stays."""
    lock_profile(session, user_id)  # two tabs that begin at once make one profile
    profile_id = session.scalar(select(Profile.id).where(Profile.user_id == user_id))
    if profile_id is None:
        profile_id = make_profile(session, user_id, full_name="", slug=None, visibility="PRIVATE")
    if read_draft(session, profile_id) is None:
        _write(session, profile_id, Draft())
    return profile_id


def read_draft(session: Session, profile_id: str) -> Draft | None:
    """Return a profile's draft; None when there is none."""
    kept = session.scalar(select(Profile.draft_data).where(Profile.id == profile_id))
    if not isinstance(kept, dict):
        return None
    answers = kept.get("answers")
    step, version = kept.get("step"), kept.get("version")
    return Draft(
        version=version if isinstance(version, int) else 0,
        step=step if step in STEPS else STEPS[0],
        answers={
            name: {str(key): str(said) for key, said in each.items()}
            for name, each in (answers if isinstance(answers, dict) else {}).items()
            if name in STEPS and isinstance(each, dict)
        },
    )


def keep_step(
    session: Session,
    profile_id: str,
    step: str,
    answers: Mapping[str, str],
    *,
    then: str | None = None,
    opened: int | None = None,
) -> Draft:
    """Keep the answers of one step as typed, and the step to go on with; without answers the step is as if never seen.

    With the version that a page was `opened` with, it is a page that keeps what is being typed: Conflict when a step
    was sent since, for then this is older than what is there.
    """
    if step not in STEPS or (then is not None and then not in STEPS):
        raise InputInvalid("There is no such step.")
    lock_profile(session, profile_id)
    draft = read_draft(session, profile_id)
    if draft is None:
        raise Conflict("These steps are finished already: go on from the overview.")
    kept = {name: clean_text(said)[:_LONGEST] for name, said in answers.items()}
    others = {name: each for name, each in draft.answers.items() if name != step}
    if opened is not None and opened != draft.version:
        raise Conflict("This step was sent meanwhile: what is typed here is kept when it is sent.")
    version = draft.version if opened is not None else draft.version + 1
    becomes = Draft(step=then or draft.step, version=version, answers=others | ({step: kept} if kept else {}))
    _write(session, profile_id, becomes)
    return becomes


def finish_draft(session: Session, profile_id: str, finished: Finished) -> None:
    """Turn a draft into rows and empty it: all of it, or nothing. A second time it is a Conflict, not a second job."""
    lock_profile(session, profile_id)
    if read_draft(session, profile_id) is None:
        raise Conflict("These steps are finished already: go on from the overview.")
    change_profile(session, profile_id, finished.profile)
    for table, values in finished.rows:
        add_item(session, table, profile_id, values)
    _add_skills(session, profile_id, finished.skills)
    if finished.slug and finished.slug != get_own_profile(session, profile_id).slug:
        change_slug(session, profile_id, finished.slug)
    if finished.visibility:
        set_visibility(session, profile_id, finished.visibility)
    drop_draft(session, profile_id)


def drop_draft(session: Session, profile_id: str) -> None:
    """Empty a draft."""
    lock_profile(session, profile_id)
    emptied = update(Profile).where(Profile.id == profile_id).values(draft_data=null())
    session.execute(emptied, execution_options={"synchronize_session": False})


def _add_skills(session: Session, profile_id: str, names: Sequence[str]) -> None:
    """Add the skills that the profile doesn't have; one that the catalogue knows is linked to its technology."""
    if not names:
        return
    mine = session.execute(select(Skill.name, Skill.technology_id).where(Skill.profile_id == profile_id)).all()
    known, linked = {row.name.casefold() for row in mine}, {row.technology_id for row in mine if row.technology_id}
    catalogue = {name.casefold(): technology_id for name, technology_id in list_technologies(session)}
    for name in names:
        technology_id = catalogue.get(name.casefold())
        if name.casefold() in known or technology_id in linked:
            continue
        known.add(name.casefold())
        if technology_id:
            linked.add(technology_id)
        add_item(session, "skills", profile_id, {"name": name, "technology_id": technology_id})


def _write(session: Session, profile_id: str, draft: Draft) -> None:
    kept = {
        "step": draft.step,
        "version": draft.version,
        "answers": {name: dict(each) for name, each in draft.answers.items()},
    }
    written = update(Profile).where(Profile.id == profile_id).values(draft_data=kept)
    session.execute(written, execution_options={"synchronize_session": False})
