"""Second factors: whose secret is encrypted with which key, for the rotation of keys."""

from careerhub.db.migrate import run_sql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0016_second_factor.up.sql")


def downgrade() -> None:
    run_sql("0016_second_factor.down.sql")
