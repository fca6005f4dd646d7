"""What the CV templates differ in: their list, their order, their numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pymupdf

from careerhub.document.cv import SECTIONS
from careerhub.render.cv import CvRenderer, describe_template, list_templates, render_cv, render_cv_html
from careerhub.resources import shipped
from tests.render import cv_people as people


def test_templates_are_listed_in_their_order_and_described() -> None:
    templates = shipped("site_templates")
    assert list_templates(templates) == ("modern", "classic", "compact", "academic")
    said = [describe_template(templates, name) for name in list_templates(templates)]
    assert len(set(said)) == len(said)
    assert all(len(sentence) > 20 for sentence in said)


def test_the_academic_template_puts_publications_before_jobs_unless_its_owner_ordered_them(
    renderer: CvRenderer,
) -> None:
    def draw(**choices: Any) -> str:
        return render_cv_html(
            renderer,
            replace(people.make_cv(people.LONG, template="academic"), **choices),
            url="https://people.example.org/",
        )

    html = draw()
    assert html.index(">Education<") < html.index(">Publications<") < html.index(">Experience<")
    html = draw(order=("experiences", *(name for name in SECTIONS if name != "experiences")))
    assert html.index(">Experience<") < html.index(">Publications<")


def test_publications_are_numbered_in_the_academic_template(renderer: CvRenderer) -> None:
    profile = replace(people.LONG, achievements=(people.LONG.achievements * 3))
    url = "https://people.example.org/p/imogen/"
    data = render_cv(renderer, people.make_cv(profile, template="academic"), url=url, resume=b"{}")
    with pymupdf.open(stream=data, filetype="pdf") as pdf:  # type: ignore[no-untyped-call]
        text = "".join(page.get_text() for page in pdf)
    assert "2." in text.split()
