"""Who changed what: written by triggers, append-only, sealed, forgotten in time."""

from careerhub.db.migrate import run_sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0008_audit.up.sql")


def downgrade() -> None:
    run_sql("0008_audit.down.sql")
