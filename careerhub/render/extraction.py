"""What other programs read in a PDF: three extractors that share no code."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from types import ModuleType

from careerhub.errors import WrongUse

EXTRACTORS = ("pypdf", "pdfminer", "pymupdf")


def read_pdf_text(pdf: bytes, extractor: str) -> str:
    """Return the text that `pypdf`, `pdfminer` or `pymupdf` finds, pages joined by line ends.

    Raise WrongUse when it isn't installed: the extractors are an optional extra.
    """
    if extractor not in _READERS:
        raise WrongUse(f"there is no extractor {extractor!r}; there are: {', '.join(EXTRACTORS)}")
    name, read = _READERS[extractor]
    try:
        module = import_module(name)
    except ImportError as error:
        raise WrongUse(f"{extractor} isn't installed: pip install 'careerhub[extractors]'") from error
    return read(module, pdf)


def _read_with_pypdf(module: ModuleType, pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in module.PdfReader(BytesIO(pdf)).pages)


def _read_with_pdfminer(module: ModuleType, pdf: bytes) -> str:
    return str(module.extract_text(BytesIO(pdf)))


def _read_with_pymupdf(module: ModuleType, pdf: bytes) -> str:
    with module.open(stream=pdf, filetype="pdf") as document:
        return "\n".join(page.get_text() for page in document)


_READERS: dict[str, tuple[str, Callable[[ModuleType, bytes], str]]] = {
    "pypdf": ("pypdf", _read_with_pypdf),
    "pdfminer": ("pdfminer.high_level", _read_with_pdfminer),
    "pymupdf": ("pymupdf", _read_with_pymupdf),
}
