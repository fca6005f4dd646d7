"""Search: people, experiences, projects and technologies, by words and by likeness."""

from careerhub.db.migrate import run_sql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0010_search.up.sql")


def downgrade() -> None:
    run_sql("0010_search.down.sql")
