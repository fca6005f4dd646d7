"""Signing in, with a second step where there is one, and out."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from careerhub.admin import auth
from careerhub.admin.forms.accounts import CodeForm, SignInForm, read_email
from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import get_parts
from careerhub.admin.shield import log_event
from careerhub.admin.views.accounts import tries
from careerhub.admin.views.accounts.blueprint import pages
from careerhub.admin.views.accounts.confirming import use_any_code
from careerhub.db.session import acting
from careerhub.editing.accounts import Credentials, find_account, note_sign_in, read_credentials, replace_hash
from careerhub.editing.passwords import LONGEST, hash_password, needs_rehash, verify_nothing, verify_password
from careerhub.editing.second_factor import has_second_factor
from careerhub.errors import InputInvalid
from careerhub.ids import make_id

# seconds between the password and the code
SECOND_STEP = 300
_KEY = "second_step"


@pages.route("/sign-in", methods=["GET", "POST"])
@auth.public
def sign_in() -> Any:
    """Ask for address and password; every way of being wrong gets the same answer."""
    form = SignInForm()
    if not form.is_submitted():
        if current_user.is_authenticated:
            return redirect(auth.find_next())
        return _show(form)
    if not form.validate():
        return _show(form), 422
    email = read_email(form.email.data)
    tries.count_sign_in(email)
    known = _find_person(email, form.password.data)
    if known is None:
        tries.note_wrong_sign_in()
        log_event("sign_in_failed", account=tries.name_account(email))
        form.form_errors.append(_("The address or the password isn't right."))
        return _show(form), 422
    tries.forget_sign_ins(email)
    return enter(known, stays=bool(form.stays.data), wanted=auth.find_next())


@pages.route("/sign-in/code", methods=["GET", "POST"])
@auth.public
def enter_code() -> Any:
    """Ask for the second factor of somebody who has just shown the password."""
    waiting = _find_waiting()
    if waiting is None:
        session.pop(_KEY, None)
        flash(_("That took too long. Sign in once more."), "problem")
        return redirect(url_for("accounts.sign_in"))
    form = CodeForm()
    if not form.is_submitted():
        return render_template("accounts/sign_in_code.html", form=form)
    if form.validate():
        tries.count_confirmation(waiting["user_id"])
        if use_any_code(waiting["user_id"], form.code.data):
            tries.forget_confirmations(waiting["user_id"])
            return _finish(waiting["user_id"], stays=waiting["stays"], wanted=waiting["next"])
        log_event("sign_in_failed", account=waiting["user_id"], step="code")
        form.code.errors = [_("This code isn't right, or was used before.")]
    return render_template("accounts/sign_in_code.html", form=form, problems=True), 422


@pages.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    log_event("signed_out")
    auth.sign_out()
    flash(_("You are signed out."), "done")
    return redirect(url_for("accounts.sign_in"))


def enter(known: Credentials, *, stays: bool, wanted: str) -> Response:
    """Sign somebody in whose password or mail was right, or lead them to the second step."""
    with acting(get_parts().engine, known.user_id) as reading:
        needs_code = has_second_factor(reading, known.user_id)
    if not needs_code:
        return _finish(known.user_id, stays=stays, wanted=wanted)
    auth.sign_out()
    waiting = {"user_id": known.user_id, "stays": stays, "next": wanted, "at": int(time.time())}
    session[_KEY] = waiting | {"mark": _mark(known)}
    return redirect(url_for("accounts.enter_code"))


def _show(form: SignInForm) -> str:
    wanted = auth.find_next()
    return render_template(
        "accounts/sign_in.html",
        form=form,
        problems=bool(form.errors or form.form_errors),
        wanted="" if wanted == url_for("home.show") else wanted,
    )


def _find_person(email: str, password: str) -> Credentials | None:
    """Return whose password this is, if they may sign in; as slow for nobody as for somebody."""
    engine = get_parts().engine
    with acting(engine, None) as reading:
        try:
            user_id = find_account(reading, email)
        except InputInvalid:
            user_id = None
    nobody = make_id()
    with acting(engine, user_id or nobody) as reading:
        known = read_credentials(reading, user_id or nobody)
    if len(password) > LONGEST:  # nobody's, and not worth hashing
        return None
    if known is None:
        verify_nothing(password)
        return None
    if not verify_password(known.password_hash, password) or not (known.is_active and known.is_verified):
        return None
    if needs_rehash(known.password_hash):
        with acting(engine, known.user_id, **auth.describe_request()) as writing:
            replace_hash(writing, known.user_id, known.password_hash, hash_password(password))
            known = read_credentials(writing, known.user_id) or known
    return known


def _find_waiting() -> dict[str, Any] | None:
    """Return who is half-way in; None when it was too long ago, or the password has changed since."""
    waiting = session.get(_KEY)
    if not isinstance(waiting, dict) or time.time() - waiting["at"] > SECOND_STEP:
        return None
    with acting(get_parts().engine, waiting["user_id"]) as reading:
        known = read_credentials(reading, waiting["user_id"])
    if known is None or not known.is_active or _mark(known) != waiting["mark"]:
        return None
    return waiting


def _finish(user_id: str, *, stays: bool, wanted: str) -> Response:
    auth.sign_in(user_id, stays=stays)
    with acting(get_parts().engine, user_id, **auth.describe_request()) as writing:
        note_sign_in(writing, user_id)
    log_event("sign_in")
    return redirect(wanted)


def _mark(known: Credentials) -> str:
    """Return what changes with the password and tells nothing about it: the cookie is signed, not secret."""
    return hashlib.sha256(b"second step " + known.password_hash.encode()).hexdigest()[:24]
