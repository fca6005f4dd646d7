"""What a document proves about a technology: counts and years, and never more time than is certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careerhub.document.dates import PartialDate, make_partial_date
from careerhub.document.evidence import (
    Evidence,
    SuggestedYears,
    Use,
    collect_evidence,
    count_certain_months,
    list_certain_stretches,
    suggest_years,
)
from tests.render.making import KAFKA, POSTGRES, PYTHON, RUST, make_experience, make_profile, make_project, when
from tests.render.people import WITHHELD

TODAY = date(2026, 3, 1)


def use(start: str, end: str = "", *, is_current: bool = False) -> Use:
    return Use(start=when(start), end=when(end), is_current=is_current)


def evidence(*uses: Use) -> Evidence:
    return Evidence(
        experiences=len(uses), projects=0, first_year=None, last_year=None, until_now=False, uses=tuple(uses)
    )


def months(*uses: Use) -> int:
    return count_certain_months(evidence(*uses), today=TODAY)


def test_posts_and_projects_are_counted_by_technology() -> None:
    profile = make_profile(
        experiences=(
            make_experience("Lamp", "Keeper", "2019-05", "2021", technologies=(PYTHON, POSTGRES)),
            make_experience("Tide", "Helper", "2022", "2023-06", employment_type="VOLUNTEER", technologies=(PYTHON,)),
        ),
        projects=(
            make_project("a", "A", start=when("2018"), end=when("2018-11"), technologies=(PYTHON, PYTHON)),
            make_project("b", "B", start=when("2024-01-09"), is_ongoing=True, technologies=(RUST,)),
            make_project("c", "C", technologies=(KAFKA,)),
        ),
    )
    said = {
        slug: (each.experiences, each.projects, each.first_year, each.last_year, each.until_now)
        for slug, each in collect_evidence(profile).items()
    }
    assert said == {
        "python": (2, 1, 2018, 2023, False),
        "postgresql": (1, 0, 2019, 2021, False),
        "rust": (0, 1, 2024, 2024, True),
        "apache-kafka": (0, 1, None, None, False),
    }


def test_an_anonymised_project_proves_nothing() -> None:
    assert WITHHELD.technologies
    assert collect_evidence(make_profile(anonymized_projects=(WITHHELD,))) == {}


def test_skills_without_a_post_or_project_have_no_evidence() -> None:
    assert collect_evidence(make_profile()) == {}


@pytest.mark.parametrize(
    ("start", "end", "certain"),
    [
        ("2019-01-01", "2019-12-31", 12),
        ("2019-01-02", "2019-12-31", 11),
        ("2019", "2021", 12),  # from the last day of 2019 to the first of 2021
        ("2019", "2019", 0),
        ("2019", "2020", 0),
        ("2019-03", "2019-05", 1),
        ("2016-02-29", "2017-02-28", 12),
        ("", "2021", 0),
        ("2019", "", 0),
        ("2019-01-31", "2019-02-28", 1),
        ("2019-01-31", "2019-02-27", 0),
        ("2025", "2028", 2),  # what lies ahead doesn't count yet
        ("2027", "2028", 0),
    ],
)
def test_only_what_is_certain_counts(start: str, end: str, certain: int) -> None:
    assert months(use(start, end)) == certain


def test_what_goes_on_counts_until_today() -> None:
    assert months(use("2025-03-02", is_current=True)) == 12
    assert months(use("2025-03-03", is_current=True)) == 11
    assert months(use("2025", is_current=True)) == 2
    assert months(use("", is_current=True)) == 0
    assert months(use("2030", is_current=True)) == 0


def test_overlaps_count_once_and_neighbours_join() -> None:
    first, second = use("2018-01-01", "2019-12-31"), use("2019-01-01", "2020-12-31")
    assert months(first, second) == months(first, second, second, use("2018-05", "2019-02")) == 36
    assert months(use("2018-01-01", "2018-01-20"), use("2018-01-21", "2018-01-31")) == 1
    assert months(use("2018-01-01", "2018-01-31"), use("2019-01-01", "2019-01-31")) == 2


def test_suggested_years_are_whole_and_nothing_when_nothing_is_certain() -> None:
    known = replace(evidence(use("2019", "2024")), first_year=2019)
    assert suggest_years(known, today=TODAY) == SuggestedYears(years_of_experience=4, started_using_year=2019)
    assert suggest_years(evidence(use("2019", "2019")), today=TODAY) == SuggestedYears(
        years_of_experience=None, started_using_year=None
    )


DAYS = st.dates(date(1999, 1, 1), date(2031, 12, 31))


@st.composite
def lived(draw: st.DrawFn) -> tuple[Use, date, date | None]:
    """Draw what somebody did, to the day, and what they remember of it."""
    start = draw(DAYS)
    end = draw(st.none() | st.dates(start, start + timedelta(days=draw(st.sampled_from((0, 40, 800, 4000))))))
    said = Use(start=draw(_blurred(start)), end=draw(_blurred(end)), is_current=end is None)
    return said, start, end


def _blurred(day: date | None) -> st.SearchStrategy[PartialDate | None]:
    if day is None:
        return st.none()
    return st.sampled_from([None, *(make_partial_date(day, precision) for precision in "YMD")])


def _list_days(first: date, after: date) -> set[int]:
    return set(range(first.toordinal(), after.toordinal()))


@given(st.lists(lived(), max_size=6), DAYS)
def test_no_day_is_claimed_that_was_not_lived(lives: list[tuple[Use, date, date | None]], today: date) -> None:
    uses = [said for said, _, _ in lives]
    exact = [
        Use(start=make_partial_date(start, "D"), end=make_partial_date(end, "D"), is_current=end is None)
        for _, start, end in lives
    ]
    true_days: set[int] = set()
    for _, start, end in lives:
        true_days |= _list_days(start, min(end or today, today) + timedelta(days=1))
    claimed = list_certain_stretches(uses, today=today)
    claimed_days = [day for first, after in claimed for day in sorted(_list_days(first, after))]
    assert set(claimed_days) <= true_days
    assert claimed_days == sorted(set(claimed_days))
    exactly = [day for stretch in list_certain_stretches(exact, today=today) for day in sorted(_list_days(*stretch))]
    assert exactly == sorted(true_days)
    lower, upper = (count_certain_months(evidence(*each), today=today) for each in (uses, exact))
    assert lower <= upper


def test_a_date_read_from_text_means_the_days_it_may_mean() -> None:
    assert list_certain_stretches([use("2019-02", "2019-03")], today=TODAY) == ((date(2019, 2, 28), date(2019, 3, 2)),)
