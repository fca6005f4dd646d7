"""Requests to publish: each is one more try of what failed."""

from careerhub.db.migrate import run_sql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0018_requests.up.sql")


def downgrade() -> None:
    run_sql("0018_requests.down.sql")
