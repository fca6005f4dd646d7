"""The account: its address, its password, where it is signed in, and the language of the admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from careerhub.admin import auth, work
from careerhub.admin.forms.accounts import ChangeEmailForm, ChangePasswordForm, LanguageForm
from careerhub.admin.languages import LANGUAGES
from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import get_parts
from careerhub.admin.shield import log_event
from careerhub.admin.views.accounts import tries
from careerhub.admin.views.accounts.blueprint import pages
from careerhub.admin.views.accounts.confirming import is_it_me
from careerhub.admin.views.accounts.devices import describe_device
from careerhub.admin.views.accounts.signing_up import forget_links, show_dead_link
from careerhub.db.session import acting, sign
from careerhub.editing.accounts import change_password as write_password
from careerhub.editing.accounts import find_account, read_credentials
from careerhub.editing.outbox import drop_mails, queue_mail
from careerhub.editing.passwords import hash_password
from careerhub.editing.second_factor import find_second_factor
from careerhub.editing.sessions import end_session, end_sessions, list_sessions
from careerhub.editing.tokens import revoke_tokens, use_email_token


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSession:
    """A session as the list shows it."""

    id: str
    device: str
    address: str
    began: datetime
    seen: datetime
    is_this: bool


@pages.get("/account/")
def show() -> str:
    """Show what there is about the account, each with its page."""
    person = work.me()
    with work.reading() as reading:
        known = read_credentials(reading, person.user_id)
        factor = find_second_factor(reading, person.user_id)
        count = len(list_sessions(reading, person.user_id))
    return render_template(
        "accounts/account.html",
        person=person,
        plan_ends=known.plan_expires_at if known and person.plan != "FREE" else None,
        has_factor=factor is not None and factor.is_confirmed,
        codes_left=factor.codes_left if factor else 0,
        sessions=count,
        language_name=LANGUAGES.get(str(get_locale() or "en"), "English"),
    )


@pages.route("/account/password", methods=["GET", "POST"])
def change_password() -> Any:
    """Change the password; this browser goes on with another token, all others are signed out."""
    form = ChangePasswordForm()
    if not form.is_submitted():
        return render_template("accounts/password.html", form=form)
    if not (form.validate() and is_it_me(form)):
        return render_template("accounts/password.html", form=form, problems=True), 422
    person = work.me()
    hashed = hash_password(form.new_password.data)

    def save(writing: Session) -> None:
        write_password(writing, person.user_id, hashed)
        forget_links(writing, person.user_id)
        end_sessions(writing, person.user_id)
        queue_mail(writing, person.user_id, "PASSWORD_CHANGED", payload=_payload())

    work.saving(save)
    auth.sign_in(person.user_id, stays=session.permanent)
    log_event("password_changed")
    flash(_("Your password is changed. You are signed out everywhere else."), "done")
    return redirect(url_for("accounts.show"))


@pages.route("/account/address", methods=["GET", "POST"])
def change_email() -> Any:
    """Ask for another address, which counts once it is confirmed from there."""
    person = work.me()
    form = ChangeEmailForm()
    if not form.is_submitted():
        return render_template("accounts/address.html", form=form, email=person.email)
    is_valid = form.validate()
    if is_valid and form.email.data.casefold() == person.email.casefold():
        form.email.errors = [_("This is your address already.")]
        is_valid = False
    if not (is_valid and is_it_me(form)):
        return render_template("accounts/address.html", form=form, email=person.email, problems=True), 422
    tries.count_mail(person.user_id)
    wanted = form.email.data
    parts = get_parts()
    with acting(parts.engine, None) as reading:
        other = find_account(reading, wanted)

    def save(writing: Session) -> None:
        revoke_tokens(writing, person.user_id, "CHANGE_EMAIL")
        drop_mails(writing, person.user_id, "CHANGE_EMAIL")
        if other is None:
            queue_mail(writing, person.user_id, "CHANGE_EMAIL", recipient=wanted, payload=_payload())
        notice = _payload() | {"new_email": wanted}
        queue_mail(writing, person.user_id, "EMAIL_CHANGING", recipient=person.email, payload=notice)

    work.saving(save)
    if other is not None:  # told to who has it, and to nobody else
        with acting(parts.engine, other) as writing:
            queue_mail(writing, other, "SIGNED_UP_ALREADY", payload=_payload())
    log_event("email_change_requested")
    flash(_("We have sent a mail to %(email)s. Open its link to confirm the address.", email=wanted), "done")
    return redirect(url_for("accounts.show"))


@pages.route("/account/address/confirm", methods=["GET", "POST"])
@auth.public
def confirm_email() -> Any:
    """Let who got the mail at the new address confirm it; programs that open links change nothing."""
    if request.method != "POST":
        return render_template("accounts/confirm_address.html", token=request.args.get("token", "")[:200])
    tries.count_link()
    with acting(get_parts().engine, None, **auth.describe_request()) as writing:
        changed = use_email_token(writing, request.form.get("token", ""))
        if changed is not None:
            sign(writing, changed.user_id)
            forget_links(writing, changed.user_id)
    if changed is None:
        log_event("link_refused", purpose="CHANGE_EMAIL")
        return show_dead_link()
    log_event("email_change_done", account=changed.user_id)
    return redirect(url_for("accounts.email_changed"))


@pages.get("/account/address/confirmed")
@auth.public
def email_changed() -> str:
    """Confirm a new address."""
    return render_template("accounts/address_confirmed.html")


@pages.get("/account/sessions")
def show_sessions() -> str:
    """Show where this account is signed in."""
    person = work.me()
    with work.reading() as reading:
        found = list_sessions(reading, person.user_id)
    shown = [
        ShownSession(
            id=each.id,
            device=describe_device(each.user_agent),
            address=each.ip_address,
            began=each.created_at,
            seen=each.last_seen_at,
            is_this=each.id == person.session_id,
        )
        for each in found
    ]
    shown.sort(key=lambda each: not each.is_this)
    return render_template("accounts/sessions.html", sessions=shown)


@pages.post("/account/sessions/<session_id>/end")
def end_one(session_id: str) -> Response:
    """End one session of this person."""
    person = work.me()

    def save(writing: Session) -> bool:
        is_theirs = session_id in {each.id for each in list_sessions(writing, person.user_id)}
        if is_theirs:
            end_session(writing, session_id)
        return is_theirs

    if not work.saving(save):
        abort(404)
    log_event("session_ended", session=session_id)
    if session_id == person.session_id:
        auth.sign_out()
        return redirect(url_for("accounts.sign_in"))
    flash(_("That browser is signed out."), "done")
    return redirect(url_for("accounts.show_sessions"))


@pages.post("/account/sessions/end-others")
def end_others() -> Response:
    """End every session but this one."""
    person = work.me()
    count = work.saving(lambda writing: end_sessions(writing, person.user_id, except_id=person.session_id))
    log_event("other_sessions_ended", count=count)
    flash(_("You are signed out everywhere else."), "done")
    return redirect(url_for("accounts.show_sessions"))


@pages.route("/account/language", methods=["GET", "POST"])
def change_language() -> Any:
    """Choose the language of the admin in this browser."""
    form = LanguageForm(data={"language": str(get_locale() or "en")})
    if not form.is_submitted():
        return render_template("accounts/language.html", form=form)
    if not form.validate():
        return render_template("accounts/language.html", form=form, problems=True), 422
    session["language"] = form.language.data
    return redirect(url_for("accounts.show"))


def _payload() -> dict[str, str]:
    return {"lang": str(get_locale() or "en")}
