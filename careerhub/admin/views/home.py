"""The first page: where somebody is, and what to do next."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> str | Response:
    """Show where the person is."""
    return render_template("home.html")
