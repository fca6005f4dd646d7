"""What would make a profile more complete: the rules are the database's (`completeness_parts`), the words are here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from careerhub.errors import NotFound

# Said of one that is missing, and of several; `{points}` are those of one, and together those of the whole part.
_SENTENCES = {
    "headline": ("Add a headline: {points} points.",) * 2,
    "summary": (
        "Write at least one more character of summary: {points} points.",
        "Write at least {missing} more characters of summary: {points} points.",
    ),
    "experiences": (
        "Add a job or a voluntary post: {points} points.",
        "Add {missing} jobs or voluntary posts: {points} points, {each} for each.",
    ),
    "education": ("Add a school, a course of study or an apprenticeship: {points} points.",) * 2,
    "projects": ("Add a project: {points} points.", "Add {missing} projects: {points} points, {each} for each."),
    "skills": ("Add a skill: {points} points.", "Add {missing} skills: {points} points, {each} for each."),
}
_ORDER = tuple(_SENTENCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the score: points it has earned, points it can earn, and how many more things that takes."""

    part: str
    points: int
    possible: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Something to add, the points it gains, and a sentence that says so."""

    part: str
    points: int
    sentence: str


def list_parts(session: Session, profile_id: str) -> tuple[Part, ...]:
    """Return the parts of a profile's score, of 100 together; the caller acts as its owner."""
    rows = session.execute(text("SELECT * FROM completeness_parts(:id)"), {"id": profile_id}).mappings()
    found = tuple(Part(**dict(row)) for row in rows)
    if not found:
        raise NotFound(f"There is no profile {profile_id}.")
    return found


def plan_next_steps(parts: Iterable[Part]) -> tuple[NextStep, ...]:
    """Return what to add, the largest gain first."""
    steps = (
        NextStep(part=part.part, points=part.possible - part.points, sentence=_say(part))
        for part in parts
        if part.points < part.possible
    )
    return tuple(sorted(steps, key=lambda step: (-step.points, _ORDER.index(step.part))))


def list_next_steps(session: Session, profile_id: str) -> tuple[NextStep, ...]:
    """Return what this profile's owner could add next, the largest gain first; nothing for a profile of 100 points."""
    return plan_next_steps(list_parts(session, profile_id))


def _say(part: Part) -> str:
    gain = part.possible - part.points
    one, many = _SENTENCES[part.part]
    sentence = one if part.missing == 1 else many
    return sentence.format(points=gain, missing=part.missing, each=gain // part.missing)
