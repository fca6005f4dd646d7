from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from careerhub.document.profile import Profile
from careerhub.render.timeline import Bar, Timeline, make_timeline
from tests.render.making import make_course, make_experience, make_profile, make_project, when
from tests.render.people import ARABIC, EVERYBODY, RICH
from tests.render.reading import portfolio, render, renderer_at


def _draw(profile: Profile) -> Timeline:
    drawn = make_timeline(profile, renderer_at().labels(profile.lang))
    assert drawn
    return drawn


def _posts(*periods: tuple[str, str]) -> tuple[Bar, ...]:
    posts = tuple(make_experience(f"Employer {n}", f"Post {n}", *period) for n, period in enumerate(periods))
    return _draw(make_profile(experiences=posts)).lanes[0].bars


def _share(text: str) -> float:
    return float(text.removesuffix("%"))


def test_what_followed_one_another_is_one_row_and_what_overlaps_is_several() -> None:
    assert len({bar.y for bar in _posts(("2012-01", "2015-03"), ("2015-04", "2019-06"))}) == 1
    assert len({bar.y for bar in _posts(("2012-01", "2016-03"), ("2015-04", "2019-06"))}) == 2
    # Somewhere in 2015 the one ended and the other began: nothing says that both were held at once.
    assert len({bar.y for bar in _posts(("2012", "2015"), ("2015", "2019"))}) == 1


def test_years_without_months_have_ends_that_are_only_perhaps() -> None:
    vague, _ = _posts(("2010", "2013"), ("2016", "2019"))
    assert vague.x == "0%"
    assert _share(vague.width) == pytest.approx(40, abs=0.1)
    assert _share(vague.sure_x) == pytest.approx(10, abs=0.1)
    assert _share(vague.sure_width) == pytest.approx(20, abs=0.1)
    one_year, _ = _posts(("2010", "2010"), ("2016", "2019"))
    assert one_year.sure_width == "0%"


def test_what_goes_on_is_sure_until_the_last_edit() -> None:
    first, _ = _posts(("2020-01-01", ""), ("2010", "2013"))[::-1]
    assert _share(first.x) + _share(first.width) == pytest.approx(100, abs=0.02)
    assert _share(first.sure_x) + _share(first.sure_width) < 96


def test_what_has_no_beginning_and_goes_on_isnt_drawn() -> None:
    assert len(_posts(("2010", "2013"), ("2014", "2018"), ("", ""))) == 2


def test_one_thing_alone_is_no_timeline() -> None:
    assert (
        make_timeline(make_profile(experiences=(make_experience("A", "B", "2019"),)), renderer_at().labels("en"))
        is None
    )


def test_lanes_are_jobs_voluntary_work_studies_and_projects() -> None:
    drawn = _draw(
        make_profile(
            experiences=(
                make_experience("Employer", "Post", "2015", "2019"),
                make_experience("Club", "Trainer", "2016", "2018", employment_type="VOLUNTEER"),
            ),
            education=(make_course("School", "BSc", "Physics", "2010", "2014"),),
            projects=(make_project("map", "Map", start=when("2017"), end=when("2018")),),
        )
    )
    assert [lane.key for lane in drawn.lanes] == ["experience", "volunteering", "education", "projects"]
    assert drawn.description == "2010 – 2019: Experience (1), Volunteering (1), Education (1), Projects (1)"


@pytest.mark.parametrize("profile", EVERYBODY, ids=lambda p: p.slug)
def test_nothing_is_drawn_outside_the_picture(profile: Profile) -> None:
    drawn = make_timeline(profile, renderer_at().labels(profile.lang))
    for lane in drawn.lanes if drawn else ():
        for bar in lane.bars:
            assert 0 <= _share(bar.x) <= _share(bar.x) + _share(bar.width) <= 100.02
            assert _share(bar.x) - 0.02 <= _share(bar.sure_x)
            assert _share(bar.sure_x) + _share(bar.sure_width) <= _share(bar.x) + _share(bar.width) + 0.02
            assert 0 < bar.y < drawn.floor


def test_years_run_to_the_left_where_people_read_from_the_right() -> None:
    there, here = _draw(replace(RICH, lang="ar")), _draw(RICH)
    assert there.start == "100%"
    assert all(_share(a.x) > _share(b.x) for a, b in pairwise(there.ticks))
    for mirrored, plain in zip(there.lanes, here.lanes, strict=True):
        for a, b in zip(mirrored.bars, plain.bars, strict=True):
            assert _share(a.x) == pytest.approx(100 - _share(b.x) - _share(b.width), abs=0.02)


@pytest.mark.parametrize("profile", [RICH, ARABIC], ids=lambda p: p.slug)
def test_the_picture_has_a_name_a_description_and_no_style_of_its_own(profile: Profile) -> None:
    page = portfolio(profile)
    (drawing,) = page.find("svg", role="img")
    ids = {a["id"] for _, a in page.elements if "id" in a}
    assert set(drawing["aria-labelledby"].split()) <= ids
    assert b"style=" not in re.sub(rb"rel=.stylesheet.", b"", render(profile)[f"p/{profile.slug}/index.html"])


def test_two_hundred_posts_stay_a_picture() -> None:
    posts = tuple(make_experience(f"Employer {n}", "x" * 60, "1990", "2020") for n in range(200))
    drawn = _draw(make_profile(experiences=posts))
    assert drawn.height < 500
    assert len(drawn.lanes[0].bars) == 200
    assert len(drawn.ticks) <= 6


def test_years_far_apart_have_few_labels() -> None:
    drawn = _draw(
        make_profile(experiences=(make_experience("A", "B", "1900", "1901"), make_experience("C", "D", "2199", "2200")))
    )
    assert 1 <= len(drawn.ticks) <= 6
