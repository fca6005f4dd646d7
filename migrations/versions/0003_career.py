"""The career: every profile-owned table, the technologies and the libraries."""

from careerhub.db.migrate import run_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0003_career.up.sql")


def downgrade() -> None:
    run_sql("0003_career.down.sql")
