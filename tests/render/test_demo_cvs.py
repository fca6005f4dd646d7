"""What other programs read in the CVs of the demo people: every word, in the order people read them."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

import pikepdf
import pymupdf
import pytest
from bidi.algorithm import get_display  # type: ignore[import-untyped]

from careerhub.document.cv import Cv, plan_cvs
from careerhub.document.dates import PartialDate
from careerhub.document.profile import Experience, Profile
from careerhub.document.text import base_direction
from careerhub.render.cv import CvRenderer, make_printable, render_cv
from careerhub.render.extraction import EXTRACTORS, read_pdf_text
from careerhub.render.labels import Labels, make_labels
from careerhub.render.markdown import plain_text, render_inline
from careerhub.render.resume import render_resume
from careerhub.render.sections import group_achievements, group_skills, list_jobs, list_voluntary, name_languages
from careerhub.resources import shipped

UNSPACED = ("ja", "ko", "zh")

_ONE_SCRIPT = re.compile(r"[\u0590-\u05ff]+|[\u0620-\u06ff]+|[A-Za-z]+|[0-9]+")

Made = list[tuple[Cv, bytes, bytes]]


@pytest.fixture(scope="module")
def made(demo_profiles: dict[str, Profile], renderer: CvRenderer) -> Made:
    """Give every CV of every demo person with its PDF and the resume.json that lies in it."""
    cvs = []
    for profile in demo_profiles.values():
        url = f"https://people.example.org/p/{profile.slug}/"
        resume = render_resume(profile, url=url)
        cvs += [(cv, render_cv(renderer, cv, url=url, resume=resume), resume) for cv in plan_cvs(profile)]
    return cvs


def base_language(cv: Cv) -> str:
    return cv.lang.split("-")[0]


def labels_of(cv: Cv) -> Labels:
    return make_labels(shipped("site_templates") / "labels", cv.lang)


def list_facts(cv: Cv) -> list[str]:
    """List what a CV says, in the order it has to say it."""
    t, profile = labels_of(cv), cv.profile
    facts = [profile.full_name, profile.headline]
    if profile.summary:
        facts += [t.text("summary"), *say(profile.summary)]
    for key, jobs in (("experience", list_jobs(profile)), ("volunteering", list_voluntary(profile))):
        facts += [t.text(key), *list_posts(jobs, t)] if jobs else []
    facts += list(list_projects(profile, t))
    facts += list(list_learning(profile, t))
    for group in group_achievements(profile.achievements):
        facts += [t.text(group.key), *(item.title for item in group.achievements)]
    spoken = name_languages(profile.languages, t) if cv.is_translated else profile.languages
    facts += [t.text("languages"), *(language.name for language in spoken)] if profile.languages else []
    facts += [t.text("interests")] if profile.interests else []
    facts += [t.text("references")] if profile.references else []
    for reference in profile.references:
        facts += [*say(reference.reference), reference.name]
    return [make_printable(fact) for fact in facts if fact]


def say(markdown: str) -> list[str]:
    return plain_text(make_printable(markdown)).splitlines()


def say_lines(items: Iterable[str]) -> list[str]:
    return [render_inline(make_printable(item)).striptags() for item in items]


def list_posts(jobs: Iterable[Experience], t: Labels) -> Iterator[str]:
    for job in jobs:
        yield from (job.position, job.company_name, job.company_location)
        yield t.period(job.start, job.end, job.is_current)
        yield from (*say(job.description), *say_lines(job.responsibilities))
        yield from (technology.name for technology in job.technologies)


def list_projects(profile: Profile, t: Labels) -> Iterator[str]:
    if profile.projects or profile.anonymized_projects:
        yield t.text("projects")
    for project in profile.projects:
        yield from (project.name, project.role, project.organization)
        yield t.period(project.start, project.end, project.is_ongoing)
        yield from (*say(project.description), *say_lines(project.achievements))
        yield from (technology.name for technology in project.technologies)
    for card in profile.anonymized_projects:
        start, end = (PartialDate(year=year) if year else None for year in (card.start_year, card.end_year))
        yield from (card.role, card.anonymized_company, t.text("confidential_project"))
        yield t.period(start, end, card.is_ongoing)


def list_learning(profile: Profile, t: Labels) -> Iterator[str]:
    for group in group_skills(profile.skills):
        yield group.name
        yield from (skill.name for skill in group.skills)
    yield t.text("education") if profile.education else ""
    for course in profile.education:
        yield from (course.degree, course.field_of_study, course.institution, t.period(course.start, course.end, False))
        yield from (*say(course.description), course.grade, *course.courses)
    yield t.text("certifications") if profile.certifications else ""
    for item in profile.certifications:
        yield from (item.name, item.issuing_organization, t.period(item.issued, item.expires, False))
        yield t.text("expired") if item.is_expired else ""


def read_text(pdf: bytes, extractor: str) -> str:
    return unicodedata.normalize("NFC", read_pdf_text(pdf, extractor))


def squeeze(text: str) -> str:
    return "".join(text.split())


def count_words(text: str, *, spaced: bool = True) -> Counter[str]:
    """Count words, or signs where a line may end between any two; a line may end after a hyphen everywhere."""
    plain = text.replace("-\n", "-").replace("•", " ")
    return Counter(plain.translate(str.maketrans(",،、:;()·", " " * 8)).split() if spaced else squeeze(plain))


def measure_recall(facts: list[str], found: str, *, spaced: bool = True) -> float:
    words = count_words("\n".join(facts), spaced=spaced)
    return (words & count_words(found, spaced=spaced)).total() / words.total()


def measure_signs(facts: list[str], found: str) -> float:
    """Measure recall of words, each of one script.

    Programs that read a line of two directions run by run leave out the space between two runs: who looks for
    `Python` finds it all the same.
    """
    wanted, known = (Counter(_ONE_SCRIPT.findall(text)) for text in ("\n".join(facts), found))
    return (wanted & known).total() / wanted.total()


def test_the_demo_shows_many_scripts(made: Made) -> None:
    assert {"ar", "de", "el", "en", "es", "he", "hi", "ja", "ko", "uk", "vi", "zh"} <= {
        base_language(cv) for cv, _, _ in made
    }
    assert {cv.paper for cv, _, _ in made} == {"a4", "letter"}
    assert len(made) > len({cv.profile.slug for cv, _, _ in made}) > 15


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_every_program_reads_every_fact_in_order(made: Made, extractor: str) -> None:
    looked_at = 0
    for cv, pdf, _ in made:
        if base_direction(cv.lang) == "rtl":
            continue
        text, facts, place = read_text(pdf, extractor), list_facts(cv), 0
        assert measure_recall(facts, text, spaced=base_language(cv) not in UNSPACED) == 1, cv.path
        for fact in facts:
            place = squeeze(text).find(squeeze(fact), place)
            assert place >= 0, f"{cv.path}: {fact!r} isn't where it should be"
            place += len(squeeze(fact))
        looked_at += 1
    assert looked_at > 15


def test_right_to_left_words_are_there(made: Made) -> None:
    looked_at = 0
    for cv, pdf, _ in made:
        if base_direction(cv.lang) != "rtl":
            continue
        facts = list_facts(cv)
        assert measure_signs(facts, read_text(pdf, "pypdf")) >= 0.95, cv.path
        lines = read_text(pdf, "pdfminer").splitlines()
        assert measure_signs(facts, "\n".join(get_display(line, base_dir="R") for line in lines)) >= 0.85, cv.path
        looked_at += 1
    assert looked_at >= 2


def test_every_cv_brings_its_machine_copy(made: Made) -> None:
    for cv, pdf, resume in made:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            files = {name: file.get_file().read_bytes() for name, file in opened.attachments.items()}
        assert files == {"resume.json": resume}, cv.path


def test_no_page_but_the_last_stays_half_empty(made: Made) -> None:
    """Entries are kept whole, and still a page is left for the next one only when little more would fit on it."""
    looked_at = 0
    for cv, pdf, _ in made:
        with pymupdf.open(stream=pdf, filetype="pdf") as opened:  # type: ignore[no-untyped-call]
            for page in list(opened)[:-1]:
                blocks = [block for block in page.get_text("blocks") if " / " not in block[4] or block[1] < 740]
                assert max(block[3] for block in blocks) > page.rect.height * 0.7, f"{cv.path}: {page.number + 1}"
                looked_at += 1
    assert looked_at > 15
