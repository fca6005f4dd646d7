"""The languages of the interface: what the person chose, else what the browser asks for."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from flask import Flask, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale
from flask_babel.speaklater import LazyString

LANGUAGES = {"en": "English", "de": "Deutsch"}
_CATALOGUES = Domain()
# A page asks for a hundred texts: their language is found once for all of them.
_found: ContextVar[Any] = ContextVar("found", default=None)


class _Texts(Domain):
    """Flask-Babel's texts, looked for once a request."""

    def get_translations(self) -> Any:
        return _find_texts()


def gettext(said: str, /, **values: Any) -> str:
    """Return a text in the reader's language, with values in its places."""
    text: str = _find_texts().ugettext(said)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Return the text that fits a number."""
    text: str = _find_texts().ungettext(one, many, num)
    return text % {"num": num, **values}


def lazy_gettext(said: str, /, **values: Any) -> LazyString:
    """Return a text that is in the language of whoever reads it later."""
    return LazyString(gettext, said, **values)


def _find_texts() -> Any:
    found = _found.get()
    if found is None:
        found = _CATALOGUES.get_translations()
        if has_request_context():
            _found.set(found)
    return found


def speak(app: Flask) -> None:
    """Let templates and forms speak the reader's language."""
    app.before_request(_forget)
    app.teardown_request(_forget)
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=choose_language).domain_instance = _Texts()
    speaking: Any = app.jinja_env  # the extension adds the next one
    speaking.install_gettext_callables(
        gettext=lambda said: _find_texts().ugettext(said),
        ngettext=lambda one, many, num: _find_texts().ungettext(one, many, num),
        newstyle=True,
    )
    app.context_processor(lambda: {"language": str(get_locale() or "en"), "languages": LANGUAGES})


def choose_language() -> str:
    """Return the language to answer in."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _forget(_error: BaseException | None = None) -> None:
    _found.set(None)
