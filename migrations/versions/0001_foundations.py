"""Extensions, schemas, the ULID domain and the functions constraints are written with."""

from careerhub.db.migrate import run_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0001_foundations.up.sql")


def downgrade() -> None:
    run_sql("0001_foundations.down.sql")
