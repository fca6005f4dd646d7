"""Accounts, profiles and what hangs on them."""

from careerhub.db.migrate import run_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0002_accounts.up.sql")


def downgrade() -> None:
    run_sql("0002_accounts.down.sql")
