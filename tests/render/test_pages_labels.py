from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from careerhub.document.dates import PartialDate, read_partial_date
from careerhub.render.labels import Labels, make_labels
from careerhub.resources import shipped

FOLDER = shipped("site_templates") / "labels"


def labels(lang: str) -> Labels:
    return make_labels(FOLDER, lang)


@pytest.mark.parametrize(
    ("lang", "said", "written"),
    [
        ("en", "2019", "2019"),
        ("en", "2019-03", "Mar 2019"),
        ("en", "2019-03-05", "Mar 5, 2019"),
        ("en-GB", "2019-03-05", "5 Mar 2019"),
        ("de", "2019-03", "März 2019"),
        ("ja", "2019-03", "2019年3月"),
        ("ar", "2019-03", "مارس 2019"),
        ("pt-BR", "2019-03", "mar. de 2019"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(lang: str, said: str, written: str) -> None:
    assert labels(lang).date(read_partial_date(said)) == written


@pytest.mark.parametrize(
    ("start", "end", "is_current", "written"),
    [
        ("2019-03", "", True, "Mar 2019 – Present"),
        ("2014", "2018", False, "2014 – 2018"),
        ("", "2018", False, "until 2018"),
        ("2014", "", False, "2014"),
        ("2014", "2014", False, "2014"),
        ("", "", True, "Present"),
        ("", "", False, ""),
    ],
)
def test_a_period_says_what_is_known_and_no_more(start: str, end: str, is_current: bool, written: str) -> None:
    first, last = (read_partial_date(text) if text else None for text in (start, end))
    assert labels("en").period(first, last, is_current) == written


@pytest.mark.parametrize(
    "lang", ["", "xx-klingon", "../../etc/passwd", "e" * 99, "tlh", "en_US\n", "\u0000", "en-../../en"]
)
def test_a_language_nobody_knows_is_english(lang: str) -> None:
    assert (labels(lang).lang, labels(lang).direction, labels(lang).text("skills")) == ("en", "ltr", "Skills")


def test_a_language_in_part_falls_back_word_by_word(tmp_path: Path) -> None:
    (tmp_path / "en.json").write_text('{"skills": "Skills", "about": "About", "present": "Present"}')
    (tmp_path / "pt.json").write_text('{"skills": "Competências", "about": ""}')
    (tmp_path / "pt-BR.json").write_text('{"present": "Atual"}')
    brazil = make_labels(tmp_path, "pt-BR")
    assert [brazil.text(key) for key in ("skills", "about", "present")] == ["Competências", "About", "Atual"]


def test_direction_and_commas_follow_the_language() -> None:
    assert (labels("ar").direction, labels("ar").comma) == ("rtl", "، ")
    assert (labels("ja").direction, labels("ja").comma) == ("ltr", "、")


def test_coded_words_are_readable_and_peoples_own_are_kept() -> None:
    assert labels("en").word("employment", "FULL_TIME") == "Full-time"
    assert labels("en").word("employment", "ZERO_HOURS") == "Zero hours"
    assert labels("en").word("category", "Internal") == "Internal"
    assert labels("en").word("employment", "Every other Friday") == "Every other Friday"


def test_counts_follow_the_grammar_of_their_language() -> None:
    assert [labels("en").years(count) for count in (1, 8)] == ["1 year", "8 years"]
    assert [labels("ru").years(count) for count in (1, 3, 8)] == ["1 год", "3 года", "8 лет"]
    assert labels("en").months(20) == "20 months"
    assert labels("de").number(12000) == "12.000"


def test_languages_are_named_in_the_readers_language() -> None:
    assert labels("de").language_name("ja") == "Japanisch"
    assert labels("en").language_name("not a tag") == "not a tag"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_translation_has_known_keys_and_the_same_blanks(path: Path) -> None:
    english = json.loads((FOLDER / "en.json").read_text(encoding="utf-8"))
    for key, text in json.loads(path.read_text(encoding="utf-8")).items():
        assert key in english
        assert set(re.findall(r"\{\w*\}", text)) == set(re.findall(r"\{\w*\}", english[key])), key


def test_a_day_of_the_calendar_is_written_whole() -> None:
    when = PartialDate(year=2024, month=2, day=29)
    assert labels("en").day(when.first) == "Feb 29, 2024"


@pytest.mark.parametrize("lang", ["zh-TW", "zh-HK", "zh-Hant", "zh-Hant-TW", "zh-tw"])
def test_traditional_chinese_is_known_by_its_places(lang: str) -> None:
    assert labels(lang).text("experience") == labels("zh-Hant").text("experience") != labels("zh").text("experience")
    assert labels(lang).lang == lang


@pytest.mark.parametrize("lang", ["zh", "zh-CN", "zh-SG", "zh-Hans-TW"])
def test_simplified_chinese_stays_so(lang: str) -> None:
    assert labels(lang).text("experience") == labels("zh").text("experience")


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "since 2016"), ("ja", "2016年から"), ("ko", "2016년부터"), ("ru", "с 2016 г."), ("uk", "з 2016 р.")],
)
def test_a_bare_year_reads_well(lang: str, said: str) -> None:
    assert labels(lang).text("since").format(date=labels(lang).year(2016)) == said
