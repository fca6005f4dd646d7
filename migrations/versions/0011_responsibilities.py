"""Suggestions of responsibilities, by role and seniority."""

import csv
import json

import sqlalchemy as sa
from alembic import op

from careerhub.db.migrate import run_sql
from careerhub.ids import make_id
from careerhub.resources import shipped

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# One statement for all rows, so that triggers fire once. What somebody has put there before stays, and isn't repeated.
_ADD = sa.text("""
    INSERT INTO responsibilities_library (id, role_category, responsibility, seniority_level)
    SELECT n.id, n.role_category, n.responsibility, n.seniority_level
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS n (id text, role_category text, responsibility text, seniority_level text)
    WHERE NOT EXISTS (SELECT FROM responsibilities_library l
                      WHERE l.role_category = n.role_category AND l.responsibility = n.responsibility)
""")
# An entry that somebody has added or reworded isn't in the file: it stays.
_REMOVE = sa.text("""
    DELETE FROM responsibilities_library l
    USING jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (role_category text, responsibility text)
    WHERE l.role_category = n.role_category AND l.responsibility = n.responsibility
""")


def upgrade() -> None:
    run_sql("0011_responsibilities.up.sql")
    rows = _read_rows()
    # ids of one millisecond needn't be in order; sorted, they keep the file's among equally used entries
    for row, row_id in zip(rows, sorted(make_id() for _ in rows), strict=True):
        row["id"] = row_id
    op.get_bind().execute(_ADD, {"rows": json.dumps(rows)})


def downgrade() -> None:
    op.get_bind().execute(_REMOVE, {"rows": json.dumps(_read_rows())})
    run_sql("0011_responsibilities.down.sql")


def _read_rows() -> list[dict[str, str]]:
    with (shipped("migrations") / "data" / "responsibilities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
