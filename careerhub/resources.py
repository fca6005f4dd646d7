"""Find the folders that belong to the software: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """Return the checkout this package runs from, or None when it was installed from a wheel."""
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "site_templates").is_dir() else None


def shipped(name: str) -> Path:
    """Return the folder `site_templates` or `migrations` of this installation."""
    root = checkout()
    return root / name if root else PACKAGE / "_shipped" / name
