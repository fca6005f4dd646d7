-- A request to publish is one more try of a profile that couldn't be rendered. Who builds asks for those that wait, and
-- says afterwards which were tried and failed again: these are answered too.
CREATE FUNCTION list_requests() RETURNS TABLE (id text, profile_id text) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ SELECT q.id::text, q.profile_id::text FROM publish_requests q WHERE q.served_at IS NULL ORDER BY q.id $$;

DROP FUNCTION serve_requests();
CREATE FUNCTION serve_requests(p_tried text[], p_failed text[]) RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  WITH done AS (
    UPDATE publish_requests q SET served_at = clock_timestamp()
      FROM profiles p LEFT JOIN profile_publications w ON w.profile_id = p.id
     WHERE q.served_at IS NULL AND p.id = q.profile_id
       AND (p.visibility <> 'PUBLIC' OR coalesce(w.published_revision, 0) >= q.revision
            OR q.id = ANY (p_tried) AND (p.slug = ANY (p_failed) OR p.id = ANY (p_failed))) RETURNING 1)
  SELECT count(*) FROM done $$;

DO $$
DECLARE
  door regprocedure;
BEGIN
  FOREACH door IN ARRAY ARRAY['list_requests()', 'serve_requests(text[], text[])']::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', door);
    EXECUTE format('ALTER FUNCTION %s OWNER TO careerhub_system', door);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION list_requests(), serve_requests(text[], text[]) TO careerhub_site;
