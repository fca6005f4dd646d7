"""What readers could find out of a confidential project: the rules."""

from __future__ import annotations

import pytest

from careerhub.editing.exposure import Card, OnlyFit, Place, Post, Secret, find_mentions, find_only_fits

BANK = Secret(name="Kestrel Bank AG", project="Ledger Move")


def place(text: str) -> Place:
    return Place(section="profiles", item_id="", title="", field="summary", text=text)


def post(employer: str, start: int | None, end: int | None = None, *, is_current: bool = False) -> Post:
    return Post(employer=employer, start=start, end=end, is_current=is_current)


def card(
    start: int | None, end: int | None = None, *, is_ongoing: bool = False, employers: tuple[str, ...] = ()
) -> Card:
    return Card(id="1", name="Ledger Move", start=start, end=end, is_ongoing=is_ongoing, employers=employers)


def fits(*posts: Post, of: Card) -> list[str]:
    return [fit.employer for fit in find_only_fits([of], posts)]


@pytest.mark.parametrize(
    "text",
    [
        "I was at Kestrel Bank AG.",
        "kestrel bank",
        "(KESTREL BANK)",
        "Késtrel Bank’s ledgers",
        "Kestrel-Bank",
        "Kestrel\nBank",
        "for **Kestrel  Bank**",
        "https://kestrel-bank.example.org/",
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert [m.name for m in find_mentions([BANK], [place(text)])] == ["Kestrel Bank AG"]


@pytest.mark.parametrize("text", ["", "a kestrel on a bank", "Kestrel Banking", "MyKestrel Bank", "a bank"])
def test_other_words_are_no_mention(text: str) -> None:
    assert find_mentions([BANK], [place(text)]) == []


def test_a_name_is_taken_letter_by_letter() -> None:
    secret = Secret(name="C++ (intern.*)", project="X")
    assert find_mentions([secret], [place("anything at all")]) == []
    assert len(find_mentions([secret], [place("the c++ (intern.*) thing")])) == 1


def test_what_is_too_short_or_known_by_choice_is_no_secret() -> None:
    assert find_mentions([Secret(name="AI", project="X")], [place("AI and more")]) == []
    assert find_mentions([BANK], [place("Kestrel Bank")], known=["KESTREL BANK"]) == []


def test_a_text_is_named_once_for_each_name_it_tells() -> None:
    others = [BANK, BANK, Secret(name="Osprey", project="Y")]
    found = find_mentions(others, [place("Kestrel Bank, Osprey and Kestrel Bank")])
    assert [m.name for m in found] == ["Kestrel Bank AG", "Osprey"]


def test_a_card_whose_years_fit_one_employer_tells_which() -> None:
    lantern, heron = post("Lantern Works", 2015, 2019), post("Heron Ltd", 2020, is_current=True)
    assert fits(lantern, heron, of=card(2016, 2018)) == ["Lantern Works"]
    assert fits(lantern, heron, of=card(2021, is_ongoing=True)) == ["Heron Ltd"]
    # half of it at each: nobody was there all the time
    assert fits(lantern, heron, of=card(2019, 2020)) == []


def test_several_employers_at_a_time_or_none_tell_nothing() -> None:
    assert fits(post("A", 2015, 2019), post("B", 2014, 2020), of=card(2016, 2018)) == []
    assert fits(post("A", 2000, 2001), of=card(2016, 2018)) == []
    assert fits(of=card(2016)) == []


def test_two_posts_at_one_employer_are_one() -> None:
    assert fits(post("Lantern Works", 2015, 2017), post("lantern works", 2017, 2019), of=card(2016, 2018)) == [
        "Lantern Works"
    ]


def test_what_is_not_said_excludes_nobody_and_a_card_without_years_tells_nothing() -> None:
    assert fits(post("A", 2015, 2019), post("B", None), of=card(2016, 2018)) == []
    assert fits(post("A", 2015, 2019), of=card(None)) == []


def test_readers_who_would_be_wrong_are_no_danger() -> None:
    only = post("Lantern Works", 2015, 2019)
    assert fits(only, of=card(2016, employers=("Heron Ltd",))) == []
    assert find_only_fits([card(2016, employers=("LANTERN works",))], [only]) == [
        OnlyFit(card=card(2016, employers=("LANTERN works",)), employer="Lantern Works")
    ]
