"""Whether Hugo's site is the same site: as many files of each kind, and on a sample of people every word of ours.

Both ways: words that only Hugo's pages have would be work that only Hugo does.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

SAMPLE = 50
# Ours cuts texts for cards and descriptions after at most 160 characters, Hugo's `truncate` elsewhere.
_CUT = re.compile(r"\S*…")
_WORD = re.compile(r"\w+")
_UNSEEN = ("script", "style", "svg", "head")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was found: files of each kind on both sides, and what is missing where."""

    people: int
    ours: dict[str, int]
    theirs: dict[str, int]
    pages_compared: int
    words_compared: int
    missing: list[str]
    added: list[str]

    @property
    def is_fair(self) -> bool:
        """Tell whether nobody does work that the other leaves out; lists are cut into pages differently."""
        same = all(
            self.ours[kind] == self.theirs[kind] for kind in ("profile", "project", "resume.json", "contact.vcf")
        )
        return same and not self.missing and self.pages_compared > 0


def compare_sites(ours: Path, theirs: Path, *, seed: int = 1) -> Comparison:
    """Compare two folders of the same site."""
    people = sorted(path.name for path in (ours / "p").iterdir())
    sample = random.Random(seed).sample(people, min(SAMPLE, len(people)))
    missing: list[str] = []
    added: list[str] = []
    pages = words = 0
    for slug in sample:
        for path in sorted((ours / "p" / slug).rglob("*.*")):
            name = path.relative_to(ours)
            if path.suffix == ".pdf":
                continue
            left, right = _read_words(path), _read_words(theirs / name)
            missing += [f"{name}: {word}" for word in left - right]
            added += [f"{name}: {word}" for word in right - left]
            pages, words = pages + 1, words + len(left)
    missing += [f"lists: {slug}" for slug in _listed(ours) - _listed(theirs)]
    added += [f"lists: {slug}" for slug in _listed(theirs) - _listed(ours)]
    return Comparison(
        people=len(people),
        ours=count_kinds(ours),
        theirs=count_kinds(theirs),
        pages_compared=pages,
        words_compared=words,
        missing=missing,
        added=added,
    )


def count_kinds(site: Path) -> dict[str, int]:
    """Count the files of a site by what they are."""
    found = Counter({"profile": 0, "project": 0, "resume.json": 0, "contact.vcf": 0, "list": 0, "other": 0})
    for path in site.rglob("*"):
        if path.is_file():
            found[_name_kind(path.relative_to(site))] += 1
    return dict(found)


def _name_kind(path: Path) -> str:
    if path.parts[0] == "p" and len(path.parts) > 2:
        if path.name != "index.html":
            return path.name
        return "project" if "projects" in path.parts else "profile"
    is_list = path.parts[0] in ("technologies", "page", "people") or str(path) == "index.html"
    return "list" if is_list else "other"


def _listed(site: Path) -> set[str]:
    """Return whom the directory names."""
    pages = [site / "index.html", *site.glob("page/*/index.html"), *site.glob("people/*/index.html")]
    return {slug for page in pages for slug in re.findall(r'href="?/p/([a-z0-9-]+)/', page.read_text("utf-8"))}


def _read_words(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        return set(_words(" ".join(_leaves(json.loads(text)))))
    if path.suffix == ".vcf":
        return set(_words(re.sub(r"\r?\n ", "", text).replace("\\", "")))
    seen = _Seen()
    seen.feed(text)
    words = set(_words(_CUT.sub("", " ".join(seen.texts))))
    return words | {f"linked:{word}" for word in _words(" ".join(_leaves(json.loads(seen.linked or "{}"))))}


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(text))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif value is not None:
        yield str(value)


class _Seen(HTMLParser):
    """The texts that a reader of a page sees, and its linked data."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.linked = ""
        self._open: list[str] = []
        self._is_linked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._open.append(tag)
        self._is_linked = tag == "script" and ("type", "application/ld+json") in attrs

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        self._is_linked = False

    def handle_data(self, data: str) -> None:
        if self._is_linked:
            self.linked += data
        elif not self._open:
            self.texts.append(data)
