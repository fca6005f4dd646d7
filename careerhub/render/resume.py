"""A profile as JSON Resume 1.x: exactly the public facts, nothing invented, nothing empty."""

from __future__ import annotations

from typing import Any

import orjson

from careerhub.document.dates import PartialDate
from careerhub.document.profile import Achievement, AnonymizedProject, Experience, Profile, Project, Skill
from careerhub.document.text import clean_text, is_web_address
from careerhub.render.sections import group_skills, list_jobs, list_voluntary

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
VERSION = "v1.0.0"

# The format knows levels only as words of its own choice; they stay English, as its field names do.
_LEVELS = {1: "Beginner", 2: "Intermediate", 3: "Advanced", 4: "Expert", 5: "Master"}


def render_resume(profile: Profile, *, url: str, image: str = "") -> bytes:
    """Render the JSON Resume of a profile whose page is at `url` and whose photo at `image` (absolute).

    Without an address it says neither where nor when: it is about nobody in particular.
    """
    resume = {
        "$schema": SCHEMA,
        "basics": _basics(profile, url, image),
        "work": [_work(job) for job in list_jobs(profile)],
        "volunteer": [_volunteer(post) for post in list_voluntary(profile)],
        "education": _education(profile),
        "awards": [_award(item) for item in profile.achievements if not _is_publication(item)],
        "certificates": _certificates(profile),
        "publications": [_publication(item) for item in profile.achievements if _is_publication(item)],
        "skills": _skills(profile.skills),
        "languages": [{"language": item.name, "fluency": item.fluency or item.cefr} for item in profile.languages],
        "interests": [{"name": item.name, "keywords": item.keywords} for item in profile.interests],
        "references": [{"name": item.name, "reference": item.reference} for item in profile.references],
        "projects": [_project(project) for project in profile.projects]
        + [_anonymized(project) for project in profile.anonymized_projects],
        "meta": {
            "canonical": f"{url}resume.json" if url else "",
            "version": VERSION,
            "lastModified": f"{profile.changed_on}T00:00:00Z" if url else "",
        },
    }
    return orjson.dumps(_tidy(resume), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _basics(profile: Profile, url: str, image: str) -> dict[str, Any]:
    contact = profile.contact
    return {
        "name": profile.full_name,
        "label": profile.headline,
        "image": image,
        "email": contact.email,
        "phone": contact.phone,
        "url": _address(contact.website) or url,
        "summary": profile.summary,
        "location": {
            "address": contact.address,
            "city": profile.city or profile.location,
            "countryCode": profile.country_code,
            "region": profile.region,
        },
        "profiles": [
            {"network": link.network, "username": link.username, "url": _address(link.url)} for link in profile.links
        ],
    }


def _work(job: Experience) -> dict[str, Any]:
    return {"name": job.company_name, "location": job.company_location, **_post(job)}


def _volunteer(post: Experience) -> dict[str, Any]:
    return {"organization": post.company_name, **_post(post)}


def _post(post: Experience) -> dict[str, Any]:
    return {
        "position": post.position,
        "url": _address(post.company_website),
        "startDate": _date(post.start),
        "endDate": "" if post.is_current else _date(post.end),
        "summary": post.description,
        "highlights": post.responsibilities,
    }


def _education(profile: Profile) -> list[dict[str, Any]]:
    return [
        {
            "institution": item.institution,
            "url": _address(item.url),
            "area": item.field_of_study,
            "studyType": item.degree,
            "startDate": _date(item.start),
            "endDate": _date(item.end),
            "score": item.grade,
            "courses": item.courses,
        }
        for item in profile.education
    ]


def _certificates(profile: Profile) -> list[dict[str, Any]]:
    return [
        {
            "name": item.name,
            "date": _date(item.issued),
            "url": _address(item.credential_url),
            "issuer": item.issuing_organization,
        }
        for item in profile.certifications
    ]


def _award(item: Achievement) -> dict[str, Any]:
    return {"title": item.title, "date": _date(item.date), "awarder": item.issuer, "summary": item.description}


def _publication(item: Achievement) -> dict[str, Any]:
    return {
        "name": item.title,
        "publisher": item.issuer,
        "releaseDate": _date(item.date),
        "url": _address(item.url),
        "summary": item.description,
    }


def _project(project: Project) -> dict[str, Any]:
    addresses = (project.demo_url, project.github_url, project.documentation_url)
    return {
        "name": project.name,
        "description": project.description,
        "highlights": project.achievements,
        "keywords": tuple(dict.fromkeys([*(t.name for t in project.technologies), *project.keywords])),
        "startDate": _date(project.start),
        "endDate": "" if project.is_ongoing else _date(project.end),
        "url": next((url for url in addresses if is_web_address(url)), ""),
        "roles": [role.strip() for role in project.role.split(", ")],
        "entity": project.organization,
    }


def _anonymized(project: AnonymizedProject) -> dict[str, Any]:
    return {
        "name": project.anonymized_company or "Confidential project",
        "startDate": _year(project.start_year),
        "endDate": "" if project.is_ongoing else _year(project.end_year),
        "roles": [role.strip() for role in project.role.split(", ")],
    }


def _skills(skills: tuple[Skill, ...]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for group in group_skills(skills):
        if not group.name:
            entries += [{"name": skill.name, "level": _level(skill)} for skill in group.skills]
            continue
        levels = {_level(skill) for skill in group.skills}
        shared = levels.pop() if len(levels) == 1 else ""
        entries.append({"name": group.name, "level": shared, "keywords": [skill.name for skill in group.skills]})
    return entries


def _level(skill: Skill) -> str:
    return _LEVELS.get(skill.level or 0, "")


def _is_publication(item: Achievement) -> bool:
    return item.category.upper() == "PUBLICATION"


def _date(when: PartialDate | None) -> str:
    return when.iso if when else ""


def _year(year: int | None) -> str:
    return f"{year:04d}" if year else ""


def _address(url: str) -> str:
    return url if is_web_address(url) else ""


def _tidy(value: Any) -> Any:
    """Clean every text and drop what is empty, so that nothing says "", null or []."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: tidied for key, item in value.items() if item and (tidied := _tidy(item))}
    return [tidied for item in value if item and (tidied := _tidy(item))]
