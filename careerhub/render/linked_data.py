"""A profile as schema.org JSON-LD: only what its page shows."""

from __future__ import annotations

from typing import Any

from careerhub.document.profile import Certification, Education, Experience, Profile
from careerhub.document.text import clean_line, is_web_address
from careerhub.render.markdown import plain_text
from careerhub.render.sections import list_jobs

# Search engines read the first few; a page of four hundred skills gains nothing.
_MOST_TOPICS = 50


def make_linked_data(profile: Profile, *, url: str, home: str = "", image: str = "") -> dict[str, Any]:
    """Make the ProfilePage of a person whose page is at `url` and whose photo at `image` (absolute).

    `home` is the page in the language the profile was written in, if that is another one: it tells who the person is.
    """
    person = _drop_empty(
        {
            "@type": "Person",
            "@id": f"{home or url}#person",
            "url": home or url,
            "name": clean_line(profile.full_name),
            "image": image,
            "jobTitle": _job_title(profile),
            "description": clean_line(plain_text(profile.summary)),
            "email": clean_line(profile.contact.email),
            "address": _address(profile),
            "worksFor": [_organization(job) for job in list_jobs(profile) if job.is_current and job.company_name],
            "alumniOf": [_school(course) for course in profile.education if course.institution],
            "knowsAbout": [clean_line(skill.name) for skill in profile.skills][:_MOST_TOPICS],
            "knowsLanguage": [clean_line(language.tag or language.name) for language in profile.languages],
            "hasCredential": [_credential(item) for item in profile.certifications],
            "award": [clean_line(item.title) for item in profile.achievements if item.category.upper() == "AWARD"],
            "sameAs": [link.url for link in profile.links if is_web_address(link.url)],
        }
    )
    return {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": url,
        "dateModified": profile.changed_on.isoformat(),
        "inLanguage": profile.lang or "en",
        "mainEntity": person,
    }


def _job_title(profile: Profile) -> str:
    current = next((job.position for job in list_jobs(profile) if job.is_current and job.position), "")
    return clean_line(current or profile.headline)


def _address(profile: Profile) -> dict[str, str]:
    place = _drop_empty(
        {
            "addressLocality": clean_line(profile.city),
            "addressRegion": clean_line(profile.region),
            "addressCountry": clean_line(profile.country_code),
        }
    )
    return {"@type": "PostalAddress", **place} if place else {}


def _organization(job: Experience) -> dict[str, str]:
    website = job.company_website if is_web_address(job.company_website) else ""
    return _drop_empty({"@type": "Organization", "name": clean_line(job.company_name), "url": website})


def _school(course: Education) -> dict[str, str]:
    url = course.url if is_web_address(course.url) else ""
    return _drop_empty({"@type": "EducationalOrganization", "name": clean_line(course.institution), "url": url})


def _credential(item: Certification) -> dict[str, Any]:
    issuer = clean_line(item.issuing_organization)
    return _drop_empty(
        {
            "@type": "EducationalOccupationalCredential",
            "name": clean_line(item.name),
            "url": item.credential_url if is_web_address(item.credential_url) else "",
            "recognizedBy": {"@type": "Organization", "name": issuer} if issuer else {},
        }
    )


def _drop_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}
