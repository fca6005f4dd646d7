"""ULIDs: sortable ids, made by python-ulid."""

from __future__ import annotations

from ulid import ULID


def make_id() -> str:
    """Make a new ULID in its 26-character form."""
    return str(ULID())
