"""Who sees what: the page as the public, as a friend and as oneself, from the site's own renderer; and what shows through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from careerhub.admin import work
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.admin.rendering import find_start, show_file
from careerhub.admin.words import FIELDS, SECTIONS
from careerhub.document.cv import plan_cvs
from careerhub.document.profile import Profile
from careerhub.editing.exposure import Place
from careerhub.editing.publishing import find_state, list_changed, load_document, load_pictures
from careerhub.editing.visible import Exposure, load_exposure

pages = Blueprint("seen", __name__)

VIEWERS = {"public": _l("The public"), "friend": _l("A friend with a link"), "you": _l("You")}
# who may see a profile of this visibility
_SEES = {"public": ("PUBLIC",), "friend": ("PUBLIC", "FRIENDS"), "you": ("PUBLIC", "FRIENDS", "PRIVATE")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A place that names what is hidden, in words, and where it is changed."""

    name: str
    project: str
    section: str
    title: str
    field: str
    address: str


@pages.get("/seen/")
def show() -> str | Response:
    """Show the three viewers, what differs between them, and what shows through."""
    profile_id = work.get_profile_id()
    with work.reading() as session:
        state = find_state(session, profile_id)
        document = load_document(session, profile_id)
        exposure = load_exposure(session, profile_id)
        changed = list_changed(session, profile_id, state.published_at) if state.waiting else ()
    if document is None:
        abort(404)
    return render_template(
        "seen/show.html",
        state=state,
        viewers=[(name, label, sees(name, state.visibility)) for name, label in VIEWERS.items()],
        start=find_start(document),
        counts=_count(document),
        exposure=exposure,
        hidden=_group_hidden(exposure),
        warned=[_describe(m.place, m.name, m.project) for m in exposure.mentions],
        only_fits=[(fit, find_address("projects", fit.card.id)) for fit in exposure.only_fits],
        edit_project=lambda project_id: find_address("projects", project_id),
        cards=_list_cards(document, exposure),
        changed=changed,
        kinds=SECTIONS,
    )


@pages.get("/seen/page/<viewer>/")
@pages.get("/seen/page/<viewer>/<path:path>")
def show_page(viewer: str, path: str = "") -> str | Response:
    """Show the page as that viewer sees it."""
    if viewer not in VIEWERS:
        abort(404)
    profile_id = work.get_profile_id()
    with work.reading() as session:
        visibility = find_state(session, profile_id).visibility
        document = load_document(session, profile_id)
        photos = load_pictures(session, profile_id, document) if document else {}
    if document is None:
        abort(404)
    if not path:
        return redirect(url_for("seen.show_page", viewer=viewer, path=find_start(document)))
    if not sees(viewer, visibility):
        return render_template("seen/nothing.html", viewer=viewer)
    if viewer == "friend":
        document = replace(document, former_slugs=())
    cvs = tuple((cv.path, cv.title) for cv in plan_cvs(document))
    if path in dict(cvs) and "cvs.show_all" in current_app.view_functions:
        return redirect(url_for("cvs.show_all"))
    return show_file(document, path, at=f"/seen/page/{viewer}", cvs=cvs, photos=photos)


def sees(viewer: str, visibility: str) -> bool:
    """Tell whether this viewer sees a profile of that visibility."""
    return visibility in _SEES[viewer]


def find_address(section: str, item_id: str) -> str:
    """Return where something is edited; '' where there is no such page."""
    endpoint, values = _find_endpoint(section, item_id)
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _find_endpoint(section: str, item_id: str) -> tuple[str, dict[str, Any]]:
    if section == "profiles":
        return "profile.show", {}
    if section == "cv_versions":
        return "cvs.show_all", {}
    if section == "translations":
        return "translations.show", {"lang": item_id}
    return "items.change", {"section": section, "item_id": item_id}


def _describe(place: Place, name: str, project: str) -> Warned:
    return Warned(
        name=name,
        project=project,
        section=str(SECTIONS.get(place.section, place.section)),
        title=place.title,
        field=str(FIELDS.get(place.field, place.field)),
        address=find_address(place.section, place.item_id),
    )


def _group_hidden(exposure: Exposure) -> list[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = {}
    for item in exposure.hidden:
        groups.setdefault(item.section, []).append(item)
    return [(str(SECTIONS[section]), items) for section, items in groups.items()]


def _count(document: Profile) -> list[tuple[str, int]]:
    """Return how many entries of each section everybody sees who sees the page."""
    names = (
        "experiences",
        "projects",
        "skills",
        "education",
        "certifications",
        "achievements",
        "languages",
        "references",
    )
    counted = ((str(SECTIONS[name]), len(getattr(document, name))) for name in names)
    return [(name, count) for name, count in counted if count]


def _list_cards(document: Profile, exposure: Exposure) -> list[tuple[Any, Any]]:
    """Return each anonymised project with the card that readers get of it, or None."""
    left = list(document.anonymized_projects)
    found: list[tuple[Any, Any]] = []
    for project in exposure.anonymized:
        said = (project.label, project.role, project.start_year, project.end_year, project.is_ongoing)
        card = next(
            (c for c in left if (c.anonymized_company, c.role, c.start_year, c.end_year, c.is_ongoing) == said), None
        )
        card = card if project.is_shown else None
        if card:
            left.remove(card)
        found.append((project, card))
    return found
