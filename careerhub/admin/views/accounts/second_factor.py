"""The second factor: set up with an app, confirmed by a code, and removed with password and code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import segno
from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale
from sqlalchemy.orm import Session

from careerhub.admin import work
from careerhub.admin.forms.accounts import CodeForm, ConfirmForm, ConfirmWithCodeForm
from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import get_parts
from careerhub.admin.shield import log_event
from careerhub.admin.views.accounts import tries
from careerhub.admin.views.accounts.blueprint import pages
from careerhub.admin.views.accounts.confirming import is_it_me
from careerhub.editing.outbox import queue_mail
from careerhub.editing.second_factor import (
    SecondFactor,
    begin_second_factor,
    confirm_second_factor,
    find_second_factor,
    make_provisioning_uri,
    make_recovery_codes,
    read_pending_secret,
    remove_second_factor,
)


@pages.route("/account/second-factor", methods=["GET", "POST"])
def show_second_factor() -> Any:
    """Show whether there is one; begin with one, by the password."""
    factor = _find()
    form = ConfirmForm()
    if not form.is_submitted():
        return render_template("accounts/second_factor.html", form=form, factor=factor)
    if not (form.validate() and is_it_me(form)):
        return render_template("accounts/second_factor.html", form=form, factor=factor, problems=True), 422
    person = work.me()
    work.saving(lambda writing: begin_second_factor(writing, get_parts().contact_keys, person.user_id))
    return redirect(url_for("accounts.add_second_factor"))


@pages.route("/account/second-factor/new", methods=["GET", "POST"])
def add_second_factor() -> Any:
    """Show the secret as a picture and as text until a code of it is right; then show recovery codes, once."""
    person, keys = work.me(), get_parts().contact_keys
    with work.reading() as reading:
        secret = read_pending_secret(reading, keys, person.user_id)
    if secret is None:
        return redirect(url_for("accounts.show_second_factor"))
    form = CodeForm()
    picture = segno.make(make_provisioning_uri(secret, person.email), micro=False)
    shown = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
    }
    if not form.is_submitted():
        return render_template("accounts/second_factor_new.html", **shown)
    codes = None
    if form.validate():
        tries.count_confirmation(person.user_id)
        codes = work.saving(lambda writing: _confirm(writing, form.code.data))
        if codes is None:
            form.code.errors = [_("This code isn't right. Is the clock of your phone right?")]
    if codes is None:
        return render_template("accounts/second_factor_new.html", **shown, problems=True), 422
    tries.forget_confirmations(person.user_id)
    log_event("second_factor_added")
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)


@pages.route("/account/second-factor/codes", methods=["GET", "POST"])
def renew_codes() -> Any:
    """Make new recovery codes instead of the former ones; they are shown once."""
    if (factor := _find()) is None or not factor.is_confirmed:
        return redirect(url_for("accounts.show_second_factor"))
    form = ConfirmWithCodeForm()
    if not form.is_submitted():
        return render_template("accounts/renew_codes.html", form=form, factor=factor)
    if not (form.validate() and is_it_me(form)):
        return render_template("accounts/renew_codes.html", form=form, factor=factor, problems=True), 422
    person = work.me()

    def save(writing: Session) -> list[str]:
        codes = make_recovery_codes(writing, person.user_id)
        _tell(writing, "CODES")
        return codes

    codes = work.saving(save)
    log_event("second_factor_codes_renewed")
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=False)


@pages.route("/account/second-factor/remove", methods=["GET", "POST"])
def drop_second_factor() -> Any:
    """Remove it, with the password and a code."""
    if (factor := _find()) is None or not factor.is_confirmed:
        return redirect(url_for("accounts.show_second_factor"))
    form = ConfirmWithCodeForm()
    if not form.is_submitted():
        return render_template("accounts/remove_factor.html", form=form)
    if not (form.validate() and is_it_me(form)):
        return render_template("accounts/remove_factor.html", form=form, problems=True), 422
    person = work.me()

    def save(writing: Session) -> None:
        remove_second_factor(writing, person.user_id)
        _tell(writing, "REMOVED")

    work.saving(save)
    log_event("second_factor_removed")
    flash(_("The second factor is removed. Your password is enough to sign in."), "done")
    return redirect(url_for("accounts.show_second_factor"))


def _find() -> SecondFactor | None:
    with work.reading() as reading:
        return find_second_factor(reading, work.me().user_id)


def _confirm(writing: Session, code: str) -> list[str] | None:
    user_id = work.me().user_id
    codes = confirm_second_factor(writing, get_parts().contact_keys, user_id, code, datetime.now(UTC))
    if codes is not None:
        _tell(writing, "ADDED")
    return codes


def _tell(writing: Session, what: str) -> None:
    payload = {"what": what, "lang": str(get_locale() or "en")}
    queue_mail(writing, work.me().user_id, "SECOND_FACTOR_CHANGED", payload=payload)
