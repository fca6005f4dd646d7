"""A CV as a Word file: one column, headings and lists by style, no table, no text box."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from careerhub.render.cv_blocks import Block, Run

# Without a date of its own, the moment of writing would be in the file.
_NO_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - written as it stands, without a zone
_NO_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_PAPERS = {"a4": (Mm(210), Mm(297)), "letter": (Mm(215.9), Mm(279.4))}
_MARGIN = Mm(20)
_FONT = "Calibri"
_INK = RGBColor(0x1F, 0x29, 0x33)
_QUIET = RGBColor(0x52, 0x60, 0x6D)
_STYLES = {
    "name": "Title",
    "headline": "Subtitle",
    "section": "Heading 1",
    "entry": "Heading 2",
    "quote": "Quote",
}
_BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3")
# of a style: size (pt), bold, colour, space before and after (pt)
_LOOKS = {
    "Normal": (10.5, False, _INK, 0, 3),
    "Title": (22, True, _INK, 0, 2),
    "Subtitle": (12, False, _QUIET, 0, 2),
    "Heading 1": (13, True, _INK, 12, 4),
    "Heading 2": (11, True, _INK, 8, 0),
    "Quote": (10.5, False, _QUIET, 0, 3),
    **dict.fromkeys(_BULLETS, (10.5, False, _INK, 0, 1)),
}


def write_docx(blocks: Iterable[Block], *, title: str, author: str, lang: str, is_rtl: bool, paper: str) -> bytes:
    """Write a CV as a Word file; the same blocks give the same bytes."""
    document = Document()
    _set_properties(document, title, author, lang)
    _set_paper(document, paper)
    _set_styles(document, lang)
    for block in blocks:
        is_turned = is_rtl and block.direction != "ltr"
        paragraph = document.add_paragraph(style=_name_style(block))
        if is_turned:
            _flag(paragraph._p.get_or_add_pPr(), "w:bidi")
        if block.number:
            paragraph.add_run(f"{block.number}. ")
        for run in block.runs:
            _add_run(paragraph, run, is_turned=is_turned)
    return _zip_again(document)


def _name_style(block: Block) -> str:
    if block.kind == "bullet":
        return "Normal" if block.number else _BULLETS[min(max(block.depth, 1), len(_BULLETS)) - 1]
    return _STYLES.get(block.kind, "Normal")


def _add_run(paragraph: Any, run: Run, *, is_turned: bool) -> None:
    made = paragraph.add_run(run.text)
    made.bold, made.italic, made.font.strike = run.is_strong or None, run.is_soft or None, run.is_struck or None
    if run.is_code:
        made.font.name = "Consolas"
    if is_turned:
        _flag(made._r.get_or_add_rPr(), "w:rtl")
    if run.url:
        made.font.underline = True
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(made._r)
        paragraph._p.append(link)


def _set_properties(document: Any, title: str, author: str, lang: str) -> None:
    known = document.core_properties
    known.title, known.author, known.language = title[:255], author[:255], lang
    known.last_modified_by, known.comments, known.keywords, known.subject = author[:255], "", "", ""
    known.created = known.modified = _NO_TIME
    known.revision = 1


def _set_paper(document: Any, paper: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = _PAPERS.get(paper, _PAPERS["a4"])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN


def _set_styles(document: Any, lang: str) -> None:
    names = {style.name for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    for name in sorted(_LOOKS.keys() & names):
        size, is_bold, colour, before, after = _LOOKS[name]
        style = document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), is_bold, False
        style.font.color.rgb = colour
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        # the theme's fonts would win over a name
        _name_fonts(style.element.get_or_add_rPr())
    title = document.styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    language = OxmlElement("w:lang")
    for kind in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{kind}"), lang)
    marks = document.styles["Normal"].element.get_or_add_rPr()
    for known in marks.findall(qn("w:lang")):
        marks.remove(known)
    marks.append(language)


def _name_fonts(marks: Any) -> None:
    for known in marks.findall(qn("w:rFonts")):
        marks.remove(known)
    fonts = OxmlElement("w:rFonts")
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), _FONT)
    marks.insert(0, fonts)


def _flag(properties: Any, name: str) -> None:
    """Set a switch that has its place in a fixed order; Word refuses a file where it stands elsewhere."""
    mark = OxmlElement(name)
    if name == "w:bidi":
        properties.insert_element_before(mark, *_after_bidi())
    else:
        properties.insert_element_before(mark, "w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath")


@cache
def _after_bidi() -> tuple[str, ...]:
    names = "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection"
    return tuple(f"w:{name}" for name in (*names.split(), "textAlignment", "outlineLvl", "rPr", "sectPr"))


def _zip_again(document: Any) -> bytes:
    """Write the file's parts without the time of writing."""
    written, result = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, _NO_ZIP_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, parts.read(name))
    return result.getvalue()
