"""A profile's pages as Hugo gets them: plain values, and Markdown as the person wrote it.

Hugo is given ready-made what it has no function for, which leaves it with less to do than CareerHub: dates and counted
words as each person's language writes them, evidence, grouped jobs, the order of names, addresses that were checked.
Markdown, teasers, linked data, `resume.json`, contact cards, lists, sitemap and feed it makes itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from careerhub.document.dates import PartialDate
from careerhub.document.facets import technologies_of
from careerhub.document.profile import (
    Achievement,
    AnonymizedProject,
    Certification,
    Education,
    Experience,
    Profile,
    Project,
    Skill,
    Technology,
)
from careerhub.document.text import clean_line, is_web_address
from careerhub.render.labels import Labels
from careerhub.render.pages import THEMES
from careerhub.render.renderer import Renderer
from careerhub.render.sections import (
    Employer,
    group_achievements,
    group_by_employer,
    group_skills,
    list_jobs,
    list_voluntary,
    show_evidence,
)

Page = dict[str, Any]

_USUAL_TYPES = ("", "FULL_TIME", "VOLUNTEER", "VOLUNTEERING")
_LEVELS = {1: "Beginner", 2: "Intermediate", 3: "Advanced", 4: "Expert", 5: "Master"}


def describe_pages(renderer: Renderer, profile: Profile, *, weight: int) -> Iterator[Page]:
    """Yield a person's page, and one for each project."""
    labels = renderer.labels(profile.lang)
    shared = {
        "lang": profile.lang or renderer.lang,
        "theme": profile.theme if profile.theme in THEMES else THEMES[0],
        "robots": _robots(profile),
        "changed": profile.changed_on.isoformat(),
    }
    yield {
        "path": profile.slug,
        "url": f"/p/{profile.slug}/",
        "type": "person",
        "title": _join(profile.full_name, profile.headline),
        "weight": weight,
        "outputs": ["html", "resume", "vcard"],
        "sitemap": {"disable": not profile.is_indexable},
        "lastmod": profile.changed_on.isoformat(),
        "params": shared | _describe_person(profile, labels),
        "body": profile.summary,
    }
    for project in profile.projects:
        yield {
            "path": f"{profile.slug}--{project.slug}",
            "url": f"/p/{profile.slug}/projects/{project.slug}/",
            "type": "project",
            "title": _join(project.name, profile.full_name),
            "outputs": ["html"],
            "sitemap": {"disable": not profile.is_indexable},
            "lastmod": profile.changed_on.isoformat(),
            "params": shared | _describe_project_page(profile, project, labels),
            "body": project.description,
        }


def _describe_person(profile: Profile, labels: Labels) -> Page:
    jobs = list_jobs(profile)
    technologies = technologies_of(profile)
    parts = (profile.city, profile.region, labels.country(profile.country_code))
    contact = profile.contact
    current = next((job.position for job in jobs if job.is_current and job.position), "")
    return {
        "slug": profile.slug,
        "name": profile.full_name,
        "nameparts": _split_name(profile),
        "pronouns": profile.pronouns,
        "headline": profile.headline,
        "jobtitle": current or profile.headline,
        "employer": next((job.company_name for job in jobs if job.is_current and job.company_name), ""),
        "description": "" if profile.summary else _join(profile.full_name, profile.headline),
        "location": profile.location,
        "place": profile.location or labels.comma.join(filter(None, parts)),
        "city": profile.city,
        "region": profile.region,
        "country": profile.country_code,
        "tag": profile.lang or "en",
        "open": profile.open_to_work,
        "ogtype": "profile",
        "updated": labels.text("updated").format(date=labels.day(profile.changed_on)),
        "contact": {
            "email": contact.email,
            "phone": contact.phone,
            "address": contact.address,
            "website": contact.website if is_web_address(contact.website) else "",
        },
        "links": [
            {"network": link.network, "username": link.username, "url": link.url}
            for link in profile.links
            if is_web_address(link.url)
        ],
        "jobs": [_describe_employer(each, labels) for each in group_by_employer(jobs)],
        "voluntary": [_describe_employer(each, labels) for each in group_by_employer(list_voluntary(profile))],
        "projects": [_describe_card(profile.slug, project, labels) for project in profile.projects],
        "withheld": [_describe_withheld(project, labels) for project in profile.anonymized_projects],
        "skills": _describe_skills(profile, labels),
        "technologies": [technology.slug for technology in technologies],
        "shown": _list_technologies(technologies[:5]),
        **_describe_rest(profile, labels),
    }


def _describe_employer(employer: Employer, labels: Labels) -> Page:
    many = len(employer.posts) > 1
    return {
        "name": employer.name,
        "website": _web(employer.website),
        "location": employer.location,
        "heading": bool(employer.name and (many or not employer.posts[0].position)),
        "posts": [_describe_post(post, employer, labels, many=many) for post in employer.posts],
    }


def _describe_post(post: Experience, employer: Employer, labels: Labels, *, many: bool) -> Page:
    size = post.company_size
    facts = [
        post.company_location if post.position and not (many and employer.location) else "",
        labels.word("employment", post.employment_type) if post.employment_type.upper() not in _USUAL_TYPES else "",
        "" if many else post.industry,
        labels.text("people_count").format(count=size) if size[:1].isdigit() and not many else "",
    ]
    return {
        "position": post.position,
        "named": bool(post.position and not many),
        "facts": [fact for fact in facts if fact],
        "location": post.company_location,
        "website": _web(post.company_website),
        "current": post.is_current,
        "period": _period(post.start, post.end, labels, now=post.is_current),
        "from": _iso(post.start),
        "to": "" if post.is_current else _iso(post.end),
        "description": post.description,
        "points": list(post.responsibilities),
        "technologies": _list_technologies(post.technologies),
    }


def _describe_card(slug: str, project: Project, labels: Labels) -> Page:
    addresses = (project.demo_url, project.github_url, project.documentation_url)
    return {
        "slug": project.slug,
        "name": project.name,
        "role": project.role,
        "roles": [role.strip() for role in project.role.split(", ")],
        "organization": project.organization,
        "featured": project.is_featured,
        "period": _period(project.start, project.end, labels, now=project.is_ongoing),
        "from": _iso(project.start),
        "to": "" if project.is_ongoing else _iso(project.end),
        "page": f"/w/{slug}--{project.slug}",
        "description": project.description,
        "achievements": list(project.achievements),
        "keywords": list(dict.fromkeys([*(t.name for t in project.technologies), *project.keywords])),
        "url": next(filter(is_web_address, addresses), ""),
        "technologies": _list_technologies(project.technologies),
    }


def _describe_project_page(profile: Profile, project: Project, labels: Labels) -> Page:
    t = labels.texts
    facts = {
        "team": t["people_count"].format(count=project.team_size) if project.team_size else "",
        "users": labels.number(project.users_count) if project.users_count else "",
        "duration": labels.months(project.duration_months) if project.duration_months else "",
        "budget": labels.word("budget", project.budget_range),
        "kind": labels.word("category", project.category),
        "status": labels.word("status", project.status),
    }
    return {
        "name": project.name,
        "owner": profile.slug,
        "back": t["back_to_profile"].format(name=profile.full_name),
        "description": "" if project.description else _join(project.role, project.organization) or project.name,
        "role": project.role,
        "organization": project.organization,
        "period": _period(project.start, project.end, labels, now=project.is_ongoing),
        "demo": _web(project.demo_url),
        "github": _web(project.github_url),
        "documentation": _web(project.documentation_url),
        "achievements": list(project.achievements),
        "challenges": list(project.challenges),
        "used": _list_technologies(project.technologies),
        "words": list(project.keywords),
        "employers": [each for each in project.employers if each != project.organization],
        "clients": list(project.clients),
        "facts": [{"label": label, "value": value} for label, value in facts.items() if value],
    }


def _describe_withheld(project: AnonymizedProject, labels: Labels) -> Page:
    start, end = (PartialDate(year=year) if year else None for year in (project.start_year, project.end_year))
    bands = {
        "kind": labels.word("category", project.category),
        "team": project.team_band,
        "users": project.users_band,
        "budget": labels.word("budget", project.budget_range),
    }
    return {
        "company": project.anonymized_company,
        "role": project.role,
        "roles": [role.strip() for role in project.role.split(", ")],
        "years": labels.period(start, end, project.is_ongoing),
        "from": _iso(start),
        "to": "" if project.is_ongoing else _iso(end),
        "bands": [{"label": label, "value": value} for label, value in bands.items() if value],
        "technologies": _list_technologies(project.technologies),
    }


def _describe_skills(profile: Profile, labels: Labels) -> list[Page]:
    evidence = show_evidence(profile, labels)

    def describe(skill: Skill) -> Page:
        proof = evidence.get(skill.technology.slug) if skill.technology else None
        years, since = skill.years_of_experience, skill.started_using_year
        return {
            "name": skill.name,
            "slug": skill.technology.slug if skill.technology else "",
            "level": skill.level or 0,
            "word": _LEVELS.get(skill.level or 0, ""),
            "years": labels.years(years) if years else "",
            "since": labels.text("since").format(date=labels.year(since)) if since else "",
            "primary": skill.is_primary,
            "uses": proof.uses if proof else "",
            "period": _period(proof.start, proof.end, labels, now=proof.is_current) if proof else None,
        }

    groups = []
    for group in group_skills(profile.skills):
        words = {_LEVELS.get(skill.level or 0, "") for skill in group.skills}
        shared = words.pop() if len(words) == 1 else ""
        groups.append({"name": group.name, "shared": shared, "skills": [describe(skill) for skill in group.skills]})
    return groups


def _describe_rest(profile: Profile, labels: Labels) -> Page:
    groups = group_achievements(profile.achievements)
    return {
        "education": [_describe_education(each, labels) for each in profile.education],
        "certifications": [_describe_certification(each, labels) for each in profile.certifications],
        "awarded": any(group.key != "publications" for group in groups),
        "achievements": [
            {"key": group.key, "items": [_describe_achievement(each, labels) for each in group.achievements]}
            for group in groups
        ],
        "languages": [
            {
                "name": each.name,
                "tag": each.tag,
                "fluency": each.fluency,
                "known": each.fluency or each.cefr,
                "cefr": _write_cefr(each.fluency, each.cefr, labels),
            }
            for each in profile.languages
        ],
        "references": [{"name": each.name, "reference": each.reference} for each in profile.references],
        "interests": [{"name": each.name, "keywords": list(each.keywords)} for each in profile.interests],
    }


def _describe_education(education: Education, labels: Labels) -> Page:
    school = {"name": education.institution, "url": _web(education.url)} if education.institution else None
    return {
        "title": labels.comma.join(filter(None, (education.degree, education.field_of_study))),
        "institution": school,
        "degree": education.degree,
        "field": education.field_of_study,
        "grade": education.grade,
        "period": _period(education.start, education.end, labels),
        "from": _iso(education.start),
        "to": _iso(education.end),
        "description": education.description,
        "courses": list(education.courses),
    }


def _describe_certification(item: Certification, labels: Labels) -> Page:
    expires = item.expires if item.expires and not item.is_expired else None
    return {
        "name": item.name,
        "url": _web(item.credential_url),
        "issuer": item.issuing_organization,
        "credential": item.credential_id,
        "expired": item.is_expired,
        "expires": labels.text("expires").format(date=labels.date(expires)) if expires else "",
        "period": _period(item.issued, None, labels),
        "from": _iso(item.issued),
    }


def _describe_achievement(item: Achievement, labels: Labels) -> Page:
    return {
        "title": item.title,
        "url": _web(item.url),
        "authors": list(item.authors),
        "issuer": item.issuer,
        "identifier": item.identifier,
        "period": _period(item.date, None, labels),
        "from": _iso(item.date),
        "description": item.description,
    }


def _write_cefr(fluency: str, cefr: str, labels: Labels) -> str:
    if not cefr or (fluency and cefr in ("NATIVE", fluency)):
        return ""
    return (" · " if fluency else "") + labels.word("cefr", cefr)


def _period(start: PartialDate | None, end: PartialDate | None, labels: Labels, *, now: bool = False) -> Page | None:
    if not (start or end or now):
        return None
    if end and not start and not now:
        return {"said": labels.period(None, end, False), "dir": labels.direction}
    shows_end = bool(start and end and not now and labels.date(start) != labels.date(end))
    return {
        "start": {"iso": start.iso, "text": labels.date(start)} if start else None,
        "end": {"iso": end.iso, "text": labels.date(end)} if end and shows_end else None,
        "now": labels.text("present") if now else "",
        "dash": bool(start and (now or shows_end)),
        "dir": labels.direction if now or shows_end else "",
    }


def _split_name(profile: Profile) -> str:
    family, comma, given = profile.sort_name.partition(",")
    is_said = comma and {*family.split(), *given.split()} <= {*profile.full_name.split()}
    return f"{family.strip()};{given.strip()}" if is_said else f"{profile.full_name};"


def _iso(when: PartialDate | None) -> str:
    return when.iso if when else ""


def _web(address: str) -> str:
    return address if is_web_address(address) else ""


def _list_technologies(technologies: Iterable[Technology]) -> list[dict[str, str]]:
    return [{"name": technology.name, "slug": technology.slug} for technology in technologies]


def _join(*parts: str) -> str:
    return " – ".join(filter(None, map(clean_line, parts)))


def _robots(profile: Profile) -> str:
    wishes = [] if profile.is_indexable else ["noindex"]
    return ", ".join(wishes if profile.allows_ai else [*wishes, "noai", "noimageai"])
