"""The end of an account, by its person."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for

from careerhub.admin import auth, work
from careerhub.admin.forms.accounts import ConfirmForm, ConfirmWithCodeForm
from careerhub.admin.shield import log_event
from careerhub.admin.views.accounts.blueprint import pages
from careerhub.admin.views.accounts.confirming import is_it_me
from careerhub.editing.erasure import erase_account
from careerhub.editing.second_factor import has_second_factor


@pages.route("/account/delete", methods=["GET", "POST"])
def delete() -> Any:
    """Say what goes, ask for the password, and erase everything."""
    person = work.me()
    with work.reading() as reading:
        needs_code = has_second_factor(reading, person.user_id)
    form = ConfirmWithCodeForm() if needs_code else ConfirmForm()
    is_public = person.visibility == "PUBLIC"
    if not form.is_submitted():
        return render_template("accounts/delete.html", form=form, is_public=is_public)
    if not (form.validate() and is_it_me(form)):
        return render_template("accounts/delete.html", form=form, is_public=is_public, problems=True), 422
    work.saving(erase_account)
    log_event("account_deleted")
    auth.sign_out()
    return redirect(url_for("accounts.deleted"))


@pages.get("/account/deleted")
@auth.public
def deleted() -> str:
    """Confirm that an account is gone."""
    return render_template("accounts/deleted.html")
