"""Profiles: make one, change who may see it, change its contact data."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from careerhub.db.models import Profile
from careerhub.db.session import lock_profile
from careerhub.document.text import clean_line, make_slug
from careerhub.editing.contact import ContactKeys, decrypt_contact, encrypt_contact
from careerhub.errors import Conflict, InputInvalid, NotFound
from careerhub.ids import make_id

VISIBILITIES = ("PRIVATE", "FRIENDS", "PUBLIC")
# what its owner says on the profile's own page; everything else has a use case of its own
OWN_FIELDS = (
    "full_name",
    "sort_name",
    "pronouns",
    "headline",
    "summary",
    "location",
    "city",
    "region",
    "country_code",
    "lang",
    "theme",
    "is_indexable",
    "allows_ai",
    "open_to_work_until",
)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SLUG_LENGTH = 63
# People of one name: after this many the address is random, or a crowd could be counted by its numbers.
_NUMBERED = 50
_LETTERS = string.ascii_lowercase + string.digits

_FREE_SLUG = text("SELECT slug FROM free_slugs(:wanted) AS slug LIMIT 1").bindparams(
    bindparam("wanted", type_=ARRAY(String))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProfile:
    """A profile's own fields as its owner sees them."""

    id: str
    slug: str
    visibility: str
    revision: int
    completeness_score: int
    has_draft: bool
    contact: dict[str, str]
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
    open_to_work_until: date | None

    def list_values(self) -> dict[str, Any]:
        """Return what `change_profile` takes."""
        return {name: getattr(self, name) for name in OWN_FIELDS}


def get_own_profile(session: Session, profile_id: str) -> OwnProfile:
    """Return the profile, or raise NotFound when the actor has no such one."""
    columns = [getattr(Profile, name) for name in OWN_FIELDS]
    kept = (Profile.id, Profile.slug, Profile.visibility, Profile.revision, Profile.completeness_score, Profile.contact)
    wanted = select(*columns, *kept, Profile.draft_data.is_not(None).label("has_draft"))
    row = session.execute(wanted.where(Profile.id == profile_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no profile {profile_id[:40]!r}.")
    return OwnProfile(**{**row, "slug": row["slug"] or "", "contact": dict(row["contact"])})


def check_revision(session: Session, profile_id: str, expected: int | None) -> OwnProfile:
    """Take the profile's lock and return it; raise Conflict when it was saved since `expected` was read."""
    lock_profile(session, profile_id)
    profile = get_own_profile(session, profile_id)
    if expected is not None and profile.revision != expected:
        raise Conflict(
            "Your profile was changed since you opened this page: look at what it says now, then save again."
        )
    return profile


def change_profile(
    session: Session, profile_id: str, values: Mapping[str, Any], *, expected_revision: int | None = None
) -> int:
    """Change the profile's own fields and return its new revision.

    Raise Conflict when somebody saved it since `expected_revision` was read: two tabs must not undo each other.
    """
    if unknown := sorted(set(values) - set(OWN_FIELDS)):
        raise InputInvalid(f"{', '.join(unknown)} can't be changed here.")
    profile = check_revision(session, profile_id, expected_revision)
    if not values.get("full_name", profile.full_name) and profile.visibility == "PUBLIC":
        raise InputInvalid("A PUBLIC profile needs a name: enter one, or make the profile PRIVATE first.")
    if not values:
        return profile.revision
    changed = update(Profile).where(Profile.id == profile_id).values(**values).returning(Profile.revision)
    return int(session.scalars(changed, execution_options={"synchronize_session": False}).one())


def set_visibility(session: Session, profile_id: str, visibility: str) -> str:
    """Change who may see a profile and return who could before; PUBLIC needs a name and an address."""
    check_visibility(visibility)
    profile = check_revision(session, profile_id, None)
    if visibility == "PUBLIC" and not (profile.full_name and profile.slug):
        raise InputInvalid("A PUBLIC profile needs a name and an address: enter them first.")
    changed = update(Profile).where(Profile.id == profile_id).values(visibility=visibility)
    session.execute(changed, execution_options={"synchronize_session": False})
    return profile.visibility


def make_profile(session: Session, user_id: str, *, full_name: str, slug: str | None, visibility: str) -> str:
    """Make the profile of an account and return its id; the database refuses a slug that is taken or reserved."""
    profile_id = make_id()
    row = {"id": profile_id, "user_id": user_id, "full_name": clean_line(full_name)}
    choices = {"slug": slug if slug is None else check_slug(slug), "visibility": check_visibility(visibility)}
    lock_profile(session, profile_id)
    session.execute(insert(Profile), [{**row, **choices}])
    return profile_id


def change_visibility(session: Session, slug: str, visibility: str) -> None:
    """Let this profile be seen by nobody else, by friends or by everybody; PUBLIC needs a name and a slug."""
    check_visibility(visibility)
    profile_id = session.scalar(select(Profile.id).where(Profile.slug == slug))
    if profile_id is None:
        raise NotFound(f"There is no profile {slug[:80]!r}.")
    lock_profile(session, profile_id)
    profile = session.get_one(Profile, profile_id, populate_existing=True)
    profile.visibility = visibility
    session.flush()


def read_private_contact(session: Session, keys: ContactKeys, profile_id: str) -> dict[str, str]:
    """Return a profile's private contact data, decrypted."""
    profile = _get_profile(session, profile_id)
    if profile.contact_encrypted is None or profile.contact_key_id is None:
        return {}
    return decrypt_contact(keys, profile_id, profile.contact_key_id, profile.contact_encrypted)


def change_contact(
    session: Session,
    keys: ContactKeys,
    profile_id: str,
    *,
    private: Mapping[str, str] | None = None,
    published: Mapping[str, str] | None = None,
) -> None:
    """Change contact data: an empty value takes a thing away, what isn't named stays. Private data is encrypted."""
    lock_profile(session, profile_id)
    profile = _get_profile(session, profile_id)
    # an object that the session read before the lock knows nothing of the edit that was waited for
    session.flush()
    session.refresh(profile)
    if private:
        known = read_private_contact(session, keys, profile_id)
        becomes = _merge(known, private)
        if becomes != known:
            sealed = encrypt_contact(keys, profile_id, becomes) if becomes else (None, None)
            profile.contact_encrypted, profile.contact_key_id = sealed
    if published:
        profile.contact = _merge(profile.contact, published)
    session.flush()


def propose_slug(session: Session, full_name: str) -> str:
    """Propose a free address for a person: the name, with a number when taken.

    Never from the e-mail address, which is private. A name without Latin letters gives `person-` and six random ones.
    """
    base = make_slug(full_name)
    wanted = [base] + [number_slug(base, number) for number in range(2, _NUMBERED)] if base else []
    wanted += [f"person-{random_letters(6)}" for _ in range(3)]
    return str(session.execute(_FREE_SLUG, {"wanted": wanted}).scalar_one())


def number_slug(base: str, number: int) -> str:
    """Return `base-2` within the length of an address."""
    ending = f"-{number}"
    return base[: _SLUG_LENGTH - len(ending)].rstrip("-") + ending


def random_letters(count: int) -> str:
    """Return letters and digits nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def check_slug(slug: str) -> str:
    """Return the slug, or raise InputInvalid when it can't be an address."""
    if not _SLUG.fullmatch(slug):
        raise InputInvalid(f"{slug[:80]!r} can't be a slug: 1 to 63 of a-z, 0-9 and hyphens, no hyphen first or last.")
    return slug


def check_visibility(visibility: str) -> str:
    """Return the visibility, or raise InputInvalid when there is no such one."""
    if visibility not in VISIBILITIES:
        raise InputInvalid(f"{visibility[:40]!r} is no visibility: choose one of {', '.join(VISIBILITIES)}.")
    return visibility


def _get_profile(session: Session, profile_id: str) -> Profile:
    profile = session.get(Profile, profile_id)
    if profile is None:
        raise NotFound(f"There is no profile {profile_id}.")
    return profile


def _merge(known: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    cleaned = {name: clean_line(value) for name, value in changes.items()}
    return {name: value for name, value in {**known, **cleaned}.items() if value}
