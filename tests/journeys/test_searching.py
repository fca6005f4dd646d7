"""The search itself: what it can't find, no other test here would."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from urllib.parse import quote

import pikepdf
import pytest
import weasyprint  # type: ignore[import-untyped]

from tests.journeys.canaries import Ledger
from tests.journeys.searching import Search, find_needles, take_apart

LEDGER = Ledger(7)
WORDS = [LEDGER.word("a test", script=script) for script in ("latin", "cyrillic", "arabic", "chinese")]


def _entities(word: str) -> bytes:
    return "".join(f"&#{ord(c)};" for c in word).encode()


def _hex_entities(word: str) -> bytes:
    return "".join(f"&#x{ord(c):x};" for c in word).encode()


def _css(word: str) -> bytes:
    return "".join(f"\\{ord(c):x} " for c in word).encode()


SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda word: word.encode(),
    "upper case": lambda word: word.upper().encode(),
    "utf-16 le": lambda word: word.encode("utf-16-le"),
    "utf-16 be": lambda word: word.encode("utf-16-be"),
    "utf-16 be, shifted": lambda word: b"x" + word.encode("utf-16-be"),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64 after one byte": lambda word: base64.b64encode(b"-" + word.encode()),
    "base64 after two bytes": lambda word: base64.b64encode(b"--" + word.encode() + b"-"),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode("ÿ¾?".encode() + word.encode()),
    "base64 in lines": lambda word: base64.encodebytes(b"-" * 50 + word.encode()),
    "base64 glued to a path": lambda word: b"data/" + base64.b64encode(word.encode()).rstrip(b"="),
    "percent": lambda word: quote(word).encode(),
    "percent, every byte": lambda word: "".join(f"%{byte:02X}" for byte in word.encode()).encode(),
    "numeric entities": _entities,
    "hexadecimal entities": _hex_entities,
    "entities twice": lambda word: html.escape(_entities(word).decode()).encode(),
    "JSON": lambda word: json.dumps(word).encode(),
    "JSON, every letter": lambda word: "".join(f"\\u{ord(c):04x}" for c in word).encode(),
    "CSS": _css,
    "hex": lambda word: word.encode().hex().encode(),
    "hex, shifted": lambda word: b"f" + word.encode().hex().upper().encode(),
    "folded": lambda word: f"{word[:5]}\r\n {word[5:]}".encode(),
    "hyphenated": lambda word: f"{word[:5]}\u00ad-\n{word[5:]}".encode(),
    "marked up": lambda word: f"{word[:4]}<wbr>{word[4:]}</b>".encode(),
    "a comment": lambda word: f"<!-- {word} -->".encode(),
    "gzip": lambda word: gzip.compress(f"so {word} said".encode()),
    "a SQLite file": lambda word: _write_sqlite(word),
}


def _write_sqlite(word: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (a, b)")
        # long enough to lie on several pages of the file
        database.execute("INSERT INTO t VALUES (?, ?)", ("-" * 4075 + word + "-" * 5000, word.encode("utf-16-le")))
        database.commit()
        return database.serialize()


@pytest.mark.parametrize("word", WORDS, ids=["latin", "cyrillic", "arabic", "chinese"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_word_is_found_in_every_spelling(spelling: str, word: str) -> None:
    written = SPELLINGS[spelling](word)
    packed = written if spelling in ("gzip", "a SQLite file") else b"before= " + written + b" ;after"
    search = Search()
    search.look("p/a.html", packed)
    assert word in search.met


def test_a_word_is_found_in_the_name_of_a_file() -> None:
    search = Search()
    search.look(f"p/{WORDS[0]}/index.html", b"")
    assert WORDS[0] in search.met


@pytest.mark.parametrize(
    "said",
    ["739191", "739,191", "739.191", "739\u202f191", "739\u00a0191", "739&nbsp;191 users", "+739191", "(739191)"],
)
def test_a_number_is_found_however_it_is_grouped(said: str) -> None:
    assert "739191" in set(find_needles(said))


@pytest.mark.parametrize("said", ["1739191", "739191f0", "0.739191", "a739191"])
def test_a_number_inside_of_something_else_is_no_find(said: str) -> None:
    assert "739191" not in set(find_needles(said))


@pytest.mark.parametrize("said", ["1956-08-23", "1956-08", "August 1956", "Aug. 1956", "08/1956", "AUGUST\u00a01956"])
def test_a_month_is_found_however_it_is_written(said: str) -> None:
    found = set(find_needles(said))
    assert "1956-08" in found or "1956-08-23" in found


def test_an_id_and_an_internet_address_are_found() -> None:
    made = LEDGER.ulid()
    address = LEDGER.address("a test")
    assert {made, address} <= set(find_needles(f'<a id="p-{made.lower()}" href="//{address}/">'))


def test_a_file_of_an_unknown_kind_asks_for_a_decision() -> None:
    with pytest.raises(AssertionError, match="how is a file of this kind searched"):
        list(take_apart("assets/film.mp4", b"\0\0\0\x18ftyp"))


@pytest.fixture(scope="module")
def printed() -> bytes:
    """Print a page with words of every script and a link."""
    body = "".join(f"<p dir=auto>{word}</p>" for word in WORDS)
    page = f'<html lang="en"><title>-</title><h1>{WORDS[0].upper()}</h1>{body}'
    return bytes(weasyprint.HTML(string=page).write_pdf())


def _change(data: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        document.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _say_in_xmp(document: pikepdf.Pdf) -> None:
    with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:description"] = PLANTED


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["data.json"] = json.dumps({"x": PLANTED}).encode()


def _annotate(document: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 9, 9],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(f"https://{PLANTED}.example/")),
    )
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(link)])


def _outline(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(PLANTED, 0))


PLANTED = LEDGER.word("a PDF")
CORNERS: dict[str, Callable[[pikepdf.Pdf], object]] = {
    "information": lambda document: document.docinfo.__setitem__("/Subject", PLANTED),
    "information in UTF-16": lambda document: document.docinfo.__setitem__("/Subject", f"{PLANTED} الف"),
    "metadata": _say_in_xmp,
    "attachment": _attach,
    "annotation": _annotate,
    "outline": _outline,
    "stream": lambda document: document.Root.__setitem__("/Odd", document.make_stream(PLANTED.encode())),
}


@pytest.mark.parametrize("corner", CORNERS)
def test_a_word_is_found_in_every_corner_of_a_pdf(printed: bytes, corner: str) -> None:
    data = _change(printed, CORNERS[corner])
    # XMP is never compressed, so that programs find it without knowing PDF
    assert corner == "metadata" or PLANTED.encode() not in data
    search = Search()
    search.look("cv.pdf", data)
    assert PLANTED in search.met
    assert search.streams > 3


def test_printed_words_of_every_script_are_found(printed: bytes) -> None:
    search = Search()
    search.look("cv.pdf", printed)
    for word in WORDS:
        assert any("text" in place for place in search.met.get(word, ())), word
    readers = {place.rpartition(" ")[2] for place in search.met[WORDS[0]] if "text" in place}
    assert readers == {"_read_with_pypdf", "_read_with_pdfminer", "_read_with_pymupdf"}


def test_two_needles_of_one_ledger_are_never_the_same() -> None:
    ledger = Ledger(1)
    days = [ledger.day("a") for _ in range(50)]
    assert days == sorted(days)
    assert len({day.isoformat()[:7] for day in days}) == 50
    assert days[0] > date(1900, 1, 1)
    assert len({ledger.number("a") for _ in range(50)} | {ledger.number("b") for _ in range(50)}) == 100
