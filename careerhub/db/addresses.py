"""Under which addresses people stand: the present one, and former ones that lead there."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text


def list_addresses(connection: Connection, profile_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the slugs of PUBLIC profiles by id, the present one first."""
    rows = connection.execute(
        text(
            "SELECT profile_id, slug FROM (SELECT profile_id, slug, 0 AS age FROM site.profiles"
            " UNION ALL SELECT profile_id, slug, 1 FROM site.former_slugs) AS found"
            ' WHERE profile_id = ANY (CAST(:ids AS text[])) ORDER BY profile_id, age, slug COLLATE "C"'
        ),
        {"ids": sorted(profile_ids)},
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.profile_id, []).append(row.slug)
    return found
