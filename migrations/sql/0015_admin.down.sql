DROP FUNCTION open_session(bytea), count_try(bytea, interval, integer), count_tries(bytea), forget_tries(bytea), take_mail(), queue_notices(),
  serve_requests(), use_email_token(bytea);
CREATE OR REPLACE FUNCTION change_account(p_user_id text, p_is_active boolean DEFAULT NULL, p_plan text DEFAULT NULL, p_password_hash text DEFAULT NULL)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
BEGIN
  UPDATE users SET is_active = coalesce(p_is_active, is_active), plan = coalesce(p_plan, plan),
                   password_hash = coalesce(p_password_hash, password_hash)
   WHERE id = p_user_id;
  RETURN FOUND;
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
END $$;

CREATE OR REPLACE FUNCTION logged_values(stored jsonb, other jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
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

ALTER TABLE user_tokens DROP COLUMN new_email;
DROP TABLE rate_limits, publisher_sightings, publish_requests, mail_outbox, recovery_codes, user_totp, user_sessions;
DROP FUNCTION note_request();
