"""The library of responsibilities reads well, and a position finds its part of it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import combinations, pairwise

import pytest

from careerhub.document.text import clean_line
from careerhub.editing import suggestions
from careerhub.editing.suggestions import SENIORITIES, check_seniority, find_role_category, find_seniority
from careerhub.errors import InputInvalid
from careerhub.resources import shipped

# pg_trgm's measure: above it two sentences say the same in other words
TOO_ALIKE = 0.5
# past forms that don't end in -ed
IRREGULAR = {
    "Brought", "Built", "Chose", "Drew", "Found", "Held", "Kept", "Laid", "Led", "Made", "Met", "Oversaw", "Put", "Ran", "Set",
    "Split", "Stood", "Taught", "Took", "Withdrew", "Won", "Wrote",
}  # fmt: skip
PERSONS = {"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "you", "your"}
GENDERED = {
    "he",
    "she",
    "him",
    "his",
    "her",
    "hers",
    "himself",
    "herself",
    "manpower",
    "foreman",
    "chairman",
    "workmanship",
}
NUMBERS = {
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty", "fifty",
    "hundred", "hundreds", "thousand", "thousands", "million", "millions", "dozen", "dozens", "doubled", "tripled", "halved",
    "percent",
}  # fmt: skip
BUZZWORDS = re.compile(
    r"\b(?:leverag|synerg|spearhead|dynamic|passion|innovat|cutting.edge|world.class|best.in.class|robust|seamless|holistic|utili[sz]"
    r"|results.driven|go.getter|proactiv|stakeholder|deliverable|actionable|impactful|game.chang|disruptive|disruptor|thought leader|rockstar"
    r"|ninja|guru|state.of.the.art|value.add|paradigm|empower|strategic|best practice|orchestrat|evangeli|optimi[sz])",
    re.IGNORECASE,
)
AMERICAN = re.compile(
    r"\w(?:iz(?:e|ed|ing|ation)|yz(?:e|ed|ing))\b|\b(?:center|color|labor|behavior|program)s?\b", re.IGNORECASE
)


def read_library() -> list[dict[str, str]]:
    with (shipped("migrations") / "data" / "responsibilities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


ROWS = read_library()
TEXTS = [row["responsibility"] for row in ROWS]


def split_words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text)


def make_trigrams(text: str) -> set[str]:
    """Cut into threes of letters as pg_trgm does."""
    padded = [f"  {word} " for word in re.findall(r"\w+", text.lower())]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def find_alike(texts: list[str]) -> list[tuple[str, str]]:
    cut = [(text, make_trigrams(text)) for text in texts]
    return [(a, b) for (a, x), (b, y) in combinations(cut, 2) if len(x & y) > TOO_ALIKE * len(x | y)]


def test_the_library_is_large_and_every_role_has_every_seniority() -> None:
    assert len(ROWS) >= 400
    assert all(set(row) == {"role_category", "seniority_level", "responsibility"} for row in ROWS)
    cells = Counter((row["role_category"], row["seniority_level"]) for row in ROWS)
    roles = {row["role_category"] for row in ROWS}
    assert len(roles) >= 16
    assert set(cells) == {(role, level) for role in roles for level in SENIORITIES}
    assert min(cells.values()) >= 2


def test_every_text_is_one_clean_line_that_fits_a_bullet() -> None:
    for text in TEXTS:
        assert text == clean_line(text)
        assert 40 <= len(text) <= 160, text
        assert text.isascii(), text
        assert text[-1].isalpha(), text
        assert not re.search(r"[;:!?()\"/]|\. ", text), text


def test_every_text_starts_with_a_verb_in_the_past() -> None:
    firsts = Counter(split_words(text)[0] for text in TEXTS)
    assert [verb for verb in firsts if verb not in IRREGULAR and not re.fullmatch(r"[A-Z][a-z]+ed", verb)] == []
    assert len(firsts) >= 120
    assert max(firsts.values()) <= len(TEXTS) / 15, "one verb begins too many of them"


def test_no_text_speaks_of_a_person_or_a_gender() -> None:
    assert [text for text in TEXTS if {word.lower() for word in split_words(text)} & (PERSONS | GENDERED)] == []


def test_figures_are_left_to_the_person() -> None:
    assert [text for text in TEXTS if re.search(r"[\d%]", text)] == []
    assert [text for text in TEXTS if {word.lower() for word in split_words(text)} & NUMBERS] == []


def test_no_text_has_a_buzzword() -> None:
    assert [text for text in TEXTS if BUZZWORDS.search(text)] == []


def test_the_spelling_is_the_same_everywhere() -> None:
    assert [text for text in TEXTS if AMERICAN.search(text)] == []


def test_no_two_texts_say_the_same() -> None:
    assert find_alike(TEXTS) == []


def test_texts_that_say_the_same_would_be_found() -> None:
    assert find_alike([*TEXTS[:5], TEXTS[3].replace("Corrected", "Improved")]) == [
        (TEXTS[3], TEXTS[3].replace("Corrected", "Improved"))
    ]


def test_who_directs_others_is_no_beginner() -> None:
    directing = re.compile(r"^(?:Led|Directed|Supervised|Hired|Recruited)\b|\bthe board\b")
    guided = re.compile(r"\b(?:under (?:the )?(?:guidance|supervision|direction)|as instructed)\b")
    for row in ROWS:
        wrong = directing if row["seniority_level"] in ("JUNIOR", "MID") else guided
        assert not wrong.search(row["responsibility"]), row


def test_rows_stand_by_role_and_rising_seniority() -> None:
    roles = list(dict.fromkeys(row["role_category"] for row in ROWS))
    places = [(roles.index(row["role_category"]), SENIORITIES.index(row["seniority_level"])) for row in ROWS]
    assert all(a <= b for a, b in pairwise(places))


def test_every_role_can_be_found_by_its_own_name_and_no_other_role_is_meant() -> None:
    roles = {row["role_category"] for row in ROWS}
    assert set(suggestions._JOBS) == set(suggestions._FIELDS) == roles
    assert {role: find_role_category(role) for role in roles} == {role: role for role in roles}


def test_no_name_means_two_roles_and_each_is_written_as_it_is_looked_for() -> None:
    phrases = [phrase for _, phrase, _ in suggestions._list_phrases()]
    levels = [phrase for phrases in suggestions._LEVELS.values() for phrase in phrases.split("|")]
    levels += suggestions._NEUTRAL.split("|")
    for words in (phrases, levels):
        assert [word for word, times in Counter(words).items() if times > 1] == []
        assert [word for word in words if word != suggestions._plain(word) or not word] == []
    assert len(phrases) > 200


@pytest.mark.parametrize(
    ("position", "role", "seniority"),
    [
        ("Backend developer", "Software Engineer", None),
        ("Full-Stack Developer (m/f/d)", "Software Engineer", None),
        ("Senior Staff Software Engineer", "Software Engineer", "LEAD"),
        ("Engineering Manager", "Software Engineer", "LEAD"),
        ("Co-founder & CTO", "Software Engineer", "EXECUTIVE"),
        ("Software Engineer in Test", "QA Engineer", None),
        ("Sr. DevOps Engineer", "DevOps Engineer", "SENIOR"),
        ("Data Scientist II", "Data Scientist", "MID"),
        ("Marketing Data Analyst", "Data Analyst", None),
        ("Product Manager", "Product Manager", None),
        ("Lead Product Manager", "Product Manager", "LEAD"),
        ("Product Owner", "Product Manager", None),
        ("Head of Product Design", "Designer", "EXECUTIVE"),
        ("Art Director", "Designer", "LEAD"),
        ("RN", "Nurse", None),
        ("Staff Nurse", "Nurse", "MID"),
        ("Director of Nursing", "Nurse", "EXECUTIVE"),
        ("Research nurse", "Nurse", None),
        ("Law teacher", "Teacher", None),
        ("Teacher of Law", "Teacher", None),
        ("Student teacher", "Teacher", "JUNIOR"),
        ("School Principal", "Teacher", "EXECUTIVE"),
        ("Account Executive", "Sales Representative", None),
        ("VP Sales", "Sales Representative", "EXECUTIVE"),
        ("Head of Marketing", "Marketing Specialist", "EXECUTIVE"),
        ("Lead generation specialist", "Marketing Specialist", None),
        ("Chief Financial Officer", "Accountant", "EXECUTIVE"),
        ("Junior accountant", "Accountant", "JUNIOR"),
        ("HR Business Partner", "HR Specialist", None),
        ("Senior project manager", "Project Manager", "SENIOR"),
        ("Chef de projet", "Project Manager", None),
        ("Apprentice electrician", "Electrician", "JUNIOR"),
        ("Plumber", "Construction Worker", None),
        ("Commis chef", "Chef", "JUNIOR"),
        ("Sous-chef", "Chef", "SENIOR"),
        ("Head Chef", "Chef", "LEAD"),
        ("Executive chef", "Chef", "EXECUTIVE"),
        ("Hotel receptionist", "Hospitality Worker", None),
        ("Shift lead, customer service", "Customer Support Agent", "LEAD"),
        ("Warehouse Supervisor", "Logistics Coordinator", "LEAD"),
        ("General Counsel", "Lawyer", "EXECUTIVE"),
        ("PhD student", "Researcher", "JUNIOR"),
        ("Associate Professor", "Researcher", "SENIOR"),
        ("Assistant to the Marketing Director", "Office Administrator", "JUNIOR"),
        ("Management trainee", None, "JUNIOR"),
        ("Manager", None, "LEAD"),
        ("Mechanical Engineer", None, None),
        ("Air traffic controller", None, None),
        ("Leadership coach", None, None),
        ("Physician", None, None),
        ("看護師", None, None),
        ("%_\\'; --", None, None),
        ("", None, None),
    ],
)
def test_a_position_says_what_role_and_seniority_it_is(position: str, role: str | None, seniority: str | None) -> None:
    assert (find_role_category(position), find_seniority(position)) == (role, seniority)


def test_capitals_accents_and_length_don_t_matter() -> None:
    assert find_role_category("SÉNIOR  bäckend-DEVELOPER") == "Software Engineer"
    assert find_seniority("SÉNIOR  bäckend-DEVELOPER") == "SENIOR"
    assert find_role_category("nurse " * 20_000) == "Nurse"


def test_a_seniority_that_is_none_is_refused() -> None:
    assert check_seniority("LEAD") == "LEAD"
    with pytest.raises(InputInvalid, match="JUNIOR, MID, SENIOR, LEAD, EXECUTIVE"):
        check_seniority("GURU")
