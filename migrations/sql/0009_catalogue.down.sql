-- Back to before: Merging technologies, and what makes a profile complete.
DROP FUNCTION merge_technologies(text, text);
DROP FUNCTION merge_skills(text, text);
DROP FUNCTION list_technology_users(text);
DROP FUNCTION list_technologies_in_use();
REVOKE INSERT, UPDATE, DELETE ON project_technologies, experience_technologies, technology_aliases FROM careerhub_system;
REVOKE UPDATE, DELETE ON skills, technologies FROM careerhub_system;
REVOKE UPDATE ON cv_versions FROM careerhub_system;

-- as it was; row security is on only while its body is checked, since migrations run with it off
CREATE OR REPLACE FUNCTION calculate_profile_completeness(p_profile_id text) RETURNS integer LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  SELECT CASE WHEN p.headline <> '' THEN 10 ELSE 0 END
       + CASE WHEN length(p.summary) > 100 THEN 20 ELSE 0 END
       + 10 * (SELECT count(*) FROM (SELECT FROM experiences WHERE profile_id = p.id LIMIT 3) few)::int
       + 5 * (SELECT count(*) FROM (SELECT FROM projects WHERE profile_id = p.id LIMIT 3) few)::int
       + 3 * (SELECT count(*) FROM (SELECT FROM skills WHERE profile_id = p.id LIMIT 5) few)::int
       + 10 * (SELECT count(*) FROM (SELECT FROM education WHERE profile_id = p.id LIMIT 1) few)::int
  FROM profiles p WHERE p.id = p_profile_id $$;
ALTER FUNCTION calculate_profile_completeness(text) RESET row_security;
DROP FUNCTION completeness_parts(text);
