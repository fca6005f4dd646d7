"""Pages: imports."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("imports", __name__)


@pages.get("/import/")
def show() -> str:
    """Hold the place."""
    return ""
