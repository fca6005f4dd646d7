"""Texts that a page shows in another language than its own: each says which, so that it is read aloud as it's meant."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from careerhub.document.text import clean_text
from careerhub.render.markdown import render_block, render_inline

_BLOCK = re.compile(r"<(p|ul|ol|pre|blockquote)(?=[ >])")


class Original(str):
    """A text in the language it was written in; where a template shows it, an element around it names that.

    Without quotes around the tag it does no harm in an attribute either.
    """

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, text: str, lang: str) -> Original:
        made = super().__new__(cls, text)
        made.lang = lang
        return made

    def __html__(self) -> str:
        return f"<span lang={self.lang}>{escape(clean_text(str(self)))}</span>"


def show_block(text: str) -> Markup:
    """Render Markdown as `render_block` does; each block of an original says its language."""
    if type(text) is not Original:
        return render_block(text)
    html = str(render_block(str(text)))
    return Markup(_BLOCK.sub(rf"<\1 lang={text.lang}", html))  # noqa: S704 - of what was rendered, with a checked tag


def show_inline(text: str) -> Markup:
    """Render Markdown as `render_inline` does; an original says its language."""
    if type(text) is not Original:
        return render_inline(text)
    return Markup(f"<span lang={text.lang}>{render_inline(str(text))}</span>")  # noqa: S704 - as above
