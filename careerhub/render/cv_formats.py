"""A CV in the formats people are asked for: PDF, Word, Markdown, text."""

from __future__ import annotations

from dataclasses import replace

from careerhub.document.anonymous import SLUG, anonymize
from careerhub.document.cv import DEFAULT_TEMPLATE, Cv
from careerhub.render.cv import CvRenderer, render_cv, render_cv_html
from careerhub.render.cv_blocks import read_blocks
from careerhub.render.cv_docx import write_docx
from careerhub.render.cv_text import write_markdown, write_text
from careerhub.render.labels import make_labels
from careerhub.render.resume import render_resume

FORMATS = ("pdf", "docx", "md", "txt")


def make_anonymous(renderer: CvRenderer, cv: Cv) -> Cv:
    """Return the CV without whose it is: its path and title tell nothing either."""
    name = make_labels(renderer.templates / "labels", cv.lang).text("candidate")
    return replace(cv, path=f"{SLUG}.pdf", title="", photo=b"", profile=anonymize(cv.profile, name=name))


def render_as(renderer: CvRenderer, cv: Cv, kind: str, *, url: str) -> bytes:
    """Render a CV as one of FORMATS; `url` is the profile's page, empty for a CV that has none."""
    if kind == "pdf":
        return render_cv(renderer, cv, url=url, resume=render_resume(cv.profile, url=url))
    # one plain arrangement, whatever the PDF looks like
    blocks = read_blocks(render_cv_html(renderer, replace(cv, template=DEFAULT_TEMPLATE, photo=b""), url=url))
    if kind == "md":
        return write_markdown(blocks)
    if kind == "txt":
        return write_text(blocks)
    labels = make_labels(renderer.templates / "labels", cv.lang)
    name = next((block.text for block in blocks if block.kind == "name"), "")
    headline = next((block.text for block in blocks if block.kind == "headline"), "")
    title = " – ".join(filter(None, (name, headline)))
    is_rtl = labels.direction == "rtl"
    return write_docx(blocks, title=title, author=name, lang=labels.lang, is_rtl=is_rtl, paper=cv.paper)
