"""A picture of everything in the database but its rows and its partitions: two can be compared, line by line."""

from __future__ import annotations

from sqlalchemy import Connection, text

# Tables that hold people's facts are there once, whether or not partitions stand behind them. Whatever comes with an
# extension isn't ours, nor are options of columns that the server keeps there for itself. 16384 is the first oid that initdb doesn't use.
_PICTURE = r"""
WITH
ours AS (
  SELECT c.*, n.nspname, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT c.relispartition AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
granted AS (
  SELECT g.kind, g.oid, g.attnum, string_agg(
           CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || '=' || a.privilege_type
           || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ' ' ORDER BY a.grantee, a.privilege_type) AS acl
    FROM (SELECT 'relation' AS kind, oid, 0 AS attnum, coalesce(relacl, acldefault('r', relowner)) AS acl FROM ours
          UNION ALL SELECT 'relation', attrelid, attnum, attacl FROM pg_attribute JOIN ours ON ours.oid = attrelid
          UNION ALL SELECT 'routine', oid, 0, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc WHERE oid >= 16384) g,
         aclexplode(g.acl) a GROUP BY 1, 2, 3),
said AS (
  SELECT 'relation ' || o.name AS what, concat_ws(', ', replace(o.relkind::text, 'p', 'r'), pg_get_userbyid(o.relowner), o.relpersistence::text,
         'rls ' || o.relrowsecurity || o.relforcerowsecurity, 'identity ' || o.relreplident::text,
         (SELECT array_to_string(array_agg(option ORDER BY option), ' ') FROM unnest(coalesce(o.reloptions,
            (SELECT l.reloptions FROM pg_inherits h JOIN pg_class l ON l.oid = h.inhrelid WHERE h.inhparent = o.oid LIMIT 1))) option),
         g.acl) AS details
    FROM ours o LEFT JOIN granted g ON g.kind = 'relation' AND g.oid = o.oid AND g.attnum = 0
  UNION ALL
  SELECT 'column ' || o.name || '.' || a.attname, concat_ws(', ', row_number() OVER (PARTITION BY o.oid ORDER BY a.attnum),
         format_type(a.atttypid, a.atttypmod), a.attnotnull::text, pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, a.attidentity::text,
         nullif(a.attcollation, 0)::regcollation::text, a.attstorage::text, a.attcompression::text,
         CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,
         (SELECT string_agg(option, ' ' ORDER BY option) FROM unnest(a.attoptions) option WHERE option LIKE 'n\_distinct%'), g.acl)
    FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum
    LEFT JOIN granted g ON g.kind = 'relation' AND g.oid = o.oid AND g.attnum = a.attnum
  UNION ALL
  SELECT 'constraint ' || o.name || ' ' || k.conname, pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' (not valid)' END
    FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid AND k.conparentid = 0
  UNION ALL
  SELECT 'index ' || o.name || ' ' || c.relname, concat_ws(', ', replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '),
         'valid ' || i.indisvalid, 'primary ' || i.indisprimary, 'identity ' || i.indisreplident, 'clustered ' || i.indisclustered)
    FROM ours o JOIN pg_index i ON i.indrelid = o.oid JOIN pg_class c ON c.oid = i.indexrelid
  UNION ALL
  SELECT 'trigger ' || o.name || ' ' || t.tgname, pg_get_triggerdef(t.oid) || ', ' || t.tgenabled::text
    FROM ours o JOIN pg_trigger t ON t.tgrelid = o.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT 'policy ' || o.name || ' ' || p.polname, concat_ws(', ', p.polcmd::text, 'permissive ' || p.polpermissive,
         (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ' ' ORDER BY r) FROM unnest(p.polroles) r),
         'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
    FROM ours o JOIN pg_policy p ON p.polrelid = o.oid
  UNION ALL
  SELECT 'rule ' || o.name || ' ' || r.rulename, pg_get_ruledef(r.oid) FROM ours o JOIN pg_rewrite r ON r.ev_class = o.oid
  UNION ALL
  SELECT 'statistics ' || o.name || ' ' || s.stxname, pg_get_statisticsobjdef(s.oid) FROM ours o JOIN pg_statistic_ext s ON s.stxrelid = o.oid
  UNION ALL
  SELECT 'publication ' || p.pubname || ' ' || o.name, 'published' FROM ours o JOIN pg_publication_rel r ON r.prrelid = o.oid
    JOIN pg_publication p ON p.oid = r.prpubid
  UNION ALL
  SELECT 'routine ' || p.oid::regprocedure, concat_ws(', ', pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner), g.acl)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN granted g ON g.kind = 'routine' AND g.oid = p.oid
   WHERE p.oid >= 16384 AND p.prokind IN ('f', 'p') AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'comment on ' || i.type || ' ' || i.identity, d.description
    FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
   WHERE d.objoid >= 16384 AND NOT EXISTS (
     SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e'))
SELECT what || ': ' || details FROM said ORDER BY (what || ': ' || details) COLLATE "C"
"""


def take_picture(connection: Connection) -> list[str]:
    """Return one line for each relation, column, constraint, index, trigger, policy, view, function, grant and comment."""
    connection.execute(text("SET LOCAL search_path = ''"))
    return list(connection.scalars(text(_PICTURE)))
