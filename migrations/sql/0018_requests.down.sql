DROP FUNCTION list_requests(), serve_requests(text[], text[]);
CREATE FUNCTION serve_requests() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  WITH done AS (
    UPDATE publish_requests q SET served_at = clock_timestamp()
      FROM profiles p LEFT JOIN profile_publications w ON w.profile_id = p.id
     WHERE q.served_at IS NULL AND p.id = q.profile_id
       AND (p.visibility <> 'PUBLIC' OR coalesce(w.published_revision, 0) >= q.revision) RETURNING 1)
  SELECT count(*) FROM done $$;
REVOKE ALL ON FUNCTION serve_requests() FROM PUBLIC;
ALTER FUNCTION serve_requests() OWNER TO careerhub_system;
GRANT EXECUTE ON FUNCTION serve_requests() TO careerhub_site;
