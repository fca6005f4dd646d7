"""Suggestions of responsibilities, by role and seniority."""

from careerhub.db.migrate import run_sql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0011_responsibilities.up.sql")


def downgrade() -> None:
    run_sql("0011_responsibilities.down.sql")
