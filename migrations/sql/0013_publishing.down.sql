DROP FUNCTION erase_account();
REVOKE UPDATE (slug) ON slug_history FROM careerhub_system;
REVOKE DELETE ON users FROM careerhub_system;
DROP TABLE profile_withdrawals;
DROP TRIGGER c_note_slug_released ON slug_history;
DROP TRIGGER c_note_slug_taken ON profiles;
DROP FUNCTION note_slug_holders();
DROP VIEW shared.former_slugs, own.former_slugs, site.former_slugs, facts.former_slugs;
DROP VIEW site.history;
DROP VIEW site.revisions;
CREATE VIEW site.revisions WITH (security_barrier) AS
  SELECT r.profile_id, r.revision, r.removed_at_revision, coalesce(p.visibility = 'PUBLIC', false) AS is_public
    FROM public.profile_revisions r LEFT JOIN public.profiles p ON p.id = r.profile_id;
ALTER VIEW site.revisions OWNER TO careerhub_system;
GRANT SELECT ON site.revisions TO careerhub_site;
DROP INDEX idx_profile_revisions_xid;

CREATE OR REPLACE FUNCTION raise_revisions(changed text[], took_away boolean[]) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  INSERT INTO profile_revisions AS r (profile_id, revision, removed_at_revision)
  SELECT t.id, 1, CASE WHEN t.took THEN 1 END FROM unnest(changed, took_away) AS t (id, took) ORDER BY t.id
  ON CONFLICT (profile_id) DO UPDATE SET
    -- one step a transaction, whatever the number of statements
    revision = r.revision + CASE WHEN r.xid = pg_current_xact_id() THEN 0 ELSE 1 END,
    removed_at_revision = CASE WHEN excluded.removed_at_revision IS NULL THEN r.removed_at_revision
                               ELSE r.revision + CASE WHEN r.xid = pg_current_xact_id() THEN 0 ELSE 1 END END,
    changed_at = CASE WHEN r.xid = pg_current_xact_id() THEN r.changed_at ELSE clock_timestamp() END,
    xid = pg_current_xact_id()
  WHERE r.xid <> pg_current_xact_id() OR excluded.removed_at_revision IS NOT NULL $$;
ALTER TABLE profile_revisions DROP COLUMN removed_at;
