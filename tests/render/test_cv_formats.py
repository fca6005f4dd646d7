"""A CV as Word file, Markdown and text says what its PDF says, whatever people write into their fields."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from careerhub.document.cv import Cv
from careerhub.document.profile import Profile
from careerhub.render.cv import CvRenderer, render_cv_html
from careerhub.render.cv_blocks import read_blocks
from careerhub.render.cv_formats import FORMATS, render_as
from careerhub.render.markdown import plain_text
from tests.render import cv_people as people
from tests.render.test_cv import list_fields

URL = "https://people.example.org/p/somebody/"
HOSTILE = (
    "x\x00\x01\x0b\x1fy \ufffe\uffff & <w:p/> ]]> <script>alert(1)</script> [a](javascript:alert(1)) "
    "![b](file:///etc/passwd) \u202eevil\u2066 *a* _b_ `c` ~~d~~ # e | f \\ 1. g &#60; &amp;amp;"
)


def make(renderer: CvRenderer, profile: Profile, kind: str) -> bytes:
    return render_as(renderer, people.make_cv(profile), kind, url=URL)


def open_docx(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def list_texts(renderer: CvRenderer, cv: Cv) -> list[str]:
    return [" ".join(block.text.split()) for block in read_blocks(render_cv_html(renderer, cv, url=URL))]


@pytest.mark.parametrize("kind", ["docx", "md", "txt"])
@pytest.mark.parametrize("profile", [each for each in people.PEOPLE if each.experiences], ids=lambda each: each.lang)
def test_every_field_is_there_in_order(renderer: CvRenderer, profile: Profile, kind: str) -> None:
    data = make(renderer, profile, kind)
    text = "\n".join(p.text for p in open_docx(data).paragraphs) if kind == "docx" else data.decode()
    place = 0
    for said in filter(None, list_fields(profile, renderer)):
        for part in said.split("\n\n"):
            wanted = part if kind == "md" else part.replace("*", "")
            place = text.find(wanted, place)
            assert place >= 0, wanted


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("profile", [people.LONG, people.HEBREW], ids=["long", "he"])
def test_the_same_cv_is_the_same_bytes(renderer: CvRenderer, profile: Profile, kind: str) -> None:
    assert make(renderer, profile, kind) == make(renderer, profile, kind)


def test_nothing_in_a_word_file_tells_when_it_was_written(renderer: CvRenderer) -> None:
    data = make(renderer, people.LONG, "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"2000-01-01T"}


def test_a_word_file_has_headings_lists_links_and_a_language(renderer: CvRenderer) -> None:
    document = open_docx(make(renderer, people.LONG, "docx"))
    styles = Counter(paragraph.style.name for paragraph in document.paragraphs)
    assert (styles["Title"], styles["Subtitle"]) == (1, 1)
    assert styles["Heading 1"] == 12
    assert styles["Heading 2"] == 9
    assert styles["List Bullet"] > 10
    assert not document.tables
    links = {link.address for paragraph in document.paragraphs for link in paragraph.hyperlinks}
    assert {"mailto:imogen@example.org", "https://www.imogen.example.org/"} <= links
    assert document.core_properties.author == people.LONG.full_name
    assert document.core_properties.language == "en"
    language = document.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert language.get(qn("w:val")) == "en"


def test_lines_of_a_right_to_left_cv_begin_on_the_right(renderer: CvRenderer) -> None:
    paragraphs = open_docx(make(renderer, people.HEBREW, "docx")).paragraphs
    assert all(paragraph._p.pPr.find(qn("w:bidi")) is not None for paragraph in paragraphs)
    assert all(run._r.rPr.find(qn("w:rtl")) is not None for paragraph in paragraphs for run in paragraph.runs)
    others = open_docx(make(renderer, people.CZECH, "docx")).paragraphs
    assert all(paragraph._p.pPr.find(qn("w:bidi")) is None for paragraph in others)


def make_hostile() -> Profile:
    job = people.make_job(HOSTILE, HOSTILE, "2019", "", HOSTILE, description=HOSTILE, company_location=HOSTILE)
    return replace(people.ONE_LINE, full_name=HOSTILE, headline=HOSTILE, summary=HOSTILE, experiences=(job,))


def test_a_hostile_text_breaks_no_word_file(renderer: CvRenderer) -> None:
    document = open_docx(make(renderer, make_hostile(), "docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", text)
    assert "<w:p/>" in text  # in plain fields it is said as it was written
    links = {link.address for paragraph in document.paragraphs for link in paragraph.hyperlinks}
    assert links == {URL}


def test_markdown_read_again_says_the_same(renderer: CvRenderer) -> None:
    for profile in (people.LONG, make_hostile()):
        cv = people.make_cv(profile)
        shown = " ".join(list_texts(renderer, cv)).split()
        said = plain_text(render_as(renderer, cv, "md", url=URL).decode()).split()
        assert [word for word in said if word != "•"] == shown


def test_markdown_of_a_hostile_text_leads_nowhere(renderer: CvRenderer) -> None:
    text = make(renderer, make_hostile(), "md").decode()
    assert set(re.findall(r"(?<!\\)\]\((.*?)\)", text)) <= {f"<{URL}>"}
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", text)


def test_lists_keep_their_numbers_and_depth(renderer: CvRenderer) -> None:
    profile = replace(people.ONE_LINE, summary="3. three\n4. four\n\n- a\n  - b\n\n> said\n\n```\ncode  here\n```")
    text = make(renderer, profile, "md").decode()
    assert "3. three\n4. four\n" in text
    assert "- a\n  - b\n" in text
    assert "> said\n" in text
    assert "```\ncode  here\n```" in text


def test_text_keeps_an_entrys_lines_together(renderer: CvRenderer) -> None:
    assert "Vývojářka\nŁódź Soft\n2014 – 2018\n" in make(renderer, people.CZECH, "txt").decode()
