"""The blueprint that all pages of accounts share."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("accounts", __name__)
