"""A profile without whose it is: an allow-list, like the card of an anonymised project.

What stays is named field by field. Texts that people wrote stay too, with every name that the profile knows masked; what a
text says in other words nobody can mask, so it has to be read before it is given away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from careerhub.document.dates import PartialDate
from careerhub.document.profile import (
    AnonymizedProject,
    Certification,
    Contact,
    Education,
    Experience,
    Profile,
    Project,
    Skill,
)

MASK = "[…]"
SLUG = "candidate"

_ADDRESS = re.compile(
    r"\b(?:https?|mailto|tel):\S+"  # what says that it is an address
    r"|[^\s<>()\[\]\"']+@[^\s<>()\[\]\"']+"  # mail, handles of federated networks
    r"|(?<!\w)@\w[\w.-]+"  # handles
    r"|\b(?:[\w-]+\.)+[a-z]{2,}/\S*"  # an address without its scheme
    r"|\b(?!asp\.net\b)(?:www\.|[\w-]+\.(?:com|org|net|io|dev|eu|de|uk|fr)\b)\S*"
    r"|(?<![\w.])\+?\d(?:[\s()/.-]*\d){8,}(?!\w)",  # a telephone number
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r"[\s,]+(?:gmbh(?: & co\.? kg)?|ag|kg|se|ug|inc\.?|llc|ltd\.?|limited|plc|corp\.?|co\.?|s\.?a\.?|s\.?r\.?o\.?"
    r"|a\.?s\.?|a/s|ab|oy|bv|b\.v\.|nv|s\.?r\.?l\.?|s\.?p\.?a\.?|sp\. z o\.?o\.?|pty)$",
    re.IGNORECASE,
)
_NAMING = {
    ("profile", "full_name"),
    ("profile", "location"),
    ("experiences", "company_name"),
    ("projects", "name"),
    ("projects", "organization"),
    ("education", "institution"),
    ("achievements", "title"),
}
_SHORTEST = 2  # letters of a part of somebody's name that is looked for on its own


def anonymize(profile: Profile, *, name: str) -> Profile:
    """Return what a profile says without saying whose it is; `name` stands for the person's."""
    masked = _Names(profile)
    return Profile(
        slug=SLUG,
        full_name=name,
        sort_name="",
        pronouns="",
        headline=masked.hide(profile.headline),
        summary=masked.hide(profile.summary),
        location="",
        city="",
        region="",
        country_code="",
        lang=profile.lang,
        theme="",
        is_indexable=False,
        allows_ai=False,
        open_to_work=False,
        changed_on=profile.changed_on,
        changes_on=None,
        contact=Contact(),
        links=(),
        experiences=tuple(masked.job(job) for job in profile.experiences if job.position),
        projects=(),
        anonymized_projects=(*map(masked.project, profile.projects), *profile.anonymized_projects),
        skills=tuple(map(masked.skill, profile.skills)),
        education=tuple(masked.study(each) for each in profile.education if each.degree or each.field_of_study),
        certifications=tuple(map(masked.certificate, profile.certifications)),
        achievements=(),
        languages=profile.languages,
        references=(),
        interests=(),
        cv_versions=(),
    )


class _Names:
    """The names that a profile knows, and its entries without them."""

    def __init__(self, profile: Profile) -> None:
        names = sorted({name for name in _list_names(profile) if name}, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(_match, names)) or r"(?!)", re.IGNORECASE)

    def hide(self, text: str) -> str:
        """Mask names and addresses in a text."""
        return self._pattern.sub(MASK, _ADDRESS.sub(MASK, text))

    def job(self, job: Experience) -> Experience:
        return Experience(
            company_name=", ".join(filter(None, (self.hide(job.industry), job.company_size))),
            company_website="",
            company_size=job.company_size,
            industry=self.hide(job.industry),
            company_location="",
            position=self.hide(job.position),
            employment_type=job.employment_type,
            start=_year(job.start),
            end=_year(job.end),
            is_current=job.is_current,
            description=self.hide(job.description),
            responsibilities=tuple(map(self.hide, job.responsibilities)),
            technologies=job.technologies,
        )

    def project(self, project: Project) -> AnonymizedProject:
        return AnonymizedProject(
            role=self.hide(project.role),
            anonymized_company="",
            category=project.category,
            start_year=project.start.year if project.start else None,
            end_year=project.end.year if project.end else None,
            is_ongoing=project.is_ongoing,
            team_band="",
            users_band="",
            budget_range=project.budget_range,
            technologies=project.technologies,
        )

    def skill(self, skill: Skill) -> Skill:
        return Skill(
            name=self.hide(skill.name),
            group=self.hide(skill.group),
            level=skill.level,
            years_of_experience=skill.years_of_experience,
            started_using_year=skill.started_using_year,
            is_primary=skill.is_primary,
            technology=skill.technology,
        )

    def study(self, study: Education) -> Education:
        return Education(
            institution="",
            url="",
            degree=self.hide(study.degree),
            field_of_study=self.hide(study.field_of_study),
            start=_year(study.start),
            end=_year(study.end),
            grade="",
            description="",
            courses=(),
        )

    def certificate(self, certificate: Certification) -> Certification:
        return Certification(
            name=self.hide(certificate.name),
            issuing_organization=self.hide(certificate.issuing_organization),
            credential_id="",
            credential_url="",
            issued=_year(certificate.issued),
            expires=_year(certificate.expires),
            is_expired=certificate.is_expired,
        )


def _year(when: PartialDate | None) -> PartialDate | None:
    return PartialDate(year=when.year) if when else None


def _list_names(profile: Profile) -> Iterator[str]:
    yield from (profile.full_name, profile.sort_name, profile.slug, *profile.former_slugs)
    yield from (part for part in re.split(r"[\s,.-]+", profile.full_name) if len(part) >= _SHORTEST)
    if "/" in profile.pronouns:
        yield profile.pronouns
    contact = profile.contact
    yield from (contact.email, contact.phone, contact.website, contact.address, profile.location, profile.city)
    for link in profile.links:
        yield from (link.username, link.url)
    yield from _list_organizations(profile)
    yield from (reference.name for reference in profile.references)
    for project in profile.projects:
        yield from (project.name, project.slug, *project.clients)
    for achievement in profile.achievements:
        yield from (achievement.title, achievement.identifier, *achievement.authors)
    yield from _list_translated_names(profile)


def _list_translated_names(profile: Profile) -> Iterator[str]:
    """Yield what the names are in the other languages that the profile is written in."""
    for said in profile.translations:
        if (said.section, said.field) not in _NAMING:
            continue
        yield said.text
        yield _LEGAL_FORM.sub("", said.text)
        if said.field == "full_name":
            yield from (part for part in re.split(r"[\s,.-]+", said.text) if len(part) >= _SHORTEST)


def _list_organizations(profile: Profile) -> Iterator[str]:
    said: Iterable[str] = (
        *(job.company_name for job in profile.experiences),
        *(name for project in profile.projects for name in (project.organization, *project.employers)),
        *(study.institution for study in profile.education),
        *(achievement.issuer for achievement in profile.achievements),
    )
    for name in said:
        yield name
        yield _LEGAL_FORM.sub("", name)


def _match(name: str) -> str:
    """Match a name as words of its own, however its spaces are written; scripts without spaces have no words."""
    words = r"\s+".join(map(re.escape, name.split()))
    begin = r"(?<!\w)" if name[0].isascii() and name[0].isalnum() else ""
    end = r"(?!\w)" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{begin}{words}{end}"
