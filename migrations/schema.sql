CREATE SCHEMA facts;

ALTER SCHEMA facts OWNER TO careerhub_owner;

CREATE SCHEMA own;

ALTER SCHEMA own OWNER TO careerhub_owner;

CREATE SCHEMA shared;

ALTER SCHEMA shared OWNER TO careerhub_owner;

CREATE SCHEMA site;

ALTER SCHEMA site OWNER TO careerhub_owner;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

CREATE DOMAIN public.ulid AS text COLLATE pg_catalog."C"
	CONSTRAINT ulid_check CHECK ((VALUE ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'::text));

ALTER DOMAIN public.ulid OWNER TO careerhub_owner;

CREATE FUNCTION public.allow_emptying() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
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

ALTER FUNCTION public.allow_emptying() OWNER TO careerhub_owner;

CREATE FUNCTION public.append_audit(table_name text, entity text, keys text[], named text[], olds jsonb[], news jsonb[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $_$
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
END $_$;

ALTER FUNCTION public.append_audit(table_name text, entity text, keys text[], named text[], olds jsonb[], news jsonb[]) OWNER TO careerhub_owner;

CREATE FUNCTION public.audit_table(audited regclass, entity text, keys text[], named text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  calls CONSTANT text := format('FOR EACH STATEMENT EXECUTE FUNCTION note_audit(%L, %L, %L)', entity, keys, named);
BEGIN
  EXECUTE format('CREATE TRIGGER e_audit_inserts AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows %s', audited, calls);
  EXECUTE format('CREATE TRIGGER e_audit_updates AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows %s', audited, calls);
  EXECUTE format('CREATE TRIGGER e_audit_deletes AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows %s', audited, calls);
END $$;

ALTER FUNCTION public.audit_table(audited regclass, entity text, keys text[], named text[]) OWNER TO careerhub_owner;

CREATE FUNCTION public.calculate_profile_completeness(p_profile_id text) RETURNS integer
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ SELECT sum(points)::integer FROM completeness_parts(p_profile_id) $$;

ALTER FUNCTION public.calculate_profile_completeness(p_profile_id text) OWNER TO careerhub_owner;

CREATE FUNCTION public.change_account(p_user_id text, p_is_active boolean DEFAULT NULL::boolean, p_plan text DEFAULT NULL::text, p_password_hash text DEFAULT NULL::text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
BEGIN
  IF NOT coalesce(p_is_active, true) OR p_password_hash IS NOT NULL THEN
    DELETE FROM user_sessions WHERE user_id = p_user_id;
  END IF;
  UPDATE users SET is_active = coalesce(p_is_active, is_active), plan = coalesce(p_plan, plan),
                   password_hash = coalesce(p_password_hash, password_hash),
                   is_verified = is_verified OR p_password_hash IS NOT NULL
   WHERE id = p_user_id;
  RETURN FOUND;
END $$;

ALTER FUNCTION public.change_account(p_user_id text, p_is_active boolean, p_plan text, p_password_hash text) OWNER TO careerhub_system;

CREATE FUNCTION public.check_sections() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $_$
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
END $_$;

ALTER FUNCTION public.check_sections() OWNER TO careerhub_owner;

CREATE FUNCTION public.completeness_parts(p_profile_id text) RETURNS TABLE(part text, points integer, possible integer, missing integer)
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  SELECT r.part, r.worth * r.has, r.worth * r.counts,
         CASE r.part WHEN 'summary' THEN greatest(101 - length(p.summary), 0) ELSE r.counts - r.has END
    FROM profiles p CROSS JOIN LATERAL (VALUES
      ('headline', 10, 1, (p.headline <> '')::int),
      ('summary', 20, 1, (length(p.summary) > 100)::int),
      ('experiences', 10, 3, (SELECT count(*)::int FROM (SELECT FROM experiences WHERE profile_id = p.id LIMIT 3) few)),
      ('projects', 5, 3, (SELECT count(*)::int FROM (SELECT FROM projects WHERE profile_id = p.id LIMIT 3) few)),
      ('skills', 3, 5, (SELECT count(*)::int FROM (SELECT FROM skills WHERE profile_id = p.id LIMIT 5) few)),
      ('education', 10, 1, (SELECT count(*)::int FROM (SELECT FROM education WHERE profile_id = p.id LIMIT 1) few))
    ) AS r (part, worth, counts, has)
   WHERE p.id = p_profile_id $$;

ALTER FUNCTION public.completeness_parts(p_profile_id text) OWNER TO careerhub_owner;

CREATE FUNCTION public.count_tries(p_key bytea) RETURNS TABLE(hits integer, ends_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ SELECT r.hits, r.expires_at FROM rate_limits r WHERE r.key_hash = p_key AND r.expires_at > clock_timestamp() $$;

ALTER FUNCTION public.count_tries(p_key bytea) OWNER TO careerhub_system;

CREATE FUNCTION public.count_try(p_key bytea, p_span interval, p_amount integer) RETURNS TABLE(hits integer, ends_at timestamp with time zone)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  INSERT INTO rate_limits AS r (key_hash, hits, expires_at) VALUES (p_key, p_amount, clock_timestamp() + p_span)
  ON CONFLICT (key_hash) DO UPDATE SET
    hits = CASE WHEN r.expires_at <= clock_timestamp() THEN excluded.hits ELSE r.hits + excluded.hits END,
    expires_at = CASE WHEN r.expires_at <= clock_timestamp() THEN excluded.expires_at ELSE r.expires_at END
  RETURNING r.hits, r.expires_at $$;

ALTER FUNCTION public.count_try(p_key bytea, p_span interval, p_amount integer) OWNER TO careerhub_system;

CREATE FUNCTION public.current_actor() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT nullif(current_setting('careerhub.actor', true), '') $$;

ALTER FUNCTION public.current_actor() OWNER TO careerhub_owner;

CREATE FUNCTION public.current_address() RETURNS inet
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN nullif(current_setting('careerhub.ip_address', true), '')::inet;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END $$;

ALTER FUNCTION public.current_address() OWNER TO careerhub_owner;

CREATE TABLE public.audit_log (
    id public.ulid NOT NULL,
    user_id public.ulid,
    profile_id public.ulid,
    action character varying(100) NOT NULL,
    entity_type character varying(50),
    entity_id text,
    old_values jsonb,
    new_values jsonb,
    salt bytea,
    values_digest bytea,
    ip_address inet,
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    "position" bigint NOT NULL
);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log OWNER TO careerhub_owner;

CREATE FUNCTION public.digest_facts(entry public.audit_log) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT sha256(convert_to(jsonb_build_array(entry.position, entry.id, entry.user_id, entry.profile_id, entry.action, entry.entity_type,
          entry.entity_id, to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), encode(entry.values_digest, 'hex'))::text, 'UTF8')) $$;

ALTER FUNCTION public.digest_facts(entry public.audit_log) OWNER TO careerhub_owner;

CREATE FUNCTION public.digest_values(salt bytea, old_values jsonb, new_values jsonb) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT sha256(salt || convert_to(jsonb_build_array(old_values, new_values)::text, 'UTF8')) $$;

ALTER FUNCTION public.digest_values(salt bytea, old_values jsonb, new_values jsonb) OWNER TO careerhub_owner;

CREATE FUNCTION public.doubt_email() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  NEW.is_verified := NEW.is_verified AND lower(NEW.email) = lower(OLD.email);
  RETURN NEW;
END $$;

ALTER FUNCTION public.doubt_email() OWNER TO careerhub_owner;

CREATE FUNCTION public.drop_translations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
BEGIN
  DELETE FROM translations t USING old_rows o
   WHERE t.profile_id = o.profile_id AND t.entity_type = TG_ARGV[0] AND t.entity_id = o.id;
  RETURN NULL;
END $$;

ALTER FUNCTION public.drop_translations() OWNER TO careerhub_system;

CREATE FUNCTION public.empty_audit_values(before timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
DECLARE
  emptied bigint;
BEGIN
  UPDATE audit_log SET old_values = NULL, new_values = NULL, salt = NULL, ip_address = NULL, user_agent = NULL
   WHERE created_at < before AND salt IS NOT NULL;
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN emptied;
END $$;

ALTER FUNCTION public.empty_audit_values(before timestamp with time zone) OWNER TO careerhub_system;

CREATE FUNCTION public.erase_account() RETURNS TABLE(what text, count bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.erase_account() OWNER TO careerhub_system;

CREATE FUNCTION public.find_account(p_email text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ SELECT id::text FROM users WHERE lower(email) = lower(p_email) $$;

ALTER FUNCTION public.find_account(p_email text) OWNER TO careerhub_system;

CREATE FUNCTION public.find_audit_end() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    SET lock_timeout TO '2s'
    AS $$
BEGIN
  LOCK TABLE audit_log IN SHARE MODE;
  RETURN (SELECT max(a.position) FROM audit_log a);
END $$;

ALTER FUNCTION public.find_audit_end() OWNER TO careerhub_system;

CREATE FUNCTION public.find_enough_items(kind text, words text, most integer) RETURNS TABLE(profile_id text, id text, is_alike boolean)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  before text := current_setting('pg_trgm.word_similarity_threshold', true);
  how text;
  found_keys text[] := '{}';
  alike text[] := '{}';
BEGIN
  FOREACH how IN ARRAY ARRAY['words', 'stems'] LOOP
    found_keys := found_keys || ARRAY(SELECT f.profile_id || f.id FROM find_items(kind, how, words, 100) f);
    EXIT WHEN cardinality(found_keys) >= most;
  END LOOP;
  IF cardinality(found_keys) < most AND words <> '' THEN
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.5', true);
    alike := ARRAY(SELECT f.profile_id || f.id FROM find_items(kind, 'likeness', words, 100) f);
    PERFORM set_config('pg_trgm.word_similarity_threshold', before, true);
  END IF;
  -- a ULID has 26 characters
  RETURN QUERY SELECT left(k, 26), right(k, 26), NOT k = ANY (found_keys) FROM (SELECT DISTINCT unnest(found_keys || alike) AS k) f;
END $$;

ALTER FUNCTION public.find_enough_items(kind text, words text, most integer) OWNER TO careerhub_system;

CREATE FUNCTION public.find_items(kind text, how text, words text, enough integer) RETURNS TABLE(profile_id text, id text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  wanted tsquery := make_tsquery(words, how = 'stems', how = 'stems');
BEGIN
  CASE kind || ' by ' || replace(how, 'stems', 'words')
  WHEN 'experiences by words' THEN
    RETURN QUERY SELECT e.profile_id::text, e.id::text FROM experiences e WHERE NOT e.is_hidden
      AND search_texts(e.company_name || ' ' || e.position, e.description || ' ' || regexp_replace(e.responsibilities::text, '\\[nrt]', ' ', 'g')) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = e.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'experiences by likeness' THEN
    RETURN QUERY SELECT e.profile_id::text, e.id::text FROM experiences e WHERE NOT e.is_hidden
      AND words <% search_words(e.company_name || ' ' || e.position)
      AND (SELECT p.visibility FROM profiles p WHERE p.id = e.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'projects by words' THEN
    RETURN QUERY SELECT j.profile_id::text, j.id::text FROM projects j WHERE NOT j.is_hidden AND j.visibility = 'PUBLIC'
      AND search_texts(j.name || ' ' || j.role || ' ' || j.organization || ' ' || j.keywords::text, j.description) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = j.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'projects by likeness' THEN
    RETURN QUERY SELECT j.profile_id::text, j.id::text FROM projects j WHERE NOT j.is_hidden AND j.visibility = 'PUBLIC'
      AND words <% search_words(j.name)
      AND (SELECT p.visibility FROM profiles p WHERE p.id = j.profile_id) = 'PUBLIC' LIMIT enough;
  END CASE;
END $$;

ALTER FUNCTION public.find_items(kind text, how text, words text, enough integer) OWNER TO careerhub_system;

CREATE FUNCTION public.find_owner(p_slug text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ SELECT user_id::text FROM profiles WHERE slug = p_slug $$;

ALTER FUNCTION public.find_owner(p_slug text) OWNER TO careerhub_system;

CREATE FUNCTION public.find_people(place text, query text, words text, is_open boolean, enough integer) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  wanted tsquery := make_tsquery(words, is_open, is_open AND place <> 'name' AND place <> 'skill');
BEGIN
  CASE place
  WHEN 'whole name' THEN
    RETURN QUERY SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC' AND search_words(p.full_name) ~>=~ words
      AND search_words(p.full_name) ~<~ (words || U&'\+10FFFF') ORDER BY search_words(p.full_name) USING ~<~ LIMIT enough;
  WHEN 'name' THEN
    RETURN QUERY (SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC' AND search_names(p.full_name) @@ wanted LIMIT enough)
      UNION ALL (SELECT t.profile_id::text FROM translations t WHERE t.entity_type = 'PROFILE' AND t.field = 'full_name' AND t.entity_id = t.profile_id
        AND search_names(t.text) @@ wanted AND (SELECT p.visibility FROM profiles p WHERE p.id = t.profile_id) = 'PUBLIC' LIMIT enough);
  WHEN 'headline' THEN
    RETURN QUERY SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC'
      AND search_texts(p.headline || ' ' || p.location || ' ' || p.city || ' ' || p.region, '') @@ wanted LIMIT enough;
  WHEN 'summary' THEN
    RETURN QUERY SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC' AND search_texts('', p.summary) @@ wanted LIMIT enough;
  WHEN 'technology', 'symbols' THEN
    RETURN QUERY SELECT s.profile_id::text FROM name_technologies(query) n (id), LATERAL (
        SELECT s.profile_id, s.level FROM skills s WHERE s.technology_id = n.id AND NOT s.is_hidden
           AND (SELECT p.visibility FROM profiles p WHERE p.id = s.profile_id) = 'PUBLIC'
         ORDER BY s.level DESC NULLS LAST, s.profile_id LIMIT enough) s ORDER BY s.level DESC NULLS LAST, s.profile_id LIMIT enough;
  WHEN 'skill' THEN
    RETURN QUERY SELECT s.profile_id::text FROM skills s WHERE NOT s.is_hidden AND search_names(s.name) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = s.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'experience' THEN
    RETURN QUERY SELECT e.profile_id::text FROM experiences e WHERE NOT e.is_hidden
      AND search_texts(e.company_name || ' ' || e.position, e.description || ' ' || regexp_replace(e.responsibilities::text, '\\[nrt]', ' ', 'g')) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = e.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'project' THEN
    RETURN QUERY SELECT j.profile_id::text FROM projects j WHERE NOT j.is_hidden AND j.visibility = 'PUBLIC'
      AND search_texts(j.name || ' ' || j.role || ' ' || j.organization || ' ' || j.keywords::text, j.description) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = j.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'several' THEN
    RETURN QUERY SELECT find_people_by_parts(words, enough);
  END CASE;
END $$;

ALTER FUNCTION public.find_people(place text, query text, words text, is_open boolean, enough integer) OWNER TO careerhub_system;

CREATE FUNCTION public.find_people_alike(words text, is_last_resort boolean, enough integer) RETURNS TABLE(id text, likeness real)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  before text := current_setting('pg_trgm.word_similarity_threshold', true);
  threshold text;
  found_ids text[];
BEGIN
  FOREACH threshold IN ARRAY ARRAY['0.6', '0.4', '0.25'] LOOP
    PERFORM set_config('pg_trgm.word_similarity_threshold', threshold, true);
    found_ids := ARRAY(SELECT p.id FROM profiles p WHERE p.visibility = 'PUBLIC' AND words <% search_words(p.full_name) LIMIT enough);
    -- of five letters the half isn't enough to go by
    EXIT WHEN cardinality(found_ids) > 0 OR NOT is_last_resort OR length(words) < 6;
  END LOOP;
  PERFORM set_config('pg_trgm.word_similarity_threshold', before, true);
  RETURN QUERY SELECT f.id, (word_similarity(words, f.name) * 0.8 + similarity(words, f.name) * 0.2)::real
    FROM (SELECT p.id::text, search_words(p.full_name) AS name FROM profiles p WHERE p.id = ANY (found_ids) OFFSET 0) f;
END $$;

ALTER FUNCTION public.find_people_alike(words text, is_last_resort boolean, enough integer) OWNER TO careerhub_system;

CREATE FUNCTION public.find_people_by_parts(words text, enough integer) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  listed text[] := ARRAY(SELECT w FROM unnest(string_to_array(words, ' ')) w WHERE ts_lexize('pg_catalog.english_stem', w) <> '{}');
  wanted text[] := ARRAY(SELECT CASE WHEN search_grams(w) = '{}' THEN ' ' ELSE '' END || w FROM unnest(listed) w);
  stems text[] := ARRAY(SELECT ' ' || (ts_lexize('pg_catalog.english_stem', w))[1] FROM unnest(listed) w);
  word record;
  is_open boolean;
  those text[];
  fewest text[];
BEGIN
  IF cardinality(listed) < 2 THEN
    RETURN;
  END IF;
  -- few headlines, few people, mostly: with luck the first word is rare enough to be the last one looked up
  FOR word IN SELECT w AS letters, (SELECT count(*) FROM find_people('headline', w, w, false, enough + 1)) AS headlines
                FROM unnest(listed) w ORDER BY 2, length(w) DESC, w LOOP
    EXIT WHEN cardinality(fewest) <= enough OR (fewest IS NOT NULL AND word.headlines > enough);
    FOREACH is_open IN ARRAY ARRAY[false, true] LOOP
      those := ARRAY(SELECT DISTINCT f FROM unnest('{name,headline,skill,experience,project}'::text[]) place,
                     LATERAL find_people(place, word.letters, word.letters, is_open, enough + 1) f);
      EXIT WHEN cardinality(those) > enough;
    END LOOP;
    fewest := CASE WHEN cardinality(fewest) <= cardinality(those) THEN fewest ELSE those END;
  END LOOP;
  RETURN QUERY SELECT t.id FROM (
      -- piece by piece: most of them are ASCII, which costs a fifth
      SELECT p.id::text, concat_ws(' ', '', search_words(p.full_name), search_words(p.headline), search_words(p.location),
          search_words(p.city), search_words(p.region),
          (SELECT string_agg(search_words(s.name), ' ') FROM skills s WHERE s.profile_id = p.id AND NOT s.is_hidden),
          (SELECT string_agg(search_words(e.company_name) || ' ' || search_words(e.position), ' ') FROM experiences e
            WHERE e.profile_id = p.id AND NOT e.is_hidden),
          (SELECT string_agg(search_words(j.name) || ' ' || search_words(j.role) || ' ' || search_words(j.organization), ' ') FROM projects j
            WHERE j.profile_id = p.id AND NOT j.is_hidden AND j.visibility = 'PUBLIC')) AS titles
        FROM profiles p WHERE p.id = ANY (fewest[1:enough]) AND p.visibility = 'PUBLIC' OFFSET 0) t
    WHERE NOT EXISTS (SELECT FROM unnest(wanted, stems) w (word, stem) WHERE strpos(t.titles, w.word) = 0 AND strpos(t.titles, w.stem) = 0);
END $$;

ALTER FUNCTION public.find_people_by_parts(words text, enough integer) OWNER TO careerhub_system;

CREATE FUNCTION public.forget_audit_values(p_user_id text, p_profile_id text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.forget_audit_values(p_user_id text, p_profile_id text) OWNER TO careerhub_system;

CREATE FUNCTION public.forget_tries(p_key bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ DELETE FROM rate_limits WHERE key_hash = p_key $$;

ALTER FUNCTION public.forget_tries(p_key bytea) OWNER TO careerhub_system;

CREATE FUNCTION public.free_slugs(wanted text[], for_profile text DEFAULT NULL::text) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  SELECT w.slug FROM unnest(wanted) WITH ORDINALITY AS w (slug, place)
   WHERE NOT is_reserved_slug(w.slug)
     AND NOT EXISTS (SELECT FROM profiles p WHERE p.slug = w.slug AND p.id IS DISTINCT FROM for_profile)
     AND NOT EXISTS (SELECT FROM slug_history h WHERE h.slug_hash = sha256(convert_to(w.slug, 'UTF8'))
           AND h.profile_id IS DISTINCT FROM for_profile AND h.released_at > now() - interval '90 days')
   ORDER BY w.place $$;

ALTER FUNCTION public.free_slugs(wanted text[], for_profile text) OWNER TO careerhub_system;

CREATE FUNCTION public.hold_slug() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.slug IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.slug IS DISTINCT FROM OLD.slug) THEN
    IF EXISTS (SELECT FROM slug_history h
               WHERE h.slug_hash = sha256(convert_to(NEW.slug, 'UTF8')) AND h.profile_id IS DISTINCT FROM NEW.id
                 AND h.released_at > now() - interval '90 days') THEN
      RAISE unique_violation USING CONSTRAINT = 'profiles_slug_held', MESSAGE = 'slug is held for its former owner';
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' AND OLD.slug IS NOT NULL AND (TG_OP = 'DELETE' OR NEW.slug IS DISTINCT FROM OLD.slug) THEN
    INSERT INTO slug_history (id, slug, slug_hash, profile_id)
    VALUES (make_ulid(), OLD.slug, sha256(convert_to(OLD.slug, 'UTF8')), OLD.id);
  END IF;
  RETURN NULL;
END $$;

ALTER FUNCTION public.hold_slug() OWNER TO careerhub_system;

CREATE FUNCTION public.is_contact(value jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$ SELECT jsonb_typeof(value) = 'object' AND length(value::text) <= 4000
          AND value - '{email,phone,website,linkedin,address}'::text[] = '{}'::jsonb
          AND NOT jsonb_path_exists(value, '$.* ? (@.type() != "string")')
          AND coalesce(public.is_web_address(value ->> 'website'), true)
          AND coalesce(public.is_web_address(value ->> 'linkedin'), true) $_$;

ALTER FUNCTION public.is_contact(value jsonb) OWNER TO careerhub_owner;

CREATE FUNCTION public.is_partial_date(day date, day_precision text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE
          WHEN day IS NULL OR day_precision IS NULL THEN day IS NULL AND day_precision IS NULL
          WHEN NOT isfinite(day) OR day < DATE '1900-01-01' OR day >= DATE '2201-01-01' THEN false
          WHEN day_precision = 'D' THEN true
          WHEN day_precision = 'M' THEN extract(day FROM day) = 1
          WHEN day_precision = 'Y' THEN extract(day FROM day) = 1 AND extract(month FROM day) = 1
          ELSE false END $$;

ALTER FUNCTION public.is_partial_date(day date, day_precision text) OWNER TO careerhub_owner;

CREATE FUNCTION public.is_web_address(address text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$ SELECT address ~* '^https?://[^/?#@[:space:]]+([/?#]|$)' AND address !~ '[[:space:]<>"`\\]' $_$;

ALTER FUNCTION public.is_web_address(address text) OWNER TO careerhub_owner;

CREATE FUNCTION public.last_day(day date, day_precision text) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE day_precision
          WHEN 'Y' THEN make_date(extract(year FROM day)::int, 12, 31)
          WHEN 'M' THEN (day + interval '1 month')::date - 1
          ELSE day END $$;

ALTER FUNCTION public.last_day(day date, day_precision text) OWNER TO careerhub_owner;

CREATE TABLE public.certifications (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    name character varying(200) NOT NULL,
    issuing_organization character varying(200) DEFAULT ''::character varying NOT NULL,
    credential_id character varying(100) DEFAULT ''::character varying NOT NULL,
    credential_url character varying(500) DEFAULT ''::character varying NOT NULL,
    issue_date date,
    issue_precision character(1),
    expiry_date date,
    expiry_precision character(1),
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT certifications_credential_url_check CHECK ((((credential_url)::text = ''::text) OR public.is_web_address((credential_url)::text))),
    CONSTRAINT certifications_dates_check CHECK (((expiry_date IS NULL) OR (issue_date IS NULL) OR (public.last_day(expiry_date, (expiry_precision)::text) >= issue_date))),
    CONSTRAINT certifications_expiry_date_check CHECK (public.is_partial_date(expiry_date, (expiry_precision)::text)),
    CONSTRAINT certifications_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT certifications_issue_date_check CHECK (public.is_partial_date(issue_date, (issue_precision)::text)),
    CONSTRAINT certifications_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT certifications_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32))
);

ALTER TABLE ONLY public.certifications FORCE ROW LEVEL SECURITY;

ALTER TABLE public.certifications OWNER TO careerhub_owner;

CREATE FUNCTION public.is_expired(public.certifications) RETURNS boolean
    LANGUAGE sql STABLE
    AS $_$ SELECT public.last_day($1.expiry_date, $1.expiry_precision) < (now() AT TIME ZONE 'UTC')::date $_$;

ALTER FUNCTION public.is_expired(public.certifications) OWNER TO careerhub_owner;

CREATE FUNCTION public.is_reserved_slug(slug text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT slug = ANY (ARRAY['about','account','admin','api','app','assets','aux','careerhub','con','contact','cv','export','feed',
          'help','home','import','imprint','index','languages','legal','login','logout','mail','me','new','nul','null','p','page',
          'places','prn','privacy','profile','profiles','root','robots','s','search','settings','signin','signup','sitemap','site',
          'static','status','support','technologies','terms','undefined','user','users','well-known','www']) $$;

ALTER FUNCTION public.is_reserved_slug(slug text) OWNER TO careerhub_owner;

CREATE FUNCTION public.is_text_array(value jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$ SELECT jsonb_typeof(value) = 'array' AND length(value::text) <= 100000
          AND NOT jsonb_path_exists(value, '$[*] ? (@.type() != "string")') $_$;

ALTER FUNCTION public.is_text_array(value jsonb) OWNER TO careerhub_owner;

CREATE FUNCTION public.list_accounts() RETURNS TABLE(user_id text, email text, plan text, is_active boolean, is_verified boolean, created_at timestamp with time zone, profile_id text, slug text, visibility text, source text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  SELECT u.id, u.email, u.plan, u.is_active, u.is_verified, u.created_at, p.id, p.slug, p.visibility, p.source
    FROM users u LEFT JOIN profiles p ON p.user_id = u.id ORDER BY lower(u.email) COLLATE "C" $$;

ALTER FUNCTION public.list_accounts() OWNER TO careerhub_system;

CREATE FUNCTION public.list_contact_owners(newest text) RETURNS TABLE(user_id text, profile_id text, contact_key_id text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  SELECT p.user_id, p.id, p.contact_key_id FROM profiles p
   WHERE p.contact_encrypted IS NOT NULL AND p.contact_key_id IS DISTINCT FROM newest ORDER BY p.id $$;

ALTER FUNCTION public.list_contact_owners(newest text) OWNER TO careerhub_system;

CREATE FUNCTION public.list_requests() RETURNS TABLE(id text, profile_id text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ SELECT q.id::text, q.profile_id::text FROM publish_requests q WHERE q.served_at IS NULL ORDER BY q.id $$;

ALTER FUNCTION public.list_requests() OWNER TO careerhub_system;

CREATE FUNCTION public.list_second_factor_owners(newest text) RETURNS TABLE(user_id text, secret_key_id text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ SELECT t.user_id::text, t.secret_key_id::text FROM user_totp t WHERE t.secret_key_id IS DISTINCT FROM newest ORDER BY t.user_id $$;

ALTER FUNCTION public.list_second_factor_owners(newest text) OWNER TO careerhub_system;

CREATE FUNCTION public.list_technologies_in_use() RETURNS TABLE(name text, slug text, category text, layer text, aliases text[], people bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  SELECT t.name, t.slug, t.category, t.layer,
         ARRAY(SELECT a.alias::text FROM technology_aliases a WHERE a.technology_id = t.id), coalesce(u.people, 0)
    FROM technologies t LEFT JOIN (
      SELECT technology_id, count(*) AS people FROM (
        SELECT technology_id, profile_id FROM skills WHERE technology_id IS NOT NULL
        UNION SELECT technology_id, profile_id FROM project_technologies
        UNION SELECT technology_id, profile_id FROM experience_technologies) used GROUP BY technology_id
    ) u ON u.technology_id = t.id $$;

ALTER FUNCTION public.list_technologies_in_use() OWNER TO careerhub_system;

CREATE FUNCTION public.list_technology_users(used_id text) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  SELECT profile_id FROM skills WHERE technology_id = used_id
  UNION SELECT profile_id FROM project_technologies WHERE technology_id = used_id
  UNION SELECT profile_id FROM experience_technologies WHERE technology_id = used_id $$;

ALTER FUNCTION public.list_technology_users(used_id text) OWNER TO careerhub_system;

CREATE FUNCTION public.logged_values(stored jsonb, other jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  secrets CONSTANT text[] := '{password_hash,token_hash,contact_encrypted,secret_encrypted,code_hash,new_email}';
BEGIN
  IF other IS NULL AND NOT stored ?| secrets THEN
    RETURN stored;
  END IF;
  RETURN (SELECT jsonb_object_agg(e.key, CASE WHEN e.key = ANY (secrets) AND e.value <> 'null' THEN '"[redacted]"' ELSE e.value END)
            FROM jsonb_each(stored) e WHERE other IS NULL OR e.value IS DISTINCT FROM other -> e.key);
END $$;

ALTER FUNCTION public.logged_values(stored jsonb, other jsonb) OWNER TO careerhub_owner;

CREATE FUNCTION public.make_tsquery(words text, is_open boolean, is_stemmed boolean) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  listed text[] := string_to_array(words, ' ');
  word text;
  stems text[];
  grams text[];
  parts text[] := '{}';
BEGIN
  FOR at IN 1..cardinality(listed) LOOP
    word := listed[at];
    grams := search_grams(word);
    stems := CASE WHEN is_stemmed THEN ts_lexize('pg_catalog.english_stem', word) END;
    CONTINUE WHEN stems = '{}';
    IF grams <> '{}' THEN
      -- pairs alone where there are pairs: each of them says more than its characters
      SELECT parts || string_agg(quote_literal(g), ' & ') INTO parts FROM unnest(grams) g
       WHERE length(g) = (SELECT max(length(l)) FROM unnest(grams) l);
    ELSE
      word := quote_literal(word) || CASE WHEN is_open AND at = cardinality(listed) AND length(word) > 1 THEN ':*' ELSE '' END;
      parts := parts || CASE WHEN quote_literal(stems[1]) <> word THEN '(' || word || ' | ' || quote_literal(stems[1]) || ')' ELSE word END;
    END IF;
  END LOOP;
  RETURN nullif(array_to_string(parts, ' & '), '')::tsquery;
END $$;

ALTER FUNCTION public.make_tsquery(words text, is_open boolean, is_stemmed boolean) OWNER TO careerhub_system;

CREATE FUNCTION public.make_ulid() RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
  random_bytes bytea := gen_random_bytes(16);
  made text := '';
BEGIN
  FOR i IN 0..9 LOOP
    made := substr(alphabet, (milliseconds & 31)::int + 1, 1) || made;
    milliseconds := milliseconds >> 5;
  END LOOP;
  FOR i IN 0..15 LOOP
    made := made || substr(alphabet, (get_byte(random_bytes, i) & 31) + 1, 1);
  END LOOP;
  RETURN made;
END $$;

ALTER FUNCTION public.make_ulid() OWNER TO careerhub_owner;

CREATE FUNCTION public.merge_skills(from_id text, into_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
BEGIN
  UPDATE skills s SET technology_id = NULL
    FROM skills other
   WHERE other.profile_id = s.profile_id AND s.is_hidden AND NOT other.is_hidden
     AND ((s.technology_id = from_id AND other.technology_id = into_id) OR (s.technology_id = into_id AND other.technology_id = from_id));
  UPDATE skills s SET level = greatest(s.level, other.level), years_of_experience = greatest(s.years_of_experience, other.years_of_experience),
         started_using_year = least(s.started_using_year, other.started_using_year), is_primary = s.is_primary OR other.is_primary,
         is_featured = s.is_featured OR other.is_featured, group_name = coalesce(nullif(s.group_name, ''), other.group_name),
         display_order = least(s.display_order, other.display_order), extras = other.extras || s.extras
    FROM skills other
   WHERE s.technology_id = into_id AND other.technology_id = from_id AND other.profile_id = s.profile_id;
  -- a CV that chose the one now has the other in its place, once
  UPDATE cv_versions v SET sections_config = jsonb_set(v.sections_config, '{skills}', (
           SELECT coalesce(jsonb_agg(chosen.id ORDER BY chosen.place), '[]') FROM (
             SELECT CASE named.id WHEN to_jsonb(gone.id) THEN to_jsonb(kept.id) ELSE named.id END AS id, min(named.place) AS place
               FROM jsonb_array_elements(v.sections_config -> 'skills') WITH ORDINALITY AS named (id, place) GROUP BY 1) chosen))
    FROM skills gone JOIN skills kept ON kept.profile_id = gone.profile_id AND kept.technology_id = into_id
   WHERE gone.technology_id = from_id AND v.profile_id = gone.profile_id AND v.sections_config -> 'skills' ? gone.id::text
     AND jsonb_typeof(v.sections_config -> 'skills') = 'array';
  DELETE FROM skills gone USING skills kept
   WHERE gone.technology_id = from_id AND kept.technology_id = into_id AND kept.profile_id = gone.profile_id;
  -- an import may go on updating what its person hasn't edited: the update itself raises the revision by one
  UPDATE skills SET technology_id = into_id, source_revision = source_revision + (source_revision = revision)::int
   WHERE technology_id = from_id;
END $$;

ALTER FUNCTION public.merge_skills(from_id text, into_id text) OWNER TO careerhub_system;

CREATE FUNCTION public.merge_technologies(from_id text, into_id text) RETURNS TABLE(people bigint, skills bigint, projects bigint, experiences bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
BEGIN
  IF from_id = into_id THEN
    RAISE invalid_parameter_value USING MESSAGE = 'a technology cannot be merged into itself';
  END IF;
  -- People's profiles first, in the order of their ids, as every writer does. Each lock takes a place in the server's
  -- lock table: beyond a quarter of it the rows' own locks must do.
  PERFORM pg_advisory_xact_lock(hashtextextended(u.id, 0)) FROM (
    SELECT id FROM list_technology_users(from_id) AS l (id) ORDER BY id COLLATE "C"
     LIMIT current_setting('max_locks_per_transaction')::int * current_setting('max_connections')::int / 4) u;
  PERFORM FROM technologies t WHERE t.id IN (from_id, into_id) ORDER BY t.id FOR UPDATE;
  IF (SELECT count(*) FROM technologies t WHERE t.id IN (from_id, into_id)) < 2 THEN
    RAISE invalid_parameter_value USING MESSAGE = 'there is no such technology';
  END IF;
  skills := (SELECT count(*) FROM public.skills s WHERE s.technology_id = from_id);
  projects := (SELECT count(*) FROM project_technologies p WHERE p.technology_id = from_id);
  experiences := (SELECT count(*) FROM experience_technologies e WHERE e.technology_id = from_id);
  people := (SELECT count(*) FROM list_technology_users(from_id));
  PERFORM merge_skills(from_id, into_id);
  INSERT INTO project_technologies AS kept (profile_id, project_id, technology_id, display_order)
    SELECT p.profile_id, p.project_id, into_id, p.display_order FROM project_technologies p WHERE p.technology_id = from_id
    ON CONFLICT (profile_id, project_id, technology_id) DO UPDATE SET display_order = excluded.display_order
    WHERE excluded.display_order < kept.display_order;
  DELETE FROM project_technologies p WHERE p.technology_id = from_id;
  INSERT INTO experience_technologies AS kept (profile_id, experience_id, technology_id, display_order)
    SELECT e.profile_id, e.experience_id, into_id, e.display_order FROM experience_technologies e WHERE e.technology_id = from_id
    ON CONFLICT (profile_id, experience_id, technology_id) DO UPDATE SET display_order = excluded.display_order
    WHERE excluded.display_order < kept.display_order;
  DELETE FROM experience_technologies e WHERE e.technology_id = from_id;
  UPDATE technology_aliases a SET technology_id = into_id WHERE a.technology_id = from_id;
  INSERT INTO technology_aliases (alias, technology_id) SELECT t.name, into_id FROM technologies t WHERE t.id = from_id
    ON CONFLICT ((lower(alias))) DO UPDATE SET technology_id = into_id;
  DELETE FROM technologies t WHERE t.id = from_id;
  RETURN NEXT;
END $$;

ALTER FUNCTION public.merge_technologies(from_id text, into_id text) OWNER TO careerhub_system;

CREATE FUNCTION public.name_technologies(query text) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  RETURN QUERY SELECT t.id::text FROM technologies t WHERE lower(t.name) = lower(btrim(query))
    UNION SELECT a.technology_id::text FROM technology_aliases a WHERE lower(a.alias) = lower(btrim(query));
  IF NOT FOUND AND search_words(query) <> '' THEN
    RETURN QUERY SELECT t.id::text FROM technologies t WHERE search_words(t.name) = search_words(query)
      UNION SELECT a.technology_id::text FROM technology_aliases a WHERE search_words(a.alias) = search_words(query);
  END IF;
END $$;

ALTER FUNCTION public.name_technologies(query text) OWNER TO careerhub_system;

CREATE FUNCTION public.note_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    SET "TimeZone" TO 'UTC'
    SET bytea_output TO 'hex'
    SET plan_cache_mode TO 'force_generic_plan'
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

ALTER FUNCTION public.note_audit() OWNER TO careerhub_system;

CREATE FUNCTION public.note_changes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.note_changes() OWNER TO careerhub_system;

CREATE FUNCTION public.note_request() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$ BEGIN NOTIFY careerhub_changes; RETURN NULL; END $$;

ALTER FUNCTION public.note_request() OWNER TO careerhub_owner;

CREATE FUNCTION public.note_slug_holders() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.note_slug_holders() OWNER TO careerhub_system;

CREATE FUNCTION public.note_technology_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.note_technology_change() OWNER TO careerhub_system;

CREATE FUNCTION public.open_session(p_hash bytea) RETURNS TABLE(user_id text, session_id text, email text, plan text, is_verified boolean, profile_id text, slug text, full_name text, visibility text, lang text, created_at timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
#variable_conflict use_column
BEGIN
  UPDATE user_sessions SET last_seen_at = clock_timestamp()
   WHERE token_hash = p_hash AND expires_at > clock_timestamp() AND last_seen_at < clock_timestamp() - interval '1 minute';
  RETURN QUERY SELECT u.id::text, s.id::text, u.email::text, CASE WHEN u.plan_expires_at <= clock_timestamp() THEN 'FREE' ELSE u.plan END::text,
         u.is_verified, p.id::text, p.slug::text, p.full_name::text, p.visibility::text, p.lang::text, s.created_at
    FROM user_sessions s JOIN users u ON u.id = s.user_id LEFT JOIN profiles p ON p.user_id = u.id
   WHERE s.token_hash = p_hash AND s.expires_at > clock_timestamp() AND u.is_active;
END $$;

ALTER FUNCTION public.open_session(p_hash bytea) OWNER TO careerhub_system;

CREATE FUNCTION public.open_share_link(p_hash bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
BEGIN
  UPDATE share_links l SET last_used_at = clock_timestamp() FROM profiles p
   WHERE l.token_hash = p_hash AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
     AND p.id = l.profile_id AND p.visibility <> 'PRIVATE';
  RETURN FOUND;
END $$;

ALTER FUNCTION public.open_share_link(p_hash bytea) OWNER TO careerhub_system;

CREATE FUNCTION public.own_profile() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT id::text FROM public.profiles WHERE user_id = public.current_actor() $$;

ALTER FUNCTION public.own_profile() OWNER TO careerhub_owner;

CREATE FUNCTION public.plain_words(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, words)) $$;

ALTER FUNCTION public.plain_words(words text) OWNER TO careerhub_owner;

CREATE FUNCTION public.queue_notices() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
DECLARE
  queued integer;
BEGIN
  INSERT INTO mail_outbox (id, user_id, kind, payload, subject_key)
  SELECT make_ulid(), t.user_id, t.kind, t.payload, t.subject_key FROM (
    SELECT p.user_id, 'PUBLICATION_FAILED' AS kind, jsonb_build_object('reason', left(w.last_error, 300)) AS payload,
           p.id || '/' || r.revision AS subject_key
      FROM profile_publications w JOIN profile_revisions r ON r.profile_id = w.profile_id JOIN profiles p ON p.id = w.profile_id
     WHERE w.last_error IS NOT NULL AND w.published_revision < r.revision AND p.visibility = 'PUBLIC'
    UNION ALL
    SELECT i.user_id, 'IMPORT_FAILED', jsonb_build_object('source', i.source, 'reason', left(coalesce(i.error_message, ''), 300)), i.id
      FROM import_history i WHERE i.status = 'FAILED' AND i.started_at > now() - interval '7 days'
    UNION ALL
    SELECT p.user_id, 'CERTIFICATE_EXPIRES', jsonb_build_object('name', c.name, 'on', c.expiry_date), c.id || '/' || c.expiry_date
      FROM certifications c JOIN profiles p ON p.id = c.profile_id
     WHERE NOT c.is_hidden AND c.expiry_date BETWEEN current_date AND current_date + 30) t
    JOIN users u ON u.id = t.user_id AND u.is_active AND u.is_verified
  ON CONFLICT (user_id, kind, subject_key) WHERE subject_key <> '' DO NOTHING;
  GET DIAGNOSTICS queued = ROW_COUNT;
  RETURN queued;
END $$;

ALTER FUNCTION public.queue_notices() OWNER TO careerhub_system;

CREATE FUNCTION public.raise_revisions(changed text[], took_away boolean[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.raise_revisions(changed text[], took_away boolean[]) OWNER TO careerhub_system;

CREATE FUNCTION public.rank_titles(words text, titles text[], is_alike boolean) RETURNS real
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  plain CONSTANT text[] := ARRAY(SELECT search_words(t) FROM unnest(titles) t);
  whole CONSTANT text := array_to_string(plain, ' ');
BEGIN
  RETURN CASE WHEN words = ANY (plain) THEN 1
    WHEN EXISTS (SELECT FROM unnest(plain) t WHERE starts_with(t, words)) THEN 0.9
    WHEN is_alike THEN word_similarity(words, whole) * 0.3
    WHEN search_names(whole) @@ make_tsquery(words, true, false) THEN 0.8
    WHEN search_texts(whole, '') @@ make_tsquery(words, true, true) THEN 0.7
    ELSE 0.5 END;
END $$;

ALTER FUNCTION public.rank_titles(words text, titles text[], is_alike boolean) OWNER TO careerhub_system;

CREATE FUNCTION public.read_query(query text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF length(query) > 200 THEN
    RAISE invalid_parameter_value USING MESSAGE = 'a query has at most 200 characters';
  END IF;
  -- more than 12 words only cost time: so many together stand in nobody's profile
  RETURN coalesce(array_to_string((string_to_array(search_words(query), ' '))[1:12], ' '), '');
END $$;

ALTER FUNCTION public.read_query(query text) OWNER TO careerhub_system;

CREATE FUNCTION public.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF current_user <> 'careerhub_system' OR NOT TG_OP = ANY (TG_ARGV) THEN
    RAISE insufficient_privilege USING MESSAGE = 'the audit log is append-only';
  END IF;
  RETURN NULL;
END $$;

ALTER FUNCTION public.refuse_rewriting() OWNER TO careerhub_owner;

CREATE FUNCTION public.score_profiles(changed text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
BEGIN
  -- the rows' locks first: a score computed before another writer committed would be stored stale
  PERFORM FROM profiles WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE profiles p SET completeness_score = s.score
    FROM (SELECT c.id, calculate_profile_completeness(c.id) AS score FROM unnest(changed) AS c (id) OFFSET 0) s
   WHERE p.id = s.id AND p.completeness_score IS DISTINCT FROM s.score;
END $$;

ALTER FUNCTION public.score_profiles(changed text[]) OWNER TO careerhub_system;

CREATE FUNCTION public.seal_audit_log(upto bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.seal_audit_log(upto bigint) OWNER TO careerhub_system;

CREATE FUNCTION public.search_experiences(query text, max_results integer DEFAULT 20) RETURNS TABLE(slug text, full_name text, "position" text, company_name text, is_current boolean, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  most CONSTANT integer := least(greatest(max_results, 0), 100);
BEGIN
  RETURN QUERY SELECT p.slug::text, p.full_name::text, e.position::text, e.company_name::text, e.is_current,
      rank_titles(words, ARRAY[e.position, e.company_name], f.is_alike) AS worth
    FROM find_enough_items('experiences', words, most) f JOIN experiences e ON e.profile_id = f.profile_id AND e.id = f.id AND NOT e.is_hidden
    JOIN profiles p ON p.id = e.profile_id AND p.visibility = 'PUBLIC'
   ORDER BY worth DESC, p.slug, e.id LIMIT most;
END $$;

ALTER FUNCTION public.search_experiences(query text, max_results integer) OWNER TO careerhub_system;

CREATE FUNCTION public.search_grams(words text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
  letters text[];
  pairs text[] := '{}';
BEGIN
  IF octet_length(words) = length(words) THEN
    RETURN '{}';
  END IF;
  -- all but Thai, Lao, Burmese, Khmer, Kana, Han and Hangul becomes a space
  letters := string_to_array(btrim(regexp_replace(words,
    '[^\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u302f\u3031-\u30fa\u30fc-\u31ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+', ' ', 'g')), NULL);
  FOR at IN 2..cardinality(letters) LOOP
    IF letters[at - 1] <> ' ' AND letters[at] <> ' ' THEN
      pairs := pairs || (letters[at - 1] || letters[at]);
    END IF;
  END LOOP;
  RETURN array_remove(letters, ' ') || pairs;
END $$;

ALTER FUNCTION public.search_grams(words text) OWNER TO careerhub_owner;

CREATE FUNCTION public.search_names(names text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
  words text := public.search_words(names);
BEGIN
  RETURN array_to_tsvector(string_to_array(words, ' ') || public.search_grams(words));
END $$;

ALTER FUNCTION public.search_names(names text) OWNER TO careerhub_owner;

CREATE FUNCTION public.search_people(query text, max_results integer DEFAULT 20) RETURNS TABLE(slug text, full_name text, headline text, place text, rank real, why text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  enough CONSTANT integer := 100;
  most CONSTANT integer := least(greatest(max_results, 0), enough);
  ids text[] := '{}';
  worths real[] := '{}';
  whys text[] := '{}';
  step record;
BEGIN
  FOR step IN SELECT * FROM (VALUES ('symbols', 'skill', false, 0.98::real), ('whole name', 'name', false, 0.95), ('name', 'name', false, 0.9),
      ('name', 'name', true, 0.85), ('technology', 'skill', false, 0.75), ('headline', 'headline', false, 0.7), ('skill', 'skill', false, 0.65),
      ('experience', 'experience', false, 0.6), ('project', 'project', false, 0.55), ('headline', 'headline', true, 0.5),
      ('skill', 'skill', true, 0.45), ('experience', 'experience', true, 0.4), ('project', 'project', true, 0.35), ('summary', 'summary', true, 0.3),
      ('several', 'several', true, 0.25), ('alike', 'name', true, 0.2)) AS s (place, why, is_open, worth)
  LOOP
    EXIT WHEN cardinality(ids) >= most;
    -- "c++" is first of all what it says; "c" would be the beginning of many names
    CONTINUE WHEN step.place = 'symbols' AND words = lower(btrim(query)) OR words = '' AND step.place <> 'symbols';
    IF step.place = 'alike' THEN
      SELECT ids || array_agg(f.id), worths || array_agg(f.likeness * step.worth), whys || array_agg(step.why) INTO ids, worths, whys
        FROM find_people_alike(words, ids = '{}', enough) f WHERE f.id <> ALL (ids);
    ELSE
      SELECT ids || array_agg(f.id), worths || array_agg(step.worth), whys || array_agg(step.why) INTO ids, worths, whys
        FROM (SELECT DISTINCT f FROM find_people(step.place, query, words, step.is_open, enough) f) f (id) WHERE f.id <> ALL (ids);
    END IF;
  END LOOP;
  RETURN QUERY
    SELECT p.slug::text, p.full_name::text, p.headline::text, coalesce(nullif(p.location, ''), concat_ws(', ', nullif(p.city, ''), nullif(p.region, ''))),
           CASE WHEN f.why = 'name' AND search_words(p.full_name) = words THEN 1 ELSE f.worth END AS best, f.why
      FROM unnest(ids, worths, whys) f (id, worth, why) JOIN profiles p ON p.id = f.id AND p.visibility = 'PUBLIC'
     ORDER BY best DESC, p.slug LIMIT most;
END $$;

ALTER FUNCTION public.search_people(query text, max_results integer) OWNER TO careerhub_system;

CREATE FUNCTION public.search_projects(query text, max_results integer DEFAULT 20) RETURNS TABLE(slug text, full_name text, project_slug text, name text, role text, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  most CONSTANT integer := least(greatest(max_results, 0), 100);
BEGIN
  RETURN QUERY SELECT p.slug::text, p.full_name::text, j.slug::text, j.name::text, j.role::text,
      rank_titles(words, ARRAY[j.name, j.role, j.organization], f.is_alike) AS worth
    FROM find_enough_items('projects', words, most) f
    JOIN projects j ON j.profile_id = f.profile_id AND j.id = f.id AND NOT j.is_hidden AND j.visibility = 'PUBLIC'
    JOIN profiles p ON p.id = j.profile_id AND p.visibility = 'PUBLIC'
   ORDER BY worth DESC, p.slug, j.slug LIMIT most;
END $$;

ALTER FUNCTION public.search_projects(query text, max_results integer) OWNER TO careerhub_system;

CREATE FUNCTION public.search_technologies(query text, max_results integer DEFAULT 20) RETURNS TABLE(slug text, name text, alias text, category text, layer text, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  typed CONSTANT text := lower(btrim(query));
BEGIN
  RETURN QUERY SELECT t.slug::text, t.name::text, CASE WHEN b.called <> t.name THEN b.called ELSE '' END, t.category::text, t.layer::text, b.worth
    FROM (SELECT DISTINCT ON (r.id) r.id, r.called, r.worth FROM (
        SELECT n.id, n.called, (CASE
            WHEN lower(n.called) = typed THEN 1
            WHEN starts_with(lower(n.called), typed) THEN 0.9
            WHEN words = '' OR search_words(typed) <> typed THEN 0  -- symbols are what they are, and part of the name
            WHEN n.plain = words THEN 0.85
            WHEN starts_with(n.plain, words) THEN 0.8
            WHEN strpos(n.plain, ' ' || words) > 0 THEN 0.7
            WHEN similarity(n.plain, words) > 0.25 THEN similarity(n.plain, words) * 0.6
            ELSE 0 END - CASE WHEN n.is_alias THEN 0.05 ELSE 0 END)::real AS worth
          FROM (SELECT o.id, o.name::text AS called, false AS is_alias, search_words(o.name) AS plain FROM technologies o
                UNION ALL SELECT a.technology_id, a.alias, true, search_words(a.alias) FROM technology_aliases a) n) r
       WHERE r.worth > 0 AND typed <> '' ORDER BY r.id, r.worth DESC, r.called) b
    JOIN technologies t ON t.id = b.id
   ORDER BY b.worth DESC, lower(t.name), t.slug LIMIT least(greatest(max_results, 0), 100);
END $$;

ALTER FUNCTION public.search_technologies(query text, max_results integer) OWNER TO careerhub_system;

CREATE FUNCTION public.search_texts(titles text, body text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
  words text := public.search_words(titles);
  whole text := words || ' ' || public.search_words(body);
BEGIN
  RETURN array_to_tsvector(string_to_array(words, ' ') || public.search_grams(whole))
         || strip(to_tsvector('pg_catalog.english'::regconfig, whole));
END $$;

ALTER FUNCTION public.search_texts(titles text, body text) OWNER TO careerhub_owner;

CREATE FUNCTION public.search_words(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  SELECT CASE WHEN octet_length(words) = length(words)  -- ASCII: most texts, at a fifth of the price
    THEN btrim(regexp_replace(replace(lower(words), '''', ''), '[^a-z0-9]+', ' ', 'g'))
    ELSE btrim(regexp_replace(
      -- letters that Arabic and Greek write in more than one way
      translate(
        normalize(regexp_replace(
          normalize(public.plain_words(translate(normalize(words, NFKC), '''’‘ʼʻʹ׳', '')), NFKD),
          -- accents, points of Hebrew, vowel marks of Arabic and its lengthening stroke: no vowel signs of other scripts
          '[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670]', '', 'g'), NFC),
        'ςىةکیٱ', 'σيهكيا'),
      '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u05be\u05f4\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2100-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ue000-\uf8ff\ufe00-\ufe0f\U0001f000-\U0001faff]+', ' ', 'g'))
    END $$;

ALTER FUNCTION public.search_words(words text) OWNER TO careerhub_owner;

CREATE FUNCTION public.serve_requests(p_tried text[], p_failed text[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
  WITH done AS (
    UPDATE publish_requests q SET served_at = clock_timestamp()
      FROM profiles p LEFT JOIN profile_publications w ON w.profile_id = p.id
     WHERE q.served_at IS NULL AND p.id = q.profile_id
       AND (p.visibility <> 'PUBLIC' OR coalesce(w.published_revision, 0) >= q.revision
            OR q.id = ANY (p_tried) AND (p.slug = ANY (p_failed) OR p.id = ANY (p_failed))) RETURNING 1)
  SELECT count(*) FROM done $$;

ALTER FUNCTION public.serve_requests(p_tried text[], p_failed text[]) OWNER TO careerhub_system;

CREATE FUNCTION public.take_mail() RETURNS TABLE(id text, user_id text, email text, kind text, recipient text, payload jsonb, attempts integer, full_name text, lang text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
#variable_conflict use_column
DECLARE
  taken text;
BEGIN
  UPDATE mail_outbox m SET attempts = m.attempts + 1, next_attempt_at = clock_timestamp() + least(interval '1 minute' * 2 ^ m.attempts, interval '6 hours')
   WHERE m.id = (SELECT o.id FROM mail_outbox o WHERE o.sent_at IS NULL AND o.next_attempt_at <= clock_timestamp() AND o.attempts < 12
                  ORDER BY o.next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
   RETURNING m.id INTO taken;
  RETURN QUERY SELECT m.id::text, m.user_id::text, u.email::text, m.kind::text, m.recipient::text, m.payload, m.attempts,
         coalesce(p.full_name, '')::text, coalesce(p.lang, 'en')::text
    FROM mail_outbox m JOIN users u ON u.id = m.user_id LEFT JOIN profiles p ON p.user_id = u.id WHERE m.id = taken;
END $$;

ALTER FUNCTION public.take_mail() OWNER TO careerhub_system;

CREATE FUNCTION public.takes_away(was jsonb, becomes jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT was IS NOT NULL AND (
    becomes IS NULL
    OR (was ->> 'visibility' = 'PUBLIC' AND becomes ->> 'visibility' <> 'PUBLIC')
    OR EXISTS (
      SELECT FROM jsonb_each(was) o WHERE o.value NOT IN ('null', '""', '[]', '{}') AND CASE jsonb_typeof(o.value)
        WHEN 'array' THEN jsonb_array_length(o.value) > jsonb_array_length(coalesce(nullif(becomes -> o.key, 'null'), '[]'))
        WHEN 'object' THEN EXISTS (SELECT FROM jsonb_object_keys(o.value) k WHERE coalesce(becomes -> o.key ->> k, '') = '')
        ELSE coalesce(becomes ->> o.key, '') = '' END)) $$;

ALTER FUNCTION public.takes_away(was jsonb, becomes jsonb) OWNER TO careerhub_owner;

CREATE FUNCTION public.tidy() RETURNS TABLE(what text, count bigint)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$ SELECT * FROM tidy(now()) $$;

ALTER FUNCTION public.tidy() OWNER TO careerhub_system;

CREATE FUNCTION public.tidy(moment timestamp with time zone) RETURNS TABLE(what text, count bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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
  RETURN QUERY WITH done AS (DELETE FROM user_sessions WHERE expires_at < moment RETURNING 1)
    SELECT 'sessions removed', count(*) FROM done;
  -- those that name a thing stay as long as the thing may be told again
  RETURN QUERY WITH done AS (
    DELETE FROM mail_outbox WHERE created_at < moment - CASE subject_key WHEN '' THEN interval '30 days' ELSE interval '400 days' END
    RETURNING 1)
    SELECT 'mails removed', count(*) FROM done;
  RETURN QUERY WITH done AS (
    DELETE FROM publish_requests WHERE served_at < moment - interval '30 days' RETURNING 1)
    SELECT 'requests to publish removed', count(*) FROM done;
  RETURN QUERY WITH done AS (DELETE FROM rate_limits WHERE expires_at < moment RETURNING 1)
    SELECT 'counts of tries removed', count(*) FROM done;
END $$;

ALTER FUNCTION public.tidy(moment timestamp with time zone) OWNER TO careerhub_system;

CREATE FUNCTION public.touch_row() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  derived CONSTANT text[] := '{created_at,updated_at,revision,completeness_score,is_anonymized}';
BEGIN
  NEW.created_at := OLD.created_at;
  IF to_jsonb(NEW) - derived IS DISTINCT FROM to_jsonb(OLD) - derived THEN
    NEW.updated_at := clock_timestamp();
    NEW.revision := OLD.revision + 1;
  END IF;
  RETURN NEW;
END $$;

ALTER FUNCTION public.touch_row() OWNER TO careerhub_owner;

CREATE FUNCTION public.use_email_token(p_hash bytea) RETURNS TABLE(user_id text, old_email text, new_email text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
#variable_conflict use_column
DECLARE
  token user_tokens;
  was text;
BEGIN
  UPDATE user_tokens t SET used_at = clock_timestamp()
   WHERE t.token_hash = p_hash AND t.purpose = 'CHANGE_EMAIL' AND t.new_email <> '' AND t.used_at IS NULL AND t.expires_at > clock_timestamp()
   RETURNING t.* INTO token;
  IF token.user_id IS NULL OR EXISTS (SELECT FROM users u WHERE lower(u.email) = lower(token.new_email) AND u.id <> token.user_id) THEN
    RETURN;
  END IF;
  SELECT u.email INTO was FROM users u WHERE u.id = token.user_id FOR UPDATE;
  UPDATE users u SET email = token.new_email WHERE u.id = token.user_id;
  UPDATE users u SET is_verified = true WHERE u.id = token.user_id AND NOT u.is_verified;
  RETURN QUERY SELECT token.user_id::text, was, token.new_email::text;
END $$;

ALTER FUNCTION public.use_email_token(p_hash bytea) OWNER TO careerhub_system;

CREATE FUNCTION public.use_suggestion(p_id text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
    AS $$
    WITH used AS (
      UPDATE responsibilities_library SET usage_count = least(usage_count, 2147483646) + 1 WHERE id = p_id RETURNING 1
    )
    SELECT EXISTS (SELECT FROM used)
  $$;

ALTER FUNCTION public.use_suggestion(p_id text) OWNER TO careerhub_system;

CREATE FUNCTION public.use_token(p_hash bytea, p_purpose text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.use_token(p_hash bytea, p_purpose text) OWNER TO careerhub_system;

CREATE FUNCTION public.verify_audit_log(OUT intact bigint, OUT emptied bigint, OUT unsealed bigint, OUT bad bigint, OUT bad_position bigint, OUT bad_id text, OUT bad_action text, OUT bad_reason text) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET row_security TO 'on'
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

ALTER FUNCTION public.verify_audit_log(OUT intact bigint, OUT emptied bigint, OUT unsealed bigint, OUT bad bigint, OUT bad_position bigint, OUT bad_id text, OUT bad_action text, OUT bad_reason text) OWNER TO careerhub_system;

CREATE FUNCTION public.visible_row(table_name text, stored jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
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

ALTER FUNCTION public.visible_row(table_name text, stored jsonb) OWNER TO careerhub_owner;

CREATE TABLE public.achievements (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    title character varying(200) NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    date date,
    date_precision character(1),
    category character varying(50) DEFAULT 'OTHER'::character varying NOT NULL,
    issuer character varying(200) DEFAULT ''::character varying NOT NULL,
    authors jsonb DEFAULT '[]'::jsonb NOT NULL,
    identifier character varying(100) DEFAULT ''::character varying NOT NULL,
    url character varying(500) DEFAULT ''::character varying NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT achievements_authors_check CHECK (public.is_text_array(authors)),
    CONSTRAINT achievements_category_check CHECK (((category)::text = ANY ((ARRAY['AWARD'::character varying, 'PUBLICATION'::character varying, 'SPEAKING'::character varying, 'PATENT'::character varying, 'TEST_SCORE'::character varying, 'ORGANIZATION'::character varying, 'OTHER'::character varying])::text[]))),
    CONSTRAINT achievements_date_check CHECK (public.is_partial_date(date, (date_precision)::text)),
    CONSTRAINT achievements_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT achievements_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT achievements_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT achievements_title_check CHECK (((title)::text <> ''::text)),
    CONSTRAINT achievements_url_check CHECK ((((url)::text = ''::text) OR public.is_web_address((url)::text)))
);

ALTER TABLE ONLY public.achievements FORCE ROW LEVEL SECURITY;

ALTER TABLE public.achievements OWNER TO careerhub_owner;

CREATE VIEW facts.achievements WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    title,
    category,
    description,
    date,
    date_precision,
    issuer,
    authors,
    identifier,
    url,
    display_order
   FROM public.achievements
  WHERE (NOT is_hidden);

ALTER VIEW facts.achievements OWNER TO careerhub_system;

CREATE TABLE public.project_technologies (
    profile_id public.ulid NOT NULL,
    project_id public.ulid NOT NULL,
    technology_id public.ulid NOT NULL,
    display_order integer DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY public.project_technologies FORCE ROW LEVEL SECURITY;

ALTER TABLE public.project_technologies OWNER TO careerhub_owner;

CREATE TABLE public.projects (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    slug character varying(63) NOT NULL,
    name character varying(200) NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    role character varying(100) DEFAULT ''::character varying NOT NULL,
    organization character varying(200) DEFAULT ''::character varying NOT NULL,
    start_date date,
    start_precision character(1),
    end_date date,
    end_precision character(1),
    is_ongoing boolean DEFAULT false NOT NULL,
    visibility character varying(20) DEFAULT 'PUBLIC'::character varying NOT NULL,
    is_anonymized boolean GENERATED ALWAYS AS (((visibility)::text = 'ANONYMOUS'::text)) STORED NOT NULL,
    anonymized_company character varying(200) DEFAULT ''::character varying NOT NULL,
    show_anonymized boolean DEFAULT false NOT NULL,
    status character varying(20) DEFAULT 'Active'::character varying NOT NULL,
    category character varying(20) DEFAULT 'Production'::character varying NOT NULL,
    achievements jsonb DEFAULT '[]'::jsonb NOT NULL,
    challenges jsonb DEFAULT '[]'::jsonb NOT NULL,
    clients jsonb DEFAULT '[]'::jsonb NOT NULL,
    keywords jsonb DEFAULT '[]'::jsonb NOT NULL,
    team_size integer,
    duration_months integer,
    users_count integer,
    budget_range character varying(20),
    demo_url character varying(500) DEFAULT ''::character varying NOT NULL,
    github_url character varying(500) DEFAULT ''::character varying NOT NULL,
    documentation_url character varying(500) DEFAULT ''::character varying NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT projects_achievements_check CHECK (public.is_text_array(achievements)),
    CONSTRAINT projects_anonymized_company_check CHECK ((((visibility)::text <> 'ANONYMOUS'::text) OR (COALESCE(length((anonymized_company)::text), 0) > 0))),
    CONSTRAINT projects_budget_range_check CHECK (((budget_range)::text = ANY ((ARRAY['small'::character varying, 'medium'::character varying, 'large'::character varying])::text[]))),
    CONSTRAINT projects_category_check CHECK (((category)::text = ANY ((ARRAY['Demo'::character varying, 'Internal'::character varying, 'Production'::character varying])::text[]))),
    CONSTRAINT projects_challenges_check CHECK (public.is_text_array(challenges)),
    CONSTRAINT projects_clients_check CHECK (public.is_text_array(clients)),
    CONSTRAINT projects_dates_check CHECK (((end_date IS NULL) OR (start_date IS NULL) OR (public.last_day(end_date, (end_precision)::text) >= start_date))),
    CONSTRAINT projects_demo_url_check CHECK ((((demo_url)::text = ''::text) OR public.is_web_address((demo_url)::text))),
    CONSTRAINT projects_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT projects_documentation_url_check CHECK ((((documentation_url)::text = ''::text) OR public.is_web_address((documentation_url)::text))),
    CONSTRAINT projects_duration_months_check CHECK (((duration_months >= 0) AND (duration_months <= 1200))),
    CONSTRAINT projects_end_date_check CHECK (public.is_partial_date(end_date, (end_precision)::text)),
    CONSTRAINT projects_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT projects_github_url_check CHECK ((((github_url)::text = ''::text) OR public.is_web_address((github_url)::text))),
    CONSTRAINT projects_keywords_check CHECK (public.is_text_array(keywords)),
    CONSTRAINT projects_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT projects_ongoing_check CHECK ((NOT (is_ongoing AND (end_date IS NOT NULL)))),
    CONSTRAINT projects_slug_check CHECK (((slug)::text ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT projects_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT projects_start_date_check CHECK (public.is_partial_date(start_date, (start_precision)::text)),
    CONSTRAINT projects_status_check CHECK (((status)::text = ANY ((ARRAY['Active'::character varying, 'Staging'::character varying, 'Archived'::character varying])::text[]))),
    CONSTRAINT projects_team_size_check CHECK (((team_size >= 1) AND (team_size <= 1000000))),
    CONSTRAINT projects_users_count_check CHECK ((users_count >= 0)),
    CONSTRAINT projects_visibility_check CHECK (((visibility)::text = ANY ((ARRAY['PUBLIC'::character varying, 'ANONYMOUS'::character varying])::text[])))
);

ALTER TABLE ONLY public.projects FORCE ROW LEVEL SECURITY;

ALTER TABLE public.projects OWNER TO careerhub_owner;

CREATE TABLE public.technologies (
    id public.ulid NOT NULL,
    name character varying(100) NOT NULL,
    slug character varying(63) NOT NULL,
    category character varying(50) NOT NULL,
    layer character varying(50) NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT technologies_category_check CHECK (((category)::text = ANY ((ARRAY['Framework'::character varying, 'Library'::character varying, 'Platform'::character varying, 'Service'::character varying, 'System'::character varying])::text[]))),
    CONSTRAINT technologies_layer_check CHECK (((layer)::text = ANY ((ARRAY['Backend'::character varying, 'Database'::character varying, 'DevOps'::character varying, 'Frontend'::character varying, 'Language'::character varying, 'Tools'::character varying])::text[]))),
    CONSTRAINT technologies_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT technologies_slug_check CHECK (((slug)::text ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'::text))
);

ALTER TABLE public.technologies OWNER TO careerhub_owner;

CREATE VIEW facts.anonymized_projects WITH (security_barrier='true') AS
 SELECT profile_id,
    role,
    anonymized_company,
    category,
    (EXTRACT(year FROM start_date))::integer AS start_year,
    (EXTRACT(year FROM end_date))::integer AS end_year,
    is_ongoing,
        CASE
            WHEN (team_size IS NULL) THEN ''::text
            WHEN (team_size <= 5) THEN '1–5'::text
            WHEN (team_size <= 20) THEN '6–20'::text
            WHEN (team_size <= 100) THEN '21–100'::text
            ELSE '100+'::text
        END AS team_band,
        CASE
            WHEN (users_count IS NULL) THEN ''::text
            WHEN (users_count < 1000) THEN '< 1,000'::text
            WHEN (users_count < 100000) THEN '1,000+'::text
            WHEN (users_count < 1000000) THEN '100,000+'::text
            ELSE '1,000,000+'::text
        END AS users_band,
    COALESCE(budget_range, ''::character varying) AS budget_range,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_array(t.name, t.slug) ORDER BY t.slug), '[]'::jsonb) AS "coalesce"
           FROM (public.project_technologies pt
             JOIN public.technologies t ON (((t.id)::text = (pt.technology_id)::text)))
          WHERE (((pt.profile_id)::text = (p.profile_id)::text) AND ((pt.project_id)::text = (p.id)::text))) AS technologies,
    display_order
   FROM public.projects p
  WHERE ((NOT is_hidden) AND ((visibility)::text = 'ANONYMOUS'::text) AND show_anonymized);

ALTER VIEW facts.anonymized_projects OWNER TO careerhub_system;

CREATE VIEW facts.certifications WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    issuing_organization,
    credential_id,
    credential_url,
    issue_date,
    issue_precision,
    expiry_date,
    expiry_precision,
    display_order
   FROM public.certifications
  WHERE (NOT is_hidden);

ALTER VIEW facts.certifications OWNER TO careerhub_system;

CREATE TABLE public.cv_versions (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    name character varying(100) NOT NULL,
    slug character varying(63) NOT NULL,
    template character varying(50) DEFAULT 'modern'::character varying NOT NULL,
    sections_config jsonb DEFAULT '{}'::jsonb NOT NULL,
    lang character varying(35) DEFAULT ''::character varying NOT NULL,
    paper character varying(10) DEFAULT ''::character varying NOT NULL,
    is_public boolean DEFAULT false NOT NULL,
    is_default boolean DEFAULT false NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT cv_versions_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT cv_versions_lang_check CHECK (((lang)::text ~ '^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$'::text)),
    CONSTRAINT cv_versions_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT cv_versions_paper_check CHECK (((paper)::text = ANY ((ARRAY[''::character varying, 'a4'::character varying, 'letter'::character varying])::text[]))),
    CONSTRAINT cv_versions_sections_config_check CHECK (((jsonb_typeof(sections_config) = 'object'::text) AND (length((sections_config)::text) <= 200000))),
    CONSTRAINT cv_versions_slug_check CHECK (((slug)::text ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT cv_versions_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT cv_versions_template_check CHECK (((template)::text ~ '^[a-z0-9-]{1,40}$'::text))
);

ALTER TABLE ONLY public.cv_versions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.cv_versions OWNER TO careerhub_owner;

CREATE TABLE public.profiles (
    id public.ulid NOT NULL,
    user_id public.ulid NOT NULL,
    slug character varying(63),
    full_name character varying(200) DEFAULT ''::character varying NOT NULL,
    sort_name character varying(200) DEFAULT ''::character varying NOT NULL,
    pronouns character varying(50) DEFAULT ''::character varying NOT NULL,
    headline character varying(200) DEFAULT ''::character varying NOT NULL,
    summary text DEFAULT ''::text NOT NULL,
    location character varying(100) DEFAULT ''::character varying NOT NULL,
    city character varying(100) DEFAULT ''::character varying NOT NULL,
    region character varying(100) DEFAULT ''::character varying NOT NULL,
    country_code character varying(2) DEFAULT ''::character varying NOT NULL,
    visibility character varying(20) DEFAULT 'PRIVATE'::character varying NOT NULL,
    contact jsonb DEFAULT '{}'::jsonb NOT NULL,
    contact_encrypted bytea,
    contact_key_id character varying(40),
    draft_data jsonb,
    theme character varying(40) DEFAULT 'modern'::character varying NOT NULL,
    lang character varying(35) DEFAULT 'en'::character varying NOT NULL,
    is_indexable boolean DEFAULT true NOT NULL,
    allows_ai boolean DEFAULT false NOT NULL,
    open_to_work_until date,
    completeness_score integer DEFAULT 0 NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT profiles_completeness_check CHECK (((completeness_score >= 0) AND (completeness_score <= 100))),
    CONSTRAINT profiles_contact_check CHECK (public.is_contact(contact)),
    CONSTRAINT profiles_contact_encrypted_check CHECK ((octet_length(contact_encrypted) <= 100000)),
    CONSTRAINT profiles_contact_key_check CHECK (((contact_encrypted IS NULL) = (contact_key_id IS NULL))),
    CONSTRAINT profiles_country_code_check CHECK (((country_code)::text ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT profiles_draft_data_check CHECK ((length((draft_data)::text) <= 1000000)),
    CONSTRAINT profiles_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT profiles_lang_check CHECK (((lang)::text ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$'::text)),
    CONSTRAINT profiles_open_to_work_check CHECK (isfinite(open_to_work_until)),
    CONSTRAINT profiles_public_check CHECK ((((visibility)::text <> 'PUBLIC'::text) OR ((slug IS NOT NULL) AND ((full_name)::text <> ''::text)))),
    CONSTRAINT profiles_slug_check CHECK (((slug)::text ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT profiles_slug_reserved CHECK ((NOT public.is_reserved_slug((slug)::text))),
    CONSTRAINT profiles_summary_check CHECK ((length(summary) <= 20000)),
    CONSTRAINT profiles_theme_check CHECK (((theme)::text ~ '^[a-z0-9-]{1,40}$'::text)),
    CONSTRAINT profiles_visibility_check CHECK (((visibility)::text = ANY ((ARRAY['PRIVATE'::character varying, 'FRIENDS'::character varying, 'PUBLIC'::character varying])::text[])))
);

ALTER TABLE ONLY public.profiles FORCE ROW LEVEL SECURITY;

ALTER TABLE public.profiles OWNER TO careerhub_owner;

CREATE VIEW facts.cv_versions WITH (security_barrier='true') AS
 SELECT v.profile_id,
    v.name,
    v.slug,
    v.template,
    v.sections_config,
    v.lang,
    v.paper,
    v.is_default,
    v.display_order,
    (('/p/'::text || (p.slug)::text) ||
        CASE
            WHEN v.is_default THEN '/cv.pdf'::text
            ELSE (('/cv/'::text || (v.slug)::text) || '.pdf'::text)
        END) AS pdf_url
   FROM (public.cv_versions v
     JOIN public.profiles p ON (((p.id)::text = (v.profile_id)::text)))
  WHERE (v.is_public AND (NOT v.is_hidden));

ALTER VIEW facts.cv_versions OWNER TO careerhub_system;

CREATE TABLE public.education (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    institution character varying(200) DEFAULT ''::character varying NOT NULL,
    url character varying(500) DEFAULT ''::character varying NOT NULL,
    degree character varying(100) DEFAULT ''::character varying NOT NULL,
    field_of_study character varying(200) DEFAULT ''::character varying NOT NULL,
    start_date date,
    start_precision character(1),
    end_date date,
    end_precision character(1),
    grade character varying(200) DEFAULT ''::character varying NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    courses jsonb DEFAULT '[]'::jsonb NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT education_courses_check CHECK (public.is_text_array(courses)),
    CONSTRAINT education_dates_check CHECK (((end_date IS NULL) OR (start_date IS NULL) OR (public.last_day(end_date, (end_precision)::text) >= start_date))),
    CONSTRAINT education_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT education_end_date_check CHECK (public.is_partial_date(end_date, (end_precision)::text)),
    CONSTRAINT education_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT education_name_check CHECK ((((institution)::text <> ''::text) OR ((degree)::text <> ''::text) OR ((field_of_study)::text <> ''::text))),
    CONSTRAINT education_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT education_start_date_check CHECK (public.is_partial_date(start_date, (start_precision)::text)),
    CONSTRAINT education_url_check CHECK ((((url)::text = ''::text) OR public.is_web_address((url)::text)))
);

ALTER TABLE ONLY public.education FORCE ROW LEVEL SECURITY;

ALTER TABLE public.education OWNER TO careerhub_owner;

CREATE VIEW facts.education WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    institution,
    url,
    degree,
    field_of_study,
    start_date,
    start_precision,
    end_date,
    end_precision,
    grade,
    description,
    courses,
    display_order
   FROM public.education
  WHERE (NOT is_hidden);

ALTER VIEW facts.education OWNER TO careerhub_system;

CREATE TABLE public.experience_technologies (
    profile_id public.ulid NOT NULL,
    experience_id public.ulid NOT NULL,
    technology_id public.ulid NOT NULL,
    display_order integer DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY public.experience_technologies FORCE ROW LEVEL SECURITY;

ALTER TABLE public.experience_technologies OWNER TO careerhub_owner;

CREATE TABLE public.experiences (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    company_name character varying(200) DEFAULT ''::character varying NOT NULL,
    company_website character varying(500) DEFAULT ''::character varying NOT NULL,
    company_size character varying(50) DEFAULT ''::character varying NOT NULL,
    industry character varying(100) DEFAULT ''::character varying NOT NULL,
    company_location character varying(100) DEFAULT ''::character varying NOT NULL,
    "position" character varying(200) DEFAULT ''::character varying NOT NULL,
    employment_type character varying(50) DEFAULT ''::character varying NOT NULL,
    start_date date,
    start_precision character(1),
    end_date date,
    end_precision character(1),
    is_current boolean DEFAULT false NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    responsibilities jsonb DEFAULT '[]'::jsonb NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT experiences_company_website_check CHECK ((((company_website)::text = ''::text) OR public.is_web_address((company_website)::text))),
    CONSTRAINT experiences_current_check CHECK ((NOT (is_current AND (end_date IS NOT NULL)))),
    CONSTRAINT experiences_dates_check CHECK (((end_date IS NULL) OR (start_date IS NULL) OR (public.last_day(end_date, (end_precision)::text) >= start_date))),
    CONSTRAINT experiences_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT experiences_employment_type_check CHECK (((employment_type)::text = ANY ((ARRAY[''::character varying, 'FULL_TIME'::character varying, 'PART_TIME'::character varying, 'CONTRACT'::character varying, 'FREELANCE'::character varying, 'SELF_EMPLOYED'::character varying, 'INTERNSHIP'::character varying, 'APPRENTICESHIP'::character varying, 'TEMPORARY'::character varying, 'VOLUNTEER'::character varying])::text[]))),
    CONSTRAINT experiences_end_date_check CHECK (public.is_partial_date(end_date, (end_precision)::text)),
    CONSTRAINT experiences_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT experiences_name_check CHECK ((((company_name)::text <> ''::text) OR (("position")::text <> ''::text))),
    CONSTRAINT experiences_responsibilities_check CHECK (public.is_text_array(responsibilities)),
    CONSTRAINT experiences_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT experiences_start_date_check CHECK (public.is_partial_date(start_date, (start_precision)::text))
);

ALTER TABLE ONLY public.experiences FORCE ROW LEVEL SECURITY;

ALTER TABLE public.experiences OWNER TO careerhub_owner;

CREATE VIEW facts.experiences WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    company_name,
    company_website,
    company_size,
    industry,
    company_location,
    "position",
    employment_type,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_current,
    description,
    responsibilities,
    display_order,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_array(t.name, t.slug) ORDER BY et.display_order, t.slug), '[]'::jsonb) AS "coalesce"
           FROM (public.experience_technologies et
             JOIN public.technologies t ON (((t.id)::text = (et.technology_id)::text)))
          WHERE (((et.profile_id)::text = (e.profile_id)::text) AND ((et.experience_id)::text = (e.id)::text))) AS technologies
   FROM public.experiences e
  WHERE (NOT is_hidden);

ALTER VIEW facts.experiences OWNER TO careerhub_system;

CREATE TABLE public.slug_history (
    id public.ulid NOT NULL,
    slug character varying(63),
    slug_hash bytea NOT NULL,
    profile_id public.ulid,
    released_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT slug_history_hash_check CHECK ((octet_length(slug_hash) = 32))
);

ALTER TABLE ONLY public.slug_history FORCE ROW LEVEL SECURITY;

ALTER TABLE public.slug_history OWNER TO careerhub_owner;

CREATE VIEW facts.former_slugs WITH (security_barrier='true') AS
 SELECT DISTINCT profile_id,
    slug
   FROM public.slug_history h
  WHERE (((slug)::text ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'::text) AND (profile_id IS NOT NULL) AND (NOT (EXISTS ( SELECT
           FROM public.profiles p
          WHERE ((p.slug)::text = (h.slug)::text)))) AND (NOT (EXISTS ( SELECT
           FROM public.slug_history o
          WHERE ((o.slug_hash = h.slug_hash) AND ((o.profile_id)::text IS DISTINCT FROM (h.profile_id)::text))))));

ALTER VIEW facts.former_slugs OWNER TO careerhub_system;

CREATE TABLE public.interests (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    name character varying(200) NOT NULL,
    keywords jsonb DEFAULT '[]'::jsonb NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT interests_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT interests_keywords_check CHECK (public.is_text_array(keywords)),
    CONSTRAINT interests_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT interests_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32))
);

ALTER TABLE ONLY public.interests FORCE ROW LEVEL SECURITY;

ALTER TABLE public.interests OWNER TO careerhub_owner;

CREATE VIEW facts.interests WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    keywords,
    display_order
   FROM public.interests
  WHERE (NOT is_hidden);

ALTER VIEW facts.interests OWNER TO careerhub_system;

CREATE TABLE public.languages (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    name character varying(100) NOT NULL,
    tag character varying(35) DEFAULT ''::character varying NOT NULL,
    fluency character varying(100) DEFAULT ''::character varying NOT NULL,
    cefr character varying(10) DEFAULT ''::character varying NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT languages_cefr_check CHECK (((cefr)::text = ANY ((ARRAY[''::character varying, 'A1'::character varying, 'A2'::character varying, 'B1'::character varying, 'B2'::character varying, 'C1'::character varying, 'C2'::character varying, 'NATIVE'::character varying])::text[]))),
    CONSTRAINT languages_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT languages_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT languages_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT languages_tag_check CHECK (((tag)::text ~ '^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$'::text))
);

ALTER TABLE ONLY public.languages FORCE ROW LEVEL SECURITY;

ALTER TABLE public.languages OWNER TO careerhub_owner;

CREATE VIEW facts.languages WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    tag,
    fluency,
    cefr,
    display_order
   FROM public.languages
  WHERE (NOT is_hidden);

ALTER VIEW facts.languages OWNER TO careerhub_system;

CREATE TABLE public.profile_links (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    network character varying(100) DEFAULT ''::character varying NOT NULL,
    username character varying(200) DEFAULT ''::character varying NOT NULL,
    url character varying(500) DEFAULT ''::character varying NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT profile_links_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT profile_links_name_check CHECK ((((url)::text <> ''::text) OR ((username)::text <> ''::text))),
    CONSTRAINT profile_links_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT profile_links_url_check CHECK ((((url)::text = ''::text) OR public.is_web_address((url)::text)))
);

ALTER TABLE ONLY public.profile_links FORCE ROW LEVEL SECURITY;

ALTER TABLE public.profile_links OWNER TO careerhub_owner;

CREATE VIEW facts.profile_links WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    network,
    username,
    url,
    display_order
   FROM public.profile_links
  WHERE (NOT is_hidden);

ALTER VIEW facts.profile_links OWNER TO careerhub_system;

CREATE TABLE public.profile_photos (
    profile_id public.ulid NOT NULL,
    size character varying(10) NOT NULL,
    sha256 bytea NOT NULL,
    bytes bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    pixels integer DEFAULT 96 NOT NULL,
    CONSTRAINT profile_photos_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 2000000))),
    CONSTRAINT profile_photos_pixels_check CHECK (((pixels >= 1) AND (pixels <= 4000))),
    CONSTRAINT profile_photos_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT profile_photos_size_check CHECK (((size)::text = ANY ((ARRAY['small'::character varying, 'medium'::character varying, 'large'::character varying])::text[])))
);

ALTER TABLE ONLY public.profile_photos FORCE ROW LEVEL SECURITY;

ALTER TABLE public.profile_photos OWNER TO careerhub_owner;

CREATE VIEW facts.profile_photos WITH (security_barrier='true') AS
 SELECT profile_id,
    size,
    sha256,
    pixels,
    bytes
   FROM public.profile_photos;

ALTER VIEW facts.profile_photos OWNER TO careerhub_system;

CREATE TABLE public.profile_revisions (
    profile_id public.ulid NOT NULL,
    revision bigint NOT NULL,
    removed_at_revision bigint,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    removed_at timestamp with time zone
);

ALTER TABLE ONLY public.profile_revisions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.profile_revisions OWNER TO careerhub_owner;

CREATE VIEW facts.profiles WITH (security_barrier='true') AS
 SELECT p.id AS profile_id,
    p.slug,
    p.full_name,
    p.sort_name,
    p.pronouns,
    p.headline,
    p.summary,
    p.location,
    p.city,
    p.region,
    p.country_code,
    p.lang,
    p.theme,
    p.is_indexable,
    p.allows_ai,
    p.open_to_work_until,
    p.contact,
    ((r.changed_at AT TIME ZONE 'UTC'::text))::date AS changed_on
   FROM (public.profiles p
     LEFT JOIN public.profile_revisions r ON (((r.profile_id)::text = (p.id)::text)));

ALTER VIEW facts.profiles OWNER TO careerhub_system;

CREATE TABLE public.project_experiences (
    profile_id public.ulid NOT NULL,
    project_id public.ulid NOT NULL,
    experience_id public.ulid NOT NULL
);

ALTER TABLE ONLY public.project_experiences FORCE ROW LEVEL SECURITY;

ALTER TABLE public.project_experiences OWNER TO careerhub_owner;

CREATE VIEW facts.projects WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    slug,
    name,
    description,
    role,
    organization,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_ongoing,
    status,
    category,
    achievements,
    challenges,
    clients,
    team_size,
    duration_months,
    users_count,
    budget_range,
    demo_url,
    github_url,
    documentation_url,
    keywords,
    is_featured,
    display_order,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_array(t.name, t.slug) ORDER BY pt.display_order, t.slug), '[]'::jsonb) AS "coalesce"
           FROM (public.project_technologies pt
             JOIN public.technologies t ON (((t.id)::text = (pt.technology_id)::text)))
          WHERE (((pt.profile_id)::text = (p.profile_id)::text) AND ((pt.project_id)::text = (p.id)::text))) AS technologies,
    ( SELECT COALESCE(jsonb_agg(e.company_name ORDER BY e.display_order, e.id), '[]'::jsonb) AS "coalesce"
           FROM (public.project_experiences pe
             JOIN public.experiences e ON ((((e.profile_id)::text = (pe.profile_id)::text) AND ((e.id)::text = (pe.experience_id)::text))))
          WHERE (((pe.profile_id)::text = (p.profile_id)::text) AND ((pe.project_id)::text = (p.id)::text) AND (NOT e.is_hidden) AND ((e.company_name)::text <> ''::text))) AS employers
   FROM public.projects p
  WHERE ((NOT is_hidden) AND ((visibility)::text = 'PUBLIC'::text));

ALTER VIEW facts.projects OWNER TO careerhub_system;

CREATE TABLE public."references" (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    name character varying(200) NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT references_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT references_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT references_reference_check CHECK ((length(reference) <= 20000)),
    CONSTRAINT references_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32))
);

ALTER TABLE ONLY public."references" FORCE ROW LEVEL SECURITY;

ALTER TABLE public."references" OWNER TO careerhub_owner;

CREATE VIEW facts."references" WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    reference,
    display_order
   FROM public."references"
  WHERE (NOT is_hidden);

ALTER VIEW facts."references" OWNER TO careerhub_system;

CREATE TABLE public.skills (
    profile_id public.ulid NOT NULL,
    id public.ulid NOT NULL,
    name character varying(100) NOT NULL,
    group_name character varying(100) DEFAULT ''::character varying NOT NULL,
    technology_id public.ulid,
    level integer,
    years_of_experience integer,
    started_using_year integer,
    is_primary boolean DEFAULT false NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    is_hidden boolean DEFAULT false NOT NULL,
    extras jsonb DEFAULT '{}'::jsonb NOT NULL,
    source character varying(50),
    source_row_hash bytea,
    source_revision integer,
    imported_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT skills_extras_check CHECK (((jsonb_typeof(extras) = 'object'::text) AND (length((extras)::text) <= 2000000))),
    CONSTRAINT skills_level_check CHECK (((level >= 1) AND (level <= 5))),
    CONSTRAINT skills_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT skills_source_row_hash_check CHECK ((octet_length(source_row_hash) = 32)),
    CONSTRAINT skills_started_using_year_check CHECK (((started_using_year >= 1900) AND (started_using_year <= 2200))),
    CONSTRAINT skills_years_of_experience_check CHECK (((years_of_experience >= 0) AND (years_of_experience <= 80)))
);

ALTER TABLE ONLY public.skills FORCE ROW LEVEL SECURITY;

ALTER TABLE public.skills OWNER TO careerhub_owner;

CREATE VIEW facts.skills WITH (security_barrier='true') AS
 SELECT s.profile_id,
    s.id,
    s.name,
    s.group_name,
    s.level,
    s.years_of_experience,
    s.started_using_year,
    s.is_primary,
    s.display_order,
    t.name AS technology_name,
    t.slug AS technology_slug
   FROM (public.skills s
     LEFT JOIN public.technologies t ON (((t.id)::text = (s.technology_id)::text)))
  WHERE (NOT s.is_hidden);

ALTER VIEW facts.skills OWNER TO careerhub_system;

CREATE TABLE public.translations (
    profile_id public.ulid NOT NULL,
    entity_type character varying(50) NOT NULL,
    entity_id public.ulid NOT NULL,
    field character varying(50) NOT NULL,
    lang character varying(35) NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT translations_entity_type_check CHECK (((entity_type)::text = ANY ((ARRAY['PROFILE'::character varying, 'EXPERIENCE'::character varying, 'PROJECT'::character varying, 'EDUCATION'::character varying, 'CERTIFICATION'::character varying, 'ACHIEVEMENT'::character varying, 'SKILL'::character varying, 'INTEREST'::character varying, 'CV_VERSION'::character varying])::text[]))),
    CONSTRAINT translations_field_check CHECK (((field)::text ~ '^[a-z_]{1,50}$'::text)),
    CONSTRAINT translations_lang_check CHECK (((lang)::text ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$'::text)),
    CONSTRAINT translations_text_check CHECK ((length(text) <= 20000))
);

ALTER TABLE ONLY public.translations FORCE ROW LEVEL SECURITY;

ALTER TABLE public.translations OWNER TO careerhub_owner;

CREATE VIEW facts.translations WITH (security_barrier='true') AS
 SELECT profile_id,
    entity_type,
    entity_id,
    field,
    lang,
    text
   FROM public.translations t
  WHERE (((field)::text = ANY (ARRAY['headline'::text, 'summary'::text, 'full_name'::text, 'location'::text, 'company_name'::text, 'position'::text, 'description'::text, 'responsibilities'::text, 'name'::text, 'role'::text, 'organization'::text, 'achievements'::text, 'challenges'::text, 'institution'::text, 'degree'::text, 'field_of_study'::text, 'courses'::text, 'title'::text, 'group_name'::text])) AND
        CASE entity_type
            WHEN 'PROFILE'::text THEN ((entity_id)::text = (profile_id)::text)
            WHEN 'EXPERIENCE'::text THEN (EXISTS ( SELECT
               FROM facts.experiences f
              WHERE (((f.profile_id)::text = (t.profile_id)::text) AND ((f.id)::text = (t.entity_id)::text))))
            WHEN 'PROJECT'::text THEN (EXISTS ( SELECT
               FROM facts.projects f
              WHERE (((f.profile_id)::text = (t.profile_id)::text) AND ((f.id)::text = (t.entity_id)::text))))
            WHEN 'EDUCATION'::text THEN (EXISTS ( SELECT
               FROM facts.education f
              WHERE (((f.profile_id)::text = (t.profile_id)::text) AND ((f.id)::text = (t.entity_id)::text))))
            WHEN 'CERTIFICATION'::text THEN (EXISTS ( SELECT
               FROM facts.certifications f
              WHERE (((f.profile_id)::text = (t.profile_id)::text) AND ((f.id)::text = (t.entity_id)::text))))
            WHEN 'ACHIEVEMENT'::text THEN (EXISTS ( SELECT
               FROM facts.achievements f
              WHERE (((f.profile_id)::text = (t.profile_id)::text) AND ((f.id)::text = (t.entity_id)::text))))
            WHEN 'SKILL'::text THEN (EXISTS ( SELECT
               FROM facts.skills f
              WHERE (((f.profile_id)::text = (t.profile_id)::text) AND ((f.id)::text = (t.entity_id)::text))))
            WHEN 'INTEREST'::text THEN (EXISTS ( SELECT
               FROM facts.interests f
              WHERE (((f.profile_id)::text = (t.profile_id)::text) AND ((f.id)::text = (t.entity_id)::text))))
            WHEN 'CV_VERSION'::text THEN (EXISTS ( SELECT
               FROM public.cv_versions v
              WHERE (((v.profile_id)::text = (t.profile_id)::text) AND ((v.id)::text = (t.entity_id)::text) AND v.is_public AND (NOT v.is_hidden))))
            ELSE false
        END);

ALTER VIEW facts.translations OWNER TO careerhub_system;

CREATE VIEW own.achievements WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    title,
    category,
    description,
    date,
    date_precision,
    issuer,
    authors,
    identifier,
    url,
    display_order
   FROM facts.achievements f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.achievements OWNER TO careerhub_system;

CREATE VIEW own.anonymized_projects WITH (security_barrier='true') AS
 SELECT profile_id,
    role,
    anonymized_company,
    category,
    start_year,
    end_year,
    is_ongoing,
    team_band,
    users_band,
    budget_range,
    technologies,
    display_order
   FROM facts.anonymized_projects f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.anonymized_projects OWNER TO careerhub_system;

CREATE VIEW own.certifications WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    issuing_organization,
    credential_id,
    credential_url,
    issue_date,
    issue_precision,
    expiry_date,
    expiry_precision,
    display_order
   FROM facts.certifications f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.certifications OWNER TO careerhub_system;

CREATE VIEW own.cv_versions WITH (security_barrier='true') AS
 SELECT profile_id,
    name,
    slug,
    template,
    sections_config,
    lang,
    paper,
    is_default,
    display_order,
    pdf_url
   FROM facts.cv_versions f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.cv_versions OWNER TO careerhub_system;

CREATE VIEW own.education WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    institution,
    url,
    degree,
    field_of_study,
    start_date,
    start_precision,
    end_date,
    end_precision,
    grade,
    description,
    courses,
    display_order
   FROM facts.education f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.education OWNER TO careerhub_system;

CREATE VIEW own.experiences WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    company_name,
    company_website,
    company_size,
    industry,
    company_location,
    "position",
    employment_type,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_current,
    description,
    responsibilities,
    display_order,
    technologies
   FROM facts.experiences f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.experiences OWNER TO careerhub_system;

CREATE VIEW own.former_slugs WITH (security_barrier='true') AS
 SELECT profile_id,
    slug
   FROM facts.former_slugs f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.former_slugs OWNER TO careerhub_system;

CREATE VIEW own.interests WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    keywords,
    display_order
   FROM facts.interests f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.interests OWNER TO careerhub_system;

CREATE VIEW own.languages WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    tag,
    fluency,
    cefr,
    display_order
   FROM facts.languages f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.languages OWNER TO careerhub_system;

CREATE VIEW own.profile_links WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    network,
    username,
    url,
    display_order
   FROM facts.profile_links f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.profile_links OWNER TO careerhub_system;

CREATE VIEW own.profile_photos WITH (security_barrier='true') AS
 SELECT profile_id,
    size,
    sha256,
    pixels,
    bytes
   FROM facts.profile_photos f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.profile_photos OWNER TO careerhub_system;

CREATE VIEW own.profiles WITH (security_barrier='true') AS
 SELECT profile_id,
    slug,
    full_name,
    sort_name,
    pronouns,
    headline,
    summary,
    location,
    city,
    region,
    country_code,
    lang,
    theme,
    is_indexable,
    allows_ai,
    open_to_work_until,
    contact,
    changed_on
   FROM facts.profiles f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.profiles OWNER TO careerhub_system;

CREATE VIEW own.projects WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    slug,
    name,
    description,
    role,
    organization,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_ongoing,
    status,
    category,
    achievements,
    challenges,
    clients,
    team_size,
    duration_months,
    users_count,
    budget_range,
    demo_url,
    github_url,
    documentation_url,
    keywords,
    is_featured,
    display_order,
    technologies,
    employers
   FROM facts.projects f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.projects OWNER TO careerhub_system;

CREATE VIEW own."references" WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    reference,
    display_order
   FROM facts."references" f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own."references" OWNER TO careerhub_system;

CREATE VIEW own.skills WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    group_name,
    level,
    years_of_experience,
    started_using_year,
    is_primary,
    display_order,
    technology_name,
    technology_slug
   FROM facts.skills f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.skills OWNER TO careerhub_system;

CREATE VIEW own.translations WITH (security_barrier='true') AS
 SELECT profile_id,
    entity_type,
    entity_id,
    field,
    lang,
    text
   FROM facts.translations f
  WHERE ((profile_id)::text = (( SELECT p.id
           FROM public.profiles p
          WHERE ((p.user_id)::text = NULLIF(current_setting('careerhub.actor'::text, true), ''::text))))::text);

ALTER VIEW own.translations OWNER TO careerhub_system;

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE public.alembic_version OWNER TO careerhub_owner;

ALTER TABLE public.audit_log ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit_seals (
    "position" bigint NOT NULL,
    chain bytea NOT NULL,
    sealed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_seals_chain_check CHECK ((octet_length(chain) = 32))
);

ALTER TABLE public.audit_seals OWNER TO careerhub_owner;

CREATE TABLE public.import_history (
    id public.ulid NOT NULL,
    user_id public.ulid NOT NULL,
    source character varying(50) NOT NULL,
    status character varying(50) DEFAULT 'PENDING'::character varying NOT NULL,
    items_imported integer DEFAULT 0 NOT NULL,
    error_message text,
    import_data jsonb,
    file_sha256 bytea,
    report jsonb,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT import_history_error_message_check CHECK ((length(error_message) <= 20000)),
    CONSTRAINT import_history_items_check CHECK ((items_imported >= 0)),
    CONSTRAINT import_history_sha256_check CHECK ((octet_length(file_sha256) = 32)),
    CONSTRAINT import_history_status_check CHECK (((status)::text = ANY ((ARRAY['PENDING'::character varying, 'PROCESSING'::character varying, 'COMPLETED'::character varying, 'FAILED'::character varying])::text[])))
);

ALTER TABLE ONLY public.import_history FORCE ROW LEVEL SECURITY;

ALTER TABLE public.import_history OWNER TO careerhub_owner;

CREATE TABLE public.mail_outbox (
    id public.ulid NOT NULL,
    user_id public.ulid NOT NULL,
    kind character varying(40) NOT NULL,
    recipient character varying(255) DEFAULT ''::character varying NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    subject_key character varying(200) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    sent_at timestamp with time zone,
    last_error character varying(500) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT mail_outbox_payload_check CHECK (((jsonb_typeof(payload) = 'object'::text) AND (length((payload)::text) <= 10000)))
);

ALTER TABLE ONLY public.mail_outbox FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mail_outbox OWNER TO careerhub_owner;

CREATE TABLE public.profile_publications (
    profile_id public.ulid NOT NULL,
    published_revision bigint DEFAULT 0 NOT NULL,
    published_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    next_change_at date
);

ALTER TABLE ONLY public.profile_publications FORCE ROW LEVEL SECURITY;

ALTER TABLE public.profile_publications OWNER TO careerhub_owner;

CREATE TABLE public.profile_withdrawals (
    profile_id public.ulid NOT NULL,
    removed_at timestamp with time zone NOT NULL,
    gone_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY public.profile_withdrawals FORCE ROW LEVEL SECURITY;

ALTER TABLE public.profile_withdrawals OWNER TO careerhub_owner;

CREATE TABLE public.publish_requests (
    id public.ulid NOT NULL,
    profile_id public.ulid NOT NULL,
    revision bigint NOT NULL,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    served_at timestamp with time zone
);

ALTER TABLE ONLY public.publish_requests FORCE ROW LEVEL SECURITY;

ALTER TABLE public.publish_requests OWNER TO careerhub_owner;

CREATE TABLE public.publisher_sightings (
    kind character varying(10) NOT NULL,
    began_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT publisher_sightings_kind_check CHECK (((kind)::text = ANY ((ARRAY['SYNC'::character varying, 'WATCH'::character varying, 'WORKER'::character varying])::text[])))
);

ALTER TABLE public.publisher_sightings OWNER TO careerhub_owner;

CREATE UNLOGGED TABLE public.rate_limits (
    key_hash bytea NOT NULL,
    hits integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT rate_limits_key_hash_check CHECK ((octet_length(key_hash) = 32))
);

ALTER TABLE public.rate_limits OWNER TO careerhub_owner;

CREATE TABLE public.recovery_codes (
    user_id public.ulid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32))
);

ALTER TABLE ONLY public.recovery_codes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_codes OWNER TO careerhub_owner;

CREATE TABLE public.responsibilities_library (
    id public.ulid NOT NULL,
    role_category character varying(100) NOT NULL,
    responsibility text NOT NULL,
    seniority_level character varying(50) NOT NULL,
    usage_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT responsibilities_library_seniority_check CHECK (((seniority_level)::text = ANY ((ARRAY['JUNIOR'::character varying, 'MID'::character varying, 'SENIOR'::character varying, 'LEAD'::character varying, 'EXECUTIVE'::character varying])::text[]))),
    CONSTRAINT responsibilities_library_text_check CHECK (((length(responsibility) >= 1) AND (length(responsibility) <= 1000)))
);

ALTER TABLE public.responsibilities_library OWNER TO careerhub_owner;

CREATE TABLE public.share_links (
    id public.ulid NOT NULL,
    profile_id public.ulid NOT NULL,
    token_hash bytea NOT NULL,
    label character varying(100) DEFAULT ''::character varying NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT share_links_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY public.share_links FORCE ROW LEVEL SECURITY;

ALTER TABLE public.share_links OWNER TO careerhub_owner;

CREATE TABLE public.technology_aliases (
    alias character varying(100) NOT NULL,
    technology_id public.ulid NOT NULL,
    CONSTRAINT technology_aliases_alias_check CHECK (((alias)::text <> ''::text))
);

ALTER TABLE public.technology_aliases OWNER TO careerhub_owner;

CREATE TABLE public.user_sessions (
    token_hash bytea NOT NULL,
    id public.ulid NOT NULL,
    user_id public.ulid NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ip_address inet,
    user_agent character varying(300) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT user_sessions_expires_at_check CHECK (isfinite(expires_at)),
    CONSTRAINT user_sessions_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY public.user_sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.user_sessions OWNER TO careerhub_owner;

CREATE TABLE public.user_tokens (
    token_hash bytea NOT NULL,
    user_id public.ulid NOT NULL,
    purpose character varying(20) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    new_email character varying(255) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT user_tokens_hash_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT user_tokens_purpose_check CHECK (((purpose)::text = ANY ((ARRAY['VERIFY_EMAIL'::character varying, 'RESET_PASSWORD'::character varying, 'CHANGE_EMAIL'::character varying])::text[])))
);

ALTER TABLE ONLY public.user_tokens FORCE ROW LEVEL SECURITY;

ALTER TABLE public.user_tokens OWNER TO careerhub_owner;

CREATE TABLE public.user_totp (
    user_id public.ulid NOT NULL,
    secret_encrypted bytea NOT NULL,
    secret_key_id character varying(40) NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT user_totp_secret_encrypted_check CHECK ((octet_length(secret_encrypted) <= 1000))
);

ALTER TABLE ONLY public.user_totp FORCE ROW LEVEL SECURITY;

ALTER TABLE public.user_totp OWNER TO careerhub_owner;

CREATE TABLE public.users (
    id public.ulid NOT NULL,
    email character varying(255) NOT NULL,
    password_hash character varying(255) DEFAULT '!'::character varying NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    is_verified boolean DEFAULT false NOT NULL,
    plan character varying(20) DEFAULT 'FREE'::character varying NOT NULL,
    plan_expires_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_login_at timestamp with time zone,
    CONSTRAINT users_email_check CHECK (((email)::text ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)),
    CONSTRAINT users_plan_check CHECK (((plan)::text = ANY ((ARRAY['FREE'::character varying, 'PRO'::character varying, 'EXPERT'::character varying])::text[])))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

ALTER TABLE public.users OWNER TO careerhub_owner;

CREATE VIEW shared.achievements WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    title,
    category,
    description,
    date,
    date_precision,
    issuer,
    authors,
    identifier,
    url,
    display_order
   FROM facts.achievements f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.achievements OWNER TO careerhub_system;

CREATE VIEW shared.anonymized_projects WITH (security_barrier='true') AS
 SELECT profile_id,
    role,
    anonymized_company,
    category,
    start_year,
    end_year,
    is_ongoing,
    team_band,
    users_band,
    budget_range,
    technologies,
    display_order
   FROM facts.anonymized_projects f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.anonymized_projects OWNER TO careerhub_system;

CREATE VIEW shared.certifications WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    issuing_organization,
    credential_id,
    credential_url,
    issue_date,
    issue_precision,
    expiry_date,
    expiry_precision,
    display_order
   FROM facts.certifications f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.certifications OWNER TO careerhub_system;

CREATE VIEW shared.cv_versions WITH (security_barrier='true') AS
 SELECT profile_id,
    name,
    slug,
    template,
    sections_config,
    lang,
    paper,
    is_default,
    display_order,
    pdf_url
   FROM facts.cv_versions f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.cv_versions OWNER TO careerhub_system;

CREATE VIEW shared.education WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    institution,
    url,
    degree,
    field_of_study,
    start_date,
    start_precision,
    end_date,
    end_precision,
    grade,
    description,
    courses,
    display_order
   FROM facts.education f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.education OWNER TO careerhub_system;

CREATE VIEW shared.experiences WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    company_name,
    company_website,
    company_size,
    industry,
    company_location,
    "position",
    employment_type,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_current,
    description,
    responsibilities,
    display_order,
    technologies
   FROM facts.experiences f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.experiences OWNER TO careerhub_system;

CREATE VIEW shared.former_slugs WITH (security_barrier='true') AS
 SELECT profile_id,
    slug
   FROM facts.former_slugs f
  WHERE false;

ALTER VIEW shared.former_slugs OWNER TO careerhub_system;

CREATE VIEW shared.interests WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    keywords,
    display_order
   FROM facts.interests f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.interests OWNER TO careerhub_system;

CREATE VIEW shared.languages WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    tag,
    fluency,
    cefr,
    display_order
   FROM facts.languages f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.languages OWNER TO careerhub_system;

CREATE VIEW shared.profile_links WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    network,
    username,
    url,
    display_order
   FROM facts.profile_links f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.profile_links OWNER TO careerhub_system;

CREATE VIEW shared.profile_photos WITH (security_barrier='true') AS
 SELECT profile_id,
    size,
    sha256,
    pixels,
    bytes
   FROM facts.profile_photos f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.profile_photos OWNER TO careerhub_system;

CREATE VIEW shared.profiles WITH (security_barrier='true') AS
 SELECT profile_id,
    slug,
    full_name,
    sort_name,
    pronouns,
    headline,
    summary,
    location,
    city,
    region,
    country_code,
    lang,
    theme,
    is_indexable,
    allows_ai,
    open_to_work_until,
    contact,
    changed_on
   FROM facts.profiles f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.profiles OWNER TO careerhub_system;

CREATE VIEW shared.projects WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    slug,
    name,
    description,
    role,
    organization,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_ongoing,
    status,
    category,
    achievements,
    challenges,
    clients,
    team_size,
    duration_months,
    users_count,
    budget_range,
    demo_url,
    github_url,
    documentation_url,
    keywords,
    is_featured,
    display_order,
    technologies,
    employers
   FROM facts.projects f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.projects OWNER TO careerhub_system;

CREATE VIEW shared."references" WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    reference,
    display_order
   FROM facts."references" f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared."references" OWNER TO careerhub_system;

CREATE VIEW shared.skills WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    group_name,
    level,
    years_of_experience,
    started_using_year,
    is_primary,
    display_order,
    technology_name,
    technology_slug
   FROM facts.skills f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.skills OWNER TO careerhub_system;

CREATE VIEW shared.translations WITH (security_barrier='true') AS
 SELECT profile_id,
    entity_type,
    entity_id,
    field,
    lang,
    text
   FROM facts.translations f
  WHERE ((profile_id)::text = (( SELECT l.profile_id
           FROM (public.share_links l
             JOIN public.profiles p ON (((p.id)::text = (l.profile_id)::text)))
          WHERE ((l.token_hash =
                CASE
                    WHEN (current_setting('careerhub.share_token'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN decode(current_setting('careerhub.share_token'::text, true), 'hex'::text)
                    ELSE NULL::bytea
                END) AND (l.revoked_at IS NULL) AND (l.expires_at > clock_timestamp()) AND ((p.visibility)::text <> 'PRIVATE'::text))))::text);

ALTER VIEW shared.translations OWNER TO careerhub_system;

CREATE VIEW site.achievements WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    title,
    category,
    description,
    date,
    date_precision,
    issuer,
    authors,
    identifier,
    url,
    display_order
   FROM facts.achievements f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.achievements OWNER TO careerhub_system;

CREATE VIEW site.anonymized_projects WITH (security_barrier='true') AS
 SELECT profile_id,
    role,
    anonymized_company,
    category,
    start_year,
    end_year,
    is_ongoing,
    team_band,
    users_band,
    budget_range,
    technologies,
    display_order
   FROM facts.anonymized_projects f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.anonymized_projects OWNER TO careerhub_system;

CREATE VIEW site.certifications WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    issuing_organization,
    credential_id,
    credential_url,
    issue_date,
    issue_precision,
    expiry_date,
    expiry_precision,
    display_order
   FROM facts.certifications f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.certifications OWNER TO careerhub_system;

CREATE VIEW site.cv_versions WITH (security_barrier='true') AS
 SELECT profile_id,
    name,
    slug,
    template,
    sections_config,
    lang,
    paper,
    is_default,
    display_order,
    pdf_url
   FROM facts.cv_versions f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.cv_versions OWNER TO careerhub_system;

CREATE VIEW site.education WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    institution,
    url,
    degree,
    field_of_study,
    start_date,
    start_precision,
    end_date,
    end_precision,
    grade,
    description,
    courses,
    display_order
   FROM facts.education f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.education OWNER TO careerhub_system;

CREATE VIEW site.experiences WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    company_name,
    company_website,
    company_size,
    industry,
    company_location,
    "position",
    employment_type,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_current,
    description,
    responsibilities,
    display_order,
    technologies
   FROM facts.experiences f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.experiences OWNER TO careerhub_system;

CREATE VIEW site.former_slugs WITH (security_barrier='true') AS
 SELECT profile_id,
    slug
   FROM facts.former_slugs f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.former_slugs OWNER TO careerhub_system;

CREATE VIEW site.history WITH (security_barrier='true') AS
 SELECT (((((( SELECT pg_control_system.system_identifier
           FROM pg_control_system() pg_control_system(pg_control_version, catalog_version_no, system_identifier, pg_control_last_modified)))::text || '/'::text) || (oid)::text) || '/'::text) ||
        CASE
            WHEN pg_is_in_recovery() THEN 'standby'::text
            ELSE "left"(pg_walfile_name(pg_current_wal_lsn()), 8)
        END) AS mark
   FROM pg_database d
  WHERE (datname = current_database());

ALTER VIEW site.history OWNER TO careerhub_system;

CREATE VIEW site.interests WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    keywords,
    display_order
   FROM facts.interests f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.interests OWNER TO careerhub_system;

CREATE VIEW site.languages WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    tag,
    fluency,
    cefr,
    display_order
   FROM facts.languages f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.languages OWNER TO careerhub_system;

CREATE VIEW site.profile_links WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    network,
    username,
    url,
    display_order
   FROM facts.profile_links f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.profile_links OWNER TO careerhub_system;

CREATE VIEW site.profile_photos WITH (security_barrier='true') AS
 SELECT profile_id,
    size,
    sha256,
    pixels,
    bytes
   FROM facts.profile_photos f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.profile_photos OWNER TO careerhub_system;

CREATE VIEW site.profiles WITH (security_barrier='true') AS
 SELECT profile_id,
    slug,
    full_name,
    sort_name,
    pronouns,
    headline,
    summary,
    location,
    city,
    region,
    country_code,
    lang,
    theme,
    is_indexable,
    allows_ai,
    open_to_work_until,
    contact,
    changed_on
   FROM facts.profiles f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.profiles OWNER TO careerhub_system;

CREATE VIEW site.projects WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    slug,
    name,
    description,
    role,
    organization,
    start_date,
    start_precision,
    end_date,
    end_precision,
    is_ongoing,
    status,
    category,
    achievements,
    challenges,
    clients,
    team_size,
    duration_months,
    users_count,
    budget_range,
    demo_url,
    github_url,
    documentation_url,
    keywords,
    is_featured,
    display_order,
    technologies,
    employers
   FROM facts.projects f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.projects OWNER TO careerhub_system;

CREATE VIEW site."references" WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    reference,
    display_order
   FROM facts."references" f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site."references" OWNER TO careerhub_system;

CREATE VIEW site.revisions WITH (security_barrier='true') AS
 SELECT r.profile_id,
    r.revision,
    r.removed_at_revision,
    COALESCE(((p.visibility)::text = 'PUBLIC'::text), false) AS is_public,
    r.xid,
    r.changed_at,
    r.removed_at
   FROM (public.profile_revisions r
     LEFT JOIN public.profiles p ON (((p.id)::text = (r.profile_id)::text)));

ALTER VIEW site.revisions OWNER TO careerhub_system;

CREATE VIEW site.skills WITH (security_barrier='true') AS
 SELECT profile_id,
    id,
    name,
    group_name,
    level,
    years_of_experience,
    started_using_year,
    is_primary,
    display_order,
    technology_name,
    technology_slug
   FROM facts.skills f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.skills OWNER TO careerhub_system;

CREATE VIEW site.translations WITH (security_barrier='true') AS
 SELECT profile_id,
    entity_type,
    entity_id,
    field,
    lang,
    text
   FROM facts.translations f
  WHERE ((( SELECT p.visibility
           FROM public.profiles p
          WHERE ((p.id)::text = (f.profile_id)::text)))::text = 'PUBLIC'::text);

ALTER VIEW site.translations OWNER TO careerhub_system;

ALTER TABLE ONLY public.achievements
    ADD CONSTRAINT achievements_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_position_key UNIQUE ("position");

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.certifications
    ADD CONSTRAINT certifications_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.cv_versions
    ADD CONSTRAINT cv_versions_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.cv_versions
    ADD CONSTRAINT cv_versions_slug_key UNIQUE (profile_id, slug);

ALTER TABLE ONLY public.education
    ADD CONSTRAINT education_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.experience_technologies
    ADD CONSTRAINT experience_technologies_pkey PRIMARY KEY (profile_id, experience_id, technology_id);

ALTER TABLE ONLY public.experiences
    ADD CONSTRAINT experiences_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.import_history
    ADD CONSTRAINT import_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.interests
    ADD CONSTRAINT interests_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.languages
    ADD CONSTRAINT languages_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.mail_outbox
    ADD CONSTRAINT mail_outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.profile_links
    ADD CONSTRAINT profile_links_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.profile_photos
    ADD CONSTRAINT profile_photos_pkey PRIMARY KEY (profile_id, size);

ALTER TABLE ONLY public.profile_publications
    ADD CONSTRAINT profile_publications_pkey PRIMARY KEY (profile_id);

ALTER TABLE ONLY public.profile_revisions
    ADD CONSTRAINT profile_revisions_pkey PRIMARY KEY (profile_id);

ALTER TABLE ONLY public.profile_withdrawals
    ADD CONSTRAINT profile_withdrawals_pkey PRIMARY KEY (gone_at, profile_id);

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.project_experiences
    ADD CONSTRAINT project_experiences_pkey PRIMARY KEY (profile_id, project_id, experience_id);

ALTER TABLE ONLY public.project_technologies
    ADD CONSTRAINT project_technologies_pkey PRIMARY KEY (profile_id, project_id, technology_id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_slug_key UNIQUE (profile_id, slug);

ALTER TABLE ONLY public.publish_requests
    ADD CONSTRAINT publish_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.publisher_sightings
    ADD CONSTRAINT publisher_sightings_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (key_hash);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash);

ALTER TABLE ONLY public."references"
    ADD CONSTRAINT references_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.responsibilities_library
    ADD CONSTRAINT responsibilities_library_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.share_links
    ADD CONSTRAINT share_links_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.share_links
    ADD CONSTRAINT share_links_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.skills
    ADD CONSTRAINT skills_pkey PRIMARY KEY (profile_id, id);

ALTER TABLE ONLY public.skills
    ADD CONSTRAINT skills_technology_key UNIQUE (profile_id, technology_id);

ALTER TABLE ONLY public.slug_history
    ADD CONSTRAINT slug_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.technologies
    ADD CONSTRAINT technologies_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.technologies
    ADD CONSTRAINT technologies_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.technology_aliases
    ADD CONSTRAINT technology_aliases_pkey PRIMARY KEY (alias);

ALTER TABLE ONLY public.translations
    ADD CONSTRAINT translations_pkey PRIMARY KEY (profile_id, entity_type, entity_id, field, lang);

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_id_key UNIQUE (id);

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.user_tokens
    ADD CONSTRAINT user_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.user_totp
    ADD CONSTRAINT user_totp_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

CREATE INDEX idx_audit_log_created ON public.audit_log USING btree (created_at DESC);

CREATE INDEX idx_audit_log_entity ON public.audit_log USING btree (entity_type, entity_id);

CREATE INDEX idx_audit_log_profile_id ON public.audit_log USING btree (profile_id, created_at DESC);

CREATE INDEX idx_audit_log_user_id ON public.audit_log USING btree (user_id);

CREATE INDEX idx_certifications_expiry ON public.certifications USING btree (expiry_date) WHERE (expiry_date IS NOT NULL);

CREATE UNIQUE INDEX idx_cv_versions_default ON public.cv_versions USING btree (profile_id) WHERE is_default;

CREATE INDEX idx_exp_profile_current ON public.experiences USING btree (profile_id, is_current) WHERE is_current;

CREATE INDEX idx_exp_tech_technology ON public.experience_technologies USING btree (technology_id);

CREATE INDEX idx_experiences_dates ON public.experiences USING btree (profile_id, start_date DESC);

CREATE INDEX idx_experiences_likeness ON public.experiences USING gin (public.search_words((((company_name)::text || ' '::text) || ("position")::text)) public.gin_trgm_ops) WHERE (NOT is_hidden);

CREATE INDEX idx_experiences_search ON public.experiences USING gin (public.search_texts((((company_name)::text || ' '::text) || ("position")::text), ((description || ' '::text) || regexp_replace((responsibilities)::text, '\\[nrt]'::text, ' '::text, 'g'::text)))) WHERE (NOT is_hidden);

CREATE INDEX idx_import_history_status ON public.import_history USING btree (status);

CREATE INDEX idx_import_history_user_id ON public.import_history USING btree (user_id);

CREATE INDEX idx_mail_outbox_due ON public.mail_outbox USING btree (next_attempt_at) WHERE (sent_at IS NULL);

CREATE UNIQUE INDEX idx_mail_outbox_subject ON public.mail_outbox USING btree (user_id, kind, subject_key) WHERE ((subject_key)::text <> ''::text);

CREATE INDEX idx_mail_outbox_user_id ON public.mail_outbox USING btree (user_id);

CREATE INDEX idx_profile_publications_next_change_at ON public.profile_publications USING btree (next_change_at) WHERE (next_change_at IS NOT NULL);

CREATE INDEX idx_profile_revisions_xid ON public.profile_revisions USING btree (xid);

CREATE INDEX idx_profile_withdrawals_profile_id ON public.profile_withdrawals USING btree (profile_id);

CREATE INDEX idx_profiles_completeness ON public.profiles USING btree (completeness_score);

CREATE INDEX idx_profiles_headline_search ON public.profiles USING gin (public.search_texts((((((((headline)::text || ' '::text) || (location)::text) || ' '::text) || (city)::text) || ' '::text) || (region)::text), ''::text)) WHERE ((visibility)::text = 'PUBLIC'::text);

CREATE INDEX idx_profiles_name ON public.profiles USING btree (public.search_words((full_name)::text) text_pattern_ops) WHERE ((visibility)::text = 'PUBLIC'::text);

CREATE INDEX idx_profiles_name_likeness ON public.profiles USING gin (public.search_words((full_name)::text) public.gin_trgm_ops) WHERE ((visibility)::text = 'PUBLIC'::text);

CREATE INDEX idx_profiles_name_search ON public.profiles USING gin (public.search_names((full_name)::text)) WHERE ((visibility)::text = 'PUBLIC'::text);

CREATE INDEX idx_profiles_summary_search ON public.profiles USING gin (public.search_texts(''::text, summary)) WHERE ((visibility)::text = 'PUBLIC'::text);

CREATE INDEX idx_profiles_visibility ON public.profiles USING btree (visibility) WHERE ((visibility)::text = 'PUBLIC'::text);

CREATE INDEX idx_project_exp_experience ON public.project_experiences USING btree (profile_id, experience_id);

CREATE INDEX idx_project_tech_technology ON public.project_technologies USING btree (technology_id);

CREATE INDEX idx_projects_dates ON public.projects USING btree (start_date DESC);

CREATE INDEX idx_projects_likeness ON public.projects USING gin (public.search_words((name)::text) public.gin_trgm_ops) WHERE ((NOT is_hidden) AND ((visibility)::text = 'PUBLIC'::text));

CREATE INDEX idx_projects_profile_public ON public.projects USING btree (profile_id, visibility) WHERE ((visibility)::text = 'PUBLIC'::text);

CREATE INDEX idx_projects_search ON public.projects USING gin (public.search_texts((((((((name)::text || ' '::text) || (role)::text) || ' '::text) || (organization)::text) || ' '::text) || (keywords)::text), description)) WHERE ((NOT is_hidden) AND ((visibility)::text = 'PUBLIC'::text));

CREATE INDEX idx_publish_requests_profile_id ON public.publish_requests USING btree (profile_id, requested_at);

CREATE INDEX idx_publish_requests_waiting ON public.publish_requests USING btree (profile_id) WHERE (served_at IS NULL);

CREATE INDEX idx_rate_limits_expires_at ON public.rate_limits USING btree (expires_at);

CREATE INDEX idx_resp_library_role ON public.responsibilities_library USING btree (role_category);

CREATE INDEX idx_resp_library_usage ON public.responsibilities_library USING btree (usage_count DESC);

CREATE INDEX idx_responsibilities_gin ON public.experiences USING gin (responsibilities);

CREATE INDEX idx_share_links_profile_id ON public.share_links USING btree (profile_id);

CREATE INDEX idx_skills_level ON public.skills USING btree (profile_id, level DESC);

CREATE INDEX idx_skills_search ON public.skills USING gin (public.search_names((name)::text)) WHERE (NOT is_hidden);

CREATE INDEX idx_skills_technology_id ON public.skills USING btree (technology_id);

CREATE INDEX idx_skills_technology_level ON public.skills USING btree (technology_id, level DESC NULLS LAST, profile_id) WHERE (NOT is_hidden);

CREATE INDEX idx_slug_history_profile_id ON public.slug_history USING btree (profile_id);

CREATE INDEX idx_slug_history_slug_hash ON public.slug_history USING btree (slug_hash, released_at DESC);

CREATE INDEX idx_technologies_category ON public.technologies USING btree (category);

CREATE INDEX idx_technologies_layer ON public.technologies USING btree (layer);

CREATE INDEX idx_technologies_words ON public.technologies USING btree (public.search_words((name)::text));

CREATE INDEX idx_technology_aliases_technology_id ON public.technology_aliases USING btree (technology_id);

CREATE INDEX idx_technology_aliases_words ON public.technology_aliases USING btree (public.search_words((alias)::text));

CREATE INDEX idx_translations_name_search ON public.translations USING gin (public.search_names(text)) WHERE (((entity_type)::text = 'PROFILE'::text) AND ((field)::text = 'full_name'::text));

CREATE INDEX idx_user_sessions_user_id ON public.user_sessions USING btree (user_id);

CREATE INDEX idx_user_tokens_user_id ON public.user_tokens USING btree (user_id);

CREATE INDEX idx_users_plan ON public.users USING btree (plan) WHERE ((plan)::text <> 'FREE'::text);

CREATE UNIQUE INDEX skills_name_key ON public.skills USING btree (profile_id, lower((name)::text));

CREATE UNIQUE INDEX technologies_name_key ON public.technologies USING btree (lower((name)::text));

CREATE UNIQUE INDEX technology_aliases_key ON public.technology_aliases USING btree (lower((alias)::text));

CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower((email)::text));

CREATE TRIGGER a_refuse_rewriting BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting('UPDATE');

CREATE TRIGGER a_refuse_rewriting BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting('INSERT');

CREATE TRIGGER a_touch BEFORE UPDATE ON public.achievements FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.certifications FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.cv_versions FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.education FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.experiences FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.interests FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.languages FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.profile_links FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public."references" FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.skills FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER a_touch BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.touch_row();

CREATE TRIGGER b_allow_emptying BEFORE UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION public.allow_emptying();

CREATE TRIGGER b_check_sections BEFORE INSERT OR UPDATE OF sections_config ON public.cv_versions FOR EACH ROW EXECUTE FUNCTION public.check_sections();

CREATE TRIGGER b_doubt_email BEFORE UPDATE OF email ON public.users FOR EACH ROW EXECUTE FUNCTION public.doubt_email();

CREATE TRIGGER b_hold_slug AFTER INSERT OR DELETE OR UPDATE OF slug ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.hold_slug();

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.achievements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('ACHIEVEMENT');

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.certifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('CERTIFICATION');

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.cv_versions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('CV_VERSION');

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.education REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('EDUCATION');

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.experiences REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('EXPERIENCE');

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.interests REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('INTEREST');

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.projects REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('PROJECT');

CREATE TRIGGER c_drop_translations AFTER DELETE ON public.skills REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.drop_translations('SKILL');

CREATE TRIGGER c_note_request AFTER INSERT ON public.publish_requests FOR EACH STATEMENT EXECUTE FUNCTION public.note_request();

CREATE TRIGGER c_note_slug_released AFTER INSERT OR DELETE ON public.slug_history FOR EACH ROW EXECUTE FUNCTION public.note_slug_holders();

CREATE TRIGGER c_note_slug_taken AFTER INSERT OR UPDATE OF slug ON public.profiles FOR EACH ROW WHEN ((new.slug IS NOT NULL)) EXECUTE FUNCTION public.note_slug_holders();

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.achievements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.certifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.cv_versions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.education REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.experience_technologies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.experiences REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.interests REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.languages REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.profile_links REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.profile_photos REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.profiles REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.project_experiences REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.project_technologies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.projects REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public."references" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.skills REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_deletes AFTER DELETE ON public.translations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.achievements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.certifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.cv_versions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.education REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.experience_technologies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.experiences REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.interests REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.languages REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.profile_links REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.profile_photos REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.profiles REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.project_experiences REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.project_technologies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.projects REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public."references" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.skills REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_inserts AFTER INSERT ON public.translations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.achievements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.certifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.cv_versions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.education REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.experience_technologies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.experiences REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.interests REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.languages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.profile_links REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.profile_photos REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.profiles REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.project_experiences REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.project_technologies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.projects REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public."references" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.skills REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('score');

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.technologies FOR EACH ROW EXECUTE FUNCTION public.note_technology_change();

CREATE TRIGGER d_note_updates AFTER UPDATE ON public.translations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_changes('');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.achievements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('ACHIEVEMENT', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.certifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('CERTIFICATION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.cv_versions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('CV_VERSION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.education REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EDUCATION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.experience_technologies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EXPERIENCE_TECHNOLOGY', '{profile_id,experience_id,technology_id}', '{experience_id,technology_id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.experiences REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EXPERIENCE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.import_history REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('IMPORT', '{id}', '{user_id,id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.interests REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('INTEREST', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.languages REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('LANGUAGE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.profile_links REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE_LINK', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.profile_photos REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE_PHOTO', '{profile_id,size}', '{size}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.profiles REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE', '{id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.project_experiences REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT_EXPERIENCE', '{profile_id,project_id,experience_id}', '{project_id,experience_id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.project_technologies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT_TECHNOLOGY', '{profile_id,project_id,technology_id}', '{project_id,technology_id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.projects REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public."references" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('REFERENCE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.responsibilities_library REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('RESPONSIBILITY', '{id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.share_links REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('SHARE_LINK', '{id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.skills REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('SKILL', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.technologies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TECHNOLOGY', '{id}', '{id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.technology_aliases REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TECHNOLOGY_ALIAS', '{alias}', '{alias}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.translations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TRANSLATION', '{profile_id,entity_type,entity_id,field,lang}', '{entity_type,entity_id,field,lang}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.user_tokens REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER_TOKEN', '{token_hash}', '{user_id,purpose}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.user_totp REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER_TOTP', '{user_id}', '{user_id}');

CREATE TRIGGER e_audit_deletes AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER', '{id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.achievements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('ACHIEVEMENT', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.certifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('CERTIFICATION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.cv_versions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('CV_VERSION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.education REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EDUCATION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.experience_technologies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EXPERIENCE_TECHNOLOGY', '{profile_id,experience_id,technology_id}', '{experience_id,technology_id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.experiences REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EXPERIENCE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.import_history REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('IMPORT', '{id}', '{user_id,id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.interests REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('INTEREST', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.languages REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('LANGUAGE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.profile_links REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE_LINK', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.profile_photos REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE_PHOTO', '{profile_id,size}', '{size}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.profiles REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE', '{id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.project_experiences REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT_EXPERIENCE', '{profile_id,project_id,experience_id}', '{project_id,experience_id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.project_technologies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT_TECHNOLOGY', '{profile_id,project_id,technology_id}', '{project_id,technology_id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.projects REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public."references" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('REFERENCE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.responsibilities_library REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('RESPONSIBILITY', '{id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.share_links REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('SHARE_LINK', '{id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.skills REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('SKILL', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.technologies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TECHNOLOGY', '{id}', '{id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.technology_aliases REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TECHNOLOGY_ALIAS', '{alias}', '{alias}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.translations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TRANSLATION', '{profile_id,entity_type,entity_id,field,lang}', '{entity_type,entity_id,field,lang}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.user_tokens REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER_TOKEN', '{token_hash}', '{user_id,purpose}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.user_totp REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER_TOTP', '{user_id}', '{user_id}');

CREATE TRIGGER e_audit_inserts AFTER INSERT ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER', '{id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.achievements REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('ACHIEVEMENT', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.certifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('CERTIFICATION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.cv_versions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('CV_VERSION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.education REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EDUCATION', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.experience_technologies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EXPERIENCE_TECHNOLOGY', '{profile_id,experience_id,technology_id}', '{experience_id,technology_id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.experiences REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('EXPERIENCE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.import_history REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('IMPORT', '{id}', '{user_id,id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.interests REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('INTEREST', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.languages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('LANGUAGE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.profile_links REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE_LINK', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.profile_photos REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE_PHOTO', '{profile_id,size}', '{size}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.profiles REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROFILE', '{id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.project_experiences REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT_EXPERIENCE', '{profile_id,project_id,experience_id}', '{project_id,experience_id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.project_technologies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT_TECHNOLOGY', '{profile_id,project_id,technology_id}', '{project_id,technology_id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.projects REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('PROJECT', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public."references" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('REFERENCE', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.responsibilities_library REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('RESPONSIBILITY', '{id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.share_links REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('SHARE_LINK', '{id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.skills REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('SKILL', '{profile_id,id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.technologies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TECHNOLOGY', '{id}', '{id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.technology_aliases REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TECHNOLOGY_ALIAS', '{alias}', '{alias}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.translations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('TRANSLATION', '{profile_id,entity_type,entity_id,field,lang}', '{entity_type,entity_id,field,lang}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.user_tokens REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER_TOKEN', '{token_hash}', '{user_id,purpose}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.user_totp REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER_TOTP', '{user_id}', '{user_id}');

CREATE TRIGGER e_audit_updates AFTER UPDATE ON public.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_audit('USER', '{id}', '{id}');

ALTER TABLE ONLY public.achievements
    ADD CONSTRAINT achievements_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.certifications
    ADD CONSTRAINT certifications_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.cv_versions
    ADD CONSTRAINT cv_versions_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.education
    ADD CONSTRAINT education_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experience_technologies
    ADD CONSTRAINT experience_technologies_profile_id_experience_id_fkey FOREIGN KEY (profile_id, experience_id) REFERENCES public.experiences(profile_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experience_technologies
    ADD CONSTRAINT experience_technologies_technology_id_fkey FOREIGN KEY (technology_id) REFERENCES public.technologies(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.experiences
    ADD CONSTRAINT experiences_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.import_history
    ADD CONSTRAINT import_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.interests
    ADD CONSTRAINT interests_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.languages
    ADD CONSTRAINT languages_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.mail_outbox
    ADD CONSTRAINT mail_outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.profile_links
    ADD CONSTRAINT profile_links_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.profile_photos
    ADD CONSTRAINT profile_photos_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.project_experiences
    ADD CONSTRAINT project_experiences_profile_id_experience_id_fkey FOREIGN KEY (profile_id, experience_id) REFERENCES public.experiences(profile_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.project_experiences
    ADD CONSTRAINT project_experiences_profile_id_project_id_fkey FOREIGN KEY (profile_id, project_id) REFERENCES public.projects(profile_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.project_technologies
    ADD CONSTRAINT project_technologies_profile_id_project_id_fkey FOREIGN KEY (profile_id, project_id) REFERENCES public.projects(profile_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.project_technologies
    ADD CONSTRAINT project_technologies_technology_id_fkey FOREIGN KEY (technology_id) REFERENCES public.technologies(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.publish_requests
    ADD CONSTRAINT publish_requests_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public."references"
    ADD CONSTRAINT references_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.share_links
    ADD CONSTRAINT share_links_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.skills
    ADD CONSTRAINT skills_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.skills
    ADD CONSTRAINT skills_technology_id_fkey FOREIGN KEY (technology_id) REFERENCES public.technologies(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.technology_aliases
    ADD CONSTRAINT technology_aliases_technology_id_fkey FOREIGN KEY (technology_id) REFERENCES public.technologies(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.translations
    ADD CONSTRAINT translations_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_tokens
    ADD CONSTRAINT user_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_totp
    ADD CONSTRAINT user_totp_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.achievements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

CREATE POLICY backup ON public.achievements FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.audit_log FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.certifications FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.cv_versions FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.education FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.experience_technologies FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.experiences FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.import_history FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.interests FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.languages FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.mail_outbox FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.profile_links FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.profile_photos FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.profile_publications FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.profile_revisions FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.profile_withdrawals FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.profiles FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.project_experiences FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.project_technologies FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.projects FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.publish_requests FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.recovery_codes FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public."references" FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.share_links FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.skills FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.slug_history FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.translations FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.user_sessions FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.user_tokens FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.user_totp FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY backup ON public.users FOR SELECT TO careerhub_backup USING (true);

CREATE POLICY begins ON public.users AS RESTRICTIVE FOR INSERT TO careerhub_app WITH CHECK ((((plan)::text = 'FREE'::text) AND (plan_expires_at IS NULL) AND is_active AND (NOT is_verified)));

CREATE POLICY builder ON public.profile_publications TO careerhub_site USING (true) WITH CHECK (true);

CREATE POLICY builder ON public.profile_withdrawals TO careerhub_site USING (true) WITH CHECK (true);

ALTER TABLE public.certifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.cv_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.education ENABLE ROW LEVEL SECURITY;

CREATE POLICY ends ON public.user_tokens AS RESTRICTIVE FOR UPDATE TO careerhub_app USING (true) WITH CHECK ((used_at IS NOT NULL));

ALTER TABLE public.experience_technologies ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.experiences ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.import_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.interests ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.languages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mail_outbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY nothing ON public.achievements AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.audit_log AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.certifications AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.cv_versions AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.education AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.experience_technologies AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.experiences AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.import_history AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.interests AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.languages AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.mail_outbox AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.profile_links AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.profile_photos AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.profile_publications AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.profile_revisions AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.profile_withdrawals AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.profiles AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.project_experiences AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.project_technologies AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.projects AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.publish_requests AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.recovery_codes AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public."references" AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.share_links AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.skills AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.slug_history AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.translations AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.user_sessions AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.user_tokens AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.user_totp AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY nothing ON public.users AS RESTRICTIVE TO careerhub_owner USING (false);

CREATE POLICY own ON public.achievements TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.audit_log FOR SELECT TO careerhub_app USING ((((profile_id)::text = ( SELECT public.own_profile() AS own_profile)) OR ((user_id)::text = ( SELECT public.current_actor() AS current_actor))));

CREATE POLICY own ON public.certifications TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.cv_versions TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.education TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.experience_technologies TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.experiences TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.import_history TO careerhub_app USING (((user_id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK ((((user_id)::text = ( SELECT public.current_actor() AS current_actor)) AND (started_at <= clock_timestamp())));

CREATE POLICY own ON public.interests TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.languages TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.mail_outbox TO careerhub_app USING (((user_id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK (((user_id)::text = ( SELECT public.current_actor() AS current_actor)));

CREATE POLICY own ON public.profile_links TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.profile_photos TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.profile_publications FOR SELECT TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.profile_revisions FOR SELECT TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.profile_withdrawals FOR SELECT TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.profiles TO careerhub_app USING (((user_id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK (((user_id)::text = ( SELECT public.current_actor() AS current_actor)));

CREATE POLICY own ON public.project_experiences TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.project_technologies TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.projects TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.publish_requests TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.recovery_codes TO careerhub_app USING (((user_id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK (((user_id)::text = ( SELECT public.current_actor() AS current_actor)));

CREATE POLICY own ON public."references" TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.share_links TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.skills TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.slug_history FOR SELECT TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.translations TO careerhub_app USING (((profile_id)::text = ( SELECT public.own_profile() AS own_profile))) WITH CHECK (((profile_id)::text = ( SELECT public.own_profile() AS own_profile)));

CREATE POLICY own ON public.user_sessions TO careerhub_app USING (((user_id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK (((user_id)::text = ( SELECT public.current_actor() AS current_actor)));

CREATE POLICY own ON public.user_tokens TO careerhub_app USING (((user_id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK (((user_id)::text = ( SELECT public.current_actor() AS current_actor)));

CREATE POLICY own ON public.user_totp TO careerhub_app USING (((user_id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK (((user_id)::text = ( SELECT public.current_actor() AS current_actor)));

CREATE POLICY own ON public.users TO careerhub_app USING (((id)::text = ( SELECT public.current_actor() AS current_actor))) WITH CHECK (((id)::text = ( SELECT public.current_actor() AS current_actor)));

ALTER TABLE public.profile_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.profile_photos ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.profile_publications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.profile_revisions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.profile_withdrawals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.project_experiences ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.project_technologies ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.publish_requests ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public."references" ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.share_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.skills ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.slug_history ENABLE ROW LEVEL SECURITY;

CREATE POLICY system ON public.achievements TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.audit_log TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.certifications TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.cv_versions TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.education TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.experience_technologies TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.experiences TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.import_history TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.interests TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.languages TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.mail_outbox TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.profile_links TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.profile_photos TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.profile_publications TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.profile_revisions TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.profile_withdrawals TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.profiles TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.project_experiences TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.project_technologies TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.projects TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.publish_requests TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.recovery_codes TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public."references" TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.share_links TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.skills TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.slug_history TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.translations TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.user_sessions TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.user_tokens TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.user_totp TO careerhub_system USING (true) WITH CHECK (true);

CREATE POLICY system ON public.users TO careerhub_system USING (true) WITH CHECK (true);

ALTER TABLE public.translations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_totp ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

GRANT ALL ON SCHEMA facts TO careerhub_system;

GRANT ALL ON SCHEMA own TO careerhub_system;
GRANT USAGE ON SCHEMA own TO careerhub_app;

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO careerhub_owner WITH GRANT OPTION;
GRANT USAGE ON SCHEMA public TO careerhub_app;
RESET SESSION AUTHORIZATION;
GRANT USAGE ON SCHEMA public TO careerhub_site;
RESET SESSION AUTHORIZATION;
GRANT USAGE ON SCHEMA public TO careerhub_backup;
RESET SESSION AUTHORIZATION;
GRANT ALL ON SCHEMA public TO careerhub_system;
RESET SESSION AUTHORIZATION;

GRANT ALL ON SCHEMA shared TO careerhub_system;
GRANT USAGE ON SCHEMA shared TO careerhub_app;

GRANT ALL ON SCHEMA site TO careerhub_system;
GRANT USAGE ON SCHEMA site TO careerhub_site;

REVOKE ALL ON FUNCTION public.allow_emptying() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.append_audit(table_name text, entity text, keys text[], named text[], olds jsonb[], news jsonb[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.append_audit(table_name text, entity text, keys text[], named text[], olds jsonb[], news jsonb[]) TO careerhub_system;

REVOKE ALL ON FUNCTION public.audit_table(audited regclass, entity text, keys text[], named text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.change_account(p_user_id text, p_is_active boolean, p_plan text, p_password_hash text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.completeness_parts(p_profile_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.completeness_parts(p_profile_id text) TO careerhub_app;
GRANT ALL ON FUNCTION public.completeness_parts(p_profile_id text) TO careerhub_system;

REVOKE ALL ON FUNCTION public.count_tries(p_key bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.count_tries(p_key bytea) TO careerhub_app;

REVOKE ALL ON FUNCTION public.count_try(p_key bytea, p_span interval, p_amount integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.count_try(p_key bytea, p_span interval, p_amount integer) TO careerhub_app;

REVOKE ALL ON FUNCTION public.current_address() FROM PUBLIC;
GRANT ALL ON FUNCTION public.current_address() TO careerhub_system;

GRANT SELECT ON TABLE public.audit_log TO careerhub_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_log TO careerhub_system;

REVOKE ALL ON FUNCTION public.digest_facts(entry public.audit_log) FROM PUBLIC;
GRANT ALL ON FUNCTION public.digest_facts(entry public.audit_log) TO careerhub_system;

REVOKE ALL ON FUNCTION public.digest_values(salt bytea, old_values jsonb, new_values jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.digest_values(salt bytea, old_values jsonb, new_values jsonb) TO careerhub_system;

REVOKE ALL ON FUNCTION public.drop_translations() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.empty_audit_values(before timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.erase_account() FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_account() TO careerhub_app;

REVOKE ALL ON FUNCTION public.find_account(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_account(p_email text) TO careerhub_app;

REVOKE ALL ON FUNCTION public.find_audit_end() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.find_enough_items(kind text, words text, most integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.find_items(kind text, how text, words text, enough integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.find_owner(p_slug text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_owner(p_slug text) TO careerhub_app;

REVOKE ALL ON FUNCTION public.find_people(place text, query text, words text, is_open boolean, enough integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.find_people_alike(words text, is_last_resort boolean, enough integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.find_people_by_parts(words text, enough integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.forget_audit_values(p_user_id text, p_profile_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.forget_tries(p_key bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.forget_tries(p_key bytea) TO careerhub_app;

REVOKE ALL ON FUNCTION public.free_slugs(wanted text[], for_profile text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.free_slugs(wanted text[], for_profile text) TO careerhub_app;

REVOKE ALL ON FUNCTION public.hold_slug() FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certifications TO careerhub_app;
GRANT SELECT ON TABLE public.certifications TO careerhub_system;

REVOKE ALL ON FUNCTION public.list_accounts() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.list_contact_owners(newest text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.list_requests() FROM PUBLIC;
GRANT ALL ON FUNCTION public.list_requests() TO careerhub_site;

REVOKE ALL ON FUNCTION public.list_second_factor_owners(newest text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.list_technologies_in_use() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.list_technology_users(used_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.logged_values(stored jsonb, other jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.logged_values(stored jsonb, other jsonb) TO careerhub_system;

REVOKE ALL ON FUNCTION public.make_tsquery(words text, is_open boolean, is_stemmed boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.make_ulid() FROM PUBLIC;
GRANT ALL ON FUNCTION public.make_ulid() TO careerhub_system;

REVOKE ALL ON FUNCTION public.merge_skills(from_id text, into_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.merge_technologies(from_id text, into_id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.name_technologies(query text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.note_audit() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.note_changes() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.note_request() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.note_slug_holders() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.note_technology_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.open_session(p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.open_session(p_hash bytea) TO careerhub_app;

REVOKE ALL ON FUNCTION public.open_share_link(p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.open_share_link(p_hash bytea) TO careerhub_app;

REVOKE ALL ON FUNCTION public.queue_notices() FROM PUBLIC;
GRANT ALL ON FUNCTION public.queue_notices() TO careerhub_app;

REVOKE ALL ON FUNCTION public.raise_revisions(changed text[], took_away boolean[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.rank_titles(words text, titles text[], is_alike boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.read_query(query text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refuse_rewriting() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.score_profiles(changed text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.seal_audit_log(upto bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.search_experiences(query text, max_results integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_experiences(query text, max_results integer) TO careerhub_app;
GRANT ALL ON FUNCTION public.search_experiences(query text, max_results integer) TO careerhub_site;

REVOKE ALL ON FUNCTION public.search_people(query text, max_results integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_people(query text, max_results integer) TO careerhub_app;
GRANT ALL ON FUNCTION public.search_people(query text, max_results integer) TO careerhub_site;

REVOKE ALL ON FUNCTION public.search_projects(query text, max_results integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_projects(query text, max_results integer) TO careerhub_app;
GRANT ALL ON FUNCTION public.search_projects(query text, max_results integer) TO careerhub_site;

REVOKE ALL ON FUNCTION public.search_technologies(query text, max_results integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_technologies(query text, max_results integer) TO careerhub_app;
GRANT ALL ON FUNCTION public.search_technologies(query text, max_results integer) TO careerhub_site;

REVOKE ALL ON FUNCTION public.serve_requests(p_tried text[], p_failed text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.serve_requests(p_tried text[], p_failed text[]) TO careerhub_site;

REVOKE ALL ON FUNCTION public.take_mail() FROM PUBLIC;
GRANT ALL ON FUNCTION public.take_mail() TO careerhub_app;

REVOKE ALL ON FUNCTION public.tidy() FROM PUBLIC;
GRANT ALL ON FUNCTION public.tidy() TO careerhub_site;

REVOKE ALL ON FUNCTION public.tidy(moment timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.use_email_token(p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.use_email_token(p_hash bytea) TO careerhub_app;

REVOKE ALL ON FUNCTION public.use_suggestion(p_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.use_suggestion(p_id text) TO careerhub_app;

REVOKE ALL ON FUNCTION public.use_token(p_hash bytea, p_purpose text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.use_token(p_hash bytea, p_purpose text) TO careerhub_app;

REVOKE ALL ON FUNCTION public.verify_audit_log(OUT intact bigint, OUT emptied bigint, OUT unsealed bigint, OUT bad bigint, OUT bad_position bigint, OUT bad_id text, OUT bad_action text, OUT bad_reason text) FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.achievements TO careerhub_app;
GRANT SELECT ON TABLE public.achievements TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.project_technologies TO careerhub_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.project_technologies TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.projects TO careerhub_app;
GRANT SELECT ON TABLE public.projects TO careerhub_system;

GRANT SELECT ON TABLE public.technologies TO careerhub_app;
GRANT SELECT,DELETE,UPDATE ON TABLE public.technologies TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cv_versions TO careerhub_app;
GRANT SELECT,UPDATE ON TABLE public.cv_versions TO careerhub_system;

GRANT SELECT,UPDATE ON TABLE public.profiles TO careerhub_system;
GRANT SELECT,INSERT,DELETE ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(slug) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(full_name) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(sort_name) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(pronouns) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(headline) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(summary) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(location) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(city) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(region) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(country_code) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(visibility) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(contact) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(contact_encrypted) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(contact_key_id) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(draft_data) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(theme) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(lang) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(is_indexable) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(allows_ai) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(open_to_work_until) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(extras) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(source) ON TABLE public.profiles TO careerhub_app;

GRANT UPDATE(imported_at) ON TABLE public.profiles TO careerhub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.education TO careerhub_app;
GRANT SELECT ON TABLE public.education TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experience_technologies TO careerhub_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experience_technologies TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experiences TO careerhub_app;
GRANT SELECT ON TABLE public.experiences TO careerhub_system;

GRANT SELECT,INSERT,DELETE ON TABLE public.slug_history TO careerhub_system;
GRANT SELECT ON TABLE public.slug_history TO careerhub_app;

GRANT UPDATE(slug) ON TABLE public.slug_history TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.interests TO careerhub_app;
GRANT SELECT ON TABLE public.interests TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.languages TO careerhub_app;
GRANT SELECT ON TABLE public.languages TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.profile_links TO careerhub_app;
GRANT SELECT ON TABLE public.profile_links TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.profile_photos TO careerhub_app;
GRANT SELECT ON TABLE public.profile_photos TO careerhub_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.profile_revisions TO careerhub_system;
GRANT SELECT ON TABLE public.profile_revisions TO careerhub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.project_experiences TO careerhub_app;
GRANT SELECT ON TABLE public.project_experiences TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public."references" TO careerhub_app;
GRANT SELECT ON TABLE public."references" TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.skills TO careerhub_app;
GRANT SELECT,DELETE,UPDATE ON TABLE public.skills TO careerhub_system;

GRANT SELECT,DELETE ON TABLE public.translations TO careerhub_system;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.translations TO careerhub_app;

GRANT SELECT ON TABLE own.achievements TO careerhub_app;

GRANT SELECT ON TABLE own.anonymized_projects TO careerhub_app;

GRANT SELECT ON TABLE own.certifications TO careerhub_app;

GRANT SELECT ON TABLE own.cv_versions TO careerhub_app;

GRANT SELECT ON TABLE own.education TO careerhub_app;

GRANT SELECT ON TABLE own.experiences TO careerhub_app;

GRANT SELECT ON TABLE own.former_slugs TO careerhub_app;

GRANT SELECT ON TABLE own.interests TO careerhub_app;

GRANT SELECT ON TABLE own.languages TO careerhub_app;

GRANT SELECT ON TABLE own.profile_links TO careerhub_app;

GRANT SELECT ON TABLE own.profile_photos TO careerhub_app;

GRANT SELECT ON TABLE own.profiles TO careerhub_app;

GRANT SELECT ON TABLE own.projects TO careerhub_app;

GRANT SELECT ON TABLE own."references" TO careerhub_app;

GRANT SELECT ON TABLE own.skills TO careerhub_app;

GRANT SELECT ON TABLE own.translations TO careerhub_app;

GRANT SELECT ON TABLE public.alembic_version TO careerhub_app;
GRANT SELECT ON TABLE public.alembic_version TO careerhub_site;
GRANT SELECT ON TABLE public.alembic_version TO careerhub_backup;

GRANT SELECT,INSERT ON TABLE public.audit_seals TO careerhub_system;
GRANT SELECT ON TABLE public.audit_seals TO careerhub_backup;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_history TO careerhub_app;
GRANT SELECT ON TABLE public.import_history TO careerhub_system;

GRANT UPDATE(import_data) ON TABLE public.import_history TO careerhub_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mail_outbox TO careerhub_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mail_outbox TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.profile_publications TO careerhub_site;
GRANT SELECT ON TABLE public.profile_publications TO careerhub_app;
GRANT SELECT ON TABLE public.profile_publications TO careerhub_system;

GRANT SELECT ON TABLE public.profile_withdrawals TO careerhub_app;
GRANT SELECT ON TABLE public.profile_withdrawals TO careerhub_backup;
GRANT SELECT,INSERT,DELETE ON TABLE public.profile_withdrawals TO careerhub_site;
GRANT SELECT,DELETE ON TABLE public.profile_withdrawals TO careerhub_system;

GRANT SELECT,INSERT ON TABLE public.publish_requests TO careerhub_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.publish_requests TO careerhub_system;

GRANT SELECT ON TABLE public.publisher_sightings TO careerhub_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.publisher_sightings TO careerhub_site;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_limits TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO careerhub_app;

GRANT SELECT ON TABLE public.responsibilities_library TO careerhub_app;
GRANT SELECT ON TABLE public.responsibilities_library TO careerhub_system;

GRANT UPDATE(usage_count) ON TABLE public.responsibilities_library TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.share_links TO careerhub_app;
GRANT SELECT,DELETE,UPDATE ON TABLE public.share_links TO careerhub_system;

GRANT SELECT ON TABLE public.technology_aliases TO careerhub_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.technology_aliases TO careerhub_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_sessions TO careerhub_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_sessions TO careerhub_system;

GRANT SELECT,INSERT,DELETE ON TABLE public.user_tokens TO careerhub_app;
GRANT SELECT,DELETE,UPDATE ON TABLE public.user_tokens TO careerhub_system;

GRANT UPDATE(used_at) ON TABLE public.user_tokens TO careerhub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_totp TO careerhub_app;
GRANT SELECT ON TABLE public.user_totp TO careerhub_system;

GRANT SELECT,DELETE,UPDATE ON TABLE public.users TO careerhub_system;
GRANT SELECT,INSERT,DELETE ON TABLE public.users TO careerhub_app;

GRANT UPDATE(email) ON TABLE public.users TO careerhub_app;

GRANT UPDATE(password_hash) ON TABLE public.users TO careerhub_app;

GRANT UPDATE(last_login_at) ON TABLE public.users TO careerhub_app;

GRANT SELECT ON TABLE shared.achievements TO careerhub_app;

GRANT SELECT ON TABLE shared.anonymized_projects TO careerhub_app;

GRANT SELECT ON TABLE shared.certifications TO careerhub_app;

GRANT SELECT ON TABLE shared.cv_versions TO careerhub_app;

GRANT SELECT ON TABLE shared.education TO careerhub_app;

GRANT SELECT ON TABLE shared.experiences TO careerhub_app;

GRANT SELECT ON TABLE shared.former_slugs TO careerhub_app;

GRANT SELECT ON TABLE shared.interests TO careerhub_app;

GRANT SELECT ON TABLE shared.languages TO careerhub_app;

GRANT SELECT ON TABLE shared.profile_links TO careerhub_app;

GRANT SELECT ON TABLE shared.profile_photos TO careerhub_app;

GRANT SELECT ON TABLE shared.profiles TO careerhub_app;

GRANT SELECT ON TABLE shared.projects TO careerhub_app;

GRANT SELECT ON TABLE shared."references" TO careerhub_app;

GRANT SELECT ON TABLE shared.skills TO careerhub_app;

GRANT SELECT ON TABLE shared.translations TO careerhub_app;

GRANT SELECT ON TABLE site.achievements TO careerhub_site;

GRANT SELECT ON TABLE site.anonymized_projects TO careerhub_site;

GRANT SELECT ON TABLE site.certifications TO careerhub_site;

GRANT SELECT ON TABLE site.cv_versions TO careerhub_site;

GRANT SELECT ON TABLE site.education TO careerhub_site;

GRANT SELECT ON TABLE site.experiences TO careerhub_site;

GRANT SELECT ON TABLE site.former_slugs TO careerhub_site;

GRANT SELECT ON TABLE site.history TO careerhub_site;

GRANT SELECT ON TABLE site.interests TO careerhub_site;

GRANT SELECT ON TABLE site.languages TO careerhub_site;

GRANT SELECT ON TABLE site.profile_links TO careerhub_site;

GRANT SELECT ON TABLE site.profile_photos TO careerhub_site;

GRANT SELECT ON TABLE site.profiles TO careerhub_site;

GRANT SELECT ON TABLE site.projects TO careerhub_site;

GRANT SELECT ON TABLE site."references" TO careerhub_site;

GRANT SELECT ON TABLE site.revisions TO careerhub_site;

GRANT SELECT ON TABLE site.skills TO careerhub_site;

GRANT SELECT ON TABLE site.translations TO careerhub_site;
