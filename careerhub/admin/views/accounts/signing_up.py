"""Signing up, and a new password: both by mail, and both with the same answer whoever asks."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from careerhub.admin import auth
from careerhub.admin.forms.accounts import ChoosePasswordForm, EmailForm
from careerhub.admin.parts import get_parts
from careerhub.admin.shield import log_event
from careerhub.admin.views.accounts import tries
from careerhub.admin.views.accounts.blueprint import pages
from careerhub.admin.views.accounts.entering import enter
from careerhub.db.session import acting, sign
from careerhub.editing.accounts import Credentials, add_account, change_password, find_account, read_credentials
from careerhub.editing.outbox import Kind, drop_mails, queue_mail
from careerhub.editing.passwords import NO_PASSWORD, hash_password
from careerhub.editing.sessions import end_sessions
from careerhub.editing.tokens import Purpose, revoke_tokens, use_token
from careerhub.errors import Conflict
from careerhub.ids import make_id

_MAILED = "mailed_to"


@pages.route("/sign-up", methods=["GET", "POST"])
@auth.public
def sign_up() -> Any:
    """Ask for an address alone: who reads its mail chooses the password."""
    form = EmailForm()
    if not form.is_submitted():
        return render_template("accounts/sign_up.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_up.html", form=form, problems=True), 422
    email = form.email.data
    tries.count_mail(email.casefold())
    log_event("sign_up_requested", account=tries.name_account(email.casefold()))
    if not _mail_account(email, "SIGNED_UP_ALREADY"):
        _add_account(email)
    return _say_mailed(email)


@pages.route("/forgotten", methods=["GET", "POST"])
@auth.public
def forgot() -> Any:
    """Ask whose password is to be chosen anew."""
    form = EmailForm()
    if not form.is_submitted():
        return render_template("accounts/forgotten.html", form=form)
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form, problems=True), 422
    email = form.email.data
    tries.count_mail(email.casefold())
    log_event("reset_requested", account=tries.name_account(email.casefold()))
    _mail_account(email, "RESET_PASSWORD")
    return _say_mailed(email)


@pages.get("/mail-sent")
@auth.public
def mailed() -> Any:
    """Say where a mail went, whether or not there is anybody."""
    email = session.get(_MAILED)
    if not email:
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/mailed.html", email=email)


@pages.route("/sign-up/password", methods=["GET", "POST"])
@auth.public
def begin() -> Any:
    """Let who got the mail choose the first password: that proves the address, and signs in."""
    return _choose("VERIFY_EMAIL", is_first=True)


@pages.route("/forgotten/password", methods=["GET", "POST"])
@auth.public
def reset() -> Any:
    """Let who got the mail choose another password: every session ends."""
    return _choose("RESET_PASSWORD", is_first=False)


def show_dead_link() -> tuple[str, int]:
    """Say that a link is worth nothing: used, too old, or never ours."""
    return render_template("accounts/dead_link.html"), 400


def _choose(purpose: Purpose, *, is_first: bool) -> Any:
    form = ChoosePasswordForm()
    token = request.form.get("token", "") if form.is_submitted() else request.args.get("token", "")
    shown = {"form": form, "token": token[:200], "is_first": is_first}
    if not form.is_submitted():
        return render_template("accounts/choose_password.html", **shown)
    if not form.validate():
        return render_template("accounts/choose_password.html", **shown, problems=True), 422
    tries.count_link()
    known = _use_token(token, purpose, form.password.data)
    if known is None:
        log_event("link_refused", purpose=purpose)
        return show_dead_link()
    log_event("address_verified" if is_first else "reset_done", account=known.user_id)
    if is_first:
        return enter(known, stays=False, wanted=url_for("home.show"))
    auth.sign_out()
    return redirect(url_for("accounts.was_reset"))


@pages.get("/forgotten/done")
@auth.public
def was_reset() -> str:
    """Confirm a new password."""
    return render_template("accounts/was_reset.html")


def _use_token(token: str, purpose: Purpose, password: str) -> Credentials | None:
    """Use up a link, and have its person have this password; all in one transaction, so that it works once or not at all."""
    with acting(get_parts().engine, None, **auth.describe_request()) as writing:
        user_id = use_token(writing, token, purpose)
        if user_id is None:
            return None
        sign(writing, user_id, user_agent=auth.describe_request()["user_agent"])
        known = read_credentials(writing, user_id)
        if known is None or not known.is_active:
            return None
        change_password(writing, user_id, hash_password(password))
        forget_links(writing, user_id)
        end_sessions(writing, user_id)
        if purpose == "RESET_PASSWORD":
            queue_mail(writing, user_id, "PASSWORD_CHANGED", payload=_payload())
        return read_credentials(writing, user_id)


def forget_links(writing: Any, user_id: str) -> None:
    """Make every mailed link of the actor worth nothing, also those whose mail still waits."""
    for purpose in ("VERIFY_EMAIL", "RESET_PASSWORD", "CHANGE_EMAIL"):
        revoke_tokens(writing, user_id, purpose)
    drop_mails(writing, user_id, "SIGN_UP", "RESET_PASSWORD", "CHANGE_EMAIL")


def _mail_account(email: str, kind: Kind) -> bool:
    """Queue a mail to whoever has this address; False if nobody has. Without a password yet, it leads to the first one."""
    engine = get_parts().engine
    with acting(engine, None) as reading:
        user_id = find_account(reading, email)
    if user_id is None:
        return False
    with acting(engine, user_id, **auth.describe_request()) as writing:
        known = read_credentials(writing, user_id)
        if known is not None and known.is_active:
            has_begun = known.is_verified and known.password_hash != NO_PASSWORD
            queue_mail(writing, user_id, kind if has_begun else "SIGN_UP", payload=_payload())
    return True


def _add_account(email: str) -> None:
    user_id = make_id()
    try:
        with acting(get_parts().engine, user_id, **auth.describe_request()) as writing:
            add_account(writing, email, user_id=user_id)
            queue_mail(writing, user_id, "SIGN_UP", payload=_payload())
    except Conflict:  # somebody was faster with the same address, and has its mail queued
        return


def _say_mailed(email: str) -> Response:
    session[_MAILED] = email
    return redirect(url_for("accounts.mailed"))


def _payload() -> dict[str, str]:
    return {"lang": str(get_locale() or "en")}
