"""The crowd that tests of size use keeps every rule of the schema, although its triggers slept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crowded import crowded, find_crowd
from tests.databases import Cluster, Database

PEOPLE = 300
KINDS = (
    "experiences", "projects", "skills", "education", "certifications", "achievements", "languages", "references", "interests",
    "profile_links", "cv_versions", "translations", "share_links", "profile_revisions", "project_experiences",
    "project_technologies", "experience_technologies",
)  # fmt: skip
# One query a foreign key: rows whose key is complete and leads nowhere.
ORPHANS = """
    SELECT format('SELECT count(*) FROM %s o WHERE ROW(%s) IS NOT NULL AND NOT EXISTS (SELECT FROM %s r WHERE (%s) = (%s))',
                  c.conrelid::regclass, string_agg(format('o.%I', own.attname), ', '), c.confrelid::regclass,
                  string_agg(format('o.%I', own.attname), ', ' ORDER BY k.n), string_agg(format('r.%I', other.attname), ', ' ORDER BY k.n))
      FROM pg_constraint c, unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (own, other, n)
      JOIN pg_attribute own ON true JOIN pg_attribute other ON true
     WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND own.attrelid = c.conrelid AND own.attnum = k.own
       AND other.attrelid = c.confrelid AND other.attnum = k.other
     GROUP BY c.oid, c.conrelid, c.confrelid"""


@pytest.fixture(scope="module")
def crowd(cluster: Cluster) -> Iterator[Database]:
    with crowded(cluster, PEOPLE) as database:
        yield database


def test_every_foreign_key_holds(crowd: Database) -> None:
    with crowd.connect() as connection:
        queries = connection.execute(ORPHANS).fetchall()
        assert len(queries) > 20
        for (query,) in queries:
            assert connection.execute(query).fetchone() == (0,), query


def test_a_key_that_leads_nowhere_would_be_found(crowd: Database) -> None:
    with crowd.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("DELETE FROM experiences")
        broken = [q for (q,) in connection.execute(ORPHANS).fetchall() if connection.execute(q).fetchone() != (0,)]
    assert len(broken) == 2


def test_scores_and_revisions_are_what_the_triggers_would_have_written(crowd: Database) -> None:
    with crowd.connect() as connection:
        assert connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE completeness_score = calculate_profile_completeness(id)),"
            " count(r.revision) FROM profiles LEFT JOIN profile_revisions r ON profile_id = id"
        ).fetchone() == (PEOPLE, PEOPLE, PEOPLE)


def test_it_has_every_kind_of_row_hidden_and_anonymous_ones_too(crowd: Database) -> None:
    with crowd.connect() as connection:
        for name in KINDS:
            assert connection.execute(f'SELECT EXISTS (SELECT FROM "{name}")').fetchone() == (True,), name  # type: ignore[call-overload]
        assert connection.execute(
            "SELECT bool_or(is_hidden), bool_or(visibility = 'ANONYMOUS' AND show_anonymized) FROM projects"
        ).fetchone() == (True, True)


def test_the_indexes_are_those_of_the_schema(crowd: Database, cluster: Cluster) -> None:
    query = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    with crowd.connect() as ours, cluster.template.connect() as theirs:
        assert ours.execute(query).fetchall() == theirs.execute(query).fetchall()


def test_a_server_is_filled_once(cluster: Cluster) -> None:
    assert find_crowd(cluster, PEOPLE) is find_crowd(cluster, PEOPLE)
