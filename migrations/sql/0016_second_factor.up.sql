-- Whose second factor isn't encrypted with this key: what a rotation has left to do. For the owner alone.
GRANT SELECT ON user_totp TO careerhub_system;
CREATE FUNCTION list_second_factor_owners(newest text) RETURNS TABLE (user_id text, secret_key_id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ SELECT t.user_id::text, t.secret_key_id::text FROM user_totp t WHERE t.secret_key_id IS DISTINCT FROM newest ORDER BY t.user_id $$;
REVOKE ALL ON FUNCTION list_second_factor_owners(text) FROM PUBLIC;
ALTER FUNCTION list_second_factor_owners(text) OWNER TO careerhub_system;
