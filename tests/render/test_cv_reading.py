"""Every template, read by machines: words, order, structure, and the facts that a parser gets back."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest

from careerhub.document.profile import Profile
from careerhub.render.cv import CvRenderer, list_templates, render_cv
from careerhub.render.extraction import EXTRACTORS, read_pdf_text
from careerhub.render.labels import make_labels
from careerhub.resources import shipped
from tests.render import cv_people as people
from tests.render.parsing import parse_resume
from tests.render.test_cv import RESUME, find_tags, list_fields, measure_recall, open_pdf, squeeze

TEMPLATES = list_templates(shipped("site_templates"))
# Templates of more than one column: of three programs two read them in order.
COLUMNS: frozenset[str] = frozenset()
SCRIPTS = (*people.IN_ORDER, people.HINDI, people.BENGALI, people.TAMIL, people.THAI)


def render(renderer: CvRenderer, profile: Profile, template: str) -> bytes:
    url = f"https://people.example.org/p/{profile.slug}/"
    return render_cv(renderer, people.make_cv(profile, template=template), url=url, resume=RESUME)


def is_in_order(fields: list[str], text: str) -> bool:
    place = 0
    for said in fields:
        place = squeeze(text).find(squeeze(said), place)
        if place < 0:
            return False
    return True


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("profile", SCRIPTS, ids=lambda profile: profile.lang)
def test_every_template_is_read_whole_and_in_order(renderer: CvRenderer, profile: Profile, template: str) -> None:
    data = render(renderer, profile, template)
    fields = [unicodedata.normalize("NFC", said) for said in list_fields(profile, renderer)]
    texts = [unicodedata.normalize("NFC", read_pdf_text(data, extractor)) for extractor in EXTRACTORS]
    assert [measure_recall(fields, text) for text in texts] == [1, 1, 1]
    assert sum(is_in_order(fields, text) for text in texts) >= (2 if template in COLUMNS else 3)


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("template", [name for name in TEMPLATES if name not in COLUMNS])
def test_a_parser_gets_the_facts_back(renderer: CvRenderer, template: str, extractor: str) -> None:
    profile = replace(people.LONG, experiences=people.LONG.experiences[:4])
    found = parse_resume(read_pdf_text(render(renderer, profile, template), extractor))
    labels = make_labels(shipped("site_templates") / "labels", "en")
    assert (found.name, found.mail, found.phone) == (profile.full_name, profile.contact.email, profile.contact.phone)
    jobs = found.list_entries("Experience")
    assert [(job.title, job.organization, job.dates) for job in jobs] == [
        (job.position, job.company_name, labels.period(job.start, job.end, job.is_current))
        for job in profile.experiences
    ]
    said = [tuple(line.replace("*", "") for line in job.responsibilities) for job in profile.experiences]
    assert [job.bullets for job in jobs] == said
    studies = [(study.title, study.organization) for study in found.list_entries("Education")]
    assert studies == [(f"{study.degree}, {study.field_of_study}", study.institution) for study in profile.education]
    assert "Languages: Python, SQL, Go, C#, C++" in found.sections["Skills"]


def walk(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Yield the elements of a PDF's structure in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from walk(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from walk(node.K)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_is_tagged_for_those_who_hear_it(renderer: CvRenderer, template: str) -> None:
    data = render(renderer, people.LONG, template)
    tags = find_tags(data)
    count = Counter(tags)
    assert count["/H1"] == 1
    headings = [tag for tag in tags if tag in ("/H1", "/H2", "/H3")]
    assert headings[:2] == ["/H1", "/H2"]
    # no level is left out: after the name comes a section, and only in a section an entry
    assert all(int(after[2]) <= int(before[2]) + 1 for before, after in pairwise(headings))
    assert count["/LI"] == count["/LBody"] > count["/L"] > 0
    with open_pdf(data) as pdf:
        elements = list(walk(pdf.Root.StructTreeRoot.K))
        assert not [each for each in elements if each.S == "/Figure" and not each.get("/Alt")]
        links = [each for each in elements if each.S == "/Link"]
        annotations = [each for page in pdf.pages for each in page.get("/Annots", []) if each.Subtype == "/Link"]
        assert len(links) >= len(annotations) > 0
        assert all(str(each.Contents) for each in annotations)
        assert {str(page.Tabs) for page in pdf.pages} == {"/S"}
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.Root.AF[0].AFRelationship) == "/Alternative"
        with pdf.open_metadata(set_pikepdf_as_editor=False) as said:
            assert said.pdfa_status == "3A"
            assert said["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert said["dc:title"].startswith(people.LONG.full_name)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_font_is_embedded_and_says_what_its_codes_mean(renderer: CvRenderer, template: str) -> None:
    for profile in (people.CZECH, people.JAPANESE, people.HINDI, people.THAI):
        with open_pdf(render(renderer, profile, template)) as pdf:
            fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
            assert fonts
            for font in fonts:
                described = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in described or "/FontFile3" in described
                assert b"beginbfchar" in font.ToUnicode.read_bytes()
