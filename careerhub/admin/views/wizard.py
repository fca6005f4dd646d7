"""The first steps: from nothing, or from an import, to a profile. Every step is kept and can be gone back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from careerhub.admin import work
from careerhub.admin.forms.fields import CleanForm
from careerhub.admin.forms.wizard import FORMS, fill_form, read_answers, read_finished
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.admin.limits import limiter
from careerhub.admin.parts import get_parts
from careerhub.db.errors import Collided
from careerhub.editing.drafts import STEPS, Draft, begin_draft, drop_draft, finish_draft, keep_step, read_draft
from careerhub.editing.profiles import OwnProfile, get_own_profile, propose_slug
from careerhub.editing.slugs import find_availability
from careerhub.errors import Conflict

pages = Blueprint("wizard", __name__)

TITLES = {
    "name": _l("Your name"),
    "place": _l("Your place and language"),
    "job": _l("Your job now, or your last one"),
    "education": _l("Your education"),
    "skills": _l("Your skills"),
    "photo": _l("A photo"),
    "address": _l("Your page"),
}
# what the profile has already stands in these steps' forms; the answers are what differs
_ABOUT_PROFILE = frozenset({"name", "place", "address"})


@pages.get("/begin/")
def show() -> str:
    """Show how to begin: with a file, empty, or where it was left."""
    draft = _find_draft()
    number = STEPS.index(draft.step) + 1 if draft else 0
    titles = [str(title) for title in TITLES.values()]
    return render_template("wizard/start.html", draft=draft, number=number, count=len(STEPS), titles=titles)


@pages.post("/begin/")
def begin() -> Response:
    """Begin, or go on."""
    profile_id = work.saving(lambda session: begin_draft(session, work.me().user_id))
    with work.reading() as session:
        draft = read_draft(session, profile_id) or Draft()
    return redirect(url_for("wizard.show_step", step=draft.step), 303)


@pages.post("/begin/drop")
def drop() -> Response:
    """Drop what was typed; the profile stays as it is."""
    profile_id = work.get_profile_id()
    work.saving(lambda session: drop_draft(session, profile_id))
    flash(_("Your draft is dropped. Your profile is as it was."), "done")
    return redirect(url_for("home.show"), 303)


@pages.get("/begin/<step>")
def show_step(step: str) -> Any:
    """Show one step with what was typed before."""
    draft = _find_draft() if step in FORMS else abort(404)
    if draft is None:
        return redirect(url_for("wizard.show"))
    mine, known = _read_known(step)
    return _render_step(step, fill_form(step, {**known, **draft.answers.get(step, {})}), mine)


@pages.post("/begin/<step>")
def save_step(step: str) -> Any:
    """Keep a step and go on, back, or past it; the last one makes the draft a profile."""
    if step not in FORMS:
        abort(404)
    mine, known = _read_known(step)
    number = STEPS.index(step)
    if "skip" in request.form:
        return _keep(mine.id, step, {}, then=STEPS[min(number + 1, len(STEPS) - 1)])
    answers = _find_changes(step, known)
    if "back" in request.form:
        return _keep(mine.id, step, answers, then=STEPS[max(number - 1, 0)])
    form = fill_form(step, {**known, **read_answers(step, request.form)})
    is_last = number == len(STEPS) - 1
    is_right = form.validate() and (not is_last or _check_end(form, mine))
    if not is_right:
        work.saving(lambda session: keep_step(session, mine.id, step, answers, then=step))
        return _render_step(step, form, mine), 422
    if not is_last:
        return _keep(mine.id, step, answers, then=STEPS[number + 1])
    draft = work.saving(lambda session: keep_step(session, mine.id, step, answers, then=step))
    return _finish(mine, draft)


@pages.post("/begin/<step>/draft")
@limiter.limit("120/minute", key_func=lambda: work.me().user_id)
def autosave(step: str) -> Any:
    """Keep a step while it is typed; nothing is checked, nothing goes on."""
    if step not in FORMS:
        abort(404)
    mine, known = _read_known(step)
    answers = _find_changes(step, known)
    opened = request.form.get("version", 0, type=int)
    try:
        work.saving(lambda session: keep_step(session, mine.id, step, answers, opened=opened))
    except Collided:
        raise
    except Conflict:
        return "", 409  # sent or finished meanwhile: what is there is newer
    return "", 204


def _keep(profile_id: str, step: str, answers: Mapping[str, str], *, then: str) -> Response:
    work.saving(lambda session: keep_step(session, profile_id, step, answers, then=then))
    return redirect(url_for("wizard.show_step", step=then), 303)


def _finish(mine: OwnProfile, draft: Draft) -> Response:
    """Make the draft a profile; public it becomes on the page that shows what becomes public."""
    finished = read_finished(draft.answers)
    if isinstance(finished, tuple):
        step, problem = finished
        flash(_("One step has a problem. %(problem)s", problem=problem), "problem")
        return redirect(url_for("wizard.show_step", step=step), 303)
    wants_public = finished.visibility == "PUBLIC" != mine.visibility
    if wants_public:
        finished = replace(finished, visibility="")
    work.saving(lambda session: finish_draft(session, mine.id, finished))
    if not wants_public:
        flash(_("Your profile is begun. Here is what to add next."), "done")
        return redirect(url_for("home.show"), 303)
    flash(_("Your profile is saved. Look at what becomes public, then say yes."), "done")
    where = "seen.show" if "seen.show" in current_app.view_functions else "profile.show_visibility"
    return redirect(url_for(where), 303)


def _check_end(form: Any, mine: OwnProfile) -> bool:
    """Tell whether the address can be had, and whether a public page has what it needs."""
    slug = (form.slug.data or "").strip()
    with work.reading() as session:
        available = find_availability(session, slug, mine.id) if slug else "yours"
        draft = read_draft(session, mine.id) or Draft()
    if available not in ("free", "yours"):
        form.slug.errors = [_("This address is taken or the site needs it itself. Choose another.")]
        return False
    name = draft.answers.get("name", {}).get("full_name", mine.full_name)
    if form.visibility.data == "PUBLIC" and not (name and (slug or mine.slug)):
        form.visibility.errors = [_("Before everybody can see it, your page needs a name and an address.")]
        return False
    return True


def _find_version(profile_id: str) -> int:
    with work.reading() as session:
        draft = read_draft(session, profile_id)
    return draft.version if draft else 0


def _find_draft() -> Draft | None:
    profile_id = work.me().profile_id
    if not profile_id:
        return None
    with work.reading() as session:
        return read_draft(session, profile_id)


def _read_known(step: str) -> tuple[OwnProfile, dict[str, str]]:
    """Return the profile, and what it says already where this step asks."""
    profile_id = work.get_profile_id()
    with work.reading() as session:
        mine = get_own_profile(session, profile_id)
        if step not in _ABOUT_PROFILE:
            return mine, {}
        names = [name for name in fill_form(step, {})._fields if hasattr(mine, name)]
        known = {name: str(getattr(mine, name)) for name in names}
        if step == "address" and not mine.slug:
            known["slug"] = _propose(session, mine)
        return mine, known


def _propose(session: Any, mine: OwnProfile) -> str:
    draft = read_draft(session, mine.id) or Draft()
    name = draft.answers.get("name", {}).get("full_name", mine.full_name)
    return propose_slug(session, name) if name else ""


def _find_changes(step: str, known: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, without what the profile says anyway: another tab may change that meanwhile."""
    typed = read_answers(step, request.form)
    if step == "address":  # a proposal isn't the profile's yet
        return typed
    return {name: said for name, said in typed.items() if said.strip() != known.get(name, "")}


def _render_step(step: str, form: CleanForm, mine: OwnProfile) -> str:
    number = STEPS.index(step)
    return render_template(
        f"wizard/{step}.html",
        form=form,
        mine=mine,
        step=step,
        title=str(TITLES[step]),
        number=number + 1,
        count=len(STEPS),
        base=f"{get_parts().site_url.rstrip('/')}/p/",
        version=_find_version(mine.id),
        problems=form.errors,
    )
