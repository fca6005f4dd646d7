from __future__ import annotations

import json
from string import Formatter

import pytest

from careerhub.document.text import clean_line
from careerhub.resources import shipped

FOLDER = shipped("site_templates") / "labels"
WANTED = "de fr es it pt nl pl cs tr el ru uk ar he hi ja zh zh-Hant ko vi sv".split()  # noqa: SIM905 - it reads as a list of words
# Words such as "Status" are the same in several languages; a file that was never translated shares far more.
MOST_SHARED = 0.2


def read_texts(lang: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((FOLDER / f"{lang}.json").read_text(encoding="utf-8"))
    return texts


def find_slots(text: str) -> list[str]:
    # a counted word has as many forms as its language has plurals, and names its number in each or not at all
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


ENGLISH = read_texts("en")
LANGS = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "en")
BY_LANG = pytest.mark.parametrize("lang", LANGS)


def test_every_language_promised_is_there() -> None:
    assert set(WANTED) <= set(LANGS)


@BY_LANG
def test_a_language_has_the_keys_of_english_in_their_order(lang: str) -> None:
    assert list(read_texts(lang)) == list(ENGLISH)


@BY_LANG
def test_a_label_keeps_its_slots(lang: str) -> None:
    slots = {key: find_slots(text) for key, text in read_texts(lang).items()}
    assert slots == {key: find_slots(ENGLISH[key]) for key in slots}


@BY_LANG
def test_a_label_is_one_clean_line_that_says_something(lang: str) -> None:
    assert [key for key, text in read_texts(lang).items() if not text or text != clean_line(text)] == []


@BY_LANG
def test_a_language_is_translated(lang: str) -> None:
    shared = [key for key, text in read_texts(lang).items() if text == ENGLISH.get(key)]
    assert len(shared) < MOST_SHARED * len(ENGLISH)


@BY_LANG
def test_headings_of_a_page_differ(lang: str) -> None:
    texts = read_texts(lang)
    keys = ("experience", "volunteering", "projects", "skills", "education", "certifications", "languages", "interests")
    assert len({texts[key] for key in keys}) == len(keys)
