"""Pages: photo."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from careerhub.admin import work
from careerhub.admin.forms.photo import PhotoForm
from careerhub.admin.languages import gettext as _
from careerhub.admin.limits import find_address, limiter
from careerhub.editing.decoding import SIZES
from careerhub.editing.photos import find_photo, list_sizes, put_photo, remove_photo

pages = Blueprint("photo", __name__)

# bytes: the largest photo a telephone takes, and the form around it
LARGEST_UPLOAD = 10 * 1024 * 1024 + 64 * 1024


def count_by_person() -> str:
    """Return who is counted: a person, whatever address they come from."""
    return f"photo {current_user.user_id}" if current_user.is_authenticated else find_address()


@pages.url_value_preprocessor
def allow_a_photo(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let who is signed in send a whole photo: here, as the form's token is looked for in the body before any view."""
    if endpoint == "photo.change" and current_user.is_authenticated:
        request.max_content_length = LARGEST_UPLOAD


@pages.get("/photo/")
def show() -> str | BaseResponse:
    """Show the photo, and how to put another in its place."""
    return _render(PhotoForm())


@pages.post("/photo/")
@limiter.limit("20 per hour", key_func=count_by_person)
def change() -> str | BaseResponse | tuple[str, int]:
    """Put the picture that was sent in the place of the photo."""
    profile_id, form = work.get_profile_id(), PhotoForm()
    sizes = form.read_picture()
    if not sizes:
        return _render(form), 422
    is_new = work.saving(lambda session: put_photo(session, profile_id, sizes))
    flash(_("Your photo is saved.") if is_new else _("That is the photo you have already."), "done")
    return redirect(url_for("photo.show"), 303)


@pages.post("/photo/remove")
def remove() -> BaseResponse:
    """Take the photo away."""
    profile_id = work.get_profile_id()
    if work.saving(lambda session: remove_photo(session, profile_id)):
        flash(_("Your photo is removed. It leaves the site with the next publication."), "done")
    return redirect(url_for("photo.show"), 303)


@pages.get("/photo/<size>.webp")
def send(size: str) -> Response:
    """Send the person's own photo."""
    profile_id = work.get_profile_id()
    if size not in SIZES:
        abort(404)
    with work.reading() as session:
        data = find_photo(session, profile_id, size)
    if data is None:
        abort(404)
    return Response(data, mimetype="image/webp")


def _render(form: PhotoForm) -> str:
    profile_id = work.get_profile_id()
    with work.reading() as session:
        sizes = list_sizes(session, profile_id)
    return render_template(
        "photo/show.html",
        form=form,
        problems=bool(form.errors),
        photo=sizes[-1] if sizes else None,
        person=work.me(),
    )
