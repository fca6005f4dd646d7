from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pymupdf
import pytest
from bidi.algorithm import get_display  # type: ignore[import-untyped]

from careerhub.document.profile import Contact, Experience, Link, Profile
from careerhub.errors import ProfileFailed, WrongUse
from careerhub.render.cv import (
    CvRenderer,
    check_glyphs,
    fit_cv,
    make_cv_renderer,
    make_printable,
    render_cv,
    render_cv_html,
    show_address,
)
from careerhub.render.extraction import EXTRACTORS, read_pdf_text
from careerhub.render.pdf import Fitted, choose_fit, fit_pages, list_over, render_pdf
from tests.render import cv_people as people

RESUME = b'{"basics": {"name": "Somebody"}}\n'
UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"


@pytest.fixture(scope="module")
def long_cv(renderer: CvRenderer) -> bytes:
    return render(renderer, people.LONG)


def render(renderer: CvRenderer, profile: Profile, *, paper: str = "a4") -> bytes:
    url = f"https://people.example.org/p/{profile.slug}/"
    return render_cv(renderer, people.make_cv(profile, paper=paper), url=url, resume=RESUME)


def open_pdf(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def list_words(text: str) -> Counter[str]:
    return Counter(unicodedata.normalize("NFC", text).replace("•", " ").split())


def list_fields(profile: Profile, renderer: CvRenderer) -> list[str]:
    """List what a CV of jobs says, in the order it has to say it."""
    labels = renderer.labels[profile.lang]
    said = [profile.full_name, profile.headline, labels.text("summary"), profile.summary, labels.text("experience")]
    for job in profile.experiences:
        dates = labels.period(job.start, job.end, job.is_current)
        said += [job.position, job.company_name, dates, *job.responsibilities]
    return said


def measure_recall(expected: list[str], found: str) -> float:
    words = list_words("\n".join(expected))
    return (words & list_words(found)).total() / words.total()


def find_tags(data: bytes) -> list[str]:
    def walk(node: pikepdf.Object) -> list[str]:
        if isinstance(node, pikepdf.Array):
            return [tag for child in node for tag in walk(child)]
        if not isinstance(node, pikepdf.Dictionary):
            return []
        tag = [str(node.S)] if "/S" in node else []
        return tag + (walk(node.K) if "/K" in node else [])

    with open_pdf(data) as pdf:
        return walk(pdf.Root.StructTreeRoot.K)


def find_links(data: bytes) -> list[str]:
    with open_pdf(data) as pdf:
        return [str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", [])]


def read_attachments(data: bytes) -> dict[str, bytes]:
    with open_pdf(data) as pdf:
        return {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}


def count_pages(data: bytes) -> int:
    with open_pdf(data) as pdf:
        return len(pdf.pages)


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("profile", people.IN_ORDER, ids=lambda profile: profile.lang)
def test_every_program_reads_every_word_in_order(renderer: CvRenderer, profile: Profile, extractor: str) -> None:
    text = unicodedata.normalize("NFC", read_pdf_text(render(renderer, profile), extractor))
    fields = list_fields(profile, renderer)
    assert measure_recall(fields, text) == 1
    places: list[int] = []
    for field in fields:
        places.append(squeeze(text).find(squeeze(field), places[-1] if places else 0))
    assert -1 not in places, fields[places.index(-1)]


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_the_name_stands_alone_on_its_line(long_cv: bytes, extractor: str) -> None:
    assert people.LONG.full_name in read_pdf_text(long_cv, extractor).splitlines()


@pytest.mark.parametrize("profile", [people.ARABIC, people.HEBREW], ids=["ar", "he"])
def test_right_to_left_words_are_there(renderer: CvRenderer, profile: Profile) -> None:
    data = render(renderer, profile)
    fields = list_fields(profile, renderer)
    assert measure_recall(fields, read_pdf_text(data, "pypdf")) >= 0.95
    logical = "\n".join(get_display(line, base_dir="R") for line in read_pdf_text(data, "pdfminer").splitlines())
    assert measure_recall(fields, logical) >= 0.85


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_a_range_of_years_isnt_reversed_in_a_right_to_left_cv(renderer: CvRenderer, extractor: str) -> None:
    assert "2014 – 2018" in read_pdf_text(render(renderer, people.ARABIC), extractor)


def test_every_cv_brings_its_machine_copy(renderer: CvRenderer) -> None:
    assert read_attachments(render(renderer, people.HINDI)) == {"resume.json": RESUME}


def test_the_pdf_says_what_it_is(long_cv: bytes) -> None:
    pdf = open_pdf(long_cv)
    assert str(pdf.Root.Lang) == "en"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo.Title) == "Imogen Farrow-Lindqvist – Principal engineer for data platforms"
    assert str(pdf.docinfo.Author) == "Imogen Farrow-Lindqvist"
    assert "/CreationDate" not in pdf.docinfo
    assert pdf.Root.Metadata.read_bytes().count(b"<rdf:RDF") == 1
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata[UA_PART] == "1"


def test_the_resume_is_an_alternative_of_the_document(long_cv: bytes) -> None:
    pdf = open_pdf(long_cv)
    assert read_attachments(long_cv) == {"resume.json": RESUME}
    assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Alternative"]


def test_the_structure_has_one_title_and_lists(long_cv: bytes) -> None:
    tags = Counter(find_tags(long_cv))
    assert tags["/H1"] == 1
    assert tags["/H2"] == 12
    assert {"/H3", "/P", "/L", "/LI", "/Link"} <= set(tags)


def test_bookmarks_follow_the_headings(long_cv: bytes) -> None:
    with open_pdf(long_cv) as pdf, pdf.open_outline() as outline:
        (name,) = outline.root
        assert name.title == people.LONG.full_name
        assert [section.title for section in name.children][:3] == ["Summary", "Experience", "Volunteering"]


def test_only_later_pages_have_numbers(long_cv: bytes) -> None:
    with pymupdf.open(stream=long_cv, filetype="pdf") as pdf:  # type: ignore[no-untyped-call]
        first, second, *_ = (page.get_text() for page in pdf)
    assert not re.search(r"\d / \d", first)
    assert "2 / 3" in second


def test_links_are_live_and_short(long_cv: bytes) -> None:
    links = find_links(long_cv)
    assert "mailto:imogen@example.org" in links
    assert "https://www.imogen.example.org/" in links
    assert "https://people.example.org/p/imogen/" in links
    text = read_pdf_text(long_cv, "pymupdf")
    assert "imogen.example.org · people.example.org/p/imogen\n" in text


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_paper_has_its_size(renderer: CvRenderer, paper: str, size: tuple[int, int]) -> None:
    with open_pdf(render(renderer, people.ONE_LINE, paper=paper)) as pdf:
        box = pdf.pages[0].mediabox
        assert (round(float(box[2])), round(float(box[3]))) == size


def test_a_name_is_a_cv(renderer: CvRenderer) -> None:
    data = render(renderer, people.ONE_LINE)
    assert count_pages(data) == 1
    assert find_tags(data).count("/H2") == 0


def test_an_anonymised_project_shows_its_card_only(long_cv: bytes) -> None:
    text = read_pdf_text(long_cv, "pymupdf")
    assert "Architect\nA northern European hospital group · Confidential project\n2015 – 2017\nKind: Internal" in text


def test_an_expired_certificate_says_so(long_cv: bytes) -> None:
    lines = read_pdf_text(long_cv, "pymupdf").splitlines()
    assert [line.endswith("Expired") for line in lines if "Stream Engineer" in line] == [True]
    assert [line.endswith("Expired") for line in lines if "Postgres Performance" in line] == [False]


def test_the_same_cv_is_the_same_bytes_in_another_process(renderer: CvRenderer, cache: Path, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    script = (
        "import hashlib, sys; from pathlib import Path\n"
        "from careerhub.render.fonts import find_fonts; from careerhub.resources import shipped\n"
        "from tests.render import test_cv as t, cv_people as people\n"
        "r = t.make_cv_renderer(shipped('site_templates'), find_fonts(), Path(sys.argv[1]))\n"
        "for p in (people.JAPANESE, people.ARABIC, people.LONG): print(hashlib.sha256(t.render(r, p)).hexdigest())"
    )
    odd = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(root)}
    environment = {key: value for key, value in os.environ.items() if key not in ("HOME", "FONTCONFIG_FILE")} | odd
    command = [sys.executable, "-c", script, str(tmp_path / "other cache")]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60)
    here = [hashlib.sha256(render(renderer, p)).hexdigest() for p in (people.LONG, people.JAPANESE, people.ARABIC)]
    assert sorted(run.stdout.split()) == sorted(here)


def test_a_character_without_glyph_names_its_field(renderer: CvRenderer) -> None:
    job = replace(people.CZECH.experiences[1], description="An old word: 𐎀")
    profile = replace(people.CZECH, experiences=(people.CZECH.experiences[0], job))
    with pytest.raises(ProfileFailed, match=r"experiences\[1\]\.description: '𐎀' U\+10380 has no glyph; .*otherwise"):
        render(renderer, profile)


def test_a_character_hidden_in_an_entity_is_found(renderer: CvRenderer) -> None:
    with pytest.raises(ProfileFailed, match=r"summary: '𐎀'"):
        check_glyphs(renderer, people.make_cv(replace(people.ONE_LINE, summary="old &#66432; word")))


def test_what_isnt_printed_needs_no_glyph(renderer: CvRenderer) -> None:
    check_glyphs(renderer, people.make_cv(replace(people.ONE_LINE, theme="𐎀", sort_name="𐎀")))


def test_whatever_is_printed_needs_glyphs(renderer: CvRenderer) -> None:
    interest = replace(people.LONG.interests[0], keywords=("𐎀",))
    with pytest.raises(ProfileFailed, match=r"interests\[0\]\.keywords\[0\]"):
        check_glyphs(renderer, people.make_cv(replace(people.LONG, interests=(interest,))))


def test_joiners_and_selectors_need_no_glyph(renderer: CvRenderer) -> None:
    check_glyphs(renderer, people.make_cv(replace(people.ONE_LINE, headline="a\u200db\u200cc\u00ad葛\U000e0100")))


@pytest.fixture(params=[logging.NOTSET, logging.CRITICAL])
def _level_of_others(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let somebody else decide what WeasyPrint may log."""
    logger = logging.getLogger("weasyprint")
    before = logger.level
    logger.setLevel(request.param)
    yield
    assert logger.level == request.param
    logger.setLevel(before)


@pytest.mark.usefixtures("_level_of_others")
def test_a_box_that_slips_through_still_fails_the_cv(renderer: CvRenderer) -> None:
    with pytest.raises(ProfileFailed, match=r"no font has a glyph for '𐎀' U\+10380"):
        render_pdf(
            '<html lang="en"><title>t</title><p>𐎀',
            steps=renderer.sheets["modern", "a4"],
            font_config=renderer.font_config,
            attachment=RESUME,
        )


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Maker 🚀", "Maker"),
        ("**Shipped 🎉** and **🚀 launched**", "**Shipped** and **launched**"),
        ("Team 👩‍💻 in 🇫🇷 with 👍🏽 and ❤️!", "Team in with and!"),
        ("fast🚀then", "fast then"),
        ("- 🚀 One\n- ✅ Two", "- One\n- Two"),
        ("C# 10 * 2 № ™ ✓ ★", "C# 10 * 2 № ™ ✓ ★"),
        ("🚀", "🚀"),
        ("co\u00adoperation \u202eevil", "cooperation evil"),
    ],
)
def test_emoji_are_left_out_unless_there_is_nothing_else(written: str, printed: str) -> None:
    assert make_printable(written) == printed


def test_a_field_of_one_emoji_is_drawn(renderer: CvRenderer) -> None:
    assert "🚀" in read_pdf_text(render(renderer, replace(people.ONE_LINE, headline="🚀")), "pymupdf")


def test_hostile_markdown_links_to_nothing_and_loads_nothing(renderer: CvRenderer) -> None:
    hostile = (
        "[a](javascript:alert(1)) [b](file:///etc/passwd) <img src='http://127.0.0.1:9/x.png'> ![c](file:///etc/passwd)"
        "<link rel=attachment href='file:///etc/passwd'><a rel=attachment href='file:///etc/passwd'>d</a>"
        "<style>@import 'http://127.0.0.1:9/x.css';</style><base href='http://127.0.0.1:9/'>"
    )
    job = people.make_job(hostile, hostile, "2019", "", hostile, description=hostile, company_location=hostile)
    links = (
        Link(network="x", username="x", url="javascript:alert(1)"),
        Link(network="y", username="y", url="file:///x"),
    )
    contact = Contact(email="a@example.org?bcc=b@example.org", website="file:///etc/passwd")
    data = render(renderer, replace(people.ONE_LINE, summary=hostile, experiences=(job,), links=links, contact=contact))
    assert find_links(data) == ["https://people.example.org/p/nobody/"]
    assert read_attachments(data) == {"resume.json": RESUME}


@pytest.mark.parametrize(
    "tag",
    [
        "<img src='http://127.0.0.1:9/x.png'>",
        "<a rel=attachment href='file:///etc/passwd'>x</a>",
        "<a href='javascript:alert(1)'>x</a>",
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'>",
        "<p style='background: url(file:///etc/passwd)'>x",
        "<div>" * 2000,
    ],
)
def test_what_gets_past_the_sanitiser_fails_the_cv(renderer: CvRenderer, tag: str) -> None:
    steps = [(renderer.pdf.parse_sheet("p { margin: 0 }", renderer.font_config),)]
    with pytest.raises(ProfileFailed):
        render_pdf(tag, steps=steps, font_config=renderer.font_config, attachment=RESUME)


def test_templates_dont_run_in_texts(renderer: CvRenderer) -> None:
    data = render(renderer, replace(people.ONE_LINE, headline="{{ 7 * 7 }} <b>&amp;</b>"))
    assert "{{ 7 * 7 }} <b>&amp;</b>" in read_pdf_text(data, "pymupdf")


def test_an_unknown_template_is_named(renderer: CvRenderer) -> None:
    cv = people.make_cv(people.ONE_LINE, template="../secret")
    with pytest.raises(ProfileFailed, match=r"there are: .*modern"):
        render_cv(renderer, cv, url="https://example.org/", resume=RESUME)


def make_bullets(count: int) -> Profile:
    job = people.make_job("Author", "Tall Stack Press", "2019", "", *(f"Wrote chapter {n}" for n in range(count)))
    return replace(people.ONE_LINE, experiences=(job,))


def test_a_last_page_of_few_lines_is_saved(renderer: CvRenderer) -> None:
    loose = [renderer.sheets["modern", "a4"][0]]

    def count_loose_pages(profile: Profile) -> int:
        html = render_cv_html(renderer, people.make_cv(profile), url="https://people.example.org/p/nobody/")
        return count_pages(render_pdf(html, steps=loose, font_config=renderer.font_config, attachment=RESUME))

    little_too_long = next(profile for profile in map(make_bullets, range(30, 60)) if count_loose_pages(profile) == 2)
    assert count_pages(render(renderer, little_too_long)) == 1
    assert count_pages(render(renderer, make_bullets(60))) == 2


class Sheet:
    """A laid out document of some pages, whose last page ends at a share of its height."""

    def __init__(self, pages: int, share: float) -> None:
        self.height = 1000.0
        self.anchors = {"end": (0, share * 1000, 0, 0)}
        self.pages = [self] * pages


@pytest.mark.parametrize(
    ("laid_out", "chosen"),
    [
        ([(1, 0.1), (1, 0.1), (1, 0.1)], 0),
        ([(3, 0.9), (2, 0.9), (2, 0.5)], 0),
        ([(3, 0.1), (2, 0.9), (2, 0.5)], 1),
        ([(3, 0.1), (3, 0.1), (2, 0.9)], 2),
        ([(3, 0.1), (3, 0.1), (3, 0.1)], 0),
    ],
)
def test_the_loosest_step_that_saves_the_page_is_chosen(laid_out: list[tuple[int, float]], chosen: int) -> None:
    sheets = [Sheet(*about) for about in laid_out]
    assert choose_fit(lambda step: sheets[step], len(sheets)) is sheets[chosen]


@pytest.mark.parametrize(
    ("pages", "wished", "chosen"),
    [((1, 1, 1), 1, 0), ((2, 1, 1), 1, 1), ((3, 2, 1), 1, 2), ((3, 2, 1), 2, 1), ((3, 2, 2), 1, None)],
)
def test_the_loosest_step_that_fits_the_wish_is_chosen(pages: tuple[int, ...], wished: int, chosen: int | None) -> None:
    sheets = [Sheet(number, 0.5) for number in pages]
    found = fit_pages(lambda step: sheets[step], len(sheets), wished)
    assert found is (None if chosen is None else sheets[chosen])


def test_what_goes_over_is_named_by_section_and_entry() -> None:
    outline = [
        [(1, "Ada", (0, 0), "open"), (2, "Experience", (0, 1), "open"), (3, "Keeper", (0, 2), "open")],
        [(3, "Miller", (0, 0), "open"), (2, "Projects", (0, 1), "open"), (3, "Beacon", (0, 2), "open"), (2, "Skills", (0, 3), "open")],
    ]  # fmt: skip
    document = SimpleNamespace(pages=[SimpleNamespace(bookmarks=marks) for marks in outline])
    assert list_over(document, 1) == ("Experience: Miller", "Projects: Beacon", "Skills")
    document.pages[1].bookmarks = []
    assert list_over(document, 1) == ("Experience: Keeper",)


def test_a_wish_for_pages_is_met_when_it_can_be_read_and_changes_nothing_when_it_cant(renderer: CvRenderer) -> None:
    def fit(profile: Profile, pages: int | None) -> Fitted:
        return fit_cv(renderer, replace(people.make_cv(profile), pages=pages), url="", resume=RESUME)

    # so long that it isn't tightened by itself: its third page is well filled
    candidates = map(make_bullets, range(95, 140, 3))
    long = next(each for each in candidates if fit(each, None).pages == 3 and not fit(each, 2).over)
    assert fit(long, 2).pages == 2
    longer = make_bullets(200)
    assert fit(longer, 1).over
    assert fit(longer, 1).pdf == fit(longer, None).pdf


def test_an_unknown_extractor_is_refused() -> None:
    with pytest.raises(WrongUse, match="pypdf, pdfminer, pymupdf"):
        read_pdf_text(b"", "acrobat")


def test_addresses_are_written_as_people_say_them() -> None:
    assert show_address("https://www.example.org/") == "example.org"
    assert show_address("http://example.org/a/b?c=d") == "example.org/a/b?c=d"


def test_the_fingerprint_follows_the_templates(renderer: CvRenderer, cache: Path, tmp_path: Path) -> None:
    for name in ("cv/modern/cv.css", "cv/modern/cv.json", "cv/base.css", "cv/page.html", "labels/en.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((renderer.templates / name).read_bytes())
    before = make_cv_renderer(tmp_path, renderer.fonts, cache).fingerprint
    for name in ("cv/modern/cv.css", "cv/base.css", "cv/page.html"):
        (tmp_path / name).write_text("p { color: red }")
        after = make_cv_renderer(tmp_path, renderer.fonts, cache).fingerprint
        assert after != before
        before = after


def test_entries_without_employer_or_title_have_a_heading(renderer: CvRenderer) -> None:
    jobs: tuple[Experience, ...] = (
        people.make_job("", "Lone Firm", "2001", "2002"),
        people.make_job("Lone Title", "", "2003", ""),
    )
    tags = find_tags(render(renderer, replace(people.ONE_LINE, experiences=jobs)))
    assert tags.count("/H3") == 2
