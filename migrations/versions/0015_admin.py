"""The admin: sessions, second factors, mails to send, requests to publish, limits of tries."""

from careerhub.db.migrate import run_sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0015_admin.up.sql")


def downgrade() -> None:
    run_sql("0015_admin.down.sql")
