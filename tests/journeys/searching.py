"""Look into every byte: files taken apart to the last stream, and each piece read in every spelling we know of."""

from __future__ import annotations

import base64
import gzip
import html
import io
import logging
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

import pikepdf
import pymupdf
from babel.dates import format_date
from pdfminer.high_level import extract_text
from pypdf import PdfReader

from tests.journeys.canaries import WORD_PATTERN, WORD_STARTS

Piece = tuple[str, bytes | str]

# What is searched as it is or taken apart here; a file of another kind needs a decision first.
KNOWN_KINDS = frozenset(
    ("html", "css", "js", "json", "xml", "txt", "vcf", "pdf", "svg", "sqlite", "lock", "log", "headers", "webp", "bin")
)
_LANGUAGES = ("en", "de")
# files of the search index are called by what they are about
_HEX_WORD = re.compile(r"(?:^|/)s/\d+/[wxr]/([0-9a-f]+)\.")

_WORD = re.compile(WORD_PATTERN)
_ID = re.compile(r"(?<![0-9a-z])[0-7][0-9a-hjkmnp-tv-z]{25}")
_PLAIN_NUMBER = re.compile(r"(?<![\w.])\d{6,9}(?!\w)")
_GROUPED_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:[,.'’\u00a0\u2009\u202f]\d{3})+(?!\w)")
_ADDRESS = re.compile(r"(?<![\d.])10(?:\.\d{3}){3}(?!\d)")
_DAY = re.compile(r"(?<!\d)1[89]\d\d-\d\d(?:-\d\d)?(?!\d)")
_MONTH = re.compile(r"([^\W\d_]{3,9})\.?[ \u00a0](19\d\d)(?!\d)|(?<!\d)(\d{1,2})[./](19\d\d)(?!\d)")

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-](?:\r?\n ?)?(?:[A-Za-z0-9+/_-](?:\r?\n ?)?){15,}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){10,}[0-9A-Fa-f]?")
_ESCAPE = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\x([0-9A-Fa-f]{2})|\\([0-9A-Fa-f]{2,6})\s?")
_BREAKS = re.compile(r"<[^<>]*>|[\s\u00ad\u200b\u2010-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A needle, where it was planted and where it turned up."""

    needle: str
    planted: str
    found: str


@dataclass(slots=True)
class Search:
    """What was looked at, and every needle met on the way."""

    files: int = 0
    pieces: int = 0
    streams: int = 0
    size: int = 0
    met: dict[str, set[str]] = field(default_factory=dict)

    def look(self, name: str, data: bytes) -> None:
        """Search one file and its name."""
        ending = name.rpartition("/")[2].rpartition(".")[2]
        met, pieces, streams = _read_file(ending, data)
        self.files += 1
        self.size += len(data)
        self.pieces += pieces
        self.streams += streams
        for needle in find_needles(name):
            self.met.setdefault(needle, set()).add(f"{name} (its name)")
        for inside, needle in met:
            self.met.setdefault(needle, set()).add(f"{name} {inside}".strip())

    def look_into(self, root: Path, label: str) -> None:
        """Search every file below a folder, hidden ones too."""
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            self.look(f"{label}/{path.relative_to(root).as_posix()}", path.read_bytes())

    def hits(self, needles: Mapping[str, str]) -> list[Hit]:
        """Return where secret needles turned up."""
        return [
            Hit(needle=needle, planted=needles[needle], found=place)
            for needle in self.met.keys() & needles.keys()
            for place in sorted(self.met[needle])
        ]


@lru_cache(maxsize=4096)
def _read_file(ending: str, data: bytes) -> tuple[frozenset[tuple[str, str]], int, int]:
    """Return every needle with its place inside the file, and how many pieces and streams were read.

    A build, what is published of it and the next build have most files in common: each is read once.
    """
    met, pieces, streams = set(), 0, 0
    for place, content in take_apart(f".{ending}", data):
        inside = place.removeprefix(f".{ending}").strip()
        pieces += 1
        streams += "stream" in inside
        met |= {(inside, needle) for needle in find_needles(content)}
    return frozenset(met), pieces, streams


# taking apart


def take_apart(name: str, data: bytes) -> Iterator[Piece]:
    """Yield the file and everything packed inside it."""
    yield name, data
    if data.startswith(b"%PDF-"):
        yield from _take_pdf_apart(name, data)
    elif data.startswith(b"SQLite format 3\0"):
        yield from _take_sqlite_apart(name, data)
    elif data.startswith(b"\x1f\x8b"):
        yield from take_apart(f"unzipped {name}", gzip.decompress(data))
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from take_apart(f"{name}: {inner}", archive.read(inner))
    else:
        if found := _HEX_WORD.search(name):
            yield f"{name}: the word in its name", bytes.fromhex(found[1]).decode()
        kind = name.rpartition("/")[2].rpartition(".")[2]
        assert kind in KNOWN_KINDS, f"{name}: how is a file of this kind searched? Decide in {Path(__file__).name}"


def _take_pdf_apart(name: str, data: bytes) -> Iterator[Piece]:
    with pikepdf.open(io.BytesIO(data)) as document:
        for thing in document.objects:
            number = thing.objgen[0]
            if isinstance(thing, pikepdf.Stream):
                yield f"{name} stream {number}", thing.read_bytes()
            for said in _list_strings(thing):
                yield f"{name} object {number}", said
        for inner, attached in document.attachments.items():
            yield f"{name} attachment's name", inner
            yield from take_apart(f"{name} attachment {inner}", attached.get_file().read_bytes())
        yield f"{name} document information", " ".join(str(value) for value in document.docinfo.values())
    for reader in (_read_with_pypdf, _read_with_pdfminer, _read_with_pymupdf):
        for text in reader(data):
            # what an extractor writes from right to left is read from left to right too
            yield f"{name} text {reader.__name__}", f"{text}\n{text[::-1]}"


def _list_strings(thing: Any) -> Iterator[bytes | str]:
    """Yield names and strings of an object; references lead to objects that are listed themselves."""
    if isinstance(thing, pikepdf.String):
        yield bytes(thing)
        yield str(thing)
    elif isinstance(thing, pikepdf.Name):
        yield str(thing)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, value in thing.items():
            yield str(key)
            if not getattr(value, "is_indirect", False):
                yield from _list_strings(value)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            if not getattr(value, "is_indirect", False):
                yield from _list_strings(value)


def _read_with_pypdf(data: bytes) -> Iterator[str]:
    for page in PdfReader(io.BytesIO(data)).pages:
        yield page.extract_text()


def _read_with_pdfminer(data: bytes) -> Iterator[str]:
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    yield extract_text(io.BytesIO(data))


def _read_with_pymupdf(data: bytes) -> Iterator[str]:
    with pymupdf.open(stream=data, filetype="pdf") as document:  # type: ignore[no-untyped-call]
        yield from (page.get_text() for page in document)
        yield " ".join(str(entry) for entry in document.get_toc(simple=False))


def _take_sqlite_apart(name: str, data: bytes) -> Iterator[Piece]:
    with closing(sqlite3.connect(":memory:")) as copy:
        # a database with a write-ahead log can't be read from memory: these two bytes say that it has one
        copy.deserialize(data[:18] + b"\x01\x01" + data[20:])
        for (table,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            for row in copy.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    yield f"{name} table {table}", cell if isinstance(cell, bytes) else str(cell)


# reading


def find_needles(content: bytes | str) -> Iterator[str]:
    """Yield everything that could be a needle, in every spelling, lower case (ids: upper case)."""
    for text in spell(content):
        yield from _find_in_text(text.lower())


def _find_in_text(text: str) -> Iterator[str]:
    if any(start in text for start in WORD_STARTS):
        yield from _WORD.findall(text)
    for found in _ID.findall(text):
        yield found.upper()
    yield from _DAY.findall(text)
    yield from _ADDRESS.findall(text)
    yield from _PLAIN_NUMBER.findall(text)
    for found in _GROUPED_NUMBER.findall(text):
        yield re.sub(r"\D", "", found)
    for word, year, month, of_year in _MONTH.findall(text):
        number = int(month) if month else _MONTHS.get(word, 0)
        if number:
            yield f"{year or of_year}-{number:02d}"


def _name_months() -> dict[str, int]:
    styles = ("MMM", "MMMM", "LLL", "LLLL")
    return {
        format_date(date(2001, month, 1), style, locale=language).lower().rstrip("."): month
        for language in _LANGUAGES
        for style in styles
        for month in range(1, 13)
    }


_MONTHS = _name_months()


def spell(content: bytes | str) -> Iterator[str]:
    """Yield the text that bytes are, and the texts they hold in other spellings."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    text = normalize("NFKC", data.decode("utf-8", "ignore"))
    yield text
    for respell in (_unescape, unquote, _read_escapes):
        if (other := respell(text)) != text:
            yield other
            yield _BREAKS.sub("", other)
    yield _BREAKS.sub("", text)
    if isinstance(content, bytes):
        for decode in (_decode_utf16, _decode_base64, _decode_hex):
            yield from decode(data)


def _unescape(text: str) -> str:
    # twice: feeds carry HTML inside XML
    return html.unescape(html.unescape(text)) if "&" in text else text


def _read_escapes(text: str) -> str:
    return _ESCAPE.sub(_read_escape, text) if "\\" in text else text


def _read_escape(found: re.Match[str]) -> str:
    code = int(next(filter(None, found.groups())), 16)
    return chr(code) if code < 0x110000 else ""


def _decode_utf16(data: bytes) -> Iterator[str]:
    for encoding in ("utf-16-le", "utf-16-be"):
        yield data.decode(encoding, "ignore")
        yield data[1:].decode(encoding, "ignore")


def _decode_base64(data: bytes) -> Iterator[str]:
    """Decode each run from its four beginnings: a word may start at any letter of what is around it."""
    decoded: list[bytes] = []
    for run in _BASE64.findall(data):
        letters = re.sub(rb"\s", b"", run).translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):
            whole = letters[start:]
            decoded.append(base64.b64decode(whole[: len(whole) // 4 * 4]))
            # the last letters of a run that had no padding
            decoded.append(base64.b64decode(whole + b"=" * (-len(whole) % 4)) if len(whole) % 4 != 1 else b"")
    yield b"\n".join(decoded).decode("utf-8", "ignore")


def _decode_hex(data: bytes) -> Iterator[str]:
    decoded = []
    for run in _HEX.findall(data):
        decoded += [bytes.fromhex(run[start : start + (len(run) - start) // 2 * 2].decode()) for start in (0, 1)]
    yield b"\n".join(decoded).decode("utf-8", "ignore")


def describe(hits: Iterable[Hit], *, seed: int, most: int = 20) -> str:
    """Say what leaked and where, for whoever has to mend it."""
    lines = sorted({f"{hit.planted} ({hit.needle}) in {hit.found}" for hit in hits})
    return f"seed {seed}: {len(lines)} leaks:\n" + "\n".join(lines[:most])
