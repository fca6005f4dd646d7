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
    # what is there already, because somebody's skill named it before a downgrade, keeps its id and its names
    known = {row.name.lower(): row.id for row in op.get_bind().execute(sa.select(technologies))}
    taken = {row.alias.lower() for row in op.get_bind().execute(sa.select(technology_aliases))}
    named, aliases = [], []
    for row in _read_catalogue():
        new = {"id": make_id(), "slug": make_slug(row["name"])} | {k: row[k] for k in ("name", "category", "layer")}
        if row["name"].lower() not in known:
            named.append(new)
        technology_id = known.get(row["name"].lower(), new["id"])
        found = [alias for alias in row["aliases"].split("|") if alias and alias.lower() not in taken]
        aliases += [{"alias": alias, "technology_id": technology_id} for alias in found]
    op.bulk_insert(technologies, named)
    op.bulk_insert(technology_aliases, aliases)


def downgrade() -> None:
    # what people's skills, jobs and projects name stays, with its other names: they would lose their links
    names = [row["name"] for row in _read_catalogue()]
    op.get_bind().execute(
        sa.text(
            "DELETE FROM technologies t WHERE t.name = ANY (:names) AND NOT EXISTS (SELECT FROM skills s WHERE s.technology_id = t.id)"
            " AND NOT EXISTS (SELECT FROM project_technologies p WHERE p.technology_id = t.id)"
            " AND NOT EXISTS (SELECT FROM experience_technologies e WHERE e.technology_id = t.id)"
        ),
        {"names": names},
    )


def _read_catalogue() -> list[dict[str, str]]:
    with (shipped("migrations") / "data" / "technologies.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
