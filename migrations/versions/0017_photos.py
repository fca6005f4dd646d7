"""Photos: in the views, with how many pixels each size has."""

from careerhub.db.migrate import run_sql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0017_photos.up.sql")


def downgrade() -> None:
    run_sql("0017_photos.down.sql")
