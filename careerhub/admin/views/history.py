"""History: what happened to a profile, what it said before, and undoing one change."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from careerhub.admin.changes import tell_changes
from careerhub.admin.languages import gettext as _
from careerhub.admin.refusals import say
from careerhub.admin.sections import SECTIONS, make_line
from careerhub.admin.work import get_profile_id, me, reading, saving
from careerhub.editing.history import find_rows, get_change, list_changes, restore_change
from careerhub.errors import Conflict, InputInvalid, NotFound

pages = Blueprint("history", __name__)

_A_PAGE = 25
_LAST_PAGE = 10_000
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


@pages.get("/history/")
def show_all() -> str | Response:
    """Show what happened to the whole profile, newest first."""
    profile_id, page = get_profile_id(), _read_page()
    with reading() as session:
        changes = list_changes(session, profile_id, limit=_A_PAGE + 1, skip=(page - 1) * _A_PAGE)
        told = tell_changes(session, profile_id, changes[:_A_PAGE], me=me().user_id)
    return render_template("history/list.html", told=told, page=page, has_more=len(changes) > _A_PAGE, line=None)


@pages.get("/history/<section>/<item_id>")
def show_item(section: str, item_id: str) -> str | Response:
    """Show what happened to one entry, also to one that is gone."""
    profile_id, page, wanted = get_profile_id(), _read_page(), SECTIONS.get(section)
    if wanted is None or not _ID.fullmatch(item_id):
        abort(404)
    with reading() as session:
        changes = list_changes(
            session,
            profile_id,
            entity_type=wanted.entity,
            entity_id=item_id,
            limit=_A_PAGE + 1,
            skip=(page - 1) * _A_PAGE,
        )
        if not changes:
            abort(404)
        told = tell_changes(session, profile_id, changes[:_A_PAGE], me=me().user_id)
        row = find_rows(session, profile_id, {wanted.entity: [item_id]}).get(item_id, {})
    line = make_line(wanted, {**row, "id": item_id})
    return render_template(
        "history/list.html", told=told, page=page, has_more=len(changes) > _A_PAGE, line=line, section=wanted
    )


@pages.get("/history/<change_id>")
def show_change(change_id: str) -> str | Response:
    """Show one change in full."""
    return _show_change(change_id)


@pages.post("/history/<change_id>/restore")
def restore(change_id: str) -> str | Response | tuple[str, int]:
    """Undo one change; what stands against it is said beside it."""
    if not _ID.fullmatch(change_id):
        abort(404)
    profile_id = get_profile_id()
    with reading() as session:
        get_change(session, profile_id, change_id)
    try:
        saving(lambda session: restore_change(session, change_id))
    except Conflict as error:
        return _show_change(change_id, problem=say(error)), 409
    except InputInvalid as error:
        return _show_change(change_id, problem=say(error)), 422
    except NotFound:
        return _show_change(change_id, problem=_("What was added then isn’t there any more.")), 409
    flash(_("Undone. That is a change too: it stands at the top, and can be undone."))
    return redirect(url_for("history.show_all"), 303)


def _show_change(change_id: str, *, problem: str = "") -> str:
    if not _ID.fullmatch(change_id):
        abort(404)
    profile_id = get_profile_id()
    with reading() as session:
        change = get_change(session, profile_id, change_id)
        [told] = tell_changes(session, profile_id, [change], me=me().user_id, is_whole=True)
    return render_template("history/change.html", change=told, problem=problem)


def _read_page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), _LAST_PAGE)
