"""What the public may know, said a second time: a view that says more than this list fails the tests."""

from __future__ import annotations

from typing import Any

# Every view of schema site and its columns, in order.
SITE_VIEWS = {
    "profiles": "profile_id slug full_name sort_name pronouns headline summary location city region country_code lang theme is_indexable"
    " allows_ai open_to_work_until contact changed_on",
    "profile_links": "profile_id id network username url display_order",
    "experiences": "profile_id id company_name company_website company_size industry company_location position employment_type"
    " start_date start_precision end_date end_precision is_current description responsibilities display_order technologies",
    "projects": "profile_id id slug name description role organization start_date start_precision end_date end_precision is_ongoing"
    " status category achievements challenges clients team_size duration_months users_count budget_range demo_url github_url"
    " documentation_url keywords is_featured display_order technologies employers",
    "anonymized_projects": "profile_id role anonymized_company category start_year end_year is_ongoing team_band users_band budget_range"
    " technologies display_order",
    "skills": "profile_id id name group_name level years_of_experience started_using_year is_primary display_order technology_name"
    " technology_slug",
    "education": "profile_id id institution url degree field_of_study start_date start_precision end_date end_precision grade description"
    " courses display_order",
    "certifications": "profile_id id name issuing_organization credential_id credential_url issue_date issue_precision expiry_date"
    " expiry_precision display_order",
    "achievements": "profile_id id title category description date date_precision issuer authors identifier url display_order",
    "languages": "profile_id id name tag fluency cefr display_order",
    "references": "profile_id id name reference display_order",
    "interests": "profile_id id name keywords display_order",
    "cv_versions": "profile_id name slug template sections_config lang paper is_default display_order pdf_url",
    "translations": "profile_id entity_type entity_id field lang text",
    "revisions": "profile_id revision removed_at_revision is_public xid changed_at removed_at",
    "history": "mark",
    "former_slugs": "profile_id slug",
    "profile_photos": "profile_id size sha256 pixels bytes",
}

# Columns the views of schema facts read besides those: to filter, to join, to sum up.
FILTERS = {
    "profiles": "id",
    "slug_history": "slug slug_hash profile_id",
    "profile_revisions": "profile_id changed_at",
    "experiences": "is_hidden",
    "projects": "is_hidden visibility show_anonymized anonymized_company",
    "skills": "is_hidden technology_id",
    "cv_versions": "id is_hidden is_public",
    "technologies": "id name slug",
    "project_technologies": "profile_id project_id technology_id display_order",
    "experience_technologies": "profile_id experience_id technology_id display_order",
    "project_experiences": "profile_id project_id experience_id",
} | dict.fromkeys(
    ("education", "certifications", "achievements", "languages", "references", "interests", "profile_links"),
    "is_hidden",
)

# What the public gets of a row that the views show, by kind of row; ids are in the views and never in a file.
_NEVER_PRINTED = {"profile_id", "id", "entity_id", "display_order"}
PUBLIC = {
    view: frozenset(columns.split()) - _NEVER_PRINTED
    for view, columns in SITE_VIEWS.items()
    if view not in ("revisions", "history", "former_slugs")
}
CARD = PUBLIC["anonymized_projects"]

# Public columns that no page, file or PDF prints today, so that no marker of theirs can be expected.
UNPRINTED = frozenset(
    (
        "profiles.sort_name",
        "profiles.theme",
        "experiences.company_size",
        "translations.field",
        "languages.tag",
        # that a certificate has expired is printed, not since when
        "certifications.expiry_date",
    )
)

# Views that careerhub_site needs besides schema site, and tables it keeps its own books in.
SITE_TABLES = frozenset(("alembic_version", "profile_publications", "profile_withdrawals", "publisher_sightings"))


def list_site_views(connection: Any) -> dict[str, str]:
    """Return what the database says the views of schema site are."""
    rows = connection.execute(
        "SELECT table_name, string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns"
        " WHERE table_schema = 'site' GROUP BY 1"
    )
    return dict(rows.fetchall())


def list_columns_read(connection: Any) -> dict[str, set[str]]:
    """Return the columns of tables that the views of schema facts read."""
    rows = connection.execute(
        "SELECT table_name, array_agg(DISTINCT column_name::text) FROM information_schema.view_column_usage"
        " WHERE view_schema = 'facts' AND table_schema = 'public' GROUP BY 1"
    )
    return {table: set(columns) for table, columns in rows.fetchall()}


def compare_views(found: dict[str, str]) -> list[str]:
    """Name each view of schema site that isn't as the list says."""
    return [
        f"site.{view}: {found.get(view)!r} instead of {SITE_VIEWS.get(view)!r}"
        for view in sorted(found.keys() | SITE_VIEWS.keys())
        if found.get(view) != SITE_VIEWS.get(view)
    ]
