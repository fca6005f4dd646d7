"""Pages: photo."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("photo", __name__)
