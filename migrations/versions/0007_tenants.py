"""Row security on everything that is somebody's, and the narrow doors through it."""

from careerhub.db.migrate import run_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0007_tenants.up.sql")


def downgrade() -> None:
    run_sql("0007_tenants.down.sql")
