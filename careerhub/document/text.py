"""Text that is safe to keep, print and read: one normal form for everything people write."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

# Bidirectional overrides and isolates can reverse what a reader sees; marks (U+200E/F) are harmless and stay.
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_LINES = {0x2028: "\n", 0x2029: "\n", 0x85: "\n", 0x0B: "\n", 0x0C: "\n"}
# A byte order mark and a soft hyphen mean something only where text is laid out: extractors read them as letters.
_DROPPED = dict.fromkeys([*_BIDI, 0xFEFF, 0x00AD])
_SLUG = re.compile(r"[^a-z0-9]+")
# What nearly all addresses look like: the slow questions below have nothing to find in it.
_USUAL_ADDRESS = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[A-Za-z0-9._~/-]*)?")
_SCHEMES = frozenset({"http", "https"})


def clean_text(text: str) -> str:
    """Return text in NFC without control characters, lone surrogates or bidirectional overrides."""
    # Nearly every text is clean already: nothing of what is taken away below is printable but the line's end.
    if text.replace("\n", "").isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text
    normal = unicodedata.normalize(
        "NFC", text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES).translate(_DROPPED)
    )
    return "".join(c for c in normal if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def clean_line(text: str) -> str:
    """Return cleaned text as one line."""
    clean = clean_text(text)
    # the only white space that is printable is the space
    if clean.isprintable() and "  " not in clean and clean == clean.strip(" "):
        return clean
    return " ".join(clean.split())


def is_web_address(text: str) -> bool:
    """Tell whether this is an http(s) address with a host, no user name and no odd characters."""
    return _is_web_address(text)


# Asked wherever an address may stand: before anything is rendered, on the page, in linked data, in both machine copies.
@lru_cache(maxsize=1024)
def _is_web_address(text: str) -> bool:
    if len(text) <= 500 and _USUAL_ADDRESS.fullmatch(text):
        return True
    if (
        len(text) > 500
        or " " in text
        or (not text.isprintable() and any(c.isspace() or unicodedata.category(c) == "Cc" for c in text))
        or set(text) & set('<>"`\\')
    ):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it raises for a port that can't be
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and bool(parts.hostname) and "@" not in parts.netloc


def make_slug(text: str, *, otherwise: str = "") -> str:
    """Make the part of an address from a name: `C# Developer` becomes `c-sharp-developer`."""
    words = text.replace("#", " sharp ").replace("+", " plus ").replace("&", " and ")
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return _SLUG.sub("-", plain).strip("-")[:63].strip("-") or otherwise


def base_direction(lang: str) -> str:
    """Return `rtl` for languages written from right to left, else `ltr`."""
    parts = lang.lower().split("-")
    if any(part in ("arab", "hebr", "thaa", "nkoo", "syrc", "adlm") for part in parts[1:]):
        return "rtl"
    rtl = parts[0] in ("ar", "he", "fa", "ur", "yi", "ps", "sd", "dv", "ckb", "ug") and "latn" not in parts
    return "rtl" if rtl else "ltr"
