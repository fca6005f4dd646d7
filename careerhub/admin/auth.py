"""Who is signed in: the cookie has a token, the database its hash, and Flask-Login asks once a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from urllib.parse import urlsplit

from flask import Flask, Response, abort, flash, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy.orm import Session

from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import get_parts
from careerhub.db.session import acting, unsigned
from careerhub.editing.sessions import OpenSession, end_session, open_session, start_session

_USABLE_PATH = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in, as Flask-Login and the views know them; `profile_id` is '' before the profile is begun."""

    token: str
    session_id: str
    user_id: str
    email: str
    plan: str
    is_verified: bool
    profile_id: str
    slug: str
    full_name: str
    visibility: str
    lang: str
    since: datetime

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A transaction that began with whose session it is: a page reads on in it."""

    session: Session
    ending: ExitStack


def sign_in_by_session(app: Flask) -> None:
    """Let Flask-Login find the person by the session's token; everything but `public` pages needs one."""
    manager = LoginManager(app)
    manager.user_loader(_load_person)
    manager.session_protection = None  # addresses change on trains; the token is what counts
    app.before_request(_require_person)
    app.teardown_request(_end_reading)


@contextmanager
def reading_on() -> Iterator[Session | None]:
    """Go on in the transaction that began with the person's session, once a request; None when it is over."""
    begun: _Begun | None = g.pop("begun", None)
    if begun is None:
        yield None
        return
    with begun.ending:
        yield begun.session


def public(view: Any) -> Any:
    """Mark a view that needs nobody to be signed in."""
    view.is_public = True
    return view


def sign_in(user_id: str, *, stays: bool = False) -> None:
    """Begin a session of this person in this browser; a session that was there before ends."""
    sign_out()
    parts = get_parts()
    with acting(parts.engine, user_id, **describe_request()) as work:
        token = start_session(work, user_id, stays=stays, **describe_request())
    # nothing of the session before goes on: neither its form token nor what it had to say
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = stays
    person = _load_person(token)
    if person is None:
        abort(403)
    login_user(person)


def sign_out() -> None:
    """End the session of this browser, in the database first: a copied cookie is worth nothing then."""
    if current_user.is_authenticated:
        with acting(get_parts().engine, current_user.user_id) as work:
            end_session(work, current_user.session_id)
        logout_user()
        session.clear()


def find_next() -> str:
    """Return the page that somebody wanted before signing in: a path of ours, or the first page."""
    wanted = request.values.get("next", "")
    return wanted if is_local_path(wanted) else url_for("home.show")


def is_local_path(path: str) -> bool:
    """Tell whether this is a plain path on this site: browsers read a host into `//x`, `/\\x` and `/<tab>/x`."""
    return path.startswith("/") and not path.startswith("//") and set(path) <= _USABLE_PATH and ".." not in path


class Described(TypedDict):
    """Where a request comes from."""

    ip_address: str
    user_agent: str


def describe_request() -> Described:
    """Return what the log of changes keeps of a request."""
    return Described(ip_address=request.remote_addr or "", user_agent=request.user_agent.string[:300])


def _load_person(token: str) -> Person | None:
    with ExitStack() as stack:
        work = stack.enter_context(unsigned(get_parts().engine))
        found: OpenSession | None = open_session(work, token, **describe_request())
        if found is None:
            return None
        if request.method == "GET":
            g.begun = _Begun(session=work, ending=stack.pop_all())
    return Person(
        token=token,
        session_id=found.session_id,
        user_id=found.user_id,
        email=found.email,
        plan=found.plan,
        is_verified=found.is_verified,
        profile_id=found.profile_id,
        slug=found.slug,
        full_name=found.full_name,
        visibility=found.visibility,
        lang=found.lang,
        since=found.created_at,
    )


def _end_reading(_error: BaseException | None) -> None:
    with reading_on():
        """Nobody read in it."""


def _require_person() -> Response | None:
    if request.endpoint in (None, "static"):
        return None
    from flask import current_app

    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "is_public", False) or current_user.is_authenticated:
        return None
    if request.method != "GET":
        flash(_("Your session has ended: sign in and send it again."), "problem")
        return redirect(url_for("accounts.sign_in"))  # type: ignore[return-value]
    wanted = urlsplit(request.full_path).path
    return redirect(url_for("accounts.sign_in", next=wanted if wanted != "/" else None))  # type: ignore[return-value]
