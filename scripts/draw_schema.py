"""Draw migrations/schema.sql anew: the schema at head, as pg_dump says it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.databases import embedded_cluster
from tests.db.test_migrations import PICTURE, draw_schema

if __name__ == "__main__":
    with embedded_cluster() as cluster:
        PICTURE.write_text(draw_schema(cluster.template), encoding="utf-8")
    print(f"Wrote {PICTURE}.")
