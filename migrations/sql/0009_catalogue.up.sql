-- Merging technologies, and what makes a profile complete.

-- The rules of the score, here and nowhere else: what each part has earned, what it can earn, and how many more that
-- takes (characters of the summary, rows of everything else). No row for a profile that isn't there or that the caller
-- may not see. Only the first few rows of a table can matter, so only those are read.
CREATE FUNCTION completeness_parts(p_profile_id text)
  RETURNS TABLE (part text, points integer, possible integer, missing integer) LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
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
REVOKE ALL ON FUNCTION completeness_parts(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION completeness_parts(text) TO careerhub_app, careerhub_system;

-- VOLATILE like what it sums: the trigger calls it once the profile is locked, and it has to see what others committed
-- while it waited for that lock.
CREATE OR REPLACE FUNCTION calculate_profile_completeness(p_profile_id text) RETURNS integer LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$ SELECT sum(points)::integer FROM completeness_parts(p_profile_id) $$;

-- The catalogue with how many people name each entry anywhere, hidden rows included: numbers, never whose.
CREATE FUNCTION list_technologies_in_use()
  RETURNS TABLE (name text, slug text, category text, layer text, aliases text[], people bigint)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  SELECT t.name, t.slug, t.category, t.layer,
         ARRAY(SELECT a.alias::text FROM technology_aliases a WHERE a.technology_id = t.id), coalesce(u.people, 0)
    FROM technologies t LEFT JOIN (
      SELECT technology_id, count(*) AS people FROM (
        SELECT technology_id, profile_id FROM skills WHERE technology_id IS NOT NULL
        UNION SELECT technology_id, profile_id FROM project_technologies
        UNION SELECT technology_id, profile_id FROM experience_technologies) used GROUP BY technology_id
    ) u ON u.technology_id = t.id $$;

-- Whose profiles name this technology, hidden rows included.
CREATE FUNCTION list_technology_users(used_id text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
  AS $$
  SELECT profile_id FROM skills WHERE technology_id = used_id
  UNION SELECT profile_id FROM project_technologies WHERE technology_id = used_id
  UNION SELECT profile_id FROM experience_technologies WHERE technology_id = used_id $$;

-- Skills of both technologies in one profile become one, unless just one of them is hidden: then its facts stay its
-- own, hidden, and it loses no more than its link. A merge must not show what was withheld, nor hide what was shown.
CREATE FUNCTION merge_skills(from_id text, into_id text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
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

-- Everybody who named the one names the other; the old name lives on as an alias. Triggers raise the revisions of
-- those whose pages change. Returns what was moved.
CREATE FUNCTION merge_technologies(from_id text, into_id text)
  RETURNS TABLE (people bigint, skills bigint, projects bigint, experiences bigint) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on
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

REVOKE ALL ON FUNCTION list_technologies_in_use(), list_technology_users(text), merge_skills(text, text), merge_technologies(text, text) FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON project_technologies, experience_technologies, technology_aliases TO careerhub_system;
GRANT SELECT, UPDATE, DELETE ON skills, technologies TO careerhub_system;
GRANT SELECT, UPDATE ON cv_versions TO careerhub_system;
ALTER FUNCTION list_technologies_in_use() OWNER TO careerhub_system;
ALTER FUNCTION list_technology_users(text) OWNER TO careerhub_system;
ALTER FUNCTION merge_skills(text, text) OWNER TO careerhub_system;
ALTER FUNCTION merge_technologies(text, text) OWNER TO careerhub_system;
