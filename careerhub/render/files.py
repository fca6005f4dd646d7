"""A rendered file: where it goes and what is in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the site; `path` is relative to the site's root, such as `p/ada/index.html`."""

    path: str
    data: bytes
