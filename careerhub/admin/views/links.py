"""Pages: links."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("links", __name__)
