"""Dates as people type them: forgiving, and never guessed."""

from __future__ import annotations

import calendar

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton

from careerhub.admin.forms.dates import AmbiguousDate, means_now, read_typed_date
from careerhub.admin.languages import LANGUAGES
from careerhub.document.dates import NoSuchDate, PartialDate
from tests.admin.visiting import Visitor


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2019", "2019"), ("3/2019", "2019-03"), ("03.2019", "2019-03"), ("2019-03", "2019-03"), ("2019-03-31", "2019-03-31"),
        ("31.03.2019", "2019-03-31"), ("31. 3. 2019", "2019-03-31"), ("4.3.2019", "2019-03-04"), ("31/3/2019", "2019-03-31"),
        ("3/31/2019", "2019-03-31"), ("3/3/2019", "2019-03-03"), ("31-03-2019", "2019-03-31"), ("Mar 2019", "2019-03"),
        ("March 5, 2019", "2019-03-05"), ("5 March 2019", "2019-03-05"), ("März 2019", "2019-03"), ("MÄRZ 2019", "2019-03"),
        ("Mrz. 2019", "2019-03"), ("5. März 2019", "2019-03-05"), ("5.März 2019", "2019-03-05"), ("Okt. 2019", "2019-10"),
        ("Jänner 2020", "2020-01"), ("Sept. 2019", "2019-09"), ("Dezember 2019", "2019-12"),
    ],
)  # fmt: skip
def test_a_date_is_read_as_it_was_meant(typed: str, iso: str) -> None:
    assert read_typed_date(typed).iso == iso


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_language_writes_it_reads(language: str) -> None:
    locale = Locale.parse(language)
    for month in range(1, 13):
        day = PartialDate(year=2024, month=month, day=calendar.monthrange(2024, month)[1])
        for width in ("short", "medium", "long"):
            if width != "short":  # two digits of a year
                assert read_typed_date(format_date(day.first, format=width, locale=locale)) == day
        for skeleton in ("yMMM", "yMMMM"):
            assert read_typed_date(format_skeleton(skeleton, day.first, locale=locale)).iso == f"2024-{month:02d}"


@pytest.mark.parametrize("typed", ["03/04/2019", "3-4-2019", "12/1/2020"])
def test_what_may_be_two_days_is_asked_back(typed: str) -> None:
    with pytest.raises(AmbiguousDate) as caught:
        read_typed_date(typed)
    assert caught.value.day_first != caught.value.month_first


@pytest.mark.parametrize(
    "typed", ["32.03.2019", "31.02.2019", "Brumaire 2019", "3/19", "03/2019/04", "5 March 5 2019", "13/13/2019", "", "١٢/٢٠١٩/٤"]
)  # fmt: skip
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(NoSuchDate):
        read_typed_date(typed)


@pytest.mark.parametrize("typed", ["now", "Present", "heute", " Jetzt ", "bis heute", "-"])
def test_what_goes_on_goes_on(typed: str) -> None:
    assert means_now(typed)


def test_the_question_names_both_days(ada: Visitor) -> None:
    answer = ada.post("/career/education/new", {"institution": "Harbour School", "start": "03/04/2019"})
    assert answer.status_code == 422
    assert "2019-04-03 or 2019-03-04" in answer.text
    assert 'value="03/04/2019"' in answer.text


def test_a_german_date_is_saved(ada: Visitor) -> None:
    ada.post("/career/experiences/new", {"position": "Wärter", "start": "31.03.2019", "end": "heute"})
    listed = ada.get("/career/experiences/").text
    assert "Mar 31, 2019" in listed
