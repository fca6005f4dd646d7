"""HTML becomes a tagged PDF: PDF/A-3a and PDF/UA-1 metadata, one attachment, no clock and no request.

Importing this module imports WeasyPrint, which reads its fonts from FONTCONFIG_FILE: `careerhub.render.cv` sets that.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, Attachment  # type: ignore[import-untyped]
from weasyprint.document import Document  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

from careerhub.errors import ProfileFailed
from careerhub.render.text_layer import lead_to_glyphs, spell_lines

spell_lines()

ATTACHMENT_NAME = "resume.json"
# where a page finds the photo: an address that no person's text can hold
PHOTO = "careerhub:photo"
# The id of an empty element after everything else: where it lies tells how full the last page is.
END = "end"
# A last page that ends above this share of the sheet, its upper third, looks like an accident.
_NEARLY_EMPTY = 0.34

_SECTION_LEVEL = 2  # of the outline: the name is 1, entries are 3

_VARIANT = "pdf/a-3a"
_SCHEMES = ("http:", "https:", "mailto:")
# An attachment is dated now unless told otherwise, and then no two builds would be equal.
_NO_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 - written as it stands, without a zone

# WeasyPrint declares one standard; the second one needs its property and, in PDF/A, a description of that property.
_PDFUA_XMP = b"""\
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>\
<rdf:Description rdf:about=""\
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>The part of ISO 14289 this file is written for</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


class RefusingFetcher(URLFetcher):  # type: ignore[misc]
    """Fetch nothing: a CV needs no file and no address, so whoever asks for one is an attack or a mistake."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ARG002 - part of the signature
        """Raise the one error that WeasyPrint doesn't swallow."""
        raise FatalURLFetchingError(url)


class PhotoFetcher(RefusingFetcher):
    """Fetch the one photo of a CV from memory, and nothing else."""

    def __init__(self, photo: bytes) -> None:
        super().__init__()
        self._photo = photo

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """Return the photo for its own address."""
        if url == PHOTO and self._photo:
            return URLFetcherResponse(url, self._photo, {"Content-Type": "image/jpeg"})
        return super().fetch(url, headers)


class MissingGlyphs(logging.Handler):
    """Collect the code points that WeasyPrint says it drew as empty boxes in this thread."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: set[int] = set()
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Remember a code point; every other message is about style and none of a reader's business."""
        if record.thread != self._thread or not str(record.msg).startswith(".notdef glyph"):
            return
        if isinstance(record.args, tuple) and isinstance(record.args[1], int):
            self.codes.add(record.args[1])


def make_font_configuration() -> FontConfiguration:
    """Make the font configuration that every CV of a process shares; one a CV would cost gigabytes."""
    return FontConfiguration()


def parse_sheet(css: str, font_config: FontConfiguration) -> CSS:
    """Parse a style sheet once for many documents."""
    return CSS(string=css, font_config=font_config, url_fetcher=RefusingFetcher(), base_url="about:blank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A PDF and how it fits: its pages, and the headings of what doesn't fit on the pages that were wished for."""

    pdf: bytes
    pages: int
    over: tuple[str, ...] = ()


def render_pdf(
    html: str, *, steps: Sequence[Sequence[CSS]], font_config: FontConfiguration, attachment: bytes
) -> bytes:
    """Render a page as PDF as `fit_pdf` does, however many pages it takes."""
    return fit_pdf(html, steps=steps, font_config=font_config, attachment=attachment).pdf


def fit_pdf(
    html: str,
    *,
    steps: Sequence[Sequence[CSS]],
    font_config: FontConfiguration,
    attachment: bytes,
    pages: int | None = None,
    photo: bytes = b"",
) -> Fitted:
    """Render a page with its `<title>` and `lang` as PDF, with the attachment as resume.json and a photo as JPEG.

    `steps` are style sheets from comfortable to tight: the first that fits on `pages`; without a wish, or where none
    fits, the first unless a tighter one saves a nearly empty last page.
    Raise ProfileFailed for a character without a glyph, for anything that asks for a file and for endless nesting.
    """
    options = {"pdf_variant": _VARIANT, "attachments": [_make_attachment(attachment)]}
    with _failures_named():
        page = HTML(string=html, url_fetcher=PhotoFetcher(photo), base_url="about:blank")

        @cache
        def lay_out(step: int) -> Document:
            return page.render(stylesheets=list(steps[step]), font_config=font_config, **options)

        document = fit_pages(lay_out, len(steps), pages) if pages else None
        over = () if document or not pages else list_over(lay_out(len(steps) - 1), pages)
        document = document or choose_fit(lay_out, len(steps))
        _check_links(document)
        _declare_pdfua(document)
        written = bytes(document.write_pdf(finisher=_finish, **options))
        return Fitted(pdf=written, pages=len(document.pages), over=over)


def fit_pages(lay_out: Callable[[int], Document], steps: int, pages: int) -> Document | None:
    """Lay out with the loosest step that needs no more than so many pages; None when even the tightest does."""
    best: Document | None = None
    low, high = 0, steps - 1
    while low <= high:
        # most CVs fit as they are, so the loosest is looked at first
        middle = (low + high) // 2 if low else 0
        document = lay_out(middle)
        if len(document.pages) <= pages:
            best, high = document, middle - 1
        else:
            low = middle + 1
    return best


def list_over(document: Document, pages: int) -> tuple[str, ...]:
    """Return the headings of what stands beyond so many pages, the entry that begins before their end first."""
    section, last = "", ""
    found: list[str] = []
    for number, page in enumerate(document.pages, 1):
        for level, label, *_ in page.bookmarks:
            if level == _SECTION_LEVEL:
                section, name = label, label
            elif level > _SECTION_LEVEL:
                name = f"{section}: {label}"
            else:
                continue
            if number > pages:
                # a section whose entries have headings of their own is named by them
                found = [*found[:-1], name] if found and found[-1] == section != name else [*found, name]
            else:
                last = name
    return tuple(found) or ((last,) if last else ())


def choose_fit(lay_out: Callable[[int], Document], steps: int) -> Document:
    """Lay out with the loosest step that has one page less, when the last page would hold a line or two."""
    loose = best = lay_out(0)
    wanted = len(loose.pages) - 1
    if wanted < 1 or not _is_nearly_empty(loose):
        return loose
    low, high = 1, steps - 1
    while low <= high:
        middle = (low + high) // 2
        tighter = lay_out(middle)
        if len(tighter.pages) <= wanted:
            best, high = tighter, middle - 1
        else:
            low = middle + 1
    return best


def _is_nearly_empty(document: Document) -> bool:
    page = document.pages[-1]
    place = page.anchors.get(END)
    return place is not None and bool(place[1] < page.height * _NEARLY_EMPTY)


def _make_attachment(data: bytes) -> Attachment:
    return Attachment(
        string=data,
        name=ATTACHMENT_NAME,
        description="JSON Resume",
        relationship="Alternative",
        created=_NO_TIME,
        modified=_NO_TIME,
    )


def _declare_pdfua(document: Document) -> None:
    # Handed over as extra XMP it would become a second rdf:RDF, which readers ignore.
    metadata = document.metadata
    write = metadata.generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *about: write(*about).replace(b"</rdf:RDF>", _PDFUA_XMP + b"</rdf:RDF>")


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    _name_attachment_once(pdf)
    lead_to_glyphs(document, pdf)


def _name_attachment_once(pdf: pydyf.PDF) -> None:
    # WeasyPrint lists it as an embedded file and again as a file specification.
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _check_links(document: Document) -> None:
    for kind, target, *_ in (link for page in document.pages for link in page.links):
        if kind == "attachment" or (kind == "external" and not str(target).lower().startswith(_SCHEMES)):
            raise ProfileFailed(f"a CV links only to http, https and mailto addresses, not to {str(target)[:80]!r}")


@contextmanager
def _failures_named() -> Iterator[None]:
    """Turn what WeasyPrint raises or logs into one ProfileFailed."""
    glyphs, logger = MissingGlyphs(), logging.getLogger("weasyprint")
    level, disabled = logger.level, logger.disabled
    logger.addHandler(glyphs)
    # whatever others want to hear of WeasyPrint: a missing glyph must be heard here
    logger.setLevel(logging.WARNING)
    logger.disabled = False
    try:
        yield
    except FatalURLFetchingError as error:
        raise ProfileFailed(f"a CV loads nothing, but this one asks for {str(error)[:80]!r}") from error
    except RecursionError as error:
        raise ProfileFailed("a text is nested too deeply to be laid out") from error
    finally:
        logger.removeHandler(glyphs)
        logger.setLevel(level)
        logger.disabled = disabled
    if glyphs.codes:
        named = ", ".join(f"{chr(code)!r} U+{code:04X}" for code in sorted(glyphs.codes)[:5])
        raise ProfileFailed(f"no font has a glyph for {named}")
