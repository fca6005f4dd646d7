"""Pages: items."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("items", __name__)
