"""Which revision of the database this software needs."""

from __future__ import annotations

from careerhub.resources import shipped


def head() -> str:
    """Return the newest revision this software knows: migrations are numbered."""
    return max(path.name.partition("_")[0] for path in (shipped("migrations") / "versions").glob("[0-9]*.py"))
