from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from careerhub.document.text import clean_line, clean_text, is_web_address

_BAD = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x00AD, 0x00, 0x07, 0x7F, 0x85, 0x9F, 0x2028, 0x2029]
_TEXTS = st.text(
    st.characters() | st.sampled_from([*map(chr, _BAD), "\n", "\r", "\t", "e", "\u0301", "\u200f", "क", "한"])
)


@given(_TEXTS)
@example("\ud800")
@example("a\u00adb")
@example("e\u0301")
@example("line\nline")
def test_clean_text_has_one_form_and_nothing_that_misleads(text: str) -> None:
    clean = clean_text(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert clean_text(clean) == clean
    assert not {chr(code) for code in _BAD} & set(clean)
    assert all(c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") for c in clean)
    kept = [c for c in unicodedata.normalize("NFD", text) if c.isalpha()]
    assert [c for c in unicodedata.normalize("NFD", clean) if c.isalpha()] == kept


def test_clean_text_keeps_what_is_harmless() -> None:
    assert clean_text("a\r\nb\u2028c\td") == "a\nb\nc\td"
    assert clean_text("\u200fשלום \u200d") == "\u200fשלום \u200d"
    assert clean_line(" two \n lines ") == "two lines"


@pytest.mark.parametrize(
    "text",
    [
        "https://a b.example",
        "https://a.example/\u00a0",
        "https://a.example/\n",
        "https://a.example/\x7f",
        "javascript:x",
        "https://u@a.example",
        "https://",
    ],
)
def test_odd_characters_and_schemes_are_no_web_address(text: str) -> None:
    assert not is_web_address(text)


def test_a_web_address_may_have_letters_of_any_script() -> None:
    assert is_web_address("https://παράδειγμα.example/δρόμος?q=1#x")


@given(st.text(alphabet="htps:/ab.-0@?#[]%\\ ", max_size=12).map(lambda rest: f"http://{rest}"))
@example("http://a.example/b")
@example("http://-")
def test_an_address_has_a_host_and_nobodys_name_in_it(text: str) -> None:
    if is_web_address(text):
        parts = urlsplit(text)
        assert parts.hostname
        assert "@" not in parts.netloc
        assert not set(text) & set(' <>"`\\')
