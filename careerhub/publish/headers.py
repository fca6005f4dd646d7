"""The headers every published file is served with: one table, by address, never the machine's own MIME types."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from careerhub.errors import InputInvalid

TYPES = {
    "avif": "image/avif",
    "bin": "application/octet-stream",
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/vnd.microsoft.icon",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "vcf": "text/vcard; charset=utf-8",
    "webmanifest": "application/manifest+json; charset=utf-8",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xml": "application/xml; charset=utf-8",
}

# a hashed name never changes its bytes
ASSET_CACHE = "public, max-age=31536000, immutable"
# browsers ask again each time, the CDN may answer for five minutes: the longest an edit stays unseen
PAGE_CACHE = "public, max-age=0, s-maxage=300, must-revalidate"
SHARED_CACHE = "public, max-age=60, s-maxage=300"

# S3 takes 2 kB of such headers in all, and one character may need twelve bytes
STEM_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What a server says about one file; what is empty isn't sent.

    `redirect` is the path on this site that a former address leads to: metadata for a CDN, which makes a 301 of it.
    """

    content_type: str
    cache_control: str
    content_disposition: str = ""
    redirect: str = ""


def headers_for(key: str, *, filename: str | None = None, redirect: str = "") -> Headers:
    """Return the headers of an address; `filename` is what a PDF or vCard is saved as. InputInvalid: unknown type."""
    extension = PurePosixPath(key).suffix.removeprefix(".")
    if extension not in TYPES:
        raise InputInvalid(f"{key}: files of this type are not published; remove it from the site and build again")
    return Headers(
        content_type=TYPES[extension],
        cache_control=_cache_control(key),
        content_disposition=_disposition(key, extension, filename),
        redirect=redirect,
    )


def name_profile_headers(key: str, kind: str, *, slug: str, full_name: str) -> Headers:
    """Return the headers of a profile's file: a CV is saved under its person's name, a former address leads on."""
    if kind == "cv":
        return headers_for(key, filename=make_cv_filename(full_name) if full_name else None)
    is_moved = slug and key.count("/") == 2 and key.endswith("/index.html") and not key.startswith(f"p/{slug}/")
    return headers_for(key, redirect=f"/p/{slug}/" if is_moved else "")


def fingerprint_headers() -> str:
    """Return a digest of this table and its rules: what was published under another one has to be looked at again."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def make_cv_filename(full_name: str) -> str:
    """Make the name a person's CV is saved as: `Full-Name-CV.pdf`."""
    return clean_filename(f"{full_name} CV.pdf")


def clean_filename(filename: str) -> str:
    """Keep of a file name what every file system takes: no controls, quotes, separators or spaces."""
    stem, dot, extension = unicodedata.normalize("NFC", filename).rpartition(".")
    visible = "".join(
        " " if c in '"*/:<>?\\|%;' else c for c in stem if unicodedata.category(c)[0] != "C" or c.isspace()
    )
    words = re.sub(r"[\s-]+", "-", visible).strip("-.")
    if len(words) > STEM_LENGTH:
        words = words[: STEM_LENGTH - 3].rstrip("-.") + "-CV" if words.endswith("-CV") else words[:STEM_LENGTH]
    return f"{words or 'file'}{dot}{extension}"


def _cache_control(key: str) -> str:
    if key.startswith("assets/"):
        return ASSET_CACHE
    return PAGE_CACHE if key.startswith("p/") else SHARED_CACHE


def _disposition(key: str, extension: str, filename: str | None) -> str:
    if extension == "pdf":
        return f"inline; {_named(filename)}" if filename else "inline"
    if extension == "vcf":
        return f"attachment; {_named(filename or PurePosixPath(key).name)}"
    return ""


def _named(filename: str) -> str:
    """Write a file name twice (RFC 6266): in ASCII for old clients, in UTF-8 where that says more."""
    clean = clean_filename(filename)
    stem, _, extension = clean.rpartition(".")
    letters = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = f"{letters.strip('-.') or 'file'}.{extension}"
    return (
        f'filename="{plain}"' if plain == clean else f"filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
    )
