-- What the admin needs: who is signed in where, second factors, mails to send, requests to publish, limits of tries.

-- A browser that is signed in. The cookie has the token; here is its SHA-256 alone.
CREATE TABLE user_sessions (
  token_hash BYTEA PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  id ulid NOT NULL UNIQUE,  -- what the list of sessions names: it opens nothing
  user_id ulid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  last_seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  expires_at TIMESTAMPTZ NOT NULL CHECK (isfinite(expires_at)),
  ip_address INET,
  user_agent VARCHAR(300) NOT NULL DEFAULT ''
);
CREATE INDEX idx_user_sessions_user_id ON user_sessions (user_id);

-- A second factor: the secret is encrypted by the application, like contact data. It counts from `confirmed_at` on.
CREATE TABLE user_totp (
  user_id ulid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  secret_encrypted BYTEA NOT NULL CHECK (octet_length(secret_encrypted) <= 1000),
  secret_key_id VARCHAR(40) NOT NULL,
  confirmed_at TIMESTAMPTZ,
  last_step BIGINT NOT NULL DEFAULT 0,  -- a code opens once
  created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE recovery_codes (
  user_id ulid NOT NULL REFERENCES users ON DELETE CASCADE,
  code_hash BYTEA NOT NULL CHECK (octet_length(code_hash) = 32),
  used_at TIMESTAMPTZ,
  PRIMARY KEY (user_id, code_hash)
);

-- Mails to send. No row has a token: one is made when its mail is sent. `recipient` is '' for the account's own address.
CREATE TABLE mail_outbox (
  id ulid PRIMARY KEY,
  user_id ulid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind VARCHAR(40) NOT NULL,
  recipient VARCHAR(255) NOT NULL DEFAULT '',
  payload JSONB NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(payload) = 'object' AND length(payload::text) <= 10000),
  subject_key VARCHAR(200) NOT NULL DEFAULT '',  -- the same thing isn't told twice
  created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  sent_at TIMESTAMPTZ,
  last_error VARCHAR(500) NOT NULL DEFAULT ''
);
CREATE INDEX idx_mail_outbox_user_id ON mail_outbox (user_id);
CREATE INDEX idx_mail_outbox_due ON mail_outbox (next_attempt_at) WHERE sent_at IS NULL;
CREATE UNIQUE INDEX idx_mail_outbox_subject ON mail_outbox (user_id, kind, subject_key) WHERE subject_key <> '';

-- Somebody asks for their profile to be published; whoever publishes next serves it.
CREATE TABLE publish_requests (
  id ulid PRIMARY KEY,  -- few, and short-lived: not worth partitions
  profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
  revision BIGINT NOT NULL,
  requested_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  served_at TIMESTAMPTZ
);
CREATE INDEX idx_publish_requests_profile_id ON publish_requests (profile_id, requested_at);
CREATE INDEX idx_publish_requests_waiting ON publish_requests (profile_id) WHERE served_at IS NULL;

-- Who publishes here, and when each was last seen to: SYNC is cron's, WATCH follows edits, WORKER takes queued work.
CREATE TABLE publisher_sightings (
  kind VARCHAR(10) PRIMARY KEY CHECK (kind IN ('SYNC', 'WATCH', 'WORKER')),
  began_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- Tries within a span of time, by the hash of what is limited. Lost in a crash: then counting begins anew.
CREATE UNLOGGED TABLE rate_limits (
  key_hash BYTEA PRIMARY KEY CHECK (octet_length(key_hash) = 32),
  hits INTEGER NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_rate_limits_expires_at ON rate_limits (expires_at);

-- The address somebody wants to change to is proved by the token that was mailed there.
ALTER TABLE user_tokens ADD COLUMN new_email VARCHAR(255) NOT NULL DEFAULT '';
GRANT UPDATE (used_at) ON user_tokens TO careerhub_app;

DO $$
DECLARE
  owned record;
BEGIN
  FOR owned IN SELECT * FROM (VALUES ('user_sessions', 'user_id = (SELECT current_actor())'), ('user_totp', 'user_id = (SELECT current_actor())'),
      ('recovery_codes', 'user_id = (SELECT current_actor())'), ('mail_outbox', 'user_id = (SELECT current_actor())'),
      ('publish_requests', 'profile_id = (SELECT own_profile())')) AS t (name, is_own)
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned.name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned.name);
    EXECUTE format('CREATE POLICY system ON %I TO careerhub_system USING (true) WITH CHECK (true)', owned.name);
    EXECUTE format('CREATE POLICY backup ON %I FOR SELECT TO careerhub_backup USING (true)', owned.name);
    EXECUTE format('CREATE POLICY nothing ON %I AS RESTRICTIVE TO careerhub_owner USING (false)', owned.name);
    EXECUTE format('CREATE POLICY own ON %I TO careerhub_app USING (%s) WITH CHECK (%s)', owned.name, owned.is_own, owned.is_own);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_sessions, user_totp, recovery_codes TO careerhub_app;
GRANT SELECT, INSERT, UPDATE ON mail_outbox TO careerhub_app;
GRANT SELECT, INSERT ON publish_requests TO careerhub_app;
GRANT SELECT ON publisher_sightings TO careerhub_app;
GRANT SELECT, INSERT, UPDATE ON publisher_sightings TO careerhub_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_sessions, mail_outbox, publish_requests, rate_limits TO careerhub_system;
GRANT SELECT ON certifications, import_history, profile_publications, profile_revisions TO careerhub_system;

-- Secrets of a second factor are as secret as passwords.
CREATE OR REPLACE FUNCTION logged_values(stored jsonb, other jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
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
SELECT audit_table('user_totp', 'USER_TOTP', '{user_id}', '{user_id}');

-- Who has this session, while it is live and the account may be used. When it was seen is noted once a minute.
CREATE FUNCTION open_session(p_hash bytea) RETURNS TABLE (user_id text, session_id text, email text, plan text, is_verified boolean,
    profile_id text, slug text, full_name text, visibility text, lang text, created_at timestamptz)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
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

-- One try more: how many there were within the span that began with the first, and when it ends.
CREATE FUNCTION count_try(p_key bytea, p_span interval, p_amount integer) RETURNS TABLE (hits integer, ends_at timestamptz)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  INSERT INTO rate_limits AS r (key_hash, hits, expires_at) VALUES (p_key, p_amount, clock_timestamp() + p_span)
  ON CONFLICT (key_hash) DO UPDATE SET
    hits = CASE WHEN r.expires_at <= clock_timestamp() THEN excluded.hits ELSE r.hits + excluded.hits END,
    expires_at = CASE WHEN r.expires_at <= clock_timestamp() THEN excluded.expires_at ELSE r.expires_at END
  RETURNING r.hits, r.expires_at $$;
CREATE FUNCTION count_tries(p_key bytea) RETURNS TABLE (hits integer, ends_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ SELECT r.hits, r.expires_at FROM rate_limits r WHERE r.key_hash = p_key AND r.expires_at > clock_timestamp() $$;
CREATE FUNCTION forget_tries(p_key bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ DELETE FROM rate_limits WHERE key_hash = p_key $$;

-- The next mail that is due, lent to who asks: a sender that dies leaves it to the next one, later and later.
CREATE FUNCTION take_mail() RETURNS TABLE (id text, user_id text, email text, kind text, recipient text, payload jsonb, attempts integer,
    full_name text, lang text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
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

-- Who has something to be told that nobody did at that moment: a publication or an import that failed, a certificate
-- that ends within 30 days. Each thing is told once.
CREATE FUNCTION queue_notices() RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
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

-- Requests that the target has caught up with, or that nothing is left to be done for.
CREATE FUNCTION serve_requests() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  WITH done AS (
    UPDATE publish_requests q SET served_at = clock_timestamp()
      FROM profiles p LEFT JOIN profile_publications w ON w.profile_id = p.id
     WHERE q.served_at IS NULL AND p.id = q.profile_id
       AND (p.visibility <> 'PUBLIC' OR coalesce(w.published_revision, 0) >= q.revision) RETURNING 1)
  SELECT count(*) FROM done $$;

-- A wake-up, never the record.
CREATE FUNCTION note_request() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN NOTIFY careerhub_changes; RETURN NULL; END $$;
CREATE TRIGGER c_note_request AFTER INSERT ON publish_requests FOR EACH STATEMENT EXECUTE FUNCTION note_request();

-- An operator who changes a password or closes an account ends its sessions too; and vouches for the address whose
-- password it is.
CREATE OR REPLACE FUNCTION change_account(p_user_id text, p_is_active boolean DEFAULT NULL, p_plan text DEFAULT NULL, p_password_hash text DEFAULT NULL)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
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

-- Whoever opens the mail that went to the new address proves it, and has it from then on.
CREATE FUNCTION use_email_token(p_hash bytea) RETURNS TABLE (user_id text, old_email text, new_email text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
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

CREATE OR REPLACE FUNCTION tidy(moment timestamptz) RETURNS TABLE (what text, count bigint) LANGUAGE plpgsql SECURITY DEFINER
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

DO $$
DECLARE
  door regprocedure;
BEGIN
  FOREACH door IN ARRAY ARRAY['open_session(bytea)', 'count_try(bytea, interval, integer)', 'count_tries(bytea)', 'forget_tries(bytea)',
    'take_mail()', 'queue_notices()', 'serve_requests()', 'use_email_token(bytea)']::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', door);
    EXECUTE format('ALTER FUNCTION %s OWNER TO careerhub_system', door);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION note_request() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_session(bytea), count_try(bytea, interval, integer), count_tries(bytea), forget_tries(bytea), take_mail(),
  queue_notices(), use_email_token(bytea) TO careerhub_app;
GRANT EXECUTE ON FUNCTION serve_requests() TO careerhub_site;
