"""How often somebody may try: per account and address, so that nobody can lock an owner out from elsewhere."""

from __future__ import annotations

import hashlib
import time

from flask import abort
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from careerhub.admin.failures import show_failure
from careerhub.admin.languages import gettext as _
from careerhub.admin.limits import find_address, limiter
from careerhub.admin.shield import log_event

_ACCOUNT_HERE = RateLimitItemPerMinute(10, 5, namespace="sign-in")
_ADDRESS = RateLimitItemPerMinute(100, 5, namespace="sign-in-address")
_PERSON = RateLimitItemPerMinute(10, 5, namespace="confirm")
_MAIL_TO = RateLimitItemPerHour(5, namespace="mail")
_MAILS_FROM = RateLimitItemPerHour(20, namespace="mail-address")
_LINKS = RateLimitItemPerHour(60, namespace="link")


def count_sign_in(email: str) -> None:
    """Count a try to sign in before it is looked at; answer 429 when there were too many."""
    if not limiter.limiter.test(_ADDRESS, find_address()):
        _refuse(_ADDRESS, find_address())
    _count(_ACCOUNT_HERE, email, find_address())


def note_wrong_sign_in() -> None:
    """Count a failed try for the address it came from, whatever the account."""
    limiter.limiter.hit(_ADDRESS, find_address())


def forget_sign_ins(email: str) -> None:
    """Begin counting anew for who has just shown the right password from here."""
    limiter.limiter.clear(_ACCOUNT_HERE, email, find_address())


def count_confirmation(user_id: str) -> None:
    """Count a password or code typed by who is signed in, or half-way."""
    _count(_PERSON, user_id)


def forget_confirmations(user_id: str) -> None:
    """Begin counting anew for who has just shown it."""
    limiter.limiter.clear(_PERSON, user_id)


def count_mail(email: str) -> None:
    """Count a request that makes us send a mail."""
    _count(_MAILS_FROM, find_address())
    _count(_MAIL_TO, email, find_address())


def count_link() -> None:
    """Count the use of a mailed link, right or wrong."""
    _count(_LINKS, find_address())


def name_account(email: str) -> str:
    """Return what the log says of an address that may be nobody's: enough to see that two are the same."""
    return hashlib.sha256(email.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _count(limit: RateLimitItem, *whose: str) -> None:
    if not limiter.limiter.hit(limit, *whose):
        _refuse(limit, *whose)


def _refuse(limit: RateLimitItem, *whose: str) -> None:
    log_event("too_many_tries", limit=f"{limit.namespace} {limit}")
    ends_at = limiter.limiter.get_window_stats(limit, *whose).reset_time
    response = show_failure(429, _("Too many tries"), _("Wait a few minutes, then try again."))
    response.headers["Retry-After"] = str(max(1, int(ends_at - time.time()) + 1))
    abort(response)
