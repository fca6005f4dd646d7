"""Which facts stand in which CV, in which order and in whose words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from careerhub.document.cv import SECTIONS, make_cv, order_sections, plan_cvs, tailor
from careerhub.document.profile import CvText, Profile
from tests.render import people
from tests.render.making import make_version


def make_person() -> Profile:
    return people.RICH


def test_a_cv_says_a_text_in_other_words_and_the_profile_keeps_its_own() -> None:
    profile = make_person()
    last = len(profile.experiences) - 1
    texts = (
        CvText(section="experiences", position=last, field="description", text="Other words"),
        CvText(section="experiences", position=last, field="responsibilities", lines=("One", "Two")),
    )
    shown = tailor(profile, make_version("V", "v", texts=texts, experiences=(last,), custom_headline="Head"))
    assert shown.headline == "Head"
    assert shown.experiences == (
        replace(profile.experiences[last], description="Other words", responsibilities=("One", "Two")),
    )


@pytest.mark.parametrize("field", ["company_name", "start", "technologies", "nothing"])
def test_facts_that_arent_texts_cant_be_said_differently(field: str) -> None:
    profile = make_person()
    texts = (CvText(section="experiences", position=0, field=field, text="Elsewhere"),)
    assert tailor(profile, make_version("V", "v", texts=texts)).experiences == profile.experiences


def test_sections_that_arent_named_follow_in_their_usual_order() -> None:
    assert order_sections(("skills", "nothing", "skills", "summary"))[:3] == ("skills", "summary", "experiences")
    assert order_sections(()) == SECTIONS
    assert set(order_sections(("references",))) == set(SECTIONS)


@pytest.mark.parametrize(
    ("projects", "wish", "is_there"),
    [(None, None, True), (None, False, False), ((), None, False), ((), True, True)],
)
def test_anonymised_projects_stand_where_all_projects_do_unless_said(
    projects: tuple[int, ...] | None, wish: bool | None, is_there: bool
) -> None:
    profile = make_person()
    assert profile.anonymized_projects
    shown = tailor(profile, make_version("V", "v", projects=projects, anonymized_projects=wish))
    assert bool(shown.anonymized_projects) is is_there


def test_without_a_default_the_first_cv_is_all_public_facts() -> None:
    profile = replace(make_person(), cv_versions=(make_version("V", "v", pages=1),))
    implicit, version = plan_cvs(profile)
    assert (implicit.path, implicit.profile, implicit.pages) == (f"p/{profile.slug}/cv.pdf", profile, None)
    assert (version.path, version.pages) == (f"p/{profile.slug}/cv/v.pdf", 1)
    assert make_cv(profile, make_version("V", "v", is_default=True)).path == f"p/{profile.slug}/cv.pdf"
