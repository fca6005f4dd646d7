-- What publishing at speed needs: finding the few profiles that changed without looking at all of them, redirects from
-- former addresses, how long a withdrawal took, and erasure.

-- A safe cursor over edits: whatever a snapshot may see that an earlier one didn't was written by a transaction that
-- hadn't ended when the earlier one was taken, so its number is at least the earlier snapshot's xmin.
CREATE INDEX idx_profile_revisions_xid ON profile_revisions (xid);
-- When something was last taken away: withdrawals are timed from there.
ALTER TABLE profile_revisions ADD COLUMN removed_at TIMESTAMPTZ;

CREATE OR REPLACE FUNCTION raise_revisions(changed text[], took_away boolean[]) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  INSERT INTO profile_revisions AS r (profile_id, revision, removed_at_revision, removed_at)
  SELECT t.id, 1, CASE WHEN t.took THEN 1 END, CASE WHEN t.took THEN clock_timestamp() END
    FROM unnest(changed, took_away) AS t (id, took) ORDER BY t.id
  ON CONFLICT (profile_id) DO UPDATE SET
    -- one step a transaction, whatever the number of statements
    revision = r.revision + CASE WHEN r.xid = pg_current_xact_id() THEN 0 ELSE 1 END,
    removed_at_revision = CASE WHEN excluded.removed_at_revision IS NULL THEN r.removed_at_revision
                               ELSE r.revision + CASE WHEN r.xid = pg_current_xact_id() THEN 0 ELSE 1 END END,
    removed_at = coalesce(excluded.removed_at, r.removed_at),
    changed_at = CASE WHEN r.xid = pg_current_xact_id() THEN r.changed_at ELSE clock_timestamp() END,
    xid = pg_current_xact_id()
  WHERE r.xid <> pg_current_xact_id() OR excluded.removed_at_revision IS NOT NULL $$;

CREATE OR REPLACE VIEW site.revisions WITH (security_barrier) AS
  SELECT r.profile_id, r.revision, r.removed_at_revision, coalesce(p.visibility = 'PUBLIC', false) AS is_public,
         r.xid, r.changed_at, r.removed_at
    FROM public.profile_revisions r LEFT JOIN public.profiles p ON p.id = r.profile_id;

-- Which history of edits this is: another cluster, or the same one after a recovery to an earlier time, counts anew.
CREATE VIEW site.history WITH (security_barrier) AS
  SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || d.oid::text || '/'
         || CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS mark
    FROM pg_database d WHERE d.datname = current_database();
ALTER VIEW site.history OWNER TO careerhub_system;
GRANT SELECT ON site.history TO careerhub_site;

-- Former addresses that lead to somebody PUBLIC: only where nobody else has, or ever had, the same one.
CREATE VIEW facts.former_slugs WITH (security_barrier) AS
  SELECT DISTINCT h.profile_id, h.slug FROM public.slug_history h
   WHERE h.slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$' AND h.profile_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM public.profiles p WHERE p.slug = h.slug)
     AND NOT EXISTS (SELECT FROM public.slug_history o WHERE o.slug_hash = h.slug_hash AND o.profile_id IS DISTINCT FROM h.profile_id);
CREATE VIEW site.former_slugs WITH (security_barrier) AS SELECT f.* FROM facts.former_slugs f
 WHERE (SELECT p.visibility FROM public.profiles p WHERE p.id = f.profile_id) = 'PUBLIC';
CREATE VIEW own.former_slugs WITH (security_barrier) AS SELECT f.* FROM facts.former_slugs f
 WHERE f.profile_id = (SELECT p.id FROM public.profiles p WHERE p.user_id = nullif(current_setting('careerhub.actor', true), ''));
-- a page shown to friends has an address of its own, and no former ones
CREATE VIEW shared.former_slugs WITH (security_barrier) AS SELECT f.* FROM facts.former_slugs f WHERE false;
ALTER VIEW facts.former_slugs OWNER TO careerhub_system;
ALTER VIEW site.former_slugs OWNER TO careerhub_system;
ALTER VIEW own.former_slugs OWNER TO careerhub_system;
ALTER VIEW shared.former_slugs OWNER TO careerhub_system;
GRANT SELECT ON site.former_slugs TO careerhub_site;
GRANT SELECT ON own.former_slugs, shared.former_slugs TO careerhub_app;

-- Whose former address somebody else takes, or gives up, has a redirect less, or more.
CREATE FUNCTION note_slug_holders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
DECLARE
  others text[];
BEGIN
  IF TG_TABLE_NAME = 'profiles' THEN
    others := ARRAY(SELECT DISTINCT h.profile_id::text FROM slug_history h
                     WHERE h.slug_hash = sha256(convert_to(NEW.slug, 'UTF8')) AND h.profile_id <> NEW.id);
  ELSE
    others := ARRAY(SELECT DISTINCT h.profile_id::text FROM slug_history h
                     WHERE h.slug_hash = coalesce(NEW.slug_hash, OLD.slug_hash)
                       AND h.profile_id IS DISTINCT FROM coalesce(NEW.profile_id, OLD.profile_id));
  END IF;
  others := ARRAY(SELECT p.id::text FROM profiles p WHERE p.id = ANY (others) ORDER BY p.id);
  IF cardinality(others) > 0 THEN
    PERFORM raise_revisions(others, array_fill(true, ARRAY[cardinality(others)]));
    NOTIFY careerhub_changes;
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION note_slug_holders() FROM PUBLIC;
ALTER FUNCTION note_slug_holders() OWNER TO careerhub_system;
CREATE TRIGGER c_note_slug_taken AFTER INSERT OR UPDATE OF slug ON profiles FOR EACH ROW
  WHEN (NEW.slug IS NOT NULL) EXECUTE FUNCTION note_slug_holders();
CREATE TRIGGER c_note_slug_released AFTER INSERT OR DELETE ON slug_history FOR EACH ROW EXECUTE FUNCTION note_slug_holders();

-- Written by the publisher: when somebody was seen to be gone. Nothing but times.
CREATE TABLE profile_withdrawals (
    profile_id ulid NOT NULL,
    removed_at TIMESTAMPTZ NOT NULL,
    gone_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (gone_at, profile_id)  -- the time first: these notes stay in one table where others are partitioned
);
CREATE INDEX idx_profile_withdrawals_profile_id ON profile_withdrawals (profile_id);
ALTER TABLE profile_withdrawals ENABLE ROW LEVEL SECURITY;
ALTER TABLE profile_withdrawals FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON profile_withdrawals FOR SELECT TO careerhub_app USING (profile_id = (SELECT own_profile()));
CREATE POLICY builder ON profile_withdrawals TO careerhub_site USING (true) WITH CHECK (true);
CREATE POLICY system ON profile_withdrawals TO careerhub_system USING (true) WITH CHECK (true);
CREATE POLICY backup ON profile_withdrawals FOR SELECT TO careerhub_backup USING (true);
CREATE POLICY nothing ON profile_withdrawals AS RESTRICTIVE TO careerhub_owner USING (false);
GRANT SELECT ON profile_withdrawals TO careerhub_app, careerhub_backup;
GRANT SELECT, INSERT, DELETE ON profile_withdrawals TO careerhub_site;
GRANT SELECT, DELETE ON profile_withdrawals TO careerhub_system;

-- Erasure, by the person and only of that person: rows, what the log said, and former addresses but for their hashes,
-- which keep them from others for ninety days. Returns what was there.
CREATE FUNCTION erase_account() RETURNS TABLE (what text, count bigint) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
DECLARE
  person CONSTANT text := current_actor();
  theirs CONSTANT text[] := ARRAY(SELECT id::text FROM profiles WHERE user_id = person
    UNION SELECT entity_id FROM audit_log WHERE entity_type = 'PROFILE' AND person IN (old_values ->> 'user_id', new_values ->> 'user_id'));
BEGIN
  RETURN QUERY WITH gone AS (DELETE FROM users WHERE id = person RETURNING 1) SELECT 'accounts', count(*) FROM gone;
  RETURN QUERY SELECT 'profiles', cardinality(theirs)::bigint;
  RETURN QUERY WITH emptied AS (UPDATE slug_history SET slug = NULL WHERE profile_id = ANY (theirs) AND slug IS NOT NULL RETURNING 1)
    SELECT 'former addresses emptied', count(*) FROM emptied;
  RETURN QUERY SELECT 'audit values emptied', coalesce(sum(forget_audit_values(person, each)), 0)::bigint
    FROM unnest(CASE WHEN cardinality(theirs) = 0 THEN ARRAY[NULL::text] ELSE theirs END) AS each;
END $$;
REVOKE ALL ON FUNCTION erase_account() FROM PUBLIC;
ALTER FUNCTION erase_account() OWNER TO careerhub_system;
GRANT EXECUTE ON FUNCTION erase_account() TO careerhub_app;
GRANT UPDATE (slug) ON slug_history TO careerhub_system;
GRANT DELETE ON users TO careerhub_system;
