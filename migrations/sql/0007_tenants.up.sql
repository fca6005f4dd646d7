-- Row security on everything that is somebody's, forced, so that the tables' owner obeys it too; and the narrow doors
-- through it. What another person has isn't filtered by the application: it isn't there.

-- The profile of who acts; in policies as a sub-select, so that it is asked once a statement and not once a row.
CREATE FUNCTION own_profile() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT id::text FROM public.profiles WHERE user_id = public.current_actor() $$;

DO $$
DECLARE
  owned record;
BEGIN
  FOR owned IN
    SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND (c.relname = 'users' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('user_id', 'profile_id')))
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned.name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned.name);
    -- views, triggers and doors reach rows as careerhub_system; a policy, because managed servers give nobody BYPASSRLS
    EXECUTE format('CREATE POLICY system ON %I TO careerhub_system USING (true) WITH CHECK (true)', owned.name);
    EXECUTE format('CREATE POLICY backup ON %I FOR SELECT TO careerhub_backup USING (true)', owned.name);
    -- policies follow membership, and careerhub_owner is a member of careerhub_system to hand things over to it
    EXECUTE format('CREATE POLICY nothing ON %I AS RESTRICTIVE TO careerhub_owner USING (false)', owned.name);
  END LOOP;

  FOR owned IN
    SELECT * FROM (VALUES ('experiences'), ('projects'), ('education'), ('certifications'), ('achievements'), ('skills'), ('languages'),
      ('references'), ('interests'), ('profile_links'), ('cv_versions'), ('project_experiences'), ('project_technologies'),
      ('experience_technologies'), ('translations'), ('profile_photos'), ('share_links')) AS t (name)
  LOOP
    EXECUTE format('CREATE POLICY own ON %I TO careerhub_app USING (profile_id = (SELECT own_profile())) '
                   'WITH CHECK (profile_id = (SELECT own_profile()))', owned.name);
  END LOOP;

  -- what triggers and the builder write: its person may read it
  FOR owned IN SELECT * FROM (VALUES ('slug_history'), ('profile_revisions'), ('profile_publications')) AS t (name) LOOP
    EXECUTE format('CREATE POLICY own ON %I FOR SELECT TO careerhub_app USING (profile_id = (SELECT own_profile()))', owned.name);
  END LOOP;
END $$;

CREATE POLICY own ON profiles TO careerhub_app USING (user_id = (SELECT current_actor())) WITH CHECK (user_id = (SELECT current_actor()));
CREATE POLICY own ON user_tokens TO careerhub_app USING (user_id = (SELECT current_actor())) WITH CHECK (user_id = (SELECT current_actor()));
-- and nobody dates an import ahead, or its file would be kept for ever
CREATE POLICY own ON import_history TO careerhub_app USING (user_id = (SELECT current_actor()))
  WITH CHECK (user_id = (SELECT current_actor()) AND started_at <= clock_timestamp());
-- a token is used up or isn't; nobody opens one again
CREATE POLICY ends ON user_tokens AS RESTRICTIVE FOR UPDATE TO careerhub_app USING (true) WITH CHECK (used_at IS NOT NULL);
CREATE POLICY own ON audit_log FOR SELECT TO careerhub_app
  USING (profile_id = (SELECT own_profile()) OR user_id = (SELECT current_actor()));
CREATE POLICY builder ON profile_publications TO careerhub_site USING (true) WITH CHECK (true);

-- An account: a person makes their own, as everybody begins; what they may be is not theirs to say.
CREATE POLICY own ON users TO careerhub_app USING (id = (SELECT current_actor()))
  WITH CHECK (id = (SELECT current_actor()));
CREATE POLICY begins ON users AS RESTRICTIVE FOR INSERT TO careerhub_app
  WITH CHECK (plan = 'FREE' AND plan_expires_at IS NULL AND is_active AND NOT is_verified);
REVOKE UPDATE ON users, user_tokens, profiles FROM careerhub_app;
GRANT UPDATE (used_at) ON user_tokens TO careerhub_app;
GRANT UPDATE (email, password_hash, last_login_at) ON users TO careerhub_app;
DO $$
BEGIN
  -- all of a profile but whose it is and what the database keeps: a completeness of 100 can't be claimed
  EXECUTE (SELECT format('GRANT UPDATE (%s) ON profiles TO careerhub_app', string_agg(quote_ident(attname), ', ' ORDER BY attnum))
             FROM pg_attribute WHERE attrelid = 'profiles'::regclass AND attnum > 0 AND NOT attisdropped
              AND attname NOT IN ('id', 'user_id', 'completeness_score', 'revision', 'created_at', 'updated_at'));
END $$;

-- Another address has proved nothing yet.
CREATE FUNCTION doubt_email() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  NEW.is_verified := NEW.is_verified AND lower(NEW.email) = lower(OLD.email);
  RETURN NEW;
END $$;
CREATE TRIGGER b_doubt_email BEFORE UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION doubt_email();

-- Migrations run with row security off, so that a forgotten policy is an error; what they fire needs it on.
ALTER FUNCTION hold_slug() SET row_security = on;
ALTER FUNCTION drop_translations() SET row_security = on;
ALTER FUNCTION raise_revisions(text[], boolean[]) SET row_security = on;
ALTER FUNCTION score_profiles(text[]) SET row_security = on;
ALTER FUNCTION note_changes() SET row_security = on;
ALTER FUNCTION note_technology_change() SET row_security = on;

-- A CV names entries of its own profile and no others; names that were there may stay when their entry goes. It runs as
-- who writes, who sees no entry but their own: a refusal tells nothing of other people's.
CREATE FUNCTION check_sections() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  section text;
  unknown boolean;
BEGIN
  FOREACH section IN ARRAY ARRAY['experiences', 'projects', 'skills', 'education', 'certifications', 'achievements', 'languages',
                                 'references', 'interests'] LOOP
    CONTINUE WHEN NOT NEW.sections_config ? section;
    IF NOT is_text_array(NEW.sections_config -> section) THEN
      RAISE check_violation USING CONSTRAINT = 'cv_versions_sections_check', MESSAGE = format('%s is not a list of ids', section);
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM jsonb_array_elements_text($1) AS named (id) WHERE NOT EXISTS '
                   '(SELECT FROM %I kept WHERE kept.profile_id = $2 AND kept.id = named.id) AND NOT coalesce($3 ? named.id, false))', section)
      INTO unknown USING NEW.sections_config -> section, NEW.profile_id, CASE TG_OP WHEN 'UPDATE' THEN OLD.sections_config -> section END;
    IF unknown THEN
      RAISE check_violation USING CONSTRAINT = 'cv_versions_sections_check', MESSAGE = format('%s names an entry that is not of this profile', section);
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER b_check_sections BEFORE INSERT OR UPDATE OF sections_config ON cv_versions FOR EACH ROW EXECUTE FUNCTION check_sections();

-- Doors for who hasn't signed in yet: one account by what its person says, never a list.
CREATE FUNCTION find_account(p_email text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ SELECT id::text FROM users WHERE lower(email) = lower(p_email) $$;

CREATE FUNCTION find_owner(p_slug text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ SELECT user_id::text FROM profiles WHERE slug = p_slug $$;

-- Which of the wanted slugs nobody has, nobody held within 90 days (but the profile itself), and the site doesn't need.
CREATE FUNCTION free_slugs(wanted text[], for_profile text DEFAULT NULL) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  SELECT w.slug FROM unnest(wanted) WITH ORDINALITY AS w (slug, place)
   WHERE NOT is_reserved_slug(w.slug)
     AND NOT EXISTS (SELECT FROM profiles p WHERE p.slug = w.slug AND p.id IS DISTINCT FROM for_profile)
     AND NOT EXISTS (SELECT FROM slug_history h WHERE h.slug_hash = sha256(convert_to(w.slug, 'UTF8'))
           AND h.profile_id IS DISTINCT FROM for_profile AND h.released_at > now() - interval '90 days')
   ORDER BY w.place $$;

-- A token opens once; the database's clock decides. Verifying an address is what proves it.
CREATE FUNCTION use_token(p_hash bytea, p_purpose text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
DECLARE
  whose text;
BEGIN
  UPDATE user_tokens SET used_at = clock_timestamp()
   WHERE token_hash = p_hash AND purpose = p_purpose AND used_at IS NULL AND expires_at > clock_timestamp()
   RETURNING user_id INTO whose;
  IF p_purpose = 'VERIFY_EMAIL' AND whose IS NOT NULL THEN
    UPDATE users SET is_verified = true WHERE id = whose AND NOT is_verified;
  END IF;
  RETURN whose;
END $$;

-- Whether a share link is live, noted as used.
CREATE FUNCTION open_share_link(p_hash bytea) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
BEGIN
  UPDATE share_links l SET last_used_at = clock_timestamp() FROM profiles p
   WHERE l.token_hash = p_hash AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
     AND p.id = l.profile_id AND p.visibility <> 'PRIVATE';
  RETURN FOUND;
END $$;

-- Operators' doors: granted to nobody; careerhub_owner passes as a member of careerhub_system.
CREATE FUNCTION list_accounts() RETURNS TABLE (user_id text, email text, plan text, is_active boolean, is_verified boolean,
    created_at timestamptz, profile_id text, slug text, visibility text, source text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  SELECT u.id, u.email, u.plan, u.is_active, u.is_verified, u.created_at, p.id, p.slug, p.visibility, p.source
    FROM users u LEFT JOIN profiles p ON p.user_id = u.id ORDER BY lower(u.email) COLLATE "C" $$;

-- NULL leaves a thing as it is.
CREATE FUNCTION change_account(p_user_id text, p_is_active boolean DEFAULT NULL, p_plan text DEFAULT NULL, p_password_hash text DEFAULT NULL)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
BEGIN
  UPDATE users SET is_active = coalesce(p_is_active, is_active), plan = coalesce(p_plan, plan),
                   password_hash = coalesce(p_password_hash, password_hash)
   WHERE id = p_user_id;
  RETURN FOUND;
END $$;

-- Whose private contact data isn't under this key: what a rotation has left to do.
CREATE FUNCTION list_contact_owners(newest text) RETURNS TABLE (user_id text, profile_id text, contact_key_id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  SELECT p.user_id, p.id, p.contact_key_id FROM profiles p
   WHERE p.contact_encrypted IS NOT NULL AND p.contact_key_id IS DISTINCT FROM newest ORDER BY p.id $$;

DO $$
DECLARE
  door regprocedure;
BEGIN
  FOREACH door IN ARRAY ARRAY['find_account(text)', 'find_owner(text)', 'free_slugs(text[], text)', 'use_token(bytea, text)',
    'open_share_link(bytea)', 'list_accounts()', 'change_account(text, boolean, text, text)', 'list_contact_owners(text)']::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', door);
    EXECUTE format('ALTER FUNCTION %s OWNER TO careerhub_system', door);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION find_account(text), find_owner(text), free_slugs(text[], text), use_token(bytea, text), open_share_link(bytea)
  TO careerhub_app;
GRANT UPDATE ON users, user_tokens, share_links TO careerhub_system;
GRANT SELECT ON user_tokens, share_links TO careerhub_system;

-- What a share link shows: the facts of the one profile that its token names, while it is live. The setting holds the
-- token's SHA-256 in hexadecimal, for one transaction.
CREATE SCHEMA shared;
GRANT USAGE, CREATE ON SCHEMA shared TO careerhub_system;
GRANT USAGE ON SCHEMA shared TO careerhub_app;
DO $$
DECLARE
  viewed record;
BEGIN
  FOR viewed IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'facts'::regnamespace AND c.relkind = 'v' ORDER BY c.oid LOOP
    EXECUTE format($view$CREATE VIEW shared.%1$I WITH (security_barrier) AS SELECT f.* FROM facts.%1$I f WHERE f.profile_id = (
        SELECT l.profile_id FROM public.share_links l JOIN public.profiles p ON p.id = l.profile_id
         WHERE l.token_hash = CASE WHEN current_setting('careerhub.share_token', true) ~ '^[0-9a-f]{64}$'
                                   THEN decode(current_setting('careerhub.share_token', true), 'hex') END
           AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp() AND p.visibility <> 'PRIVATE')$view$, viewed.relname);
    EXECUTE format('ALTER VIEW shared.%I OWNER TO careerhub_system', viewed.relname);
    EXECUTE format('GRANT SELECT ON shared.%I TO careerhub_app', viewed.relname);
  END LOOP;
END $$;
