"""The text behind the glyphs of scripts that WeasyPrint gives back wrong: Indic and South-East Asian ones.

A PDF names a text for each code of a font. WeasyPrint's codes are numbers of glyphs, and one glyph has one text, that of
its first use; but where a syllable is reordered and joined, the same glyph stands for different letters each time. Here
every pair of glyph and text gets a code of its own, so that the codes of a line spell it as it was written; a map leads
from the new codes to the glyphs. Marks above and below are drawn as shapes, and their letters belong to the glyph they
stand at: programs take the gaps that marks leave for spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate
from typing import Any

import pydyf  # type: ignore[import-untyped]
from fontTools.pens.basePen import BasePen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint.draw import text as drawing  # type: ignore[import-untyped]
from weasyprint.text.ffi import FROM_UNITS, ffi, pango  # type: ignore[import-untyped]


def _list_marks() -> str:
    return "".join(chr(code) for code in range(0x300, 0xABFF) if unicodedata.category(chr(code)) in ("Mn", "Me"))


# From Devanagari to Sinhala, Thai, Lao, Tibetan and Myanmar; Khmer; and what Unicode added to them later.
_RESHAPED = re.compile("[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1cd0-\u1cff\ua8e0-\ua8ff\uaa60-\uaa7f]")
# A letter with what follows and takes no room: programs give a mark no width, so no glyph can be called by one alone.
_STARTERS = re.compile(f".[{_list_marks()}\u200c\u200d]*", re.DOTALL)
_TOKENS = re.compile(r"<([0-9a-f]*)>|([^<>]+)")
_DIGITS = 4  # a code in a content stream
_LAST_CODE = 0xFFFF
_THOUSANDTH = 0.5  # of the size of the text: a shift smaller than half of it isn't written

_draw_first_line = drawing.draw_first_line


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of a line; `text` is its share, None where WeasyPrint's will do, and `""` for what is drawn as a shape."""

    font: Any
    number: int
    text: str | None
    x: float = 0
    y: float = 0

    def draw(self, stream: Any, width: float, _height: float, _style: Any) -> None:
        """Draw the shape where the stream is, `width` high; WeasyPrint calls this as it does for an emoji."""
        face = _open(self.font)
        pen = _ShapePen(stream, width / face["head"].unitsPerEm)
        glyphs = face.getGlyphSet()
        pen.glyphSet = glyphs
        glyphs[face.getGlyphName(self.number)].draw(pen)
        stream.fill()


@dataclass(slots=True)
class Line:
    """The glyphs of a line while WeasyPrint writes it: what it shows goes on as codes that spell the text."""

    glyphs: Iterator[Glyph]
    shift: float = 0
    left_out: list[Glyph] = field(default_factory=list)

    def spell(self, string: str) -> str:
        """Return what to show instead of WeasyPrint's glyphs and shifts."""
        return "".join(self._spell(string))

    def _spell(self, string: str) -> Iterator[str]:
        for shown, shift in _TOKENS.findall(string):
            self.shift += float(shift or 0)
            for at in range(0, len(shown), _DIGITS):
                glyph = next(self.glyphs)
                if int(shown[at : at + _DIGITS], 16) != glyph.number:
                    raise RuntimeError(f"WeasyPrint draws glyph {shown[at:]}, and {glyph.number:04x} was laid out")
                if glyph.text == "":
                    self.left_out.append(glyph)
                    continue
                self.shift -= sum(mark.font.widths[mark.number] for mark in self.left_out)
                yield f"{round(self.shift, 3):g}" if abs(self.shift) >= _THOUSANDTH else ""
                yield f"<{_find_code(glyph):04x}>"
                self.shift, self.left_out = 0, []


class _ShapePen(BasePen):  # type: ignore[misc]
    """Draws the outline of a glyph into a stream whose y goes down."""

    def __init__(self, stream: Any, scale: float) -> None:
        super().__init__()
        self._stream, self._scale = stream, scale

    def _place(self, *points: tuple[float, float]) -> list[float]:
        return [round(sign * value * self._scale, 3) for point in points for sign, value in zip((1, -1), point)]  # noqa: B905

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the name BasePen asks for
        self._stream.move_to(*self._place(point))

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._stream.line_to(*self._place(point))

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._stream.curve_to(*self._place(*points))

    def _closePath(self) -> None:  # noqa: N802
        self._stream.close()


def spell_lines() -> None:
    """Have WeasyPrint draw reshaped scripts with codes that spell them; once a process is enough."""
    drawing.draw_first_line = _draw_spelled


def lead_to_glyphs(document: Any, pdf: pydyf.PDF) -> None:
    """Write into a finished PDF which glyphs the codes of its fonts mean."""
    coded = {font.name: font.spelled for font in document.fonts.values() if getattr(font, "spelled", None)}
    for font in [entry for entry in pdf.objects if isinstance(entry, pydyf.Dictionary)]:
        if font.get("Subtype") == "/CIDFontType2" and font["BaseFont"] in coded:
            glyphs = pydyf.Stream([_map_codes(coded[font["BaseFont"]])], compress=True)
            pdf.add_object(glyphs)
            font["CIDToGIDMap"] = glyphs.reference


def share_text(text: str, glyphs: int) -> tuple[str, ...]:
    """Share letters among so many glyphs, in the order they are written; too few letters leave the last ones empty."""
    parts = _split(text, glyphs)
    return (*parts[: glyphs - 1], "".join(parts[glyphs - 1 :]), *[""] * (glyphs - len(parts)))[:glyphs]


def share_run(text: bytes, starts: Sequence[int], is_mark: Sequence[bool]) -> tuple[str, ...]:
    """Return the text of each glyph of a run: none for marks, that of their cluster for the others.

    `starts` says at which byte of the run each glyph's cluster begins; clusters that have more glyphs than letters take
    their neighbour's too.
    """
    shares = [""] * len(starts)
    if all(is_mark):
        # a mark alone has nothing to stand at
        return (text.decode(), *shares[1:])
    clusters = sorted(set(starts))
    begin, bases = 0, list[int]()
    for start, end in zip(clusters, [*clusters[1:], len(text)], strict=True):
        bases += [i for i, at in enumerate(starts) if at == start and not is_mark[i]]
        piece = text[begin:end].decode()
        # marks without a glyph to stand at belong to the one before
        waits = any(at == end for at in starts) and all(is_mark[i] for i, at in enumerate(starts) if at == end)
        if bases and (end == len(text) or (not waits and len(_split(piece, len(bases))) >= len(bases))):
            for index, share in zip(bases, share_text(piece, len(bases)), strict=True):
                shares[index] = share
            begin, bases = end, []
    return tuple(shares)


def _split(text: str, wanted: int) -> list[str]:
    """Split a text into parts that one glyph each can stand for."""
    parts = _STARTERS.findall(text)
    # a vowel around its consonant is one letter and two glyphs; its parts are canonically the same
    return parts if len(parts) >= wanted else _STARTERS.findall(unicodedata.normalize("NFD", text))


def _draw_spelled(stream: Any, textbox: Any, *rest: Any) -> Any:
    if not _RESHAPED.search(textbox.text):
        return _draw_first_line(stream, textbox, *rest)
    glyphs = tuple(_list_glyphs(stream, textbox))
    line, show = Line(iter(glyphs)), stream.show_text
    stream.show_text = lambda string: show(line.spell(string))
    try:
        emojis = _draw_first_line(stream, textbox, *rest)
    finally:
        del stream.show_text
    if next(line.glyphs, None) is not None:
        raise RuntimeError(f"WeasyPrint drew less than it laid out of {textbox.text!r}")
    for font in {id(glyph.font): glyph.font for glyph in glyphs if glyph.text}.values():
        font.widths |= {code: font.widths[number] for (number, _), code in font.spelled.items()}
    size = textbox.style["font_size"]
    shapes = [[glyph, glyph.font, 1, 1, glyph.x / size, glyph.y] for glyph in glyphs if glyph.text == ""]
    return [*emojis, *shapes]


def _list_glyphs(stream: Any, textbox: Any) -> Iterator[Glyph]:
    """Yield the glyphs of a line as WeasyPrint is going to draw them."""
    text = textbox.pango_layout.text.encode()
    line, _ = textbox.pango_layout.get_first_line()
    run, left = line.runs[0], 0.0
    while run != ffi.NULL:
        item, run = run.data, run.next
        font, _ = stream.add_font(item.item.analysis.font)
        said = text[item.item.offset : item.item.offset + item.item.length]
        infos = item.glyphs.glyphs[0 : item.glyphs.num_glyphs]
        texts: Sequence[str | None] = [None] * len(infos)
        if _RESHAPED.search(said.decode()) and not item.item.analysis.level % 2 and "glyf" in font.tables:
            starts = list(item.glyphs.log_clusters[0 : len(infos)])
            texts = share_run(said, starts, [_is_mark(info) for info in infos])
        places = accumulate((info.geometry.width for info in infos), initial=left)
        for info, share, place in zip(infos, texts, places, strict=False):
            if info.glyph != pango.PANGO_GLYPH_EMPTY:
                at = (place + info.geometry.x_offset) * FROM_UNITS
                is_missing = info.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG
                yield Glyph(font, info.glyph, None if is_missing else share, at, info.geometry.y_offset * FROM_UNITS)
        left += sum(info.geometry.width for info in infos)


def _is_mark(info: Any) -> bool:
    return info.glyph == pango.PANGO_GLYPH_EMPTY or not info.geometry.width


def _find_code(glyph: Glyph) -> int:
    font, text = glyph.font, glyph.text
    if text is None:
        return glyph.number
    if not hasattr(font, "spelled"):
        font.spelled = {}
    code: int = font.spelled.setdefault((glyph.number, text), font.glyph_count + len(font.spelled))
    if code > _LAST_CODE:
        raise RuntimeError(f"{font.family} has no code left")
    font.to_unicode[code] = text
    return code


def _open(font: Any) -> TTFont:
    if not hasattr(font, "outlines"):
        font.outlines = TTFont(BytesIO(font.file_content), fontNumber=font.index, lazy=True)
    return font.outlines


def _map_codes(spelled: dict[tuple[int, str], int]) -> bytes:
    """Return the table of glyphs by code: as it was for glyphs, and what the new codes mean."""
    first = min(spelled.values())
    table = [*range(first), *(number for number, _ in spelled)]
    return b"".join(number.to_bytes(2, "big") for number in table)
