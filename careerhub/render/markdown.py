"""Markdown becomes HTML here and nowhere else: the only maker of `Markup` from people's texts."""

from __future__ import annotations

import re
from functools import lru_cache

import cmarkgfm.cmark  # type: ignore[import-untyped]
import markdown
import nh3
from markupsafe import Markup, escape

from careerhub.document.text import clean_line, clean_text, is_web_address

_EXTENSIONS = ["autolink", "strikethrough"]
_INLINE = {"em", "strong", "code", "del", "a"}
# Nobody quotes a quote twelve times; what nests deeper is an attack on whoever lays the page out.
_DEEPEST = 24

_HEADING = re.compile(r"<(/?)h[1-6]\b[^>]*>", re.IGNORECASE)
_LOOSE_ITEM = re.compile(r"<li>\s*<p>((?:(?!</?(?:p|li)>).)*)</p>\s*(?=</li>|<ul>|<ol>)", re.DOTALL)
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_NESTING = re.compile(r"<(/?)(?:blockquote|pre|ul|ol|strong|em|del|a|code)\b")
_LINE_END = re.compile(r"<br>\n?|</(?:p|li|pre|blockquote)>\n?")
_BREAK = re.compile(r"<(?:br|/?(?:p|li|div))\b[^>]*>", re.IGNORECASE)
_BULLET = re.compile(r"[-*+•‣▪–]\s+")
# What Markdown or HTML may find something in, besides how a line begins and ends.
_MARKS = re.compile(r"[\\`*_\[\]<>&~@]|:(?=//)|(?<=[wW]{3})\.")
_MAIL = re.compile(r"mailto:[^\s<>\"'\\?&]+@[^\s<>\"'\\?&]+", re.IGNORECASE)


# A summary stands on the page, in its description, its linked data and its machine copy.
@lru_cache(maxsize=64)
def render_block(text: str) -> Markup:
    """Render a person's Markdown as paragraphs, lists and quotes that can do no harm."""
    said = clean_text(text)
    if (paragraphs := _find_plain_paragraphs(said)) is not None:
        return Markup("\n".join(f"<p>{each}</p>" for each in paragraphs))  # noqa: S704 - nothing to escape in it
    return _render_marked_block(said)


def _render_marked_block(said: str) -> Markup:
    html = _CLEAN_BLOCK(_HEADING.sub(_demote, _parse(said)))
    if _is_deep(html):
        return Markup("<p>{}</p>").format(_strip(html))
    html = _LOOSE_ITEM.sub(r"<li>\1", _EMPTY.sub("", html))
    return Markup(html.strip())  # noqa: S704 - what the sanitiser let through


def render_inline(text: str) -> Markup:
    """Render a person's Markdown as one line without block elements; a leading bullet goes."""
    said = clean_line(text)
    bullet = _BULLET.match(said)
    line = said[bullet.end() :] if bullet else said
    if not line or is_plain(line):
        return Markup(line)  # noqa: S704 - nothing to escape in it
    return _render_marked_line(line)


def _render_marked_line(line: str) -> Markup:
    # After an open parenthesis nothing can begin a block, so "2014. Founded …" stays as it was written.
    html = " ".join(_CLEAN_LINE(_BREAK.sub(" ", _parse(f"({line}"))).split()).removeprefix("(").lstrip()
    return escape(_strip(html)) if _is_deep(html) else Markup(html)  # noqa: S704 - what the sanitiser let through


@lru_cache(maxsize=64)
def plain_text(text: str) -> str:
    """Return what a person's Markdown says, without its marks: one line for each paragraph or item."""
    if (paragraphs := _find_plain_paragraphs(clean_text(text))) is not None:
        return "\n".join(" ".join(each.split()) for each in paragraphs)
    return _strip(render_block(text))


def render_trusted(text: str) -> Markup:
    """Render an operator's own Markdown (a file of the template folder) with tables, anchors and attributes."""
    html = markdown.markdown(text, extensions=["toc", "tables", "attr_list"], output_format="html")
    return Markup(html)  # noqa: S704 - a template's text, as trusted as the template


def is_plain(text: str) -> bool:
    """Tell whether a line's inside means the same to Markdown, HTML and people; most do, and parsing costs 30 times more."""
    return _MARKS.search(text) is None and text.isprintable()


def _find_plain_paragraphs(text: str) -> list[str] | None:
    """Return the paragraphs of a cleaned text that parser and sanitiser would only put between `<p>` and `</p>`.

    None for every other text: where a line begins with anything but a letter it might be a list, a heading or code, and
    two spaces at its end are a line break.
    """
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        if not line:
            paragraphs.append([])
        elif line[0].isalpha() and line[-1] != " " and is_plain(line):
            paragraphs[-1].append(line)
        else:
            return None
    return ["\n".join(lines) for lines in paragraphs if lines]


def _parse(text: str) -> str:
    # The sanitiser that follows decides alone what stays; cmark's own filter would leave a script's text behind.
    options = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    return str(cmarkgfm.cmark.markdown_to_html_with_extensions(text, options=options, extensions=_EXTENSIONS))


def _keep_attribute(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "start":
        return value if value.isdecimal() else None
    # Written by the sanitiser itself, which asks about it all the same.
    if attribute == "rel":
        return value
    return value if is_web_address(value) or _MAIL.fullmatch(value) else None


def _make_cleaner(tags: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes={"a": {"href"}, "ol": {"start"}},
        attribute_filter=_keep_attribute,
        link_rel="nofollow noopener ugc",
        url_schemes={"http", "https", "mailto"},
    )


_CLEAN_LINE = _make_cleaner(_INLINE).clean
_CLEAN_BLOCK = _make_cleaner(_INLINE | {"p", "br", "pre", "blockquote", "ul", "ol", "li"}).clean


def _demote(found: re.Match[str]) -> str:
    return "</strong></p>" if found[1] else "<p><strong>"


def _is_deep(html: str) -> bool:
    if html.count("<") <= _DEEPEST:
        return False
    depth = 0
    for found in _NESTING.finditer(html):
        depth += -1 if found[1] else 1
        if depth > _DEEPEST:
            return True
    return False


def _strip(html: str) -> str:
    lines = (Markup(part).striptags() for part in _LINE_END.split(html))  # noqa: S704 - a string again at once
    return "\n".join(line for line in lines if line)
