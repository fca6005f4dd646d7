"""Pages: cvs."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("cvs", __name__)
