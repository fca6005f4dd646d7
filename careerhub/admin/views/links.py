"""Share links: who has one sees the page, until it expires or is revoked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from careerhub.admin import auth, work
from careerhub.admin.forms.links import LinkForm
from careerhub.admin.languages import gettext as _
from careerhub.admin.limits import limiter
from careerhub.admin.parts import get_parts
from careerhub.admin.rendering import show_file
from careerhub.db.session import visiting
from careerhub.document.profile import Profile
from careerhub.editing.plans import PlanFull, Room, check_room, find_room
from careerhub.editing.publishing import load_document, load_pictures
from careerhub.editing.sharing import add_share_link, allow_friends, list_share_links, revoke_share_link
from careerhub.editing.tokens import hash_token

pages = Blueprint("links", __name__)

# A page with its style sheet, icon and projects is a dozen requests; a token is never guessed.
_VISITS = "300 per minute"
# as `draw_token` makes them
_TOKEN_LENGTH = 43


@pages.get("/links/")
def show_all() -> str:
    """List the links of the profile, and the form for another."""
    return _show(LinkForm())


@pages.post("/links/")
def add() -> Any:
    """Add a link, and show its address: this once."""
    form = LinkForm()
    if not form.validate_on_submit():
        return _show(form), 422
    profile_id = work.get_profile_id()

    def save(session: Session) -> str:
        check_room(session, profile_id, "share_links")
        return add_share_link(session, profile_id, form.label.data, form.read_lifetime())

    try:
        token = work.saving(save)
    except PlanFull as error:
        form.form_errors.append(say_full(error.room))
        return _show(form), 422
    # not after a redirect: an address in a cookie or in the database could be read later
    address = f"{get_parts().admin_url.rstrip('/')}/shared/{token}/"
    return _show(LinkForm(formdata=None), address=address, label=form.label.data)


@pages.post("/links/<link_id>/revoke")
def revoke(link_id: str) -> Response:
    """Let a link show nothing from now on."""
    profile_id = work.get_profile_id()
    work.saving(lambda session: revoke_share_link(session, profile_id, link_id))
    flash(_("Revoked: this link shows nothing from now on."))
    return redirect(url_for("links.show_all"))


@pages.post("/links/allow")
def allow() -> Response:
    """Let friends with a link see a profile that was private."""
    me = work.me()
    if me.visibility == "PRIVATE":
        work.saving(lambda session: allow_friends(session, me.profile_id))
        flash(_("Friends with a link see your page now."))
    return redirect(url_for("links.show_all"))


@pages.get("/shared/<token>/")
@pages.get("/shared/<token>/<path:path>")
@auth.public
@limiter.limit(_VISITS)
def show_shared(token: str, path: str = "") -> Response:
    """Show the page to who has the link; every other one is answered alike."""
    opened = _open(token, notes=not path)
    if opened is None:
        abort(404)
    document, photos = opened
    # no search engine, no other site and nobody's address book learns this address
    document = replace(document, is_indexable=False, allows_ai=False)
    return show_file(document, path, at=f"/shared/{token}", is_home=True, copy_url="", photos=photos)


def say_full(room: Room) -> str:
    """Say that the plan has no room for another link."""
    said: str = _(
        "Your plan has room for %(allowed)s live links, and you have %(used)s. Revoke one first.",
        allowed=room.allowed,
        used=room.used,
    )
    return said


def _open(token: str, *, notes: bool) -> tuple[Profile, Mapping[str, bytes]] | None:
    """Return the document that a live link shows, with its photo; `notes` that it was used."""
    if len(token) != _TOKEN_LENGTH:
        return None
    with visiting(get_parts().engine, token) as session:
        profile_id = session.scalar(text("SELECT profile_id FROM shared.profiles"))
        if profile_id is None:
            return None
        if notes:
            session.execute(select(func.open_share_link(hash_token(token))))
        document = load_document(session, profile_id, schema="shared")
        if document is None:
            return None
        return document, load_pictures(session, profile_id, document, schema="shared")


def _show(form: LinkForm, *, address: str = "", label: str = "") -> str:
    profile_id = work.get_profile_id()
    with work.reading() as session:
        links = list_share_links(session, profile_id)
        room = find_room(session, profile_id, "share_links")
    return render_template(
        "links/show.html",
        form=form,
        problems=bool(form.errors),
        links=list(reversed(links)),
        address=address,
        label=label,
        visibility=work.me().visibility,
        room=room,
    )
