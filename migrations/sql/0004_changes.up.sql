-- Change capture: a revision per profile, raised by triggers in the same transaction as the edit. A cursor over
-- timestamps loses edits that commit out of order; a counter on the profile's own row can't.

-- No foreign key: the row outlives its profile and is its tombstone.
CREATE TABLE profile_revisions (
    profile_id ulid PRIMARY KEY,
    revision BIGINT NOT NULL,
    removed_at_revision BIGINT,  -- the last revision that took something away
    changed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    xid XID8 NOT NULL DEFAULT pg_current_xact_id()
);

-- Written by the builder alone: if it locked the row that editors raise, it would block them.
CREATE TABLE profile_publications (
    profile_id ulid PRIMARY KEY,
    published_revision BIGINT NOT NULL DEFAULT 0,
    published_at TIMESTAMPTZ,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    next_change_at DATE
);
CREATE INDEX idx_profile_publications_next_change_at ON profile_publications (next_change_at) WHERE next_change_at IS NOT NULL;

-- What of a row the public may see, or NULL when the row itself is withheld. It mirrors the filters of schema facts:
-- an edit that nobody can see must not raise the revision, or the sitemap's dates would tell of it.
CREATE FUNCTION visible_row(table_name text, stored jsonb) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
  SELECT CASE
    WHEN stored ->> 'is_hidden' = 'true' THEN NULL
    -- a link is seen where both its ends are; when one of them is gone, its own delete has told of it
    WHEN stored ? 'project_id' AND NOT EXISTS (
      SELECT FROM projects p WHERE p.profile_id = stored ->> 'profile_id' AND p.id = stored ->> 'project_id' AND NOT p.is_hidden
         AND (p.visibility = 'PUBLIC' OR (p.show_anonymized AND table_name = 'project_technologies'))) THEN NULL
    WHEN stored ? 'experience_id' AND NOT EXISTS (
      SELECT FROM experiences e WHERE e.profile_id = stored ->> 'profile_id' AND e.id = stored ->> 'experience_id' AND NOT e.is_hidden) THEN NULL
    WHEN table_name = 'cv_versions' AND stored ->> 'is_public' = 'false' THEN NULL
    WHEN table_name = 'projects' AND stored ->> 'visibility' = 'ANONYMOUS' THEN
      CASE WHEN stored ->> 'show_anonymized' = 'true' THEN
        (SELECT jsonb_object_agg(key, value) FROM jsonb_each(stored) WHERE key = ANY (ARRAY['profile_id', 'id', 'visibility', 'role',
          'anonymized_company', 'category', 'start_date', 'end_date', 'is_ongoing', 'team_size', 'users_count', 'budget_range', 'display_order']))
      END
    ELSE stored - ARRAY['draft_data', 'contact_encrypted', 'contact_key_id', 'completeness_score', 'extras', 'source', 'source_row_hash',
      'source_revision', 'imported_at', 'revision', 'created_at', 'updated_at', 'user_id', 'anonymized_company', 'show_anonymized']
  END $$;

-- Did the new form of a row take away something that the old one showed? An emptied value counts.
CREATE FUNCTION takes_away(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$
  SELECT was IS NOT NULL AND (
    becomes IS NULL
    OR (was ->> 'visibility' = 'PUBLIC' AND becomes ->> 'visibility' <> 'PUBLIC')
    OR EXISTS (
      SELECT FROM jsonb_each(was) o WHERE o.value NOT IN ('null', '""', '[]', '{}') AND CASE jsonb_typeof(o.value)
        WHEN 'array' THEN jsonb_array_length(o.value) > jsonb_array_length(coalesce(nullif(becomes -> o.key, 'null'), '[]'))
        WHEN 'object' THEN EXISTS (SELECT FROM jsonb_object_keys(o.value) k WHERE coalesce(becomes -> o.key ->> k, '') = '')
        ELSE coalesce(becomes ->> o.key, '') = '' END)) $$;

-- One statement raises many profiles, in the order of their ids: two writers never wait for each other in a circle.
CREATE FUNCTION raise_revisions(changed text[], took_away boolean[]) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
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

-- Of the document; NULL for a profile that isn't there. Only the first few rows of each table can matter.
CREATE FUNCTION calculate_profile_completeness(p_profile_id text) RETURNS integer LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
  SELECT CASE WHEN p.headline <> '' THEN 10 ELSE 0 END
       + CASE WHEN length(p.summary) > 100 THEN 20 ELSE 0 END
       + 10 * (SELECT count(*) FROM (SELECT FROM experiences WHERE profile_id = p.id LIMIT 3) few)::int
       + 5 * (SELECT count(*) FROM (SELECT FROM projects WHERE profile_id = p.id LIMIT 3) few)::int
       + 3 * (SELECT count(*) FROM (SELECT FROM skills WHERE profile_id = p.id LIMIT 5) few)::int
       + 10 * (SELECT count(*) FROM (SELECT FROM education WHERE profile_id = p.id LIMIT 1) few)::int
  FROM profiles p WHERE p.id = p_profile_id $$;

CREATE FUNCTION score_profiles(changed text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  -- the rows' locks first: a score computed before another writer committed would be stored stale
  PERFORM FROM profiles WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE profiles p SET completeness_score = s.score
    FROM (SELECT c.id, calculate_profile_completeness(c.id) AS score FROM unnest(changed) AS c (id) OFFSET 0) s
   WHERE p.id = s.id AND p.completeness_score IS DISTINCT FROM s.score;
END $$;

-- One function for every owned table: which profiles did this statement change, and did it take something away?
-- The argument says whether the table counts for the completeness score.
CREATE FUNCTION note_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  owner_key CONSTANT text := CASE TG_TABLE_NAME WHEN 'profiles' THEN 'id' ELSE 'profile_id' END;
  raised text[];
  took boolean[];
  counted text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(id) FILTER (WHERE seen), array_agg(false) FILTER (WHERE seen), array_agg(id) INTO raised, took, counted FROM (
      SELECT n.stored ->> owner_key AS id, bool_or(visible_row(TG_TABLE_NAME, n.stored) IS NOT NULL) AS seen
        FROM (SELECT to_jsonb(r) AS stored FROM new_rows r) n GROUP BY 1) touched;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(id) FILTER (WHERE seen), array_agg(true) FILTER (WHERE seen), array_agg(id) INTO raised, took, counted FROM (
      SELECT o.stored ->> owner_key AS id, bool_or(visible_row(TG_TABLE_NAME, o.stored) IS NOT NULL) AS seen
        FROM (SELECT to_jsonb(r) AS stored FROM old_rows r) o GROUP BY 1) touched;
  ELSE
    SELECT array_agg(id), array_agg(took_away), array_agg(id) INTO raised, took, counted FROM (
      SELECT id, bool_or(takes_away(was, becomes)) AS took_away FROM (
        SELECT coalesce(o.stored, n.stored) ->> owner_key AS id, visible_row(TG_TABLE_NAME, o.stored) AS was,
               visible_row(TG_TABLE_NAME, n.stored) AS becomes
          FROM (SELECT to_jsonb(r) AS stored FROM old_rows r) o
          FULL JOIN (SELECT to_jsonb(r) AS stored FROM new_rows r) n
            ON n.stored ->> 'id' = o.stored ->> 'id' AND n.stored ->> owner_key = o.stored ->> owner_key) pairs
      WHERE was IS DISTINCT FROM becomes GROUP BY 1) touched;
  END IF;
  IF raised IS NOT NULL THEN
    PERFORM raise_revisions(raised, took);
    NOTIFY careerhub_changes;  -- a wake-up, never the record
  END IF;
  IF TG_ARGV[0] = 'score' AND counted IS NOT NULL THEN
    PERFORM score_profiles(counted);
  END IF;
  RETURN NULL;
END $$;

-- A technology's name stands on everybody's pages who uses it.
CREATE FUNCTION note_technology_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  IF (NEW.name, NEW.slug) IS DISTINCT FROM (OLD.name, OLD.slug) THEN
    PERFORM raise_revisions(array_agg(users_of.profile_id::text), array_agg(false)) FROM (
      SELECT s.profile_id FROM skills s WHERE s.technology_id = NEW.id
      UNION SELECT p.profile_id FROM project_technologies p WHERE p.technology_id = NEW.id
      UNION SELECT e.profile_id FROM experience_technologies e WHERE e.technology_id = NEW.id) users_of;
    NOTIFY careerhub_changes;
  END IF;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION raise_revisions(text[], boolean[]), score_profiles(text[]), note_changes(), note_technology_change() FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON profile_revisions TO careerhub_system;
GRANT UPDATE ON profiles TO careerhub_system;

DO $$
DECLARE
  owned record;
BEGIN
  FOR owned IN
    SELECT * FROM (VALUES ('profiles', 'score'), ('experiences', 'score'), ('projects', 'score'), ('skills', 'score'), ('education', 'score'),
      ('certifications', ''), ('achievements', ''), ('languages', ''), ('references', ''), ('interests', ''), ('profile_links', ''),
      ('cv_versions', ''), ('project_experiences', ''), ('project_technologies', ''), ('experience_technologies', ''),
      ('translations', ''), ('profile_photos', '')) AS t (name, counts)
  LOOP
    EXECUTE format('CREATE TRIGGER d_note_inserts AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION note_changes(%L)', owned.name, owned.counts);
    EXECUTE format('CREATE TRIGGER d_note_updates AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION note_changes(%L)', owned.name, owned.counts);
    EXECUTE format('CREATE TRIGGER d_note_deletes AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION note_changes(%L)', owned.name, owned.counts);
    EXECUTE format('GRANT SELECT ON %I TO careerhub_system', owned.name);
  END LOOP;
END $$;
CREATE TRIGGER d_note_updates AFTER UPDATE ON technologies FOR EACH ROW EXECUTE FUNCTION note_technology_change();

ALTER FUNCTION raise_revisions(text[], boolean[]) OWNER TO careerhub_system;
ALTER FUNCTION score_profiles(text[]) OWNER TO careerhub_system;
ALTER FUNCTION note_changes() OWNER TO careerhub_system;
ALTER FUNCTION note_technology_change() OWNER TO careerhub_system;

GRANT SELECT, INSERT, UPDATE, DELETE ON profile_publications TO careerhub_site;
GRANT SELECT ON profile_revisions, profile_publications TO careerhub_app;
