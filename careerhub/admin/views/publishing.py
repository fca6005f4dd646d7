"""Pages: publishing."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("publishing", __name__)
