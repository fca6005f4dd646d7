"""Read from the catalogue the statements that make tables, and what depends on them, once more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

# Each query returns statements that run when the old tables have left their schema, so that every name in them means
# a new one. All are read while search_path is empty: whatever the catalogue prints then is fully qualified.
# `:tables` are the oids of the tables, `:routines` those of the functions over their row types.

_KEYS = """
SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE k.conrelid = ANY (CAST(:tables AS oid[])) AND k.contype IN ('p', 'u', 'x') ORDER BY k.oid"""

# of an index on a partitioned table the catalogue says ON ONLY, which would leave its partitions out
_INDEXES = """
SELECT CASE c.relkind WHEN 'p' THEN replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
                      ELSE pg_get_indexdef(i.indexrelid) END
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE i.indrelid = ANY (CAST(:tables AS oid[])) AND NOT EXISTS (
   SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) ORDER BY i.indexrelid"""

_STATISTICS = """
SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxrelid = ANY (CAST(:tables AS oid[])) ORDER BY oid"""

_STATISTICS_TARGETS = """
SELECT format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', attrelid::regclass, attname, attstattarget)
  FROM pg_attribute WHERE attrelid = ANY (CAST(:tables AS oid[])) AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0"""

# in both directions; those that partitions have of their own come with their parents'
_FOREIGN_KEYS = """
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
   AND (conrelid = ANY (CAST(:tables AS oid[])) OR confrelid = ANY (CAST(:tables AS oid[]))) ORDER BY oid"""

_ROUTINES = """
SELECT unnest(ARRAY[
    pg_get_functiondef(p.oid),
    format('REVOKE ALL ON ROUTINE %1$s FROM PUBLIC', p.oid::regprocedure),
    (SELECT string_agg(format('GRANT EXECUTE ON ROUTINE %s TO %s', p.oid::regprocedure,
              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END), '; ')
       FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner),
    format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, pg_get_userbyid(p.proowner))])
  FROM pg_proc p WHERE p.oid = ANY (CAST(:routines AS oid[])) ORDER BY p.oid"""

# replaced, not dropped: owner, grants, comments and the views above them stay as they are
_VIEWS = """
SELECT format('CREATE OR REPLACE VIEW %I.%I %s AS %s', n.nspname, c.relname,
              'WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (CAST(:views AS oid[])) ORDER BY c.oid"""

_TRIGGERS = """
SELECT unnest(ARRAY[pg_get_triggerdef(oid), CASE tgenabled
    WHEN 'D' THEN format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)
    WHEN 'A' THEN format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tgrelid::regclass, tgname)
    WHEN 'R' THEN format('ALTER TABLE %s ENABLE REPLICA TRIGGER %I', tgrelid::regclass, tgname) END])
  FROM pg_trigger WHERE tgrelid = ANY (CAST(:tables AS oid[])) AND NOT tgisinternal ORDER BY oid"""

_GRANTS = """
SELECT format('GRANT %s%s ON %s TO %s%s', a.privilege_type, ' (' || quote_ident(o.attname) || ')', o.relation::regclass,
              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
              CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
  FROM (SELECT oid AS relation, NULL::name AS attname, relowner, relacl AS acl FROM pg_class
        UNION ALL SELECT attrelid, attname, relowner, attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                   WHERE NOT attisdropped) o, aclexplode(o.acl) a
 WHERE o.relation = ANY (CAST(:tables AS oid[])) AND a.grantee <> o.relowner"""

_POLICIES = """
SELECT format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, p.polrelid::regclass,
              CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
              CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
              (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(p.polroles) r),
              ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
              ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
  FROM pg_policy p WHERE p.polrelid = ANY (CAST(:tables AS oid[])) ORDER BY p.oid"""

_ROW_SECURITY = """
SELECT unnest(ARRAY[CASE WHEN relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', oid::regclass) END,
                    CASE WHEN relforcerowsecurity THEN format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', oid::regclass) END])
  FROM pg_class WHERE oid = ANY (CAST(:tables || :neighbours AS oid[]))"""

# columns' comments come with the columns
_COMMENTS = """
SELECT format('COMMENT ON %s %s IS %L', CASE o.type WHEN 'table constraint' THEN 'CONSTRAINT' ELSE upper(o.type) END,
              o.identity, d.description)
  FROM pg_description d, pg_identify_object(d.classoid, d.objoid, 0) o
 WHERE d.objsubid = 0 AND (
       (d.classoid = 'pg_class'::regclass AND d.objoid = ANY (CAST(:tables AS oid[])))
    OR (d.classoid = 'pg_proc'::regclass AND d.objoid = ANY (CAST(:routines AS oid[])))
    OR (d.classoid = 'pg_class'::regclass AND d.objoid IN (SELECT indexrelid FROM pg_index WHERE indrelid = ANY (CAST(:tables AS oid[]))))
    OR (d.classoid = 'pg_constraint'::regclass AND d.objoid IN (
          SELECT oid FROM pg_constraint WHERE conrelid = ANY (CAST(:tables AS oid[])) AND contype <> 'c'))
    OR (d.classoid = 'pg_trigger'::regclass AND d.objoid IN (SELECT oid FROM pg_trigger WHERE tgrelid = ANY (CAST(:tables AS oid[]))))
    OR (d.classoid = 'pg_policy'::regclass AND d.objoid IN (SELECT oid FROM pg_policy WHERE polrelid = ANY (CAST(:tables AS oid[])))))"""

# Triggers and row security come after the foreign keys: under row security PostgreSQL could not check these.
_IN_ORDER = (
    _KEYS, _INDEXES, _STATISTICS, _STATISTICS_TARGETS, _FOREIGN_KEYS, _ROUTINES, _VIEWS, _TRIGGERS, _GRANTS, _POLICIES, _ROW_SECURITY,
    _COMMENTS,
)  # fmt: skip

# Out of the way of the names that the new tables need. Row security would hide the rows from who copies them, and from
# the check of foreign keys; a table's indexes and partitions' indexes go where it goes, its statistics don't.
_DEPARTURES = """
SELECT statement FROM (
  SELECT 1, format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', oid::regclass) FROM pg_class
   WHERE oid = ANY (CAST(:tables || :neighbours AS oid[]))
  UNION ALL
  SELECT 2, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
   WHERE contype = 'f' AND conparentid = 0 AND confrelid = ANY (CAST(:tables AS oid[])) AND conrelid <> ALL (CAST(:tables AS oid[]))
  UNION ALL
  SELECT 3, format('ALTER ROUTINE %s SET SCHEMA %I', oid::regprocedure, CAST(:schema AS text)) FROM pg_proc WHERE oid = ANY (CAST(:routines AS oid[]))
  UNION ALL
  SELECT 4, format('ALTER STATISTICS %s.%I SET SCHEMA %I', stxnamespace::regnamespace, stxname, CAST(:schema AS text)) FROM pg_statistic_ext
   WHERE stxrelid = ANY (CAST(:tables AS oid[]))
  UNION ALL
  SELECT 5, format('ALTER TABLE %s SET SCHEMA %I', oid::regclass, CAST(:schema AS text)) FROM pg_class WHERE oid = ANY (CAST(:tables AS oid[]))
  UNION ALL
  SELECT 6, format('ALTER SCHEMA %I RENAME TO %I', nspname, CAST(:schema AS text) || '_' || oid) FROM pg_namespace WHERE nspname ~ '^partition_[0-9]+$'
) AS steps (place, statement) ORDER BY place"""

_FIND_ROUTINES = """
SELECT DISTINCT d.objid FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
  LEFT JOIN pg_type t ON t.oid = d.refobjid AND d.refclassid = 'pg_type'::regclass
  LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
 WHERE d.classid = 'pg_proc'::regclass AND (
       (d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (CAST(:tables AS oid[])))
    OR coalesce(e.typrelid, t.typrelid) = ANY (CAST(:tables AS oid[])))"""

_FIND_VIEWS = """
SELECT DISTINCT r.ev_class FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
  LEFT JOIN pg_type t ON t.oid = d.refobjid AND d.refclassid = 'pg_type'::regclass
 WHERE d.classid = 'pg_rewrite'::regclass AND v.relkind = 'v' AND (
       (d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (CAST(:tables AS oid[])))
    OR (d.refclassid = 'pg_proc'::regclass AND d.refobjid = ANY (CAST(:routines AS oid[])))
    OR t.typrelid = ANY (CAST(:tables AS oid[])))"""

_FIND_NEIGHBOURS = """
SELECT DISTINCT oid FROM (
  SELECT unnest(ARRAY[conrelid, confrelid]) AS oid FROM pg_constraint
   WHERE contype = 'f' AND conparentid = 0
     AND (conrelid = ANY (CAST(:tables AS oid[])) OR confrelid = ANY (CAST(:tables AS oid[])))) linked
 WHERE oid <> ALL (CAST(:tables AS oid[]))"""


def find_routines(connection: Connection, tables: Sequence[int]) -> list[int]:
    """Find the functions whose signature or body names one of these tables or its row type."""
    return list(connection.scalars(text(_FIND_ROUTINES), {"tables": list(tables)}))


def find_views(connection: Connection, tables: Sequence[int], routines: Sequence[int]) -> list[int]:
    """Find the views that read these tables directly, those over other views first: so readers lock them."""
    found = connection.scalars(text(_FIND_VIEWS), {"tables": list(tables), "routines": list(routines)})
    return sorted(found, reverse=True)


def find_neighbours(connection: Connection, tables: Sequence[int]) -> list[int]:
    """Find the other tables at either end of these tables' foreign keys."""
    return list(connection.scalars(text(_FIND_NEIGHBOURS), {"tables": list(tables)}))


def read_departures(
    connection: Connection, *, tables: Sequence[int], routines: Sequence[int], neighbours: Sequence[int], schema: str
) -> list[str]:
    """Read what takes tables, and all that has a name beside them, to another schema; partitions' schemas are renamed."""
    oids = {"tables": list(tables), "routines": list(routines), "neighbours": list(neighbours)}
    return list(connection.scalars(text(_DEPARTURES), {**oids, "schema": schema}))


def read_statements(
    connection: Connection,
    *,
    tables: Sequence[int],
    routines: Sequence[int],
    views: Sequence[int],
    neighbours: Sequence[int],
) -> list[str]:
    """Read all that makes the new tables what the old ones were, in the order in which it can be run."""
    oids = {"tables": list(tables), "routines": list(routines), "views": list(views), "neighbours": list(neighbours)}
    return [
        statement
        for query in _IN_ORDER
        for statement in connection.scalars(text(query), {name: oids[name] for name in oids if f":{name}" in query})
        if statement
    ]
