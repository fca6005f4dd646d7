"""The catalogue of technologies, with the other names people use for them."""

import csv

import sqlalchemy as sa
from alembic import op

from careerhub.document.text import make_slug
from careerhub.ids import make_id
from careerhub.resources import shipped

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

technologies = sa.table("technologies", *map(sa.column, ("id", "name", "slug", "category", "layer")))
technology_aliases = sa.table("technology_aliases", sa.column("alias"), sa.column("technology_id"))


def upgrade() -> None:
    named, aliases = [], []
    with (shipped("migrations") / "data" / "technologies.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            new = {"id": make_id(), "slug": make_slug(row["name"])} | {k: row[k] for k in ("name", "category", "layer")}
            named.append(new)
            aliases += [{"alias": alias, "technology_id": new["id"]} for alias in row["aliases"].split("|") if alias]
    op.bulk_insert(technologies, named)
    op.bulk_insert(technology_aliases, aliases)


def downgrade() -> None:
    # people's skills and projects point at the catalogue: going below this revision takes the next one's tables too
    op.execute("UPDATE skills SET technology_id = NULL WHERE technology_id IS NOT NULL")
    op.execute("DELETE FROM project_technologies")
    op.execute("DELETE FROM experience_technologies")
    op.execute("DELETE FROM technology_aliases")
    op.execute("DELETE FROM technologies")
