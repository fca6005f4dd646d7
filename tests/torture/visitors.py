"""What visitors of a target get: every link of every page, list, feed and file for machines followed to its end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from tests.journeys.searching import Search

SITE_URL = "https://people.example.org"
_LINKS = {"href", "src", "poster", "data"}
_OWN = re.compile(rf"{re.escape(SITE_URL)}[^\s\"'<>\\]*")
_IN_STYLES = re.compile(r"url\(\s*[\"']?([^\"')]+)")
# what a page links for the reader's own program, not for a visitor's browser
_OTHER_SCHEMES = ("mailto:", "tel:", "data:", "javascript:")


@dataclass(frozen=True, slots=True)
class Object:
    """What a target holds at a key: the bytes, and the headers they are served with."""

    data: bytes
    headers: tuple[str, ...] = ()


Objects = Mapping[str, Object]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.found += [value for name, value in told.items() if name in _LINKS and value]
        for part in told.get("srcset", "").split(","):
            self.found += part.split()[:1]
        if told.get("http-equiv", "").lower() == "refresh":
            self.found += re.findall(r"url=(\S+)", told.get("content", ""), re.IGNORECASE)


@lru_cache(maxsize=4096)
def list_links(key: str, data: bytes) -> frozenset[str]:
    """Return the keys that a file leads to."""
    text = data.decode("utf-8", "replace")
    found: list[str] = []
    if key.endswith(".html"):
        parser = _Links()
        parser.feed(text)
        found = parser.found
    elif key.endswith((".xml", ".txt", ".vcf")):
        found = _OWN.findall(text)
    elif key.endswith(".css"):
        found = _IN_STYLES.findall(text)
    elif key.endswith(".json"):
        found = [each for each in _list_strings(json.loads(text)) if each.startswith((SITE_URL, "/"))]
    here = f"{SITE_URL}/{key.removesuffix('index.html')}"
    links = (urljoin(here, link) for link in found if not link.startswith(_OTHER_SCHEMES))
    return frozenset(_key_of(link) for link in links if link.startswith(f"{SITE_URL}/") or link == SITE_URL)


def _key_of(link: str) -> str:
    path = unquote(urlsplit(link).path).lstrip("/")
    return f"{path}index.html" if path.endswith("/") or not path else path


def _list_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _list_strings(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _list_strings(each)


def find_broken(objects: Objects, known: Iterable[str] = ()) -> list[str]:
    """Return links to nothing, and pages that end too early, on all ways a visitor can take.

    They begin at everything but people's own pages, and at addresses `known` from before: what nothing leads to yet is
    no visitor's business.
    """
    waiting = [key for key in objects if not key.startswith("p/")] + [key for key in known if key in objects]
    seen, found = set(waiting), []
    while waiting:
        key = waiting.pop()
        data = objects[key].data
        if key.endswith(".html") and not data.rstrip().endswith(b"</html>"):
            found.append(f"{key} is half a page")
        links = list_links(key, data)
        found += [f"{key} -> {link}" for link in links if link not in objects]
        waiting += [link for link in links if link in objects and link not in seen]
        seen |= links
    return sorted(found)


def find_words(objects: Objects, words: frozenset[str]) -> list[str]:
    """Return where words turn up: in names, in headers, in bytes and in what is packed into them."""
    search = Search()
    for key, each in objects.items():
        search.look(key, each.data)
        search.look(f"{key}.headers", "\n".join(each.headers).encode())
    return sorted(f"{word} in {place}" for word in words & search.met.keys() for place in search.met[word])
