-- What the public may know: the one list of columns, and every filter. `facts` filters items (hidden, ANONYMOUS);
-- `site` is facts of PUBLIC profiles; `own` is facts of the actor's own profile. careerhub_system owns all three, so
-- that row security on the tables (forced, also for their owner) never turns a view into an empty one.

CREATE VIEW facts.profiles WITH (security_barrier) AS
  SELECT p.id AS profile_id, p.slug, p.full_name, p.sort_name, p.pronouns, p.headline, p.summary, p.location, p.city, p.region,
         p.country_code, p.lang, p.theme, p.is_indexable, p.allows_ai, p.open_to_work_until, p.contact,
         (r.changed_at AT TIME ZONE 'UTC')::date AS changed_on
    FROM public.profiles p LEFT JOIN public.profile_revisions r ON r.profile_id = p.id;

CREATE VIEW facts.profile_links WITH (security_barrier) AS
  SELECT profile_id, id, network, username, url, display_order FROM public.profile_links WHERE NOT is_hidden;

CREATE VIEW facts.experiences WITH (security_barrier) AS
  SELECT e.profile_id, e.id, e.company_name, e.company_website, e.company_size, e.industry, e.company_location, e.position, e.employment_type,
         e.start_date, e.start_precision, e.end_date, e.end_precision, e.is_current, e.description, e.responsibilities, e.display_order,
         (SELECT coalesce(jsonb_agg(jsonb_build_array(t.name, t.slug) ORDER BY et.display_order, t.slug), '[]')
            FROM public.experience_technologies et JOIN public.technologies t ON t.id = et.technology_id
           WHERE et.profile_id = e.profile_id AND et.experience_id = e.id) AS technologies
    FROM public.experiences e WHERE NOT e.is_hidden;

CREATE VIEW facts.projects WITH (security_barrier) AS
  SELECT p.profile_id, p.id, p.slug, p.name, p.description, p.role, p.organization, p.start_date, p.start_precision, p.end_date,
         p.end_precision, p.is_ongoing, p.status, p.category, p.achievements, p.challenges, p.clients, p.team_size, p.duration_months,
         p.users_count, p.budget_range, p.demo_url, p.github_url, p.documentation_url, p.keywords, p.is_featured, p.display_order,
         (SELECT coalesce(jsonb_agg(jsonb_build_array(t.name, t.slug) ORDER BY pt.display_order, t.slug), '[]')
            FROM public.project_technologies pt JOIN public.technologies t ON t.id = pt.technology_id
           WHERE pt.profile_id = p.profile_id AND pt.project_id = p.id) AS technologies,
         (SELECT coalesce(jsonb_agg(e.company_name ORDER BY e.display_order, e.id), '[]')
            FROM public.project_experiences pe JOIN public.experiences e ON e.profile_id = pe.profile_id AND e.id = pe.experience_id
           WHERE pe.profile_id = p.profile_id AND pe.project_id = p.id AND NOT e.is_hidden AND e.company_name <> '') AS employers
    FROM public.projects p WHERE NOT p.is_hidden AND p.visibility = 'PUBLIC';

-- The card of an anonymised project: dates by year, scale in bands, nothing that names anybody.
CREATE VIEW facts.anonymized_projects WITH (security_barrier) AS
  SELECT p.profile_id, p.role, p.anonymized_company, p.category,
         extract(year FROM p.start_date)::int AS start_year, extract(year FROM p.end_date)::int AS end_year, p.is_ongoing,
         CASE WHEN p.team_size IS NULL THEN '' WHEN p.team_size <= 5 THEN '1–5' WHEN p.team_size <= 20 THEN '6–20'
              WHEN p.team_size <= 100 THEN '21–100' ELSE '100+' END AS team_band,
         CASE WHEN p.users_count IS NULL THEN '' WHEN p.users_count < 1000 THEN '< 1,000' WHEN p.users_count < 100000 THEN '1,000+'
              WHEN p.users_count < 1000000 THEN '100,000+' ELSE '1,000,000+' END AS users_band,
         coalesce(p.budget_range, '') AS budget_range,
         (SELECT coalesce(jsonb_agg(jsonb_build_array(t.name, t.slug) ORDER BY t.slug), '[]')
            FROM public.project_technologies pt JOIN public.technologies t ON t.id = pt.technology_id
           WHERE pt.profile_id = p.profile_id AND pt.project_id = p.id) AS technologies,
         p.display_order
    FROM public.projects p WHERE NOT p.is_hidden AND p.visibility = 'ANONYMOUS' AND p.show_anonymized;

CREATE VIEW facts.skills WITH (security_barrier) AS
  SELECT s.profile_id, s.id, s.name, s.group_name, s.level, s.years_of_experience, s.started_using_year, s.is_primary, s.display_order,
         t.name AS technology_name, t.slug AS technology_slug
    FROM public.skills s LEFT JOIN public.technologies t ON t.id = s.technology_id WHERE NOT s.is_hidden;

CREATE VIEW facts.education WITH (security_barrier) AS
  SELECT profile_id, id, institution, url, degree, field_of_study, start_date, start_precision, end_date, end_precision, grade, description,
         courses, display_order
    FROM public.education WHERE NOT is_hidden;

CREATE VIEW facts.certifications WITH (security_barrier) AS
  SELECT profile_id, id, name, issuing_organization, credential_id, credential_url, issue_date, issue_precision, expiry_date,
         expiry_precision, display_order
    FROM public.certifications WHERE NOT is_hidden;

CREATE VIEW facts.achievements WITH (security_barrier) AS
  SELECT profile_id, id, title, category, description, date, date_precision, issuer, authors, identifier, url, display_order
    FROM public.achievements WHERE NOT is_hidden;

CREATE VIEW facts.languages WITH (security_barrier) AS
  SELECT profile_id, id, name, tag, fluency, cefr, display_order FROM public.languages WHERE NOT is_hidden;

CREATE VIEW facts."references" WITH (security_barrier) AS
  SELECT profile_id, id, name, reference, display_order FROM public."references" WHERE NOT is_hidden;

CREATE VIEW facts.interests WITH (security_barrier) AS
  SELECT profile_id, id, name, keywords, display_order FROM public.interests WHERE NOT is_hidden;

CREATE VIEW facts.cv_versions WITH (security_barrier) AS
  SELECT v.profile_id, v.name, v.slug, v.template, v.sections_config, v.lang, v.paper, v.is_default, v.display_order,
         '/p/' || p.slug || CASE WHEN v.is_default THEN '/cv.pdf' ELSE '/cv/' || v.slug || '.pdf' END AS pdf_url
    FROM public.cv_versions v JOIN public.profiles p ON p.id = v.profile_id WHERE v.is_public AND NOT v.is_hidden;

-- Only texts whose row stands in a view above.
CREATE VIEW facts.translations WITH (security_barrier) AS
  SELECT t.profile_id, t.entity_type, t.entity_id, t.field, t.lang, t.text
    FROM public.translations t
   WHERE t.field = ANY (ARRAY['headline', 'summary', 'full_name', 'location', 'company_name', 'position', 'description', 'responsibilities',
      'name', 'role', 'organization', 'achievements', 'challenges', 'institution', 'degree', 'field_of_study', 'courses', 'title', 'group_name'])
     AND CASE t.entity_type
     WHEN 'PROFILE' THEN t.entity_id = t.profile_id
     WHEN 'EXPERIENCE' THEN EXISTS (SELECT FROM facts.experiences f WHERE f.profile_id = t.profile_id AND f.id = t.entity_id)
     WHEN 'PROJECT' THEN EXISTS (SELECT FROM facts.projects f WHERE f.profile_id = t.profile_id AND f.id = t.entity_id)
     WHEN 'EDUCATION' THEN EXISTS (SELECT FROM facts.education f WHERE f.profile_id = t.profile_id AND f.id = t.entity_id)
     WHEN 'CERTIFICATION' THEN EXISTS (SELECT FROM facts.certifications f WHERE f.profile_id = t.profile_id AND f.id = t.entity_id)
     WHEN 'ACHIEVEMENT' THEN EXISTS (SELECT FROM facts.achievements f WHERE f.profile_id = t.profile_id AND f.id = t.entity_id)
     WHEN 'SKILL' THEN EXISTS (SELECT FROM facts.skills f WHERE f.profile_id = t.profile_id AND f.id = t.entity_id)
     WHEN 'INTEREST' THEN EXISTS (SELECT FROM facts.interests f WHERE f.profile_id = t.profile_id AND f.id = t.entity_id)
     WHEN 'CV_VERSION' THEN EXISTS (SELECT FROM public.cv_versions v
        WHERE v.profile_id = t.profile_id AND v.id = t.entity_id AND v.is_public AND NOT v.is_hidden)
     ELSE false END;

DO $$
DECLARE
  viewed record;
BEGIN
  FOR viewed IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'facts'::regnamespace AND c.relkind = 'v' ORDER BY c.oid LOOP
    -- a sub-select a row, by the primary key: as EXISTS it becomes a join that, without statistics, reads everybody
    EXECUTE format('CREATE VIEW site.%1$I WITH (security_barrier) AS SELECT f.* FROM facts.%1$I f WHERE '
                   '(SELECT p.visibility FROM public.profiles p WHERE p.id = f.profile_id) = ''PUBLIC''', viewed.relname);
    EXECUTE format('CREATE VIEW own.%1$I WITH (security_barrier) AS SELECT f.* FROM facts.%1$I f WHERE f.profile_id = '
                   '(SELECT p.id FROM public.profiles p WHERE p.user_id = nullif(current_setting(''careerhub.actor'', true), ''''))', viewed.relname);
    EXECUTE format('ALTER VIEW facts.%I OWNER TO careerhub_system', viewed.relname);
    EXECUTE format('ALTER VIEW site.%I OWNER TO careerhub_system', viewed.relname);
    EXECUTE format('ALTER VIEW own.%I OWNER TO careerhub_system', viewed.relname);
    EXECUTE format('GRANT SELECT ON site.%I TO careerhub_site', viewed.relname);
    EXECUTE format('GRANT SELECT ON own.%I TO careerhub_app', viewed.relname);
  END LOOP;
END $$;

-- The only view that names profiles that aren't PUBLIC: what build and publish must take away. Nothing but counters.
CREATE VIEW site.revisions WITH (security_barrier) AS
  SELECT r.profile_id, r.revision, r.removed_at_revision, coalesce(p.visibility = 'PUBLIC', false) AS is_public
    FROM public.profile_revisions r LEFT JOIN public.profiles p ON p.id = r.profile_id;
ALTER VIEW site.revisions OWNER TO careerhub_system;
GRANT SELECT ON site.revisions TO careerhub_site;
