"""A CV document becomes its PDF."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from jinja2 import Environment

from careerhub.document.cv import DEFAULT_TEMPLATE, SECTIONS, Cv, order_sections
from careerhub.document.dates import PartialDate
from careerhub.document.text import clean_text, is_web_address
from careerhub.errors import ProfileFailed
from careerhub.render.environment import make_environment
from careerhub.render.fonts import FontSet, describe_missing, prepare_fonts
from careerhub.render.labels import Labels, make_labels
from careerhub.render.sections import group_achievements, group_skills, list_jobs, list_voluntary, name_languages

if TYPE_CHECKING:  # the module imports WeasyPrint
    from careerhub.render.pdf import Fitted

T = TypeVar("T")

# Comfortable to tight: size of text (pt), line height, side margin (mm), space above a section (pt).
_STEPS = (
    (10.0, 1.42, 20, 15),
    (10.0, 1.36, 18, 13),
    (9.8, 1.34, 17, 11),
    (9.6, 1.32, 16, 10),
    (9.3, 1.30, 15, 9),
    (9.0, 1.28, 14, 8),
)
_PAGE = "cv/page.html"
_JPEG_QUALITY = 88
_PAPERS = {"a4": "A4", "letter": "letter"}
# An entry this small moves to the next page whole; a longer one may be split, or it would leave a page empty.
_SHORT_BULLETS = 6
_SHORT_LENGTH = 900

# What stands in no CV, and so needs no glyph.
_UNPRINTED = frozenset(
    (
        *(f"Profile.{name}" for name in ("slug", "sort_name", "lang", "theme", "country_code", "cv_versions", "photo")),
        "Profile.translations",
        *(f"Experience.{name}" for name in ("company_website", "company_size", "industry", "employment_type")),
        *(
            f"Project.{name}"
            for name in ("slug", "status", "category", "challenges", "clients", "keywords", "employers")
        ),
        *("Project.budget_range", "Link.network", "Link.username", "Technology.slug", "Skill.technology"),
        *("Education.url", "Certification.credential_id", "Certification.credential_url", "Achievement.category"),
        *("Achievement.url", "Language.tag"),
    )
)
_ADDRESSES = re.compile(r"(?:.*_)?(?:url|website|slug)")
_NAMED_AT_ONCE = 5
_MAIL = re.compile(r"[^\s<>\"'\\?&@]+@[^\s<>\"'\\?&@]+")

# Pictures that Unicode means to be drawn in colour, with their modifiers, joiners, flags and keycaps.
_PICTURE = (
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0\U0001f900-\U0001faff"
    "⌚⌛⏩-⏬⏰⏳◽◾☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓-❕❗➕-➗➰➿⬛⬜⭐⭕\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a]"
    "|[\u00a9\u00ae\u203c-\u3299]\ufe0f|\ufe0f?\u20e3"
)
_EMOJI = re.compile(f" *(?:(?:{_PICTURE})[\ufe0f\u200d\U000e0020-\U000e007f]*)+ *")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What the `cv.json` of a template says: its place among the others, what it is for, and how it is set.

    `font` stands before the others where it has a letter; `first_step` is the loosest of the steps to fit a page.
    """

    place: int
    description: str
    font: str = ""
    first_step: int = 0
    order: tuple[str, ...] = SECTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class CvRenderer:
    """What the CVs of one process share; sheets and labels are kept once they have been needed."""

    templates: Path
    environment: Environment
    fonts: FontSet
    font_config: Any
    fingerprint: str
    pdf: ModuleType
    sheets: dict[tuple[str, str], tuple[tuple[Any, ...], ...]]
    labels: dict[str, Labels]


def make_cv_renderer(templates: Path, fonts: FontSet, cache: Path) -> CvRenderer:
    """Make the renderer of a template folder; sets FONTCONFIG_FILE for this process and imports WeasyPrint.

    `fingerprint` changes with the fonts, the templates and the libraries that decide about a PDF's bytes.
    """
    os.environ["FONTCONFIG_FILE"] = str(prepare_fonts(fonts, cache))
    # Not before: WeasyPrint looks for fonts when it is imported, and takes most of a second.
    from careerhub.render import pdf

    environment = make_environment(templates)
    environment.filters |= {"address": show_address}
    environment.tests |= {
        "shown_in": _is_shown_in,
        "left_to_right": _is_left_to_right,
        "short": _is_short,
        "long": _is_long,
    }
    environment.tests |= {"web_address": is_web_address, "mail_address": _is_mail_address}
    return CvRenderer(
        templates=templates,
        environment=environment,
        fonts=fonts,
        font_config=pdf.make_font_configuration(),
        fingerprint=_fingerprint(templates, fonts),
        pdf=pdf,
        sheets={},
        labels={},
    )


def warm(renderer: CvRenderer) -> None:
    """Load template, sheets and fonts, so that a process forked from this one starts with them."""
    renderer.environment.get_template(_PAGE)
    for paper in _PAPERS:
        renderer.pdf.render_pdf(
            '<html lang="en"><title>-</title><h1>Name</h1><p><strong>Strong</strong> and <em>soft</em>',
            steps=_get_sheets(renderer, DEFAULT_TEMPLATE, paper),
            font_config=renderer.font_config,
            attachment=b"{}",
        )


def render_cv(renderer: CvRenderer, cv: Cv, *, url: str, resume: bytes) -> bytes:
    """Render a CV as PDF; `url` is the profile's page, `resume` the bytes attached as resume.json.

    Raise ProfileFailed when a character has no glyph, or the text can't be laid out.
    """
    return fit_cv(renderer, cv, url=url, resume=resume).pdf


def fit_cv(renderer: CvRenderer, cv: Cv, *, url: str, resume: bytes) -> Fitted:
    """Render a CV as `render_cv` does, and tell what goes beyond the pages it should have."""
    _check_template(renderer, cv.template)
    check_glyphs(renderer, cv)
    fitted: Fitted = renderer.pdf.fit_pdf(
        render_cv_html(renderer, cv, url=url),
        steps=_get_sheets(renderer, cv.template, cv.paper),
        font_config=renderer.font_config,
        attachment=resume,
        pages=cv.pages,
        photo=write_jpeg(cv.photo) if cv.photo else b"",
    )
    return fitted


def list_templates(templates: Path) -> tuple[str, ...]:
    """Return the names of the CV templates there are, in the order in which people are offered them."""
    found = [(_read_template(path).place, path.parent.name) for path in templates.glob("cv/*/cv.json")]
    return tuple(name for _, name in sorted(found))


def describe_template(templates: Path, name: str) -> str:
    """Say in a sentence what a CV template is for."""
    return _read_template(templates / "cv" / name / "cv.json").description


def render_cv_html(renderer: CvRenderer, cv: Cv, *, url: str) -> str:
    """Render the page that becomes the PDF."""
    labels = _get_labels(renderer, cv.lang)
    profile = _change_texts(cv.profile, make_printable)
    if cv.is_translated:
        profile = replace(profile, languages=name_languages(profile.languages, labels))
    _check_template(renderer, cv.template)
    return renderer.environment.get_template(_PAGE).render(
        profile=profile,
        labels=labels,
        url=url,
        works=list_jobs(profile),
        volunteering=list_voluntary(profile),
        skill_groups=group_skills(profile.skills),
        achievement_groups=group_achievements(profile.achievements),
        year=_make_year,
        order=_order(renderer, cv),
        photo=renderer.pdf.PHOTO if cv.photo else "",
    )


def write_jpeg(photo: bytes) -> bytes:
    """Return a photo as JPEG: in a PDF that is a tenth of what other formats become there."""
    from PIL import Image

    written = BytesIO()
    with Image.open(BytesIO(photo), formats=("WEBP",)) as picture:
        picture.convert("RGB").save(written, "JPEG", quality=_JPEG_QUALITY, subsampling=0, optimize=False)
    return written.getvalue()


def check_glyphs(renderer: CvRenderer, cv: Cv) -> None:
    """Raise ProfileFailed naming the field, the character and its cure, if the fonts can't draw a text."""
    missing = [
        f"{path}: {chr(code)!r} U+{code:04X} has no glyph; {describe_missing(code)}"
        for path, text in _list_texts(cv.profile)
        for code in _find_missing(make_printable(text), renderer.fonts.coverage)
    ]
    if missing:
        rest = missing[_NAMED_AT_ONCE:]
        more = f" (and {len(rest)} more)" if rest else ""
        raise ProfileFailed(f"{cv.path}: {'; '.join(missing[:_NAMED_AT_ONCE])}{more}")


def make_printable(text: str) -> str:
    """Clean a text and leave out its emoji, which readers of PDFs stumble over; a text of nothing else keeps them."""
    clean = clean_text(text)
    return _EMOJI.sub(_leave_out, clean).strip(" ") or clean


def show_address(url: str) -> str:
    """Write a web address as people say it: without scheme, `www.` and the last slash."""
    return re.sub(r"^https?://(?:www\.)?", "", url, flags=re.IGNORECASE).rstrip("/")


def _leave_out(found: re.Match[str]) -> str:
    """Keep the one space between two words: `**Bold 🚀**` must not become `**Bold **`, which isn't bold."""
    before, after = found[0][:1] == " ", found[0][-1:] == " "
    glued = not before and not after and found.string[found.end() :][:1].isalnum()
    return " " if glued or (before and after) else ""


def _list_texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts that CVs print, each with its path: `experiences[2].description`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _list_texts(item, f"{path}[{index}]")
    elif is_dataclass(value):
        for field in fields(value):
            if f"{type(value).__name__}.{field.name}" not in _UNPRINTED:
                yield from _list_texts(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))


def _change_texts(value: T, change: Callable[[str], str]) -> T:
    """Return the document with each text but addresses changed."""
    if isinstance(value, str):
        return change(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_change_texts(item, change) for item in value)  # type: ignore[return-value]
    if not is_dataclass(value) or isinstance(value, type | PartialDate):
        return value
    names = (field.name for field in fields(value) if not _ADDRESSES.fullmatch(field.name))
    return replace(value, **{name: _change_texts(getattr(value, name), change) for name in names})


def _find_missing(text: str, coverage: frozenset[int]) -> list[int]:
    # An entity in Markdown (`&#128640;`) is a character too.
    codes = {ord(c) for c in {*text, *html.unescape(text)}} - coverage
    return sorted(code for code in codes if not _is_invisible(code))


def _is_invisible(code: int) -> bool:
    """Tell whether a code point is drawn as nothing: controls, joiners, marks of direction, variation selectors."""
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return selector or unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs")


def _is_short(texts: Iterable[str]) -> bool:
    known = list(texts)
    return len(known) <= _SHORT_BULLETS and sum(map(len, known)) <= _SHORT_LENGTH


def _is_long(text: str) -> bool:
    """Tell whether a bullet is too long to be kept on one page: it would leave the page before it empty."""
    return len(text) > _SHORT_LENGTH


def _is_shown_in(url: str, shown: Iterable[str]) -> bool:
    return show_address(url) in shown


def _is_left_to_right(text: str) -> bool:
    """Tell whether nothing in a text is written from right to left."""
    return not any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)


def _is_mail_address(text: str) -> bool:
    return _MAIL.fullmatch(text) is not None


def _make_year(year: int | None) -> PartialDate | None:
    return PartialDate(year=year) if year else None


def _get_labels(renderer: CvRenderer, lang: str) -> Labels:
    if lang not in renderer.labels:
        renderer.labels[lang] = make_labels(renderer.templates / "labels", lang)
    return renderer.labels[lang]


def _check_template(renderer: CvRenderer, template: str) -> None:
    known = list_templates(renderer.templates)
    if template not in known:
        raise ProfileFailed(f"there is no CV template {template!r}; there are: {', '.join(known)}")


def _read_template(path: Path) -> Template:
    said = json.loads(path.read_text("utf-8"))
    return Template(**said | {"order": order_sections(said.get("order", ()))})


def _order(renderer: CvRenderer, cv: Cv) -> tuple[str, ...]:
    """Return the order its owner gave the CV, else the template's."""
    if cv.order != SECTIONS:
        return cv.order
    return _read_template(renderer.templates / "cv" / cv.template / "cv.json").order


def _get_sheets(renderer: CvRenderer, template: str, paper: str) -> tuple[tuple[Any, ...], ...]:
    """Return the parsed style sheets of each step, from comfortable to tight."""
    key = (template, paper)
    if key not in renderer.sheets:
        folder = renderer.templates / "cv"
        known = _read_template(folder / template / "cv.json")
        css = "\n".join(path.read_text("utf-8") for path in (folder / "base.css", folder / template / "cv.css"))
        shared = _parse(renderer, f"{css}\nhtml {{ font-family: {_name_families(renderer.fonts, known.font)} }}")
        steps = _STEPS[known.first_step :]
        renderer.sheets[key] = tuple((shared, _parse(renderer, _write_step(step, paper))) for step in steps)
    return renderer.sheets[key]


def _parse(renderer: CvRenderer, css: str) -> Any:
    return renderer.pdf.parse_sheet(css, renderer.font_config)


def _name_families(fonts: FontSet, first: str) -> str:
    return ", ".join(f'"{name}"' for name in (first, *fonts.families) if name)


def _write_step(step: tuple[float, float, int, int], paper: str) -> str:
    size, leading, margin, gap = step
    return (
        f"@page {{ size: {_PAPERS.get(paper, 'A4')}; margin: {margin - 3}mm {margin}mm }}"
        f"html {{ --size: {size}pt; --leading: {leading}; --gap: {gap}pt }}"
    )


def _fingerprint(templates: Path, fonts: FontSet) -> str:
    parts = [
        fonts.fingerprint,
        *(f"{name} {version(name)}" for name in ("weasyprint", "pydyf", "jinja2", "babel", "pillow")),
    ]
    cvs = (path for path in templates.glob("cv/**/*") if path.is_file())
    files = sorted([*cvs, *templates.glob("labels/*.json")])
    parts += [f"{path.relative_to(templates)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
