"""The profile's own fields, its contact data, its address, and who may see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from careerhub.admin import work
from careerhub.admin.forms.profile import CONTACT, AddressForm, ContactForm, ProfileForm, VisibilityForm
from careerhub.admin.languages import gettext as _
from careerhub.admin.limits import limiter
from careerhub.admin.parts import get_parts
from careerhub.document.text import clean_line
from careerhub.editing.profiles import (
    OwnProfile,
    change_contact,
    change_profile,
    check_revision,
    get_own_profile,
    propose_slug,
    read_private_contact,
    set_visibility,
)
from careerhub.editing.slugs import change_slug, find_availability
from careerhub.errors import Conflict, InputInvalid
from careerhub.render.markdown import render_block
from careerhub.render.themes import Theme, list_themes, read_look, write_look

pages = Blueprint("profile", __name__)


@pages.get("/profile/")
def show() -> str:
    """Show the profile's own fields."""
    mine = _read_own()
    return _render_profile(ProfileForm(data=mine.list_values(), themes=_list_themes(), current_lang=mine.lang), mine)


@pages.post("/profile/")
def save() -> Any:
    """Save the profile's own fields, or show how the summary will look."""
    mine = _read_own()
    form = ProfileForm(themes=_list_themes(), current_lang=mine.lang)
    is_right = form.validate()
    if is_right and mine.visibility == "PUBLIC" and not form.full_name.data:
        form.full_name.errors = [_("A page that everybody sees needs a name.")]
        is_right = False
    if not is_right:
        return _render_profile(form, mine, revision=_read_revision()), 422
    if "preview" in request.form:
        return _render_profile(form, mine, revision=_read_revision(), preview=render_block(form.summary.data or ""))
    values = form.read()
    try:
        work.saving(lambda session: change_profile(session, mine.id, values, expected_revision=_read_revision()))
    except Conflict:
        now = _read_own()
        return _render_profile(form, now, differences=_compare(form, now.list_values(), tuple(values))), 409
    flash(_("Your profile is saved."), "done")
    return redirect(url_for("profile.show"), 303)


@pages.get("/profile/contact")
def show_contact() -> str:
    """Show every way to reach the person, and who sees each."""
    mine, private = _read_contact()
    return _render_contact(ContactForm(data=_list_contact(mine, private)), mine, private)


@pages.post("/profile/contact")
def save_contact() -> Any:
    """Save contact data; a switch moves a value from one side to the other in one transaction."""
    mine, private = _read_contact()
    form = ContactForm()
    if not form.validate():
        return _render_contact(form, mine, private, revision=_read_revision()), 422
    published, hidden = form.read_sides()
    keys, expected = get_parts().contact_keys, _read_revision()

    def change(session: Session) -> None:
        check_revision(session, mine.id, expected)
        change_contact(session, keys, mine.id, private=hidden, published=published)

    try:
        work.saving(change)
    except Conflict:
        mine, private = _read_contact()
        stored = _list_contact(mine, private)
        differences = _compare(form, stored, tuple(stored))
        return _render_contact(form, mine, private, differences=differences), 409
    flash(_("Your contact data is saved."), "done")
    return redirect(url_for("profile.show_contact"), 303)


@pages.get("/profile/visibility")
def show_visibility() -> str:
    """Show who may see the profile, and what each choice means."""
    mine = _read_own()
    return _render_visibility(VisibilityForm(data={"visibility": mine.visibility}), mine)


@pages.post("/profile/visibility")
def save_visibility() -> Any:
    """Change who may see the profile; becoming public is asked for twice."""
    mine = _read_own()
    form = VisibilityForm()
    if not form.validate():
        return _render_visibility(form, mine), 422
    wanted = form.visibility.data
    if wanted == "PUBLIC" and not (mine.full_name and mine.slug):
        form.visibility.errors = [_("Before everybody can see it, your page needs a name and an address.")]
        return _render_visibility(form, mine), 422
    if wanted == "PUBLIC" != mine.visibility and "confirmed" not in request.form:
        return render_template("profile/confirm.html", mine=mine, address=_make_address(mine.slug))
    work.saving(lambda session: set_visibility(session, mine.id, wanted))
    said = {
        "PRIVATE": _("Only you can see your page. The next publication takes away what is on the site."),
        "FRIENDS": _("Friends with a link can see your page. The next publication takes away what is on the site."),
        "PUBLIC": _("Everybody will see your page from the next publication on."),
    }
    flash(said[wanted], "done")
    return redirect(url_for("profile.show_visibility"), 303)


@pages.get("/profile/address")
def show_address() -> str:
    """Show the address of the page, or a proposal."""
    mine = _read_own()
    with work.reading() as session:
        proposal = "" if mine.slug else propose_slug(session, mine.full_name)
    return _render_address(AddressForm(data={"slug": mine.slug or proposal}), mine)


@pages.post("/profile/address")
@limiter.limit("60/minute", key_func=lambda: work.me().user_id)
def save_address() -> Any:
    """Change the address of the page, or only tell whether it is free."""
    mine = _read_own()
    form = AddressForm()
    wanted = (form.slug.data or "").strip()
    availability = "malformed"
    if form.validate():
        with work.reading() as session:
            availability = find_availability(session, wanted, mine.id)
    if availability not in ("free", "yours"):
        form.slug.errors = form.slug.errors or [describe_availability(availability, wanted)]
        return _render_address(form, mine, proposal=_propose(mine, wanted)), 422
    if "check" in request.form:
        return _render_address(form, mine, said=describe_availability(availability, wanted))
    try:
        former = work.saving(lambda session: change_slug(session, mine.id, wanted))
    except (Conflict, InputInvalid):
        form.slug.errors = [describe_availability("taken", wanted)]
        return _render_address(form, mine, proposal=_propose(mine, wanted)), 422
    if former and former != wanted:
        flash(_("Your page has a new address. The old one, %(old)s, leads on to it.", old=former), "done")
    else:
        flash(_("Your page has this address."), "done")
    return redirect(url_for("profile.show_address"), 303)


@pages.get("/profile/address.json")
@limiter.limit("60/minute", key_func=lambda: work.me().user_id)
def tell_availability() -> Response:
    """Tell whether an address is free, while it is typed."""
    wanted = request.args.get("slug", "")[:200]
    with work.reading() as session:
        availability = find_availability(session, wanted, work.me().profile_id or None)
    is_free = availability in ("free", "yours")
    return jsonify(slug=wanted, is_free=is_free, sentence=describe_availability(availability, wanted))


def describe_availability(availability: str, slug: str) -> str:
    """Say in one sentence whether an address can be had."""
    sentences = {
        "free": _("%(slug)s is free.", slug=slug),
        "yours": _("%(slug)s is your address.", slug=slug),
        "reserved": _("The site needs this address itself. Choose another."),
        "taken": _("This address is taken, or was somebody else's less than 90 days ago. Choose another."),
        "malformed": _("An address has 1 to 63 small letters a to z, digits and hyphens. No hyphen first or last."),
    }
    return str(sentences[availability])


def _propose(mine: OwnProfile, wanted: str) -> str:
    """Return a free address like the one that can't be had."""
    with work.reading() as session:
        return propose_slug(session, clean_line(wanted)[:100] or mine.full_name)


def _read_own() -> OwnProfile:
    profile_id = work.get_profile_id()
    with work.reading() as session:
        mine = get_own_profile(session, profile_id)
    themes = tuple(theme.name for theme in _list_themes())
    return replace(mine, theme=write_look(read_look(mine.theme, themes), themes))


def _list_themes() -> tuple[Theme, ...]:
    return list_themes(get_parts().templates)


def _read_contact() -> tuple[OwnProfile, dict[str, str]]:
    mine = _read_own()
    with work.reading() as session:
        return mine, read_private_contact(session, get_parts().contact_keys, mine.id)


def _read_revision() -> int:
    """Return the revision that the form was made from; a form without one was made from none."""
    return request.form.get("revision", 0, type=int)


def _list_contact(mine: OwnProfile, private: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: mine.contact.get(name) or private.get(name, "") for name in CONTACT}
    return values | {f"{name}_is_public": name in mine.contact for name in CONTACT}


def _compare(form: Any, stored: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return the label, what is stored and what was typed of each field that differs."""
    fields = [form[name] for name in names]
    return [
        (str(field.label.text), _say(stored[field.name]), _say(field.data))
        for field in fields
        if (stored[field.name] or "") != (field.data or "")
    ]


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return str(value or "")


def _make_address(slug: str) -> str:
    return f"{get_parts().site_url.rstrip('/')}/p/{slug}/" if slug else ""


def _render_profile(form: ProfileForm, mine: OwnProfile, **more: Any) -> str:
    more.setdefault("revision", mine.revision)
    return render_template("profile/profile.html", form=form, mine=mine, problems=form.errors, **more)


def _render_contact(form: ContactForm, mine: OwnProfile, private: dict[str, str], **more: Any) -> str:
    others = [(name, said) for name, said in private.items() if name not in CONTACT or name in mine.contact]
    more.setdefault("revision", mine.revision)
    return render_template(
        "profile/contact.html", form=form, mine=mine, names=CONTACT, others=others, problems=form.errors, **more
    )


def _render_visibility(form: VisibilityForm, mine: OwnProfile) -> str:
    return render_template(
        "profile/visibility.html", form=form, mine=mine, address=_make_address(mine.slug), problems=form.errors
    )


def _render_address(form: AddressForm, mine: OwnProfile, **more: Any) -> str:
    return render_template(
        "profile/address.html",
        form=form,
        mine=mine,
        address=_make_address(mine.slug),
        base=f"{get_parts().site_url.rstrip('/')}/p/",
        problems=form.errors,
        **more,
    )
