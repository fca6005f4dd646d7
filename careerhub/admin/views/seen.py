"""Pages: seen."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("seen", __name__)
