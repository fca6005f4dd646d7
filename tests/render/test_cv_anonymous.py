"""An anonymous CV names nobody: not in its text, its metadata, its attachment or its properties."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields, replace

import pikepdf
import pytest

from careerhub.document.anonymous import MASK, anonymize
from careerhub.document.profile import Contact, Profile
from careerhub.render.cv import CvRenderer
from careerhub.render.cv_formats import FORMATS, make_anonymous, render_as
from careerhub.render.extraction import EXTRACTORS, read_pdf_text
from tests.render import cv_people as people
from tests.render.test_cv import open_pdf, read_attachments

TOLD = (
    "Imogen (I. Farrow-Lindqvist, she/her) left **Harbour & Heron Ferries** for Harbour &  Heron Ferries, Quiet Meadow "
    "Clinics and Brightwater Maps; see https://code.example.com/imogen-fl, imogen@example.org, +46 31 555 01 23, "
    "@imogen-fl, www.imogen.example.org, Tidewatch, University of Westhaven, Streams without tears, farrow."
)
SECRETS = [
    "imogen",
    "farrow",
    "lindqvist",
    "harbour",
    "heron",
    "quiet",
    "meadow",
    "brightwater",
    "tidewatch",
    "westhaven",
    "okonjo",
    "northern+journal",
    "example.org",
    "example.com",
    "555+01+23",
    "gothenburg",
    "malmö",
    "dinghies",
    "she/her",
    "rivermark+street",
]


def tell_all() -> Profile:
    jobs = tuple(replace(job, description=TOLD, responsibilities=(TOLD,)) for job in people.LONG.experiences)
    contact = replace(people.LONG.contact, address="1 Rivermark Street, Gothenburg")
    skill = people.make_skill("Tidewatch", "Harbour & Heron Ferries")
    return replace(
        people.LONG,
        headline=TOLD,
        summary=TOLD,
        experiences=jobs,
        contact=contact,
        skills=(*people.LONG.skills, skill),
    )


def read_everything(data: bytes, kind: str) -> str:
    """Return all that a file says, to eyes and to programs."""
    if kind == "pdf":
        texts = [read_pdf_text(data, extractor) for extractor in EXTRACTORS]
        texts += [attached.decode() for attached in read_attachments(data).values()]
        with open_pdf(data) as pdf:
            texts += [str(value) for value in pdf.docinfo.values()]
            texts += [
                bytes(entry.read_bytes()).decode("latin-1")
                for entry in pdf.objects
                if isinstance(entry, pikepdf.Stream)
            ]
            texts += [repr(entry) for entry in pdf.objects]
        return "\n".join(texts)
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return data.decode()


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_tells_whose_it_is(renderer: CvRenderer, kind: str) -> None:
    named = people.make_cv(tell_all())
    telling = read_everything(render_as(renderer, named, kind, url="https://example.org/p/imogen/"), kind).casefold()
    silent = read_everything(render_as(renderer, make_anonymous(renderer, named), kind, url=""), kind).casefold()
    for secret in (secret.replace("+", " ") for secret in SECRETS):
        # what isn't in the one would prove nothing by not being in the other
        assert secret in telling or kind != "pdf" or " " in secret, secret
        assert secret not in silent, secret
    assert "principal engineer" in silent
    assert "candidate" in silent


def test_what_can_do_without_names_stays() -> None:
    anonymous = anonymize(people.LONG, name="Candidate")
    assert anonymous.full_name == "Candidate"
    assert [job.position for job in anonymous.experiences] == [job.position for job in people.LONG.experiences]
    assert anonymous.experiences[0].responsibilities == people.LONG.experiences[0].responsibilities
    assert {job.start.precision for job in anonymous.experiences if job.start} == {"Y"}
    assert anonymous.languages == people.LONG.languages
    assert anonymous.anonymized_projects[-1] == people.LONG.anonymized_projects[0]
    assert anonymous.anonymized_projects[0].role == "Maintainer"


def test_an_employer_is_what_it_does_and_how_large_it_is() -> None:
    job = replace(people.LONG.experiences[0], industry="Shipping", company_size="201-500")
    anonymous = anonymize(replace(people.LONG, experiences=(job,)), name="Candidate")
    assert anonymous.experiences[0].company_name == "Shipping, 201-500"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("At ACME GmbH and at Acme", f"At {MASK} and at {MASK}"),
        ("pacmen and acmes", "pacmen and acmes"),
        ("月見草株式会社で働く", f"{MASK}で働く"),
        ("Cut 900 ms to 140 ms in 2019–2021, 10 000 000 rows", "Cut 900 ms to 140 ms in 2019–2021, 10 000 000 rows"),
        ("Python, Node.js and ASP.NET", "Python, Node.js and ASP.NET"),
        ("call 0049 (89) 1234-5678", f"call {MASK}"),
    ],
)
def test_names_are_masked_as_words(text: str, masked: str) -> None:
    jobs = (people.make_job("a", "Acme GmbH", "2019", ""), people.make_job("b", "月見草株式会社", "2018", "2019"))
    said = anonymize(replace(people.ONE_LINE, experiences=jobs, summary=text), name="Candidate")
    assert said.summary == masked


def test_every_field_of_a_profile_was_decided_about() -> None:
    kept = {"lang", "changed_on", "languages"}
    anonymous, named = anonymize(tell_all(), name="Candidate"), tell_all()
    same = {each.name for each in fields(named) if getattr(anonymous, each.name) == getattr(named, each.name) != ""}
    nothing = {each.name for each in fields(named) if not getattr(named, each.name)}
    assert same - nothing == kept
    assert anonymous.contact == Contact()
