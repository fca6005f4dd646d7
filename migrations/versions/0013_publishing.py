"""Publishing at speed: a cursor over edits, redirects, how long withdrawals took, erasure."""

from careerhub.db.migrate import run_sql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0013_publishing.up.sql")


def downgrade() -> None:
    run_sql("0013_publishing.down.sql")
