"""Nothing is stored without a limit: what programs put into JSON columns has one too."""

from careerhub.db.migrate import run_sql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0012_limits.up.sql")


def downgrade() -> None:
    run_sql("0012_limits.down.sql")
