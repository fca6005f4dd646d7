"""Pages: wizard."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("wizard", __name__)
