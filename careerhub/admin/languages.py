"""The languages of the interface: what the person chose, else what the browser asks for."""

from __future__ import annotations

from flask import Flask, request, session
from flask_babel import Babel, get_locale

LANGUAGES = {"en": "English", "de": "Deutsch"}


def speak(app: Flask) -> None:
    """Let templates and forms speak the reader's language."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=choose_language)
    app.context_processor(lambda: {"language": str(get_locale() or "en"), "languages": LANGUAGES})


def choose_language() -> str:
    """Return the language to answer in."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"
