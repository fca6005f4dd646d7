"""Merging technologies, and what makes a profile complete."""

from careerhub.db.migrate import run_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0009_catalogue.up.sql")


def downgrade() -> None:
    run_sql("0009_catalogue.down.sql")
