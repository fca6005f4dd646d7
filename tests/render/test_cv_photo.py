"""A photo in a CV: only where its version asks for one, with a text for who doesn't see it, and nothing else is loaded."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from careerhub.document.cv import Cv, plan_cvs, with_photo
from careerhub.document.profile import CvVersion, Photo, PhotoSize
from careerhub.errors import ProfileFailed
from careerhub.render.cv import CvRenderer, render_cv
from careerhub.render.cv_formats import FORMATS, make_anonymous, render_as
from careerhub.render.extraction import EXTRACTORS, read_pdf_text
from careerhub.render.pdf import PHOTO
from tests.render import cv_people as people
from tests.render.making import make_profile

SHA = "a" * 64
SHOWN = Photo(sizes=(PhotoSize(size="large", sha256=SHA, pixels=400),))
VERSION = CvVersion(
    name="Short", slug="short", template="modern", lang="", paper="", is_default=True, include_summary=True, custom_summary="",
    experiences=None, projects=None, skills=None, education=None, certifications=None, achievements=None,
)  # fmt: skip


def make_webp() -> bytes:
    written = io.BytesIO()
    Image.linear_gradient("L").resize((400, 400)).convert("RGB").save(written, "WEBP")
    return written.getvalue()


def draw(renderer: CvRenderer, cv: Cv) -> bytes:
    return render_cv(renderer, cv, url="https://example.org/p/kim/", resume=b"{}")


def list_images(pdf: bytes) -> list[tuple[int, str]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            (int(image.Width), str(image.Filter)) for page in opened.pages for image in page.get("/Resources").get("/XObject", {}).values()
            if image.get("/Subtype") == "/Image"
        ]  # fmt: skip


def list_alts(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [str(each["/Alt"]) for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]


@pytest.mark.parametrize("asks", [True, False])
def test_a_cv_shows_a_photo_where_its_version_asks_for_one(asks: bool, renderer: CvRenderer) -> None:
    profile = replace(make_profile(photo=SHOWN), cv_versions=(replace(VERSION, has_photo=asks),))
    cv = with_photo(plan_cvs(profile)[0], {SHA: make_webp()})
    pdf = draw(renderer, cv)
    assert list_images(pdf) == ([(400, "/DCTDecode")] if asks else [])
    assert (profile.full_name in list_alts(pdf)) == asks
    assert draw(renderer, cv) == pdf
    assert len(pdf) < 120_000


def test_the_cv_that_everybody_has_shows_none() -> None:
    cv = with_photo(plan_cvs(make_profile(photo=SHOWN))[0], {SHA: make_webp()})
    assert (cv.profile.photo, cv.photo) == (None, b"")


def test_the_text_is_read_as_without_a_photo(renderer: CvRenderer) -> None:
    cv = people.make_cv(people.CZECH)
    with_one = replace(cv, photo=make_webp())
    for reader in EXTRACTORS:
        plain, pictured = (read_pdf_text(draw(renderer, each), reader).split() for each in (cv, with_one))
        assert plain == pictured, reader


def test_a_text_can_ask_for_no_picture_not_even_the_photo(renderer: CvRenderer) -> None:
    named = replace(make_profile(), summary=f"![me]({PHOTO}) and ![you](https://example.org/x.png)")
    cv = replace(people.make_cv(named), photo=make_webp())
    assert len(list_images(draw(renderer, cv))) == 1
    assert list_images(draw(renderer, replace(cv, photo=b""))) == []


def test_what_is_no_picture_fails_the_cv(renderer: CvRenderer) -> None:
    with pytest.raises((ProfileFailed, OSError)):
        draw(renderer, replace(people.make_cv(make_profile()), photo=b"no picture"))


@pytest.mark.parametrize("kind", FORMATS)
def test_an_anonymous_cv_shows_none(kind: str, renderer: CvRenderer) -> None:
    cv = replace(people.make_cv(make_profile(photo=SHOWN)), photo=make_webp())
    silent = make_anonymous(renderer, cv)
    assert (silent.photo, silent.profile.photo) == (b"", None)
    data = render_as(renderer, silent, kind, url="")
    assert kind != "pdf" or list_images(data) == []
