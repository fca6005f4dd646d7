"""What is offered while somebody types: technologies, responsibilities, how Markdown will look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from careerhub.admin.languages import lazy_gettext as _l
from careerhub.admin.limits import limiter
from careerhub.admin.work import reading, saving
from careerhub.db.models import ResponsibilityLibrary
from careerhub.db.search import LONGEST_QUERY, search_technologies
from careerhub.document.text import clean_line, clean_text
from careerhub.editing.suggestions import SENIORITIES, Suggestion, note_use, suggest_responsibilities
from careerhub.errors import CareerHubError, DatabaseUnreachable, InputInvalid, NotFound
from careerhub.render.markdown import render_block

pages = Blueprint("suggesting", __name__)

SENIORITY_NAMES = {
    "": _l("As the position says"),
    "JUNIOR": _l("Junior"),
    "MID": _l("Experienced"),
    "SENIOR": _l("Senior"),
    "LEAD": _l("Leading"),
    "EXECUTIVE": _l("Executive"),
}
_OFFERED = 10
_LONGEST_TEXT = 20_000


@pages.get("/technologies.json")
def complete_technology() -> Response:
    """Complete the name of a technology: known names, and aliases with what they stand for."""
    query = clean_line(request.args.get("q", ""))
    if not query or len(query) > LONGEST_QUERY:  # nothing in the catalogue is as long
        return jsonify(found=[])
    try:
        with reading() as session:
            found = search_technologies(session, query, limit=8)
    except DatabaseUnreachable:
        raise
    except CareerHubError:  # too slow or unreadable: who types goes on typing
        return jsonify(found=[])
    return jsonify(found=[{"name": each.name, "alias": each.alias} for each in found])


@pages.get("/responsibilities.json")
def offer_responsibilities() -> Response:
    """Suggest what people in a position do."""
    found = find(request.args.get("position", ""), request.args.get("seniority", ""))
    return jsonify(found=[{"id": each.id, "text": each.responsibility} for each in found])


@pages.post("/responsibilities/taken")
@limiter.limit("120 per minute")
def note_taken() -> tuple[str, int]:
    """Count that somebody took a suggestion."""
    if not take([request.form.get("id", "")]):
        abort(404)
    return "", 204


@pages.post("/preview")
def preview() -> Response:
    """Return what Markdown becomes, for a part of a page."""
    said = clean_text(request.form.get("text", ""))
    if len(said) > _LONGEST_TEXT:
        abort(422)
    return Response(str(render_block(said)), mimetype="text/html")


def find(position: str, seniority: str, *, but_for: Collection[str] = ()) -> tuple[Suggestion, ...]:
    """Return suggestions for a position, without what is there already."""
    position = clean_line(position)[:200]
    if not position:
        return ()
    level = seniority if seniority in SENIORITIES else None
    with reading() as session:
        found = suggest_responsibilities(session, position, seniority=level, limit=_OFFERED + len(but_for))
    return tuple(each for each in found if each.responsibility not in but_for)[:_OFFERED]


def take(ids: Sequence[str]) -> list[str]:
    """Return the texts of suggestions, and count that they were taken; unknown ones are left out."""
    chosen = sorted({each for each in ids if len(each) == 26 and each.isalnum() and each.isascii()})[:_OFFERED]
    if not chosen:
        return []
    with reading() as session:
        entry = ResponsibilityLibrary
        rows = session.execute(select(entry.id, entry.responsibility).where(entry.id.in_(chosen))).all()
    known = {row.id: row.responsibility for row in rows}
    taken = [each for each in chosen if each in known]

    def count(session: Session) -> None:
        for each in taken:
            note_use(session, each)

    # one that went meanwhile isn't counted; its text is as good
    with suppress(NotFound, InputInvalid):
        saving(count)
    return [known[each] for each in taken]
