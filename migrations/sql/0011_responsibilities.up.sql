-- Suggestions of responsibilities, by role and seniority: everybody may read them, and count that one was used.
GRANT SELECT, UPDATE (usage_count) ON responsibilities_library TO careerhub_system;

-- What people choose comes first for others. The count stops where the column ends.
CREATE FUNCTION use_suggestion(p_id text) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  SET row_security = on
  AS $$
    WITH used AS (
      UPDATE responsibilities_library SET usage_count = least(usage_count, 2147483646) + 1 WHERE id = p_id RETURNING 1
    )
    SELECT EXISTS (SELECT FROM used)
  $$;
ALTER FUNCTION use_suggestion(text) OWNER TO careerhub_system;
REVOKE ALL ON FUNCTION use_suggestion(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION use_suggestion(text) TO careerhub_app;
