"""What a person may take along: everything there is of them, or their résumé for other tools; and what their plan allows."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from careerhub.admin import work
from careerhub.admin.forms.accounts import ConfirmForm, ConfirmWithCodeForm
from careerhub.admin.parts import get_parts
from careerhub.admin.shield import log_event
from careerhub.admin.views.accounts.blueprint import pages
from careerhub.admin.views.accounts.confirming import is_it_me
from careerhub.editing.accounts import read_credentials
from careerhub.editing.plans import PLANS, find_room
from careerhub.editing.publishing import load_document
from careerhub.editing.second_factor import has_second_factor
from careerhub.moving.holdings import export_holdings
from careerhub.render.resume import render_resume


@pages.route("/account/data", methods=["GET", "POST"])
def take_data() -> Any:
    """Say what there is to take, ask for the password, and give everything."""
    person = work.me()
    with work.reading() as reading:
        needs_code = has_second_factor(reading, person.user_id)
    form = ConfirmWithCodeForm() if needs_code else ConfirmForm()
    if not form.is_submitted():
        return render_template("accounts/data.html", form=form)
    if not (form.validate() and is_it_me(form)):
        return render_template("accounts/data.html", form=form, problems=True), 422
    with work.reading() as reading:
        data = export_holdings(reading, get_parts().contact_keys, person.user_id)
    log_event("data_taken")
    return _give(data, "careerhub-data.json")


@pages.get("/account/resume.json")
def take_resume() -> Response:
    """Give what others may see, as JSON Resume."""
    profile_id = work.get_profile_id()
    with work.reading() as reading:
        document = load_document(reading, profile_id)
    if document is None:
        return Response(status=404)
    url = f"{get_parts().site_url.rstrip('/')}/p/{document.slug}/" if document.slug else ""
    return _give(render_resume(document, url=url), "resume.json")


@pages.get("/account/plan")
def show_plan() -> str:
    """Show what the plan allows, what is used of it, and what happens when it ends."""
    person = work.me()
    with work.reading() as reading:
        known = read_credentials(reading, person.user_id)
        rooms = [find_room(reading, person.profile_id, what) for what in ("cv_versions", "share_links")] if person.profile_id else []  # fmt: skip
    return render_template(
        "accounts/plan.html",
        plan=person.plan,
        plans=PLANS,
        used={room.what: room.used for room in rooms},
        ends=known.plan_expires_at if known and person.plan != "FREE" else None,
    )


def _give(data: bytes, name: str) -> Response:
    answer = Response(data, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
