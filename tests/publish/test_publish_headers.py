"""The headers of every kind of file, and names that people's clients save them under."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careerhub.errors import InputInvalid
from careerhub.publish.headers import TYPES, clean_filename, headers_for, make_cv_filename

PAGE = "public, max-age=0, s-maxage=300, must-revalidate"
SHARED = "public, max-age=60, s-maxage=300"
ASSET = "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("key", "content_type", "cache_control", "disposition"),
    [
        ("p/ada/index.html", "text/html; charset=utf-8", PAGE, ""),
        ("p/ada/projects/engine/index.html", "text/html; charset=utf-8", PAGE, ""),
        ("p/ada/resume.json", "application/json; charset=utf-8", PAGE, ""),
        ("p/ada/contact.vcf", "text/vcard; charset=utf-8", PAGE, 'attachment; filename="contact.vcf"'),
        ("p/ada/cv.pdf", "application/pdf", PAGE, "inline"),
        ("index.html", "text/html; charset=utf-8", SHARED, ""),
        ("technologies/python/index.html", "text/html; charset=utf-8", SHARED, ""),
        ("404.html", "text/html; charset=utf-8", SHARED, ""),
        ("sitemap.xml", "application/xml; charset=utf-8", SHARED, ""),
        ("feed.xml", "application/xml; charset=utf-8", SHARED, ""),
        ("robots.txt", "text/plain; charset=utf-8", SHARED, ""),
        ("assets/site.0123456789ab.css", "text/css; charset=utf-8", ASSET, ""),
        ("assets/icon.0123456789ab.svg", "image/svg+xml; charset=utf-8", ASSET, ""),
        ("assets/text.0123456789ab.woff2", "font/woff2", ASSET, ""),
        ("assets/me.0123456789ab.jpg", "image/jpeg", ASSET, ""),
    ],
)
def test_headers_follow_the_table(key: str, content_type: str, cache_control: str, disposition: str) -> None:
    headers = headers_for(key)
    assert (headers.content_type, headers.cache_control, headers.content_disposition) == (
        content_type,
        cache_control,
        disposition,
    )


def test_every_text_says_how_it_is_encoded() -> None:
    binary = {"avif", "bin", "ico", "jpg", "pdf", "png", "webp", "woff2"}
    assert {extension for extension, kind in TYPES.items() if not kind.endswith("; charset=utf-8")} == binary


@pytest.mark.parametrize("key", ["p/ada/run.exe", "p/ada/noextension", "dump.sql", "p/ada/cv.PDF", "p/a.d/x"])
def test_an_unknown_type_is_an_error(key: str) -> None:
    with pytest.raises(InputInvalid, match=re.escape(key)):
        headers_for(key)


@pytest.mark.parametrize(
    ("full_name", "disposition"),
    [
        ("Ada Lovelace", 'inline; filename="Ada-Lovelace-CV.pdf"'),
        ("Zoë Müller", "inline; filename=\"Zoe-Muller-CV.pdf\"; filename*=UTF-8''Zo%C3%AB-M%C3%BCller-CV.pdf"),
        ("山田 花子", "inline; filename=\"CV.pdf\"; filename*=UTF-8''%E5%B1%B1%E7%94%B0-%E8%8A%B1%E5%AD%90-CV.pdf"),
        ('O"Neil\r\nSet-Cookie: a=b', 'inline; filename="O-Neil-Set-Cookie-a=b-CV.pdf"'),
        ("../../etc/passwd", 'inline; filename="etc-passwd-CV.pdf"'),
    ],
)
def test_a_cv_is_saved_under_its_persons_name(full_name: str, disposition: str) -> None:
    assert headers_for("p/x/cv.pdf", filename=make_cv_filename(full_name)).content_disposition == disposition


@given(st.text(max_size=300))
def test_no_name_breaks_out_of_its_header(full_name: str) -> None:
    value = headers_for("p/x/cv.pdf", filename=make_cv_filename(full_name)).content_disposition
    match = re.fullmatch(r"inline; filename=\"([ !#-\[\]-~]*)\"(?:; filename\*=UTF-8''([A-Za-z0-9._~%-]*))?", value)
    assert match
    assert len(value) < 1200
    saved = unquote(match[2] or match[1])
    assert saved.endswith("CV.pdf")
    assert "/" not in saved
    assert not saved.startswith(".")
    assert clean_filename(saved) == saved


def test_a_very_long_name_still_says_that_it_is_a_cv() -> None:
    assert make_cv_filename("Wolfeschlegelsteinhausen " * 20).endswith("-CV.pdf")
