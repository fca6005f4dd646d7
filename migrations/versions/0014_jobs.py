"""Many machines: the queue's own tables in a schema of its own, and what workers report."""

from careerhub.db.migrate import run_queue_sql, run_sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0014_jobs_schema.up.sql")
    run_queue_sql(schema="jobs")
    run_sql("0014_jobs.up.sql")


def downgrade() -> None:
    run_sql("0014_jobs.down.sql")
