"""Imports in the browser: first what would come of a file, then, on a second yes, all of it or nothing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from careerhub.admin import work
from careerhub.admin.forms.imports import ImportForm
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.admin.languages import ngettext
from careerhub.admin.limits import limiter
from careerhub.admin.parts import get_parts
from careerhub.admin.refusals import say, say_text
from careerhub.editing.imports import WaitingFile, forget_file, get_import, keep_file, list_imports, open_file
from careerhub.errors import Conflict, InputInvalid
from careerhub.moving.importing import import_jsonresume
from careerhub.moving.jsonresume import SOURCE
from careerhub.moving.limits import make_storable
from careerhub.moving.plan import RESULTS, ImportReport

pages = Blueprint("imports", __name__)

# bytes: what is somewhat too large is answered with a sentence about the file, what is far too large with 413
LARGEST_BODY = 40_000_000
# rows of a report on a page: pages stay under 100 kB, and the rest is counted
_SHOWN, _LONGEST = 150, 300
_RESULTS = {
    "imported": _l("new"),
    "updated": _l("changed"),
    "unchanged": _l("left alone"),
    "extras": _l("kept aside"),
    "refused": _l("refused"),
}


@pages.url_value_preprocessor
def allow_files(endpoint: str | None, _values: Any) -> None:
    """Allow a larger body before anybody reads it, the form's token included; to people who are signed in."""
    if endpoint == "imports.upload" and current_user.is_authenticated:
        request.max_content_length = LARGEST_BODY


@pages.get("/import/")
def show() -> str:
    """Show where a file is chosen, and what was imported before."""
    return _render_start(ImportForm())


@pages.post("/import/")
@limiter.limit("60/hour", key_func=lambda: work.me().user_id)
def upload() -> Any:
    """Look at a file and keep it; nothing of the profile changes."""
    form = ImportForm()
    if not form.validate():
        return _render_start(form), 422
    file = form.read_file()
    try:
        report = _import(file, dry_run=True)
    except (InputInvalid, Conflict) as error:
        form.file.errors = [say(error)]
        return _render_start(form), 422
    plain = make_storable(report.to_plain())
    keys, user_id = get_parts().contact_keys, work.me().user_id
    import_id = work.saving(lambda session: keep_file(session, keys, user_id, file, source=SOURCE, report=plain))
    return redirect(url_for("imports.show_one", import_id=import_id), 303)


@pages.get("/import/<import_id>")
def show_one(import_id: str) -> str:
    """Show what would come of a file that waits, or what came of one."""
    with work.reading() as session:
        found = get_import(session, _check_id(import_id))
    outcomes = [each for each in found.report.get("outcomes", ()) if each["reason"]]
    notes = list(found.report.get("notes", ()))
    sections = found.report.get("sections", {})
    return render_template(
        "imports/plan.html" if found.status == "PENDING" else "imports/result.html",
        found=found,
        results=_RESULTS,
        sections=[(name, [counts.get(result, 0) for result in RESULTS]) for name, counts in sections.items()],
        is_nothing=not any(counts.get(r) for counts in sections.values() for r in ("imported", "updated", "extras")),
        outcomes=[(_cut(e["place"]), _RESULTS[e["result"]], _cut(say_text(e["reason"]))) for e in outcomes[:_SHOWN]],
        notes=[(_cut(each["place"]), _cut(say_text(each["reason"]))) for each in notes[:_SHOWN]],
        more=max(len(outcomes) - _SHOWN, 0) + max(len(notes) - _SHOWN, 0),
    )


@pages.post("/import/<import_id>/apply")
def apply(import_id: str) -> Any:
    """Import the file that waits: all of it in one transaction, or nothing."""
    with work.reading() as session:
        file = open_file(session, get_parts().contact_keys, _check_id(import_id))
    try:
        report = _import(file, dry_run=False)
    except (InputInvalid, Conflict) as error:
        form = ImportForm()
        form.file.errors = [say(error)]
        return _render_start(form), 422
    work.saving(lambda session: forget_file(session, import_id))
    with work.reading() as session:
        newest = list_imports(session, work.me().user_id)[0]
    count = report.count("imported", "updated")
    flash(ngettext("%(num)s entry is imported.", "%(num)s entries are imported.", count), "done")
    return redirect(url_for("imports.show_one", import_id=newest.id), 303)


@pages.post("/import/<import_id>/forget")
def forget(import_id: str) -> Response:
    """Forget a file that waits."""
    checked = _check_id(import_id)
    work.saving(lambda session: forget_file(session, checked))
    flash(_("The file is forgotten. Nothing was changed."), "done")
    return redirect(url_for("imports.show"), 303)


def _import(file: WaitingFile, *, dry_run: bool) -> ImportReport:
    parts = get_parts()
    return import_jsonresume(
        parts.engine, parts.contact_keys, file.data, file_name=file.name, email=work.me().email, dry_run=dry_run
    )


def _check_id(import_id: str) -> str:
    """Return an id that can be one; anything else isn't there."""
    if len(import_id) != 26 or not import_id.isascii() or not import_id.isalnum():
        abort(404)
    return import_id


def _cut(text: Any) -> str:
    said = str(text)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _render_start(form: ImportForm) -> str:
    with work.reading() as session:
        before = list_imports(session, work.me().user_id)
    return render_template("imports/start.html", form=form, before=before, problems=form.errors)
