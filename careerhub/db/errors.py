"""Turn what the database says into one sentence for people. Driver errors end here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from careerhub.errors import (
    CareerHubError,
    Conflict,
    DatabaseBehind,
    DatabaseUnreachable,
    InputInvalid,
    StorageFull,
    WrongUse,
)

_CONFLICTS = {
    "users_email_key": "There is an account with this e-mail address already.",
    "profiles_user_id_key": "This account has a profile already.",
    "profiles_slug_key": "This slug is taken: choose another.",
    "profiles_slug_held": "This slug belonged to somebody else less than 90 days ago: choose another.",
    "skills_name_key": "This skill is in the profile already.",
    "skills_technology_key": "A skill with this technology is in the profile already.",
    "idx_cv_versions_default": "Another CV is the default already.",
    "projects_slug_key": "Another project of this profile has this address already.",
    "cv_versions_slug_key": "Another CV of this profile has this address already.",
}
_CHECKS = {
    "profiles_slug_check": "A slug is 1 to 63 of a–z, 0–9 and hyphens, and starts and ends with a letter or digit.",
    "profiles_slug_reserved": "This slug is reserved for the site itself: choose another.",
    "profiles_public_check": "A PUBLIC profile needs a full name and a slug: add what is missing, or choose PRIVATE.",
    "profiles_contact_check": "Published contact data may be email, phone, website, linkedin and address, and nothing else.",
    "cv_versions_sections_check": "This CV names entries that aren't of this profile: choose among its own.",
    "users_email_check": "This is not an e-mail address.",
    "projects_anonymized_company_check": "An anonymised project needs a public label for its company.",
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise CareerHub's errors in place of SQLAlchemy's and psycopg's."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise translate(error.orig) from error
        raise
    except psycopg.Error as error:
        raise translate(error) from error


def translate(error: psycopg.Error) -> CareerHubError:
    """Return the error a person can act on."""
    state = error.sqlstate or ""
    name = error.diag.constraint_name or ""
    said = (error.diag.message_primary or str(error)).strip().splitlines()[0] if str(error) else "no reason given"
    if state == "23505":
        return Conflict(_CONFLICTS.get(name, f"This is there already ({name})."))
    if state == "23514":
        return InputInvalid(_CHECKS.get(name, f"A value isn't allowed here ({name})."))
    if state.startswith("22") or (not state and isinstance(error, psycopg.DataError | psycopg.ProgrammingError)):
        return InputInvalid(f"A value doesn't fit: {said}.")
    if state in ("40001", "40P01"):
        return CareerHubError("Somebody changed the same thing at the same moment: try again.")
    if state in ("53100", "58030"):
        return StorageFull(f"The database's disk is full or broken: {said}. Nothing was changed.")
    if state in ("42P01", "3F000", "42883", "42703"):
        return DatabaseBehind("The database isn't at the revision this software needs: run `careerhub db upgrade`.")
    if state in ("42501", "28000", "28P01"):
        return WrongUse(f"The database refuses: {said}. `careerhub db roles --print` shows the roles it needs.")
    if state == "3D000":
        return WrongUse(f"{said}. Create it, then run `careerhub db upgrade`.")
    if state.startswith(("08", "57P")) or (not state and isinstance(error, psycopg.OperationalError)):
        return DatabaseUnreachable(f"The database doesn't answer: {said}. Is it running, and is its address right?")
    return CareerHubError(f"The database says: {said} ({state}).")
