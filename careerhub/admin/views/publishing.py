"""Publishing: going public with open eyes, asking for it, and how it stands. Nothing is ever built in a request."""

from __future__ import annotations

import base64
import io
from typing import Any

import segno
from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from careerhub.admin import work
from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import get_parts
from careerhub.admin.words import FIELDS, SECTIONS
from careerhub.editing.profiles import change_visibility
from careerhub.editing.publishing import (
    State,
    find_state,
    list_changed,
    list_facts,
    load_document,
    request_publication,
)
from careerhub.editing.visible import load_exposure
from careerhub.render.vcard import render_vcard

pages = Blueprint("publishing", __name__)


@pages.get("/publishing/")
def show() -> str:
    """Show what is published, what waits, and who will publish it."""
    profile_id = work.get_profile_id()
    with work.reading() as session:
        state = find_state(session, profile_id)
        changed = list_changed(session, profile_id, state.published_at) if state.waiting else ()
    return render_template(
        "publishing/show.html",
        publication=state,
        state=state,
        address=_find_address(state),
        changed=changed,
        kinds=SECTIONS,
    )


@pages.post("/publishing/")
def ask() -> AnyResponse:
    """Ask for publication of the profile as it is now."""
    profile_id = work.get_profile_id()
    if work.saving(lambda session: request_publication(session, profile_id)):
        flash(_("Asked for. Below you see who will publish it."))
    else:
        flash(_("You have asked for this already: it waits to be published."))
    return redirect(url_for("publishing.show"))


@pages.get("/publishing/begin")
def begin() -> Any:
    """Show every fact that would become public."""
    return _show_facts()


@pages.post("/publishing/begin")
def go_public() -> Any:
    """Let everybody see the profile, and ask for its publication, once somebody says they have looked."""
    if not request.form.get("looked"):
        return _show_facts(problem=_("Look through the list, then tick the box."))
    profile_id = work.get_profile_id()
    with work.reading() as session:
        state = find_state(session, profile_id)
    if state.missing:
        return _show_facts()

    def publish(session: Any) -> None:
        change_visibility(session, state.slug, "PUBLIC")
        request_publication(session, profile_id)

    work.saving(publish)
    return redirect(url_for("publishing.show_address"))


@pages.post("/publishing/hide")
def hide() -> AnyResponse:
    """Let nobody else see the profile any more: the publisher takes its pages away."""
    visibility = "FRIENDS" if request.form.get("visibility") == "FRIENDS" else "PRIVATE"
    slug = work.me().slug
    if slug:
        work.saving(lambda session: change_visibility(session, slug, visibility))
    flash(_("Your page will be taken off the site. Copies that others made are theirs."))
    return redirect(url_for("publishing.show"))


@pages.get("/publishing/address")
def show_address() -> str | AnyResponse:
    """Show the address of the page: to copy, to scan, to save."""
    with work.reading() as session:
        state = find_state(session, work.get_profile_id())
    if not state.is_public:
        return redirect(url_for("publishing.show"))
    address = _find_address(state)
    return render_template(
        "publishing/address.html", publication=state, state=state, address=address, picture=_draw_code(address)
    )


@pages.get("/publishing/contact.vcf")
def give_card() -> Response:
    """Give the contact card of the public facts."""
    with work.reading() as session:
        state = find_state(session, work.get_profile_id())
        document = load_document(session, work.get_profile_id())
    if document is None or not state.is_public:
        abort(404)
    card = Response(render_vcard(document, url=_find_address(state)), content_type="text/vcard; charset=utf-8")
    card.headers["Content-Disposition"] = f'attachment; filename="{state.slug}.vcf"'
    return card


def _show_facts(problem: str = "") -> Any:
    profile_id = work.get_profile_id()
    with work.reading() as session:
        state = find_state(session, profile_id)
        document = load_document(session, profile_id)
        exposure = load_exposure(session, profile_id)
    if document is None:
        abort(404)
    if state.is_public:
        return redirect(url_for("publishing.show"))
    groups = list_facts(document)
    page = render_template(
        "publishing/begin.html",
        state=state,
        groups=groups,
        count=sum(group.count for group in groups),
        sections=SECTIONS,
        fields=FIELDS,
        warnings=len(exposure.mentions) + len(exposure.only_fits),
        address=_find_address(state),
        profile_address=_find_endpoint("profile.show"),
        problem=problem,
    )
    return (page, 422) if request.method == "POST" else page


def _find_endpoint(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def _find_address(state: State) -> str:
    return f"{get_parts().site_url.rstrip('/')}/p/{state.slug}/" if state.slug else ""


def _draw_code(address: str) -> str:
    """Return the picture of an address that phones read, as an address of its own."""
    drawn = io.BytesIO()
    # on white whatever the page's colours are: cameras want dark on light
    segno.make(address, error="m").save(
        drawn, kind="svg", scale=5, border=4, light="#ffffff", dark="#000000", svgns=True
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
