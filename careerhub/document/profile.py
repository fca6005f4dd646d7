"""The document: everything the site may know about one profile, and nothing else.

No ids but slugs, and no None that means "private": what may not be known isn't here. People's longer texts are
Markdown; names, titles and labels are plain text. Every sequence is already in the order people see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from careerhub.document.dates import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What the owner chose to publish; an empty string is a thing not published."""

    email: str = ""
    phone: str = ""
    website: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A profile elsewhere, or a page of one's own."""

    network: str
    username: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    """An entry of the catalogue: its page is `/technologies/<slug>/`."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """A job, a contract or a voluntary post; employer or position may be empty, never both."""

    company_name: str
    company_website: str
    company_size: str
    industry: str
    company_location: str
    position: str
    employment_type: str
    start: PartialDate | None
    end: PartialDate | None
    is_current: bool
    description: str
    responsibilities: tuple[str, ...]
    technologies: tuple[Technology, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that isn't anonymised; `employers` are the visible employers it was done at."""

    slug: str
    name: str
    description: str
    role: str
    organization: str
    start: PartialDate | None
    end: PartialDate | None
    is_ongoing: bool
    status: str
    category: str
    achievements: tuple[str, ...]
    challenges: tuple[str, ...]
    clients: tuple[str, ...]
    team_size: int | None
    duration_months: int | None
    users_count: int | None
    budget_range: str
    demo_url: str
    github_url: str
    documentation_url: str
    keywords: tuple[str, ...]
    technologies: tuple[Technology, ...]
    employers: tuple[str, ...]
    is_featured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymizedProject:
    """The card of an anonymised project: an allow-list that names nobody. Dates by year, scale in bands."""

    role: str
    anonymized_company: str
    category: str
    start_year: int | None
    end_year: int | None
    is_ongoing: bool
    team_band: str
    users_band: str
    budget_range: str
    technologies: tuple[Technology, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """Something a person can do; `level` is 1 (basic) to 5 (master) or None for not said."""

    name: str
    group: str
    level: int | None
    years_of_experience: int | None
    started_using_year: int | None
    is_primary: bool
    technology: Technology | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Education:
    """A course of study; at least one of institution, degree and field of study is there."""

    institution: str
    url: str
    degree: str
    field_of_study: str
    start: PartialDate | None
    end: PartialDate | None
    grade: str
    description: str
    courses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A certificate; `is_expired` was true on the day the document was made."""

    name: str
    issuing_organization: str
    credential_id: str
    credential_url: str
    issued: PartialDate | None
    expires: PartialDate | None
    is_expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """An award, a publication, a talk, a patent …; `category` is the schema's word for it."""

    title: str
    category: str
    description: str
    date: PartialDate | None
    issuer: str
    authors: tuple[str, ...]
    identifier: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language spoken: `tag` is BCP 47 or empty, `cefr` A1 to C2, NATIVE or empty."""

    name: str
    tag: str
    fluency: str
    cefr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What somebody said about this person."""

    name: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """An interest and words about it."""

    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSize:
    """A photo in one size: a square of so many pixels, named by the SHA-256 of its bytes in hexadecimal."""

    size: str
    sha256: str
    pixels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """What a person looks like: at least one size, the smallest first, no two alike. The bytes are loaded apart."""

    sizes: tuple[PhotoSize, ...]

    @property
    def medium(self) -> PhotoSize:
        return self.sizes[len(self.sizes) // 2]

    @property
    def largest(self) -> PhotoSize:
        return self.sizes[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A text in another language: of which section, at which position there, in which field; a list has an item a line.

    `lang` is written as tags usually are; of the profile itself the section is `profile` and the position 0.
    """

    lang: str
    section: str
    position: int
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CvText:
    """A text that one CV says differently: of which section, at which position there, in which field.

    `lines` are the items of a field that is a list; `text` is that of any other.
    """

    section: str
    position: int
    field: str
    text: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CvVersion:
    """A CV the owner made public. Numbers are positions in the profile's own tuples; None means all of them.

    `order` names sections in the order they stand in, those it leaves out follow in the usual one; `pages` is how many
    pages the CV should have at most, None for as many as it takes.
    """

    name: str
    slug: str
    template: str
    lang: str
    paper: str
    is_default: bool
    include_summary: bool
    custom_summary: str
    experiences: tuple[int, ...] | None
    projects: tuple[int, ...] | None
    skills: tuple[int, ...] | None
    education: tuple[int, ...] | None
    certifications: tuple[int, ...] | None
    achievements: tuple[int, ...] | None
    languages: tuple[int, ...] | None = None
    references: tuple[int, ...] | None = None
    interests: tuple[int, ...] | None = None
    anonymized_projects: bool | None = None
    custom_headline: str = ""
    texts: tuple[CvText, ...] = ()
    order: tuple[str, ...] = ()
    pages: int | None = None
    has_photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person's public career record.

    `open_to_work` was true on the day the document was made; `changes_on` is the next day on which the passing of
    time alone changes the document, or None. `changed_on` is the day of the last edit that the public can see.
    `former_slugs` are addresses that still lead here.
    """

    slug: str
    full_name: str
    sort_name: str
    pronouns: str
    headline: str
    summary: str
    location: str
    city: str
    region: str
    country_code: str
    lang: str
    theme: str
    is_indexable: bool
    allows_ai: bool
    open_to_work: bool
    changed_on: date
    changes_on: date | None
    contact: Contact
    links: tuple[Link, ...]
    experiences: tuple[Experience, ...]
    projects: tuple[Project, ...]
    anonymized_projects: tuple[AnonymizedProject, ...]
    skills: tuple[Skill, ...]
    education: tuple[Education, ...]
    certifications: tuple[Certification, ...]
    achievements: tuple[Achievement, ...]
    languages: tuple[Language, ...]
    references: tuple[Reference, ...]
    interests: tuple[Interest, ...]
    cv_versions: tuple[CvVersion, ...]
    former_slugs: tuple[str, ...] = ()
    photo: Photo | None = None
    translations: tuple[Translation, ...] = ()
