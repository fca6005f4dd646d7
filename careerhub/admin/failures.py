"""What went wrong, said to people: a page of the right status, never a stack trace."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask.globals import request_ctx
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from careerhub.admin.languages import gettext as _
from careerhub.admin.refusals import say
from careerhub.admin.shield import describe_path, log_event
from careerhub.errors import CareerHubError, Conflict, DatabaseUnreachable, InputInvalid, NotFound
from careerhub.ids import make_id

_log = logging.getLogger("careerhub.admin")


def answer(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(CSRFError, _answer_forged)
    app.register_error_handler(RateLimitExceeded, _answer_too_often)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(CareerHubError, _answer_ours)
    app.register_error_handler(Exception, _answer_unexpected)


def show_failure(status: int, title: str, sentence: str) -> Response:
    """Make the page of a failure."""
    if request_ctx.url_adapter is None:  # a host that isn't ours: no address can be made, not even of a style sheet
        return Response(f"{title}. {sentence}\n", status, mimetype="text/plain")
    return make_response(render_template("failure.html", title=title, sentence=sentence), status)


def _answer_forged(_error: CSRFError) -> Response:
    log_event("form_token_refused")
    return show_failure(
        403, _("This form is too old"), _("Go back, load the page again, and send it once more. Nothing was changed.")
    )


def _answer_too_often(error: RateLimitExceeded) -> Response:
    log_event("too_many_tries", limit=str(error.limit.limit))
    response = show_failure(429, _("Too many tries"), _("Wait a few minutes, then try again."))
    response.headers["Retry-After"] = str(error.limit.limit.get_expiry())
    return response


def _answer_http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    titles = {
        400: (_("That request can't be read"), _("Go back and try again.")),
        403: (_("That isn't allowed"), _("Nothing was changed.")),
        404: (_("There is no such page"), _("It may have moved, or it isn't yours.")),
        405: (_("That can't be done here"), _("Go back and use the page's own buttons.")),
        413: (_("That is too large"), _("Send less at once. Nothing was changed.")),
    }
    title, sentence = titles.get(error.code, (error.name, _("Nothing was changed.")))
    response = show_failure(error.code, title, sentence)
    for name, value in error.get_headers(request.environ):
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _answer_ours(error: CareerHubError) -> Response:
    if isinstance(error, NotFound):
        return show_failure(404, _("There is no such page"), _("It may have moved, or it isn't yours."))
    if isinstance(error, Conflict):
        return show_failure(409, _("That was changed meanwhile"), say(error))
    if isinstance(error, InputInvalid):
        return show_failure(422, _("That can't be saved"), say(error))
    if isinstance(error, DatabaseUnreachable):
        _log.error("%s", error)
        return show_failure(503, _("Not available at the moment"), _("Try again in a minute. Nothing was changed."))
    return _answer_unexpected(error)


def _answer_unexpected(error: Exception) -> Response:
    number = make_id()
    _log.error("unexpected failure %s at %s %s", number, request.method, describe_path(), exc_info=error)
    sentence = _("It is our fault, and noted as %(number)s. Nothing was changed.", number=number)
    return show_failure(500, _("Something went wrong"), sentence)
