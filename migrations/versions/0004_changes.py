"""Change capture: a revision per profile, and the completeness score."""

from careerhub.db.migrate import run_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0004_changes.up.sql")


def downgrade() -> None:
    run_sql("0004_changes.down.sql")
