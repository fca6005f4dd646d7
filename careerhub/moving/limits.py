"""Make what a file says storable: no character PostgreSQL can't hold, no text that is no text any more."""

from __future__ import annotations

from typing import Any

from careerhub.moving.plan import Note

# Characters: a career's longest text has a tenth of it; a photo written into the file has ten times as many.
MAX_VALUE = 100_000
_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)])  # NUL and lone surrogates


def clean_json(value: Any, place: str = "") -> tuple[Any, list[Note]]:
    """Return a JSON value without unstorable characters and endless texts, and notes on what was left out."""
    notes: list[Note] = []
    return _clean(value, place, notes), notes


def make_storable(value: Any) -> Any:
    """Return a JSON value whole, but for the characters PostgreSQL can't hold."""
    if isinstance(value, str):
        return value.translate(_UNSTORABLE)
    if isinstance(value, list):
        return [make_storable(item) for item in value]
    if isinstance(value, dict):
        return {key.translate(_UNSTORABLE): make_storable(item) for key, item in value.items()}
    return value


def _clean(value: Any, place: str, notes: list[Note]) -> Any:
    if isinstance(value, str):
        return _clean_text(value, place, notes)
    if isinstance(value, list):
        return [_clean(item, f"{place}[{number}]", notes) for number, item in enumerate(value)]
    if isinstance(value, dict):
        return {
            _clean_text(key, place, notes): _clean(item, f"{place}.{key}" if place else key, notes)
            for key, item in value.items()
        }
    return value


def _clean_text(text: str, place: str, notes: list[Note]) -> str:
    if len(text) > MAX_VALUE:
        notes.append(Note(place=place[:200], reason=f"refused: {len(text):,} characters, {MAX_VALUE:,} are the limit"))
        return ""
    return text.translate(_UNSTORABLE)
