"""The last look at a document before it becomes files: what must hold whatever the database let through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from careerhub.document.profile import Profile
from careerhub.document.text import is_web_address
from careerhub.errors import ProfileFailed

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def check_profile(profile: Profile) -> None:
    """Raise ProfileFailed when a document has no name, an address that can't be, or two pages at one address."""
    if not profile.full_name.strip():
        raise ProfileFailed("full_name is empty: a public profile needs a name.")
    for place, slug in _list_slugs(profile):
        if not _SLUG.fullmatch(slug):
            raise ProfileFailed(f"{place}: {slug!r} can't be part of an address.")
    for slugs in ([p.slug for p in profile.projects], [v.slug for v in profile.cv_versions if not v.is_default]):
        if len(set(slugs)) != len(slugs):
            raise ProfileFailed(f"Two of {sorted(slugs)} would have the same address.")
    for place, url in _list_addresses(profile):
        if url and not is_web_address(url):
            raise ProfileFailed(f"{place}: {url[:60]!r} is no http(s) address.")


def _list_slugs(profile: Profile) -> Iterator[tuple[str, str]]:
    yield "slug", profile.slug
    yield from ((f"projects[{i}].slug", project.slug) for i, project in enumerate(profile.projects))
    yield from ((f"cv_versions[{i}].slug", version.slug) for i, version in enumerate(profile.cv_versions))


def _list_addresses(profile: Profile) -> Iterator[tuple[str, str]]:
    yield "contact.website", profile.contact.website
    for i, link in enumerate(profile.links):
        yield f"links[{i}].url", link.url
    for i, job in enumerate(profile.experiences):
        yield f"experiences[{i}].company_website", job.company_website
    for i, project in enumerate(profile.projects):
        for field in ("demo_url", "github_url", "documentation_url"):
            yield f"projects[{i}].{field}", getattr(project, field)
    for i, item in enumerate(profile.education):
        yield f"education[{i}].url", item.url
    for i, certificate in enumerate(profile.certifications):
        yield f"certifications[{i}].credential_url", certificate.credential_url
    for i, achievement in enumerate(profile.achievements):
        yield f"achievements[{i}].url", achievement.url
