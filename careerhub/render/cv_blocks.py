"""The page of a CV taken apart into headings, lines and bullets, from which its other formats are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

_BLOCKS = {"h1": "name", "h2": "section", "h3": "entry", "p": "text", "li": "bullet", "pre": "code"}
_MARKS = {"strong": "is_strong", "em": "is_soft", "code": "is_code", "del": "is_struck"}
_SPACE = re.compile(r"[ \t\n]+")
# XML has no place for these, and a CV no use.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some text that looks the same throughout."""

    text: str
    is_strong: bool = False
    is_soft: bool = False
    is_code: bool = False
    is_struck: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A line or a paragraph; `kind` is what it is in a CV (name, section, entry, org, dates, text, bullet …)."""

    kind: str
    runs: tuple[Run, ...]
    direction: str = ""
    depth: int = 0  # of a bullet in its list
    number: int = 0  # of a bullet in a numbered list

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class _Reader(HTMLParser):
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    look: list[Run] = field(default_factory=lambda: [Run(text="")])
    lists: list[int | None] = field(default_factory=list)
    around: list[tuple[str, bool]] = field(default_factory=list)  # directions, and whether it is a quote
    is_in_body: bool = False

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "body":
            self.is_in_body = True
        elif tag in _BLOCKS:
            self._end_block()
            kind = (said.get("class") or _BLOCKS[tag]) if tag == "p" else _BLOCKS[tag]
            is_quote = tag == "p" and any(quote for _, quote in self.around)
            self.kinds.append("quote" if is_quote else kind)
            if tag == "li" and self.lists and self.lists[-1] is not None:
                self.lists[-1] += 1
        elif tag in ("ul", "ol"):
            self._end_block()
            start = said.get("start") or "1"
            self.lists.append(int(start) - 1 if tag == "ol" and len(start) < 9 else None)
        elif tag in ("blockquote", "div"):
            self._end_block()
            self.around.append((said.get("dir") or "", tag == "blockquote" or "quote" in (said.get("class") or "")))
        elif tag == "br":
            self.runs.append(replace(self.look[-1], text="\n"))
        elif tag in _MARKS:
            self.look.append(replace(self.look[-1], **{_MARKS[tag]: True}))  # type: ignore[arg-type]
        elif tag == "a":
            self.look.append(replace(self.look[-1], url=said.get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
            if self.kinds:
                self.kinds.pop()
        elif tag in ("ul", "ol"):
            self._end_block()
            self.lists.pop()
        elif tag in ("blockquote", "div"):
            self._end_block()
            self.around.pop()
        elif tag in _MARKS or tag == "a":
            self.look.pop()

    def handle_data(self, data: str) -> None:
        if self.is_in_body:
            is_code = bool(self.kinds) and self.kinds[-1] == "code"
            text = _UNWRITABLE.sub("", data)
            self.runs.append(replace(self.look[-1], text=text if is_code else _SPACE.sub(" ", text)))

    def _end_block(self) -> None:
        runs = tuple(_join(self.runs))
        self.runs = []
        if runs:
            kind = self.kinds[-1] if self.kinds else "text"
            is_bullet = kind == "bullet"
            self.blocks.append(
                Block(
                    kind=kind,
                    runs=runs,
                    direction=next((direction for direction, _ in reversed(self.around) if direction), ""),
                    depth=len(self.lists) if is_bullet else 0,
                    number=(self.lists[-1] or 0) if is_bullet and self.lists else 0,
                )
            )


def read_blocks(html: str) -> tuple[Block, ...]:
    """Take the page of a CV apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.blocks)


def _join(runs: list[Run]) -> Iterator[Run]:
    """Join neighbours that look alike; no space begins or ends a block, and none follows another."""
    joined: list[Run] = []
    for run in runs:
        before = joined[-1].text if joined else " "
        text = run.text.lstrip(" ") if before.endswith((" ", "\n")) else run.text
        if text and joined and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(run, text=before + text)
        elif text:
            joined.append(replace(run, text=text))
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return iter(joined)
