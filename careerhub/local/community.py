"""The demo community: fictional people of many trades, countries and scripts, one file each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from careerhub.errors import InputInvalid

PEOPLE = Path(__file__).resolve().parent / "people"


def read_people(folder: Path = PEOPLE) -> Iterator[dict[str, Any]]:
    """Read the people of a folder one after the other, in the order of their slugs, which are the files' names."""
    for path in sorted(folder.glob("*.json"), key=lambda path: path.stem):
        yield read_person(path)


def read_person(path: Path) -> dict[str, Any]:
    """Read one person's file; raise InputInvalid when it isn't a JSON object."""
    try:
        person = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputInvalid(f"{path} is not JSON in UTF-8: {error}; repair or remove it") from error
    if not isinstance(person, dict):
        raise InputInvalid(f"{path} must hold one JSON object; repair or remove it")
    return person
