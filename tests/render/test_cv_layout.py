"""What stands where in a CV: breaks, lists, directions."""

from __future__ import annotations

import re
from dataclasses import replace

import pymupdf
import pytest

from careerhub.document.profile import Contact, Link
from careerhub.document.text import base_direction
from careerhub.render.cv import CvRenderer, render_cv_html
from tests.render import cv_people as people
from tests.render.test_cv import render


def test_direction_and_language_stand_in_the_page(renderer: CvRenderer) -> None:
    for profile in people.PEOPLE:
        html = render_cv_html(renderer, people.make_cv(profile), url="https://example.org/")
        assert f'<html lang="{profile.lang}" dir="{base_direction(profile.lang)}">' in html


def test_foreign_words_keep_their_direction_in_a_right_to_left_cv(renderer: CvRenderer) -> None:
    skills = (people.make_skill("C++"), people.make_skill("قيادة"))
    job = replace(people.ARABIC.experiences[0], responsibilities=("Shipped it.", "خفض"), description="Wow!")
    cv = people.make_cv(replace(people.ARABIC, skills=skills, experiences=(job,)))
    html = render_cv_html(renderer, cv, url="https://example.org/")
    assert '<bdi dir="ltr">C++</bdi>، قيادة' in html
    assert '<li><bdi dir="ltr">Shipped it.</bdi></li>\n<li>خفض</li>' in html
    assert '<div class="text" dir="ltr"><p>Wow!</p></div>' in html


@pytest.mark.parametrize("count", [9, 10, 11])
def test_an_entry_of_one_bullet_stays_on_a_page_that_has_room(renderer: CvRenderer, count: int) -> None:
    job = replace(people.LONG.experiences[0], responsibilities=("Did it.",), description="", technologies=())
    voluntary = replace(job, employment_type="VOLUNTEER")
    profile = replace(people.ONE_LINE, experiences=(*[job] * count, *[voluntary] * 6))
    with pymupdf.open(stream=render(renderer, profile), filetype="pdf") as pdf:  # type: ignore[no-untyped-call]
        first = pdf[0]
        lowest = max(block[3] for block in first.get_text("blocks"))
        assert lowest > first.rect.height * 0.85


def test_lists_are_written_as_their_language_does(renderer: CvRenderer) -> None:
    skills = (people.make_skill("設計"), people.make_skill("調査"))
    html = render_cv_html(renderer, people.make_cv(replace(people.JAPANESE, skills=skills)), url="https://example.org/")
    assert "設計、調査" in html


def test_a_right_to_left_cv_has_no_empty_pieces(renderer: CvRenderer) -> None:
    html = render_cv_html(renderer, people.make_cv(people.ARABIC), url="https://example.org/")
    assert not re.search(r"<(bdi|p|span)[^>]*></\1>", html)


def test_groups_of_skills_come_first_and_the_rest_is_named(renderer: CvRenderer) -> None:
    skills = (people.make_skill("Patience"), replace(people.make_skill("Go"), group="Languages"))
    html = render_cv_html(renderer, people.make_cv(replace(people.LONG, skills=skills)), url="https://example.org/")
    assert html.index("Languages:</span> Go") < html.index("More skills:</span> Patience")


def test_an_address_is_shown_once(renderer: CvRenderer) -> None:
    links = (
        Link(network="Workshop", username="", url="https://shop.example/"),
        Link(network="B", username="", url="https://b.example"),
    )
    profile = replace(people.ONE_LINE, contact=Contact(website="http://www.shop.example"), links=links)
    html = render_cv_html(renderer, people.make_cv(profile), url="https://example.org/")
    assert (html.count(">shop.example<"), html.count(">b.example<")) == (1, 1)


def test_a_bullet_longer_than_a_page_leaves_no_page_empty(renderer: CvRenderer) -> None:
    job = replace(people.LONG.experiences[0], responsibilities=("Did it.", "Did that.", "and more " * 1_200))
    profile = replace(people.ONE_LINE, experiences=(job,))
    with pymupdf.open(stream=render(renderer, profile), filetype="pdf") as pdf:  # type: ignore[no-untyped-call]
        written = [len(page.get_text("words")) for page in pdf]
        assert len(written) > 2
        assert min(written[:-1]) > 200
