"""What holds for every request and every answer: hosts, origins, headers; and the log of what concerns security."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_login import current_user

from careerhub.admin.parts import get_parts

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow, noai, noimageai",
}
_SECRET_PATH = re.compile(r"^(/shared/)[^/]+")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_log = logging.getLogger("careerhub.security")


def guard(app: Flask) -> None:
    """Look at every request before anything else does, and at every answer after."""
    app.before_request(_refuse_strangers)
    app.after_request(_add_headers)


def log_event(event: str, **fields: Any) -> None:
    """Write one JSON line about something that concerns security; never a password, a token or a mail's text."""
    known = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": event,
        "ip": request.remote_addr,
        "user_agent": request.user_agent.string[:300],
        "path": describe_path(),
    }
    if current_user and current_user.is_authenticated:
        known["user_id"] = current_user.user_id
    _log.warning("%s", json.dumps(known | fields, ensure_ascii=True, default=str))


def describe_path() -> str:
    """Return the path of the request as logs may have it: without the token that opens a shared page."""
    return _SECRET_PATH.sub(r"\1…", request.path)[:300]


def _refuse_strangers() -> None:
    """Refuse what another site makes a browser send: beside the token in every form."""
    _ = request.host  # raises where the name isn't ours
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
    is_foreign = site not in ("", "same-origin", "none")
    # a page that tells no referrer says "null" for its origin, also to its own host; no page can invent Sec-Fetch-Site
    if origin and not is_foreign and (origin, site) != ("null", "same-origin"):
        ours = urlsplit(get_parts().admin_url)
        theirs = urlsplit(origin)
        is_foreign = (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc)
    if is_foreign:
        log_event("foreign_request_refused", origin=origin[:300], site=site[:40])
        abort(403)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if get_parts().is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    # what nobody signed in has seen may be kept; everything else is somebody's
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
