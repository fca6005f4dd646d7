"""The first page: where somebody is, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from careerhub.admin import work
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import ngettext
from careerhub.admin.parts import get_parts
from careerhub.editing.completeness import Part, list_parts, plan_next_steps
from careerhub.editing.drafts import STEPS, read_draft
from careerhub.editing.profiles import get_own_profile
from careerhub.editing.publishing import find_state

pages = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLink:
    """Something to add: what it is, the points it gains, and where."""

    sentence: str
    points: int
    address: str


@pages.get("/")
def show() -> str | Response:
    """Show where the person is; who has no profile yet is led to where it begins."""
    profile_id = work.me().profile_id
    if not profile_id:
        return redirect(url_for("wizard.show"))
    with work.reading() as session:
        mine = get_own_profile(session, profile_id)
        parts = list_parts(session, profile_id)
        draft = read_draft(session, profile_id)
        publication = find_state(session, profile_id)
    return render_template(
        "home.html",
        mine=mine,
        publication=publication,
        address=f"{get_parts().site_url.rstrip('/')}/p/{mine.slug}/" if mine.slug else "",
        score=sum(part.points for part in parts),
        steps=_link_steps(parts),
        draft_number=STEPS.index(draft.step) + 1 if draft else 0,
        draft_count=len(STEPS),
    )


def _link_steps(parts: tuple[Part, ...]) -> list[NextLink]:
    by_name = {part.part: part for part in parts}
    return [
        NextLink(sentence=_say(by_name[step.part]), points=step.points, address=_find_place(step.part))
        for step in plan_next_steps(parts)
    ]


def _say(part: Part) -> str:
    missing = part.missing
    sentences = {
        "headline": lambda: _("Add a headline."),
        "summary": lambda: ngettext(
            "Write %(num)s more character of summary.", "Write %(num)s more characters of summary.", missing
        ),
        "experiences": lambda: ngettext(
            "Add a job or a voluntary post.", "Add %(num)s jobs or voluntary posts.", missing
        ),
        "education": lambda: _("Add a school, a course of study or an apprenticeship."),
        "projects": lambda: ngettext("Add a project.", "Add %(num)s projects.", missing),
        "skills": lambda: ngettext("Add a skill.", "Add %(num)s skills.", missing),
    }
    return str(sentences[part.part]())


def _find_place(part: str) -> str:
    if part in ("headline", "summary"):
        return url_for("profile.show", _anchor=part)
    if "items.add" in current_app.view_functions:
        return url_for("items.add", section=part)
    return ""
