"""The views: what the public may know."""

from careerhub.db.migrate import run_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0005_site.up.sql")


def downgrade() -> None:
    run_sql("0005_site.down.sql")
