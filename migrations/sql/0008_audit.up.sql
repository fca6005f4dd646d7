-- Who changed what: written by triggers in the transaction of the change, append-only, sealed, forgotten in time.

-- The order of the chain. Rows that a downgrade left behind get theirs by their time.
ALTER TABLE audit_log ADD COLUMN position BIGINT;
ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;
UPDATE audit_log a SET position = o.place
  FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS place FROM audit_log) o WHERE o.id = a.id;
ALTER TABLE audit_log ALTER COLUMN position SET NOT NULL;
ALTER TABLE audit_log ALTER COLUMN position ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_position_key UNIQUE (position);
-- rows of one transaction share their time: that is how undo finds the links that went with an item
ALTER TABLE audit_log ALTER COLUMN created_at SET DEFAULT now();
SELECT setval(pg_get_serial_sequence('audit_log', 'position'), max(position)) FROM audit_log;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

-- One link of the chain a row: a chain per run could tell that something was altered, not what. No foreign key: a row
-- that is missing has to be told, and whoever could delete it passes constraints.
CREATE TABLE audit_seals (
    position BIGINT PRIMARY KEY,
    chain BYTEA NOT NULL CONSTRAINT audit_seals_chain_check CHECK (octet_length(chain) = 32),
    sealed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- What stands in `stored` and is something else in `other`; everything when there is no other. Of a secret the log keeps
-- that there was one, and that it changed. (plpgsql keeps its plan; SQL with a sub-select is planned at every call.)
CREATE FUNCTION logged_values(stored jsonb, other jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  secrets CONSTANT text[] := '{password_hash,token_hash,contact_encrypted}';
BEGIN
  IF other IS NULL AND NOT stored ?| secrets THEN
    RETURN stored;
  END IF;
  RETURN (SELECT jsonb_object_agg(e.key, CASE WHEN e.key = ANY (secrets) AND e.value <> 'null' THEN '"[redacted]"' ELSE e.value END)
            FROM jsonb_each(stored) e WHERE other IS NULL OR e.value IS DISTINCT FROM other -> e.key);
END $$;

-- Salted, so that what was emptied can't be guessed from what stays.
CREATE FUNCTION digest_values(salt bytea, old_values jsonb, new_values jsonb) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT sha256(salt || convert_to(jsonb_build_array(old_values, new_values)::text, 'UTF8')) $$;

-- What the chain is made of: never values, for they may be emptied.
CREATE FUNCTION digest_facts(entry audit_log) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT sha256(convert_to(jsonb_build_array(entry.position, entry.id, entry.user_id, entry.profile_id, entry.action, entry.entity_type,
          entry.entity_id, to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), encode(entry.values_digest, 'hex'))::text, 'UTF8')) $$;

-- An address that is none must not keep anybody from saving.
CREATE FUNCTION current_address() RETURNS inet LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  RETURN nullif(current_setting('careerhub.ip_address', true), '')::inet;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END $$;

-- Rows of one table, as they were and as they are, become rows of the log; what nobody edited becomes none.
-- `keys` is the whole primary key, `named` are the columns that make the entity's id. A row whose key changed is
-- another row: one was deleted, one created. Rows of an account are named by it, so that erasure finds them all.
CREATE FUNCTION append_audit(table_name text, entity text, keys text[], named text[], olds jsonb[], news jsonb[]) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  actor CONSTANT text := substring(current_actor() FROM '^[0-7][0-9A-HJKMNP-TV-Z]{25}$');
  address CONSTANT inet := current_address();
  agent CONSTANT text := left(nullif(current_setting('careerhub.user_agent', true), ''), 300);
  -- the time of a ULID once a statement, and for each row 64 random bits, whose digits are those of a ULID too
  stamp CONSTANT text := left(make_ulid(), 10);
BEGIN
  INSERT INTO audit_log (id, user_id, profile_id, action, entity_type, entity_id, old_values, new_values, salt, values_digest,
                         ip_address, user_agent)
  SELECT stamp || upper(encode(gen_random_bytes(8), 'hex')), actor, c.owner, c.verb || entity, entity, c.entity_id, c.was, c.becomes,
         c.salt, digest_values(c.salt, c.was, c.becomes), address, agent
    FROM (SELECT CASE WHEN o.stored IS NULL THEN 'CREATE_' WHEN n.stored IS NULL THEN 'DELETE_' ELSE 'UPDATE_' END AS verb,
                 logged_values(o.stored, n.stored) AS was, logged_values(n.stored, o.stored) AS becomes,
                 (SELECT string_agg(coalesce(n.stored, o.stored) ->> k, '/') FROM unnest(named) k) AS entity_id,
                 coalesce(coalesce(n.stored, o.stored) ->> CASE table_name WHEN 'profiles' THEN 'id' ELSE 'profile_id' END,
                          (SELECT p.id FROM profiles p WHERE p.user_id =
                            coalesce(n.stored, o.stored) ->> CASE table_name WHEN 'users' THEN 'id' ELSE 'user_id' END)) AS owner,
                 gen_random_bytes(16) AS salt
            FROM (SELECT stored, (SELECT string_agg(stored ->> k, '/') FROM unnest(keys) k) AS key FROM unnest(olds) AS t (stored)) o
            FULL JOIN (SELECT stored, (SELECT string_agg(stored ->> k, '/') FROM unnest(keys) k) AS key FROM unnest(news) AS t (stored)) n
              ON n.key = o.key
           WHERE o.stored IS DISTINCT FROM n.stored) c;
END $$;

-- The trigger: its arguments are the entity's type, its key, and the columns it is named by.
CREATE FUNCTION note_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  -- times and bytes are written the same way whoever edits; a plan for every edit would cost as much as the edit
  SET search_path = pg_catalog, public, pg_temp SET row_security = on SET timezone = 'UTC' SET bytea_output = 'hex'
  SET plan_cache_mode = force_generic_plan
  AS $$
DECLARE
  -- Computed and counted: nobody edited it. Photos and imported files are big, and a draft is whatever somebody typed
  -- before deciding to save it: none of them may live on in a log.
  unlogged CONSTANT text[] := '{updated_at,completeness_score,is_anonymized,last_used_at,usage_count,bytes,import_data,draft_data}';
  -- a deleted row is kept with these, so that undo gives back the very same
  kept CONSTANT text[] := CASE TG_OP WHEN 'DELETE' THEN '{}' ELSE '{revision,created_at}' END;
  olds jsonb[];
  news jsonb[];
BEGIN
  -- sub-selects: a table's column of tomorrow may have the name of a variable here
  IF TG_OP <> 'INSERT' THEN
    SELECT array_agg(o.stored - unlogged - kept) INTO olds FROM (SELECT to_jsonb(r.*) AS stored FROM old_rows r) o;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(n.stored - unlogged - kept) INTO news FROM (SELECT to_jsonb(r.*) AS stored FROM new_rows r) n;
  END IF;
  IF olds IS DISTINCT FROM news THEN
    PERFORM append_audit(TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1]::text[], TG_ARGV[2]::text[], olds, news);
  END IF;
  RETURN NULL;
END $$;

-- For migrations: from now on this table's changes are in the log.
CREATE FUNCTION audit_table(audited regclass, entity text, keys text[], named text[]) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  calls CONSTANT text := format('FOR EACH STATEMENT EXECUTE FUNCTION note_audit(%L, %L, %L)', entity, keys, named);
BEGIN
  EXECUTE format('CREATE TRIGGER e_audit_inserts AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows %s', audited, calls);
  EXECUTE format('CREATE TRIGGER e_audit_updates AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows %s', audited, calls);
  EXECUTE format('CREATE TRIGGER e_audit_deletes AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows %s', audited, calls);
END $$;

SELECT audit_table(t.name::regclass, t.entity, t.keys::text[], t.named::text[]) FROM (VALUES
  ('users', 'USER', '{id}', '{id}'), ('profiles', 'PROFILE', '{id}', '{id}'),
  ('user_tokens', 'USER_TOKEN', '{token_hash}', '{user_id,purpose}'), ('import_history', 'IMPORT', '{id}', '{user_id,id}'),
  ('share_links', 'SHARE_LINK', '{id}', '{id}'), ('profile_photos', 'PROFILE_PHOTO', '{profile_id,size}', '{size}'),
  ('experiences', 'EXPERIENCE', '{profile_id,id}', '{id}'), ('projects', 'PROJECT', '{profile_id,id}', '{id}'),
  ('education', 'EDUCATION', '{profile_id,id}', '{id}'), ('certifications', 'CERTIFICATION', '{profile_id,id}', '{id}'),
  ('achievements', 'ACHIEVEMENT', '{profile_id,id}', '{id}'), ('skills', 'SKILL', '{profile_id,id}', '{id}'),
  ('languages', 'LANGUAGE', '{profile_id,id}', '{id}'), ('"references"', 'REFERENCE', '{profile_id,id}', '{id}'),
  ('interests', 'INTEREST', '{profile_id,id}', '{id}'), ('profile_links', 'PROFILE_LINK', '{profile_id,id}', '{id}'),
  ('cv_versions', 'CV_VERSION', '{profile_id,id}', '{id}'),
  ('project_experiences', 'PROJECT_EXPERIENCE', '{profile_id,project_id,experience_id}', '{project_id,experience_id}'),
  ('project_technologies', 'PROJECT_TECHNOLOGY', '{profile_id,project_id,technology_id}', '{project_id,technology_id}'),
  ('experience_technologies', 'EXPERIENCE_TECHNOLOGY', '{profile_id,experience_id,technology_id}', '{experience_id,technology_id}'),
  ('translations', 'TRANSLATION', '{profile_id,entity_type,entity_id,field,lang}', '{entity_type,entity_id,field,lang}'),
  ('technologies', 'TECHNOLOGY', '{id}', '{id}'), ('technology_aliases', 'TECHNOLOGY_ALIAS', '{alias}', '{alias}'),
  ('responsibilities_library', 'RESPONSIBILITY', '{id}', '{id}')) AS t (name, entity, keys, named);

-- Append-only, for superusers too. The arguments are what careerhub_system may do all the same.
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  IF current_user <> 'careerhub_system' OR NOT TG_OP = ANY (TG_ARGV) THEN
    RAISE insufficient_privilege USING MESSAGE = 'the audit log is append-only';
  END IF;
  RETURN NULL;
END $$;

-- Retention and erasure empty values; nothing else of a row ever changes.
CREATE FUNCTION allow_emptying() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  emptied CONSTANT text[] := '{old_values,new_values,salt,ip_address,user_agent}';
BEGIN
  IF to_jsonb(NEW) - emptied <> to_jsonb(OLD) - emptied
     OR (coalesce(NEW.old_values, OLD.old_values), coalesce(NEW.new_values, OLD.new_values), coalesce(NEW.salt, OLD.salt),
         coalesce(NEW.ip_address, OLD.ip_address), coalesce(NEW.user_agent, OLD.user_agent))
        IS DISTINCT FROM (OLD.old_values, OLD.new_values, OLD.salt, OLD.ip_address, OLD.user_agent) THEN
    RAISE insufficient_privilege USING MESSAGE = 'the audit log is append-only';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER a_refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting('UPDATE');
CREATE TRIGGER b_allow_emptying BEFORE UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION allow_emptying();
CREATE TRIGGER a_refuse_rewriting BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting('INSERT');

-- The last position that no writer in flight can still go below. Its own transaction, and soon over: it waits for writers, and they for it.
CREATE FUNCTION find_audit_end() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on SET lock_timeout = '2s'
  AS $$
BEGIN
  LOCK TABLE audit_log IN SHARE MODE;
  RETURN (SELECT max(a.position) FROM audit_log a);
END $$;

-- Chain what isn't sealed yet, up to a position that find_audit_end() gave; return how many rows that were.
CREATE FUNCTION seal_audit_log(upto bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
DECLARE
  head audit_seals;
  entry record;
  sealed bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('careerhub audit seal', 0));
  SELECT * INTO head FROM audit_seals ORDER BY position DESC LIMIT 1;
  FOR entry IN SELECT a.position, digest_facts(a) AS facts FROM audit_log a
                WHERE a.position <= upto AND (head.position IS NULL OR a.position > head.position) ORDER BY a.position LOOP
    head.chain := sha256(coalesce(head.chain, '') || entry.facts);
    INSERT INTO audit_seals (position, chain) VALUES (entry.position, head.chain);
    sealed := sealed + 1;
  END LOOP;
  RETURN sealed;
END $$;

-- Recompute everything: how many rows are whole, emptied, not sealed yet, and the first that isn't as it was.
CREATE FUNCTION verify_audit_log(OUT intact bigint, OUT emptied bigint, OUT unsealed bigint, OUT bad bigint, OUT bad_position bigint, OUT bad_id text,
                                 OUT bad_action text, OUT bad_reason text) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  WITH judged AS MATERIALIZED (
    SELECT coalesce(s.position, a.position) AS position, a.id, a.action, a.salt IS NULL AS is_emptied, s.position IS NULL AS is_unsealed,
           CASE WHEN a.position IS NULL THEN 'missing'
                WHEN s.position IS NULL AND a.position < (SELECT max(h.position) FROM audit_seals h) THEN 'inserted'
                WHEN s.chain <> sha256(coalesce(s.previous, '') || digest_facts(a)) THEN 'altered'
                WHEN a.salt IS NULL AND num_nonnulls(a.old_values, a.new_values, a.ip_address, a.user_agent) > 0 THEN 'half emptied'
                WHEN a.salt IS NOT NULL AND a.values_digest IS DISTINCT FROM digest_values(a.salt, a.old_values, a.new_values) THEN 'values altered'
           END AS reason
      FROM audit_log a FULL JOIN (SELECT position, chain, lag(chain) OVER (ORDER BY position) AS previous FROM audit_seals) s ON s.position = a.position)
  SELECT count(*) FILTER (WHERE j.reason IS NULL AND NOT j.is_emptied), count(*) FILTER (WHERE j.reason IS NULL AND j.is_emptied),
         count(*) FILTER (WHERE j.reason IS NULL AND j.is_unsealed), count(j.reason), min(f.position), min(f.id), min(f.action), min(f.reason)
    FROM judged j LEFT JOIN (SELECT * FROM judged WHERE reason IS NOT NULL ORDER BY position LIMIT 1) f ON f.position = j.position $$;

-- Retention: the fact stays, what it said goes.
CREATE FUNCTION empty_audit_values(before timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
DECLARE
  emptied bigint;
BEGIN
  UPDATE audit_log SET old_values = NULL, new_values = NULL, salt = NULL, ip_address = NULL, user_agent = NULL
   WHERE created_at < before AND salt IS NOT NULL;
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN emptied;
END $$;

-- Erasure: everything about one person, whoever did it, and where they were when they did things elsewhere.
CREATE FUNCTION forget_audit_values(p_user_id text, p_profile_id text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
DECLARE
  emptied bigint;
  -- also of a profile they had before
  theirs CONSTANT text[] := (SELECT coalesce(array_agg(DISTINCT entity_id), '{}') || p_profile_id FROM audit_log
                              WHERE entity_type = 'PROFILE' AND p_user_id IN (old_values ->> 'user_id', new_values ->> 'user_id'));
BEGIN
  UPDATE audit_log SET old_values = NULL, new_values = NULL, salt = NULL, ip_address = NULL, user_agent = NULL
   WHERE salt IS NOT NULL AND (profile_id = ANY (theirs) OR (profile_id IS NULL AND (entity_id = p_user_id OR starts_with(entity_id, p_user_id || '/'))));
  GET DIAGNOSTICS emptied = ROW_COUNT;
  UPDATE audit_log SET ip_address = NULL, user_agent = NULL
   WHERE user_id = p_user_id AND (ip_address IS NOT NULL OR user_agent IS NOT NULL);
  RETURN emptied;
END $$;

-- What nobody needs any longer, and may not be kept. At another moment than now: for operators and tests.
CREATE FUNCTION tidy(moment timestamptz) RETURNS TABLE (what text, count bigint) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
BEGIN
  RETURN QUERY WITH done AS (
    UPDATE import_history SET import_data = NULL WHERE import_data IS NOT NULL AND started_at < moment - interval '30 days' RETURNING 1)
    SELECT 'imported files emptied', count(*) FROM done;
  RETURN QUERY SELECT 'audit values emptied', empty_audit_values(moment - interval '400 days');
  RETURN QUERY WITH done AS (
    DELETE FROM user_tokens WHERE least(used_at, expires_at) < moment - interval '1 day' RETURNING 1)
    SELECT 'tokens removed', count(*) FROM done;
  RETURN QUERY WITH done AS (
    DELETE FROM share_links WHERE least(revoked_at, expires_at) < moment - interval '30 days' RETURNING 1)
    SELECT 'share links removed', count(*) FROM done;
  -- of living profiles they stay, for the sake of redirects
  RETURN QUERY WITH done AS (
    DELETE FROM slug_history h WHERE h.released_at < moment - interval '90 days'
       AND NOT EXISTS (SELECT FROM profiles p WHERE p.id = h.profile_id) RETURNING 1)
    SELECT 'former addresses removed', count(*) FROM done;
END $$;

-- The builder's login may tidy, and not choose the moment: with one far ahead it would forget everything.
CREATE FUNCTION tidy() RETURNS TABLE (what text, count bigint) LANGUAGE sql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ SELECT * FROM tidy(now()) $$;

GRANT SELECT, INSERT, UPDATE ON audit_log TO careerhub_system;
GRANT SELECT, INSERT ON audit_seals TO careerhub_system;
GRANT SELECT ON audit_seals TO careerhub_backup;
GRANT SELECT, UPDATE (import_data) ON import_history TO careerhub_system;
GRANT SELECT, DELETE ON user_tokens, share_links, slug_history TO careerhub_system;

REVOKE ALL ON FUNCTION logged_values(jsonb, jsonb), digest_values(bytea, jsonb, jsonb), digest_facts(audit_log), current_address(),
  append_audit(text, text, text[], text[], jsonb[], jsonb[]), note_audit(), audit_table(regclass, text, text[], text[]), refuse_rewriting(), allow_emptying(),
  find_audit_end(), seal_audit_log(bigint), verify_audit_log(), empty_audit_values(timestamptz), forget_audit_values(text, text), tidy(timestamptz), tidy() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION logged_values(jsonb, jsonb), digest_values(bytea, jsonb, jsonb), digest_facts(audit_log), current_address(),
  append_audit(text, text, text[], text[], jsonb[], jsonb[]) TO careerhub_system;
GRANT EXECUTE ON FUNCTION tidy() TO careerhub_site;
ALTER FUNCTION note_audit() OWNER TO careerhub_system;
ALTER FUNCTION find_audit_end() OWNER TO careerhub_system;
ALTER FUNCTION seal_audit_log(bigint) OWNER TO careerhub_system;
ALTER FUNCTION verify_audit_log() OWNER TO careerhub_system;
ALTER FUNCTION empty_audit_values(timestamptz) OWNER TO careerhub_system;
ALTER FUNCTION forget_audit_values(text, text) OWNER TO careerhub_system;
ALTER FUNCTION tidy(timestamptz) OWNER TO careerhub_system;
ALTER FUNCTION tidy() OWNER TO careerhub_system;
