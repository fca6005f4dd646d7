from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from careerhub.document.text import clean_line, clean_text
from careerhub.render import markdown
from careerhub.render.markdown import plain_text, render_block, render_inline, render_trusted

# What Markdown, its address finder and HTML look for, among letters and spaces.
PIECES = st.one_of(
    st.sampled_from(list("abwW.,:/-+#=|!?'\"()[]{}<>*_~`\\&;@^$%0129 \t\n")),
    st.sampled_from(
        ["www.", "http://", "ftp:", "mailto:", "\n\n", "  \n", "1. ", "- ", "a.b", " ", "\u00a0", "\u3000"]
    ),
    st.characters(),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def test_ordinary_markdown_is_rendered() -> None:
    html = render_block("I like **data** and *people*.\n\n- one\n- two\n\n> said\n\n`x = 1`")
    assert "<p>I like <strong>data</strong> and <em>people</em>.</p>" in html
    assert "<li>one</li>" in html
    assert "<blockquote>" in html
    assert "<code>x = 1</code>" in html


def test_items_written_apart_stay_on_the_line_of_their_bullet() -> None:
    assert render_block("- one\n\n- two") == "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"


def test_headings_become_bold_paragraphs_because_the_page_has_its_own() -> None:
    assert render_block("# Who\n\nme") == "<p><strong>Who</strong></p>\n<p>me</p>"


def test_paragraphs_with_nothing_in_them_leave_no_gap() -> None:
    assert render_block("<p></p>\n\nword") == "<p>word</p>"
    assert render_block("![only a picture](https://example.org/x.png)") == ""


def test_a_year_with_a_full_stop_isnt_swallowed_as_a_list() -> None:
    assert render_inline("2014. Founded the **club**") == "2014. Founded the <strong>club</strong>"
    assert 'start="2014"' in render_block("2014. Founded the club")


@pytest.mark.parametrize("text", ["- did it", "• did it", "* did it", "  did\nit  "])
def test_a_line_has_no_bullet_and_no_breaks(text: str) -> None:
    assert render_inline(text) == "did it"


def test_a_lines_blocks_are_flattened() -> None:
    assert render_inline("a<br>b<p>c</p>") == "a b c"
    assert render_inline("# not a heading") == "# not a heading"
    assert render_inline("") == ""


def test_a_persons_link_carries_an_address_and_no_recommendation() -> None:
    html = render_block('<a href="http://e.example" onclick="x()" id="content" style="top:0">x</a>')
    assert html == '<p><a href="http://e.example" rel="nofollow noopener ugc">x</a></p>'
    assert 'href="mailto:a@example.com"' in render_inline("[mail](mailto:a@example.com)")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x73;cript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "/relative",
        "http://user:secret@evil.example",
        "http://evil.example:99999",
    ],
)
def test_an_address_that_isnt_of_the_web_is_no_link(address: str) -> None:
    assert "href" not in render_block(f'[x](<{address}>) <a href="{address}">y</a>')
    assert "href" not in render_inline(f'[x](<{address}>) <a href="{address}">y</a>')


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<style>body{display:none}</style>",
        "![x](http://169.254.169.254/latest/meta-data/)",
        "<svg><a xlink:href=javascript:alert(1)>",
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "<iframe src=//evil.example></iframe>",
        "<form action=//evil.example><input name=q></form>",
        '<p style="background:url(http://evil.example)" id=content name=x>',
    ],
)
def test_nothing_dangerous_survives(text: str) -> None:
    for html in (render_block(text), render_inline(text)):
        tags = re.findall(r"<[^>]*>", html)
        assert all(re.fullmatch(r"</?(p|strong|em|a|code)>", tag) for tag in tags), html
        assert "alert(1)" not in re.sub(r"&[^;]+;.*", "", html)


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "![" * 5_000, "[a](" * 5_000, "**a" * 20_000, "<h1>" * 5_000, "<li><p>" * 10_000, "- " * 10_000],
)
def test_hostile_lengths_take_no_time(text: str) -> None:
    begun = time.process_time()
    render_block(text)
    render_inline(text)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("opening", ["> ", "<blockquote>", "<ul><li>", "<b><strong>", "<pre>"])
def test_what_nests_without_end_is_said_plainly(opening: str) -> None:
    html = render_block(opening * 500 + "word")
    assert "word" in html
    assert html.count("<") < 60


def test_controls_and_reversals_are_gone() -> None:
    assert render_inline("a\u202eb\x00c\ufeff") == "abc"
    assert render_inline("👩‍🚀") == "👩‍🚀"


def test_plain_text_says_the_same_without_marks() -> None:
    text = "I **like** [maps](https://example.org) & `x < y`.\n\n- one\n- two <script>no()</script>"
    assert plain_text(text) == "I like maps & x < y.\none\ntwo"


def test_an_operators_tables_and_anchors_are_rendered() -> None:
    html = render_trusted("## Who\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert '<h2 id="who">' in html
    assert "<td>1</td>" in html


@given(TEXTS)
@example("A summary.\n\nOf two paragraphs,\none of two lines.")
@example("x www.example.org")
@example("x http://example.org/")
def test_a_text_without_marks_is_what_parser_and_sanitiser_make_of_it(text: str) -> None:
    expected = markdown._render_marked_block(clean_text(text))
    assert render_block(text) == expected
    assert plain_text(text) == markdown._strip(expected)


@given(TEXTS)
@example("2014. Founded a shop.")
def test_a_line_without_marks_is_what_parser_and_sanitiser_make_of_it(text: str) -> None:
    said = clean_line(text)
    bullet = markdown._BULLET.match(said)
    line = said[bullet.end() :] if bullet else said
    assert render_inline(text) == (markdown._render_marked_line(line) if line else "")


def test_ordinary_sentences_need_no_parser() -> None:
    for text in (
        "Led a team of six.",
        "Über 40 Jahre: “Brot”, Kuchen & mehr"[:30],
        "設計しました。",
        "Cut costs by 27% (2019–2021)",
    ):
        assert markdown.is_plain(text)
    for text in ("**bold**", "a_b", "<b>", "a & b", "see www.example.org", "x://y", "a`b", "a@b.example"):
        assert not markdown.is_plain(text)
