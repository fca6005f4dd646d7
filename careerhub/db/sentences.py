"""What a constraint means, in people's words: its table and its name are enough to say what to do."""

from __future__ import annotations

import re

# What people call a row of each table; a table that isn't here is named by its own words.
_THINGS = {
    "users": "an account",
    "user_tokens": "a mailed link",
    "user_sessions": "a session",
    "user_totp": "a second factor",
    "recovery_codes": "a recovery code",
    "mail_outbox": "a mail",
    "publish_requests": "a request to publish",
    "publisher_sightings": "a publisher's note",
    "profiles": "a profile",
    "slug_history": "a former address",
    "share_links": "a share link",
    "profile_photos": "a photo",
    "import_history": "an import",
    "audit_log": "an audit entry",
    "experiences": "a job",
    "projects": "a project",
    "education": "an education entry",
    "certifications": "a certificate",
    "achievements": "an achievement",
    "languages": "a language",
    "references": "a reference",
    "interests": "an interest",
    "profile_links": "a link",
    "cv_versions": "a CV",
    "technologies": "a technology",
    "technology_aliases": "another name of a technology",
    "skills": "a skill",
    "project_experiences": "a project's job",
    "project_technologies": "a project's technology",
    "experience_technologies": "a job's technology",
    "translations": "a translation",
    "responsibilities_library": "a suggested responsibility",
    "profile_revisions": "a profile's revision",
    "profile_publications": "a profile's publication",
}
# What people call a column, where its name's own words don't say it.
_LABELS = {
    "alias": "name",
    "cefr": "CEFR level",
    "contact_key_id": "contact key",
    "credential_url": "certificate's web address",
    "demo_url": "demo's web address",
    "documentation_url": "documentation's web address",
    "entity_id": "entry",
    "entity_type": "kind of entry",
    "extras": "additional data",
    "full_name": "full name",
    "github_url": "web address on GitHub",
    "group_name": "group",
    "hash": "fingerprint",
    "lang": "language code",
    "sections_config": "choice of sections",
    "sha256": "fingerprint",
    "source_row_hash": "fingerprint",
    "file_sha256": "fingerprint",
    "tag": "language code",
    "token_hash": "fingerprint",
    "slug_hash": "fingerprint",
    "url": "web address",
    "company_website": "company's web address",
}

_CONFLICTS = {
    "idx_mail_outbox_subject": "There is a mail about this subject to this person already: change that one.",
    "users_email_key": "There is an account with this e-mail address already: use another, or sign in to that account.",
    "profiles_user_id_key": "This account has a profile already: change that one.",
    "profiles_slug_key": "This slug is taken: choose another.",
    "profiles_slug_held": "This slug belonged to somebody else less than 90 days ago: choose another.",
    "skills_name_key": "This skill is in the profile already: change that one, or give this one another name.",
    "skills_technology_key": "A skill with this technology is in the profile already: change that one.",
    "idx_cv_versions_default": "Another CV is the default already: take that away from it first.",
    "projects_slug_key": "Another project of this profile has this address already: choose another.",
    "cv_versions_slug_key": "Another CV of this profile has this address already: choose another.",
    "technologies_name_key": "There is a technology of this name already, perhaps in other case: use that one.",
    "technologies_slug_key": "Another technology has this address already: choose another.",
    "technology_aliases_key": "This name stands for a technology already, perhaps in other case: choose another.",
}
_SLUG = "A slug is 1 to 63 of a–z, 0–9 and hyphens, and starts and ends with a letter or digit: choose another."
_CHECKS = {
    "profiles_slug_reserved": "This slug is reserved for the site itself: choose another.",
    "profiles_public_check": "A PUBLIC profile needs a full name and a slug: add what is missing, or choose PRIVATE.",
    "profiles_contact_check": "Published contact data may be email, phone, website, linkedin and address, and nothing else;"
    " a website begins with https:// or http://: correct it.",
    "profiles_contact_key_check": "Private contact data of a profile and the key it is encrypted with belong together: give both.",
    "profiles_country_code_check": "The country code of a profile is two capital letters such as DE: correct it.",
    "profiles_draft_data_check": "The draft of a profile is longer than 1,000,000 characters: shorten it.",
    "cv_versions_sections_check": "This CV names entries that aren't of this profile: choose among its own.",
    "users_email_check": "This is not an e-mail address: enter one such as ada@example.org.",
    "projects_anonymized_company_check": "An anonymised project needs a public label for its company: enter one.",
    "projects_ongoing_check": "A project that goes on has no end: remove its end date, or say that it is over.",
    "experiences_current_check": "A current job has no end: remove its end date, or say that it is over.",
    "experiences_name_check": "A job needs a company or a position: enter at least one of the two.",
    "education_name_check": "An education entry needs an institution, a degree or a field of study: enter at least one.",
    "profile_links_name_check": "A link needs a web address or a user name: enter at least one of the two.",
    "mail_outbox_payload_check": "What a mail has to say isn't an object of at most 10,000 characters: shorten it.",
    "user_totp_secret_encrypted_check": "The secret of a second factor has at most 1,000 bytes: set it up again, or use another.",
    "user_sessions_expires_at_check": "A session has to end at some time: choose one.",
    "profile_photos_bytes_check": "A photo has at most 2,000,000 bytes and isn't empty: use a smaller one.",
    "profile_photos_pixels_check": "A photo is a square of 1 to 4,000 pixels: use another one.",
    "import_history_items_check": "An import can't have brought less than nothing: correct its number of items.",
    "responsibilities_library_text_check": "A suggested responsibility has 1 to 1,000 characters: shorten it, or enter one.",
    "translations_field_check": "A translation names what it translates in small letters: choose one of the fields there are.",
    "ulid_check": "This is no id of an entry (26 capital letters and digits): open the entry from its list again.",
}
_CHOICES = {
    "users_plan_check": ("FREE", "PRO", "EXPERT"),
    "publisher_sightings_kind_check": ("SYNC", "WATCH", "WORKER"),
    "user_tokens_purpose_check": ("VERIFY_EMAIL", "RESET_PASSWORD", "CHANGE_EMAIL"),
    "profiles_visibility_check": ("PRIVATE", "FRIENDS", "PUBLIC"),
    "profile_photos_size_check": ("small", "medium", "large"),
    "import_history_status_check": ("PENDING", "PROCESSING", "COMPLETED", "FAILED"),
    "experiences_employment_type_check": (
        "FULL_TIME", "PART_TIME", "CONTRACT", "FREELANCE", "SELF_EMPLOYED", "INTERNSHIP", "APPRENTICESHIP", "TEMPORARY", "VOLUNTEER",
    ),
    "projects_visibility_check": ("PUBLIC", "ANONYMOUS"),
    "projects_status_check": ("Active", "Staging", "Archived"),
    "projects_category_check": ("Demo", "Internal", "Production"),
    "projects_budget_range_check": ("small", "medium", "large"),
    "achievements_category_check": ("AWARD", "PUBLICATION", "SPEAKING", "PATENT", "TEST_SCORE", "ORGANIZATION", "OTHER"),
    "languages_cefr_check": ("A1", "A2", "B1", "B2", "C1", "C2", "NATIVE"),
    "cv_versions_paper_check": ("a4", "letter"),
    "technologies_category_check": ("Framework", "Library", "Platform", "Service", "System"),
    "technologies_layer_check": ("Backend", "Database", "DevOps", "Frontend", "Language", "Tools"),
    "translations_entity_type_check": (
        "PROFILE", "EXPERIENCE", "PROJECT", "EDUCATION", "CERTIFICATION", "ACHIEVEMENT", "SKILL", "INTEREST", "CV_VERSION",
    ),
    "responsibilities_library_seniority_check": ("JUNIOR", "MID", "SENIOR", "LEAD", "EXECUTIVE"),
}  # fmt: skip
_RANGES = {
    "projects_team_size_check": "1 to 1,000,000",
    "projects_duration_months_check": "0 to 1,200",
    "projects_users_count_check": "0 or more",
    "profiles_completeness_check": "0 to 100",
    "skills_level_check": "1 to 5",
    "skills_years_of_experience_check": "0 to 80",
    "skills_started_using_year_check": "1900 to 2200",
}
# A CHECK says by its name what it is about: `<table>_<column>_check`. The first that fits the column is told.
_PATTERNS = (
    (r"dates", "The end of {thing} is before its beginning: correct one of the two dates."),
    (
        r".*date|open_to_work",
        "{what} is a day, a month or a year from 1900 to 2200, and nothing more exact: correct it.",
    ),
    (
        r".*(url|website)",
        "{what} has to begin with https:// or http:// and have no blanks: correct it.",
    ),
    (r"slug", _SLUG),
    (r"lang|tag", "{what} is one such as en or pt-BR: correct it."),
    (r"theme|template", "{what} is 1 to 40 of a–z, 0–9 and hyphens: choose one of those there are."),
    (
        r"description|summary|reference|text|error_message",
        "{what} is longer than 20,000 characters: shorten it.",
    ),
    (
        r"responsibilities|achievements|challenges|clients|keywords|courses|authors",
        "{what} are a list of texts with at most 100,000 characters in all: shorten or correct it.",
    ),
    (r"extras", "{what} isn't an object with names and values of at most 2,000,000 characters: correct or shorten it."),
    (r".*config", "{what} isn't an object with names and values of at most 200,000 characters: correct or shorten it."),
    (r"contact_encrypted", "{what} is longer than 100,000 characters: shorten it."),
    (r".*(hash|sha256)", "{what} isn't whole: try again."),
    (r"name|title|alias", "{what} is missing: enter one."),
    (r".*", "{what} can't be that: correct it."),
)


def name_thing(table: str) -> str:
    """Return what people call a row of this table, with its article."""
    return _THINGS.get(table) or f"an entry of {table.replace('_', ' ') or 'the database'}"


def name_column(column: str) -> str:
    """Return what people call a column."""
    if column.startswith(("is_", "allows_", "show_")):
        return f"choice “{column.removeprefix('is_').replace('_', ' ')}”"
    return _LABELS.get(column) or column.replace("_", " ")


def name_value(table: str, column: str) -> str:
    """Return what people call a column's value, as the beginning of a sentence."""
    return f"The {name_column(column)} of {name_thing(table)}"


def describe_conflict(table: str, constraint: str) -> str:
    """Say what is there already."""
    return _CONFLICTS.get(constraint) or f"This {_bare(table)} is there already: change that one."


def describe_check(table: str, constraint: str) -> str:
    """Say what a CHECK wants; constraints are named `<table>_<column>_check`."""
    column = constraint.removeprefix(f"{table}_").removesuffix("_check")
    what = name_value(table, column)
    if constraint in _CHECKS:
        return _CHECKS[constraint]
    if constraint in _CHOICES:
        return f"{what} can be {', '.join(_CHOICES[constraint])}: choose one of these."
    if constraint in _RANGES:
        return f"{what} is a number, {_RANGES[constraint]}: correct it."
    sentence = next(sentence for pattern, sentence in _PATTERNS if re.fullmatch(pattern, column))
    return sentence.format(what=what, thing=name_thing(table))


def describe_missing_end(table: str, constraint: str) -> str:
    """Say that what a row points at isn't there; foreign keys are named `<table>_<columns>_fkey`."""
    columns = constraint.removeprefix(f"{table}_").removesuffix("_fkey").removesuffix("_id")
    other = columns.removeprefix("profile_id_")
    words = {"user": "account", "experience": "job"}.get(other, other.replace("_", " "))
    return f"The {words} that {name_thing(table)} names isn't there, or isn't yours: choose another."


def describe_use(table: str, said: str) -> str:
    """Say that something can't go while rows of this table need it."""
    other = " or ".join(_bare(name) for name in find_tables(said) - {table}) or "entry"
    return f"This {other} is still used by {name_thing(table)}: remove or change what uses it first."


def find_tables(said: str) -> set[str]:
    """Return the tables that a message names, in whatever language it is."""
    return {word for word in re.findall(r"\w+", said) if word in _THINGS}


def _bare(table: str) -> str:
    return re.sub(r"^an? ", "", name_thing(table))
