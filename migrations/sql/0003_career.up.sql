-- The career: every table here belongs to a profile, and its key starts with it, so that rows of two people can
-- never be linked and the tables can be partitioned by profile.

CREATE TABLE experiences (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    company_name VARCHAR(200) NOT NULL DEFAULT '',
    company_website VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT experiences_company_website_check CHECK (company_website = '' OR is_web_address(company_website)),
    company_size VARCHAR(50) NOT NULL DEFAULT '',
    industry VARCHAR(100) NOT NULL DEFAULT '',
    company_location VARCHAR(100) NOT NULL DEFAULT '',
    position VARCHAR(200) NOT NULL DEFAULT '',
    employment_type VARCHAR(50) NOT NULL DEFAULT ''
        CONSTRAINT experiences_employment_type_check CHECK (employment_type IN ('', 'FULL_TIME', 'PART_TIME', 'CONTRACT', 'FREELANCE', 'SELF_EMPLOYED', 'INTERNSHIP', 'APPRENTICESHIP', 'TEMPORARY', 'VOLUNTEER')),
    start_date DATE,
    start_precision CHAR(1),
    end_date DATE,
    end_precision CHAR(1),
    is_current BOOLEAN NOT NULL DEFAULT false,
    description TEXT NOT NULL DEFAULT '' CONSTRAINT experiences_description_check CHECK (length(description) <= 20000),
    responsibilities JSONB NOT NULL DEFAULT '[]' CONSTRAINT experiences_responsibilities_check CHECK (is_text_array(responsibilities)),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT experiences_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT experiences_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT experiences_start_date_check CHECK (is_partial_date(start_date, start_precision)),
    CONSTRAINT experiences_end_date_check CHECK (is_partial_date(end_date, end_precision)),
    CONSTRAINT experiences_dates_check CHECK (end_date IS NULL OR start_date IS NULL OR last_day(end_date, end_precision) >= start_date),
    CONSTRAINT experiences_current_check CHECK (NOT (is_current AND end_date IS NOT NULL)),
    CONSTRAINT experiences_name_check CHECK (company_name <> '' OR position <> '')
);

CREATE INDEX idx_experiences_dates ON experiences (profile_id, start_date DESC);
CREATE INDEX idx_exp_profile_current ON experiences (profile_id, is_current) WHERE is_current;
CREATE INDEX idx_responsibilities_gin ON experiences USING gin (responsibilities);
CREATE INDEX idx_experiences_search ON experiences USING gin (to_tsvector('english'::regconfig, company_name || ' ' || position));

CREATE TABLE projects (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    slug VARCHAR(63) NOT NULL CONSTRAINT projects_slug_check CHECK (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
    name VARCHAR(200) NOT NULL CONSTRAINT projects_name_check CHECK (name <> ''),
    description TEXT NOT NULL DEFAULT '' CONSTRAINT projects_description_check CHECK (length(description) <= 20000),
    role VARCHAR(100) NOT NULL DEFAULT '',
    organization VARCHAR(200) NOT NULL DEFAULT '',
    start_date DATE,
    start_precision CHAR(1),
    end_date DATE,
    end_precision CHAR(1),
    is_ongoing BOOLEAN NOT NULL DEFAULT false,
    visibility VARCHAR(20) NOT NULL DEFAULT 'PUBLIC'
        CONSTRAINT projects_visibility_check CHECK (visibility IN ('PUBLIC', 'ANONYMOUS')),
    is_anonymized BOOLEAN NOT NULL GENERATED ALWAYS AS (visibility = 'ANONYMOUS') STORED,
    anonymized_company VARCHAR(200) NOT NULL DEFAULT '',
    show_anonymized BOOLEAN NOT NULL DEFAULT false,
    status VARCHAR(20) NOT NULL DEFAULT 'Active'
        CONSTRAINT projects_status_check CHECK (status IN ('Active', 'Staging', 'Archived')),
    category VARCHAR(20) NOT NULL DEFAULT 'Production'
        CONSTRAINT projects_category_check CHECK (category IN ('Demo', 'Internal', 'Production')),
    achievements JSONB NOT NULL DEFAULT '[]' CONSTRAINT projects_achievements_check CHECK (is_text_array(achievements)),
    challenges JSONB NOT NULL DEFAULT '[]' CONSTRAINT projects_challenges_check CHECK (is_text_array(challenges)),
    clients JSONB NOT NULL DEFAULT '[]' CONSTRAINT projects_clients_check CHECK (is_text_array(clients)),
    keywords JSONB NOT NULL DEFAULT '[]' CONSTRAINT projects_keywords_check CHECK (is_text_array(keywords)),
    team_size INTEGER CONSTRAINT projects_team_size_check CHECK (team_size BETWEEN 1 AND 1000000),
    duration_months INTEGER CONSTRAINT projects_duration_months_check CHECK (duration_months BETWEEN 0 AND 1200),
    users_count INTEGER CONSTRAINT projects_users_count_check CHECK (users_count >= 0),
    budget_range VARCHAR(20) CONSTRAINT projects_budget_range_check CHECK (budget_range IN ('small', 'medium', 'large')),
    demo_url VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT projects_demo_url_check CHECK (demo_url = '' OR is_web_address(demo_url)),
    github_url VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT projects_github_url_check CHECK (github_url = '' OR is_web_address(github_url)),
    documentation_url VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT projects_documentation_url_check CHECK (documentation_url = '' OR is_web_address(documentation_url)),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT projects_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT projects_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT projects_start_date_check CHECK (is_partial_date(start_date, start_precision)),
    CONSTRAINT projects_end_date_check CHECK (is_partial_date(end_date, end_precision)),
    CONSTRAINT projects_dates_check CHECK (end_date IS NULL OR start_date IS NULL OR last_day(end_date, end_precision) >= start_date),
    CONSTRAINT projects_anonymized_company_check CHECK (visibility <> 'ANONYMOUS' OR coalesce(length(anonymized_company), 0) > 0),
    CONSTRAINT projects_ongoing_check CHECK (NOT (is_ongoing AND end_date IS NOT NULL)),
    CONSTRAINT projects_slug_key UNIQUE (profile_id, slug)
);

CREATE INDEX idx_projects_dates ON projects (start_date DESC);
CREATE INDEX idx_projects_profile_public ON projects (profile_id, visibility) WHERE visibility = 'PUBLIC';
CREATE INDEX idx_projects_search ON projects USING gin (to_tsvector('english'::regconfig, name || ' ' || left(description, 20000)));

CREATE TABLE education (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    institution VARCHAR(200) NOT NULL DEFAULT '',
    url VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT education_url_check CHECK (url = '' OR is_web_address(url)),
    degree VARCHAR(100) NOT NULL DEFAULT '',
    field_of_study VARCHAR(200) NOT NULL DEFAULT '',
    start_date DATE,
    start_precision CHAR(1),
    end_date DATE,
    end_precision CHAR(1),
    grade VARCHAR(200) NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '' CONSTRAINT education_description_check CHECK (length(description) <= 20000),
    courses JSONB NOT NULL DEFAULT '[]' CONSTRAINT education_courses_check CHECK (is_text_array(courses)),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT education_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT education_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT education_start_date_check CHECK (is_partial_date(start_date, start_precision)),
    CONSTRAINT education_end_date_check CHECK (is_partial_date(end_date, end_precision)),
    CONSTRAINT education_dates_check CHECK (end_date IS NULL OR start_date IS NULL OR last_day(end_date, end_precision) >= start_date),
    CONSTRAINT education_name_check CHECK (institution <> '' OR degree <> '' OR field_of_study <> '')
);

CREATE TABLE certifications (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    name VARCHAR(200) NOT NULL CONSTRAINT certifications_name_check CHECK (name <> ''),
    issuing_organization VARCHAR(200) NOT NULL DEFAULT '',
    credential_id VARCHAR(100) NOT NULL DEFAULT '',
    credential_url VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT certifications_credential_url_check CHECK (credential_url = '' OR is_web_address(credential_url)),
    issue_date DATE,
    issue_precision CHAR(1),
    expiry_date DATE,
    expiry_precision CHAR(1),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT certifications_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT certifications_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT certifications_issue_date_check CHECK (is_partial_date(issue_date, issue_precision)),
    CONSTRAINT certifications_expiry_date_check CHECK (is_partial_date(expiry_date, expiry_precision)),
    CONSTRAINT certifications_dates_check CHECK (expiry_date IS NULL OR issue_date IS NULL OR last_day(expiry_date, expiry_precision) >= issue_date)
);

CREATE INDEX idx_certifications_expiry ON certifications (expiry_date) WHERE expiry_date IS NOT NULL;

-- Used like a column: certifications.is_expired. A certificate is good until the end of its last day; NULL stays NULL.
CREATE FUNCTION is_expired(certifications) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT public.last_day($1.expiry_date, $1.expiry_precision) < (now() AT TIME ZONE 'UTC')::date $$;

CREATE TABLE achievements (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    title VARCHAR(200) NOT NULL CONSTRAINT achievements_title_check CHECK (title <> ''),
    description TEXT NOT NULL DEFAULT '' CONSTRAINT achievements_description_check CHECK (length(description) <= 20000),
    date DATE,
    date_precision CHAR(1),
    category VARCHAR(50) NOT NULL DEFAULT 'OTHER'
        CONSTRAINT achievements_category_check CHECK (category IN ('AWARD', 'PUBLICATION', 'SPEAKING', 'PATENT', 'TEST_SCORE', 'ORGANIZATION', 'OTHER')),
    issuer VARCHAR(200) NOT NULL DEFAULT '',
    authors JSONB NOT NULL DEFAULT '[]' CONSTRAINT achievements_authors_check CHECK (is_text_array(authors)),
    identifier VARCHAR(100) NOT NULL DEFAULT '',
    url VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT achievements_url_check CHECK (url = '' OR is_web_address(url)),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT achievements_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT achievements_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT achievements_date_check CHECK (is_partial_date(date, date_precision))
);

CREATE TABLE languages (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    name VARCHAR(100) NOT NULL CONSTRAINT languages_name_check CHECK (name <> ''),
    tag VARCHAR(35) NOT NULL DEFAULT '' CONSTRAINT languages_tag_check CHECK (tag ~ '^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$'),
    fluency VARCHAR(100) NOT NULL DEFAULT '',
    cefr VARCHAR(10) NOT NULL DEFAULT ''
        CONSTRAINT languages_cefr_check CHECK (cefr IN ('', 'A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'NATIVE')),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT languages_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT languages_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id)
);

CREATE TABLE "references" (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    name VARCHAR(200) NOT NULL CONSTRAINT references_name_check CHECK (name <> ''),
    reference TEXT NOT NULL DEFAULT '' CONSTRAINT references_reference_check CHECK (length(reference) <= 20000),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT references_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT references_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id)
);

CREATE TABLE interests (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    name VARCHAR(200) NOT NULL CONSTRAINT interests_name_check CHECK (name <> ''),
    keywords JSONB NOT NULL DEFAULT '[]' CONSTRAINT interests_keywords_check CHECK (is_text_array(keywords)),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT interests_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT interests_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id)
);

CREATE TABLE profile_links (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    network VARCHAR(100) NOT NULL DEFAULT '',
    username VARCHAR(200) NOT NULL DEFAULT '',
    url VARCHAR(500) NOT NULL DEFAULT '' CONSTRAINT profile_links_url_check CHECK (url = '' OR is_web_address(url)),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT profile_links_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT profile_links_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT profile_links_name_check CHECK (url <> '' OR username <> '')
);

CREATE TABLE cv_versions (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    name VARCHAR(100) NOT NULL CONSTRAINT cv_versions_name_check CHECK (name <> ''),
    slug VARCHAR(63) NOT NULL CONSTRAINT cv_versions_slug_check CHECK (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
    template VARCHAR(50) NOT NULL DEFAULT 'modern' CONSTRAINT cv_versions_template_check CHECK (template ~ '^[a-z0-9-]{1,40}$'),
    sections_config JSONB NOT NULL DEFAULT '{}' CONSTRAINT cv_versions_sections_config_check CHECK (jsonb_typeof(sections_config) = 'object'),
    lang VARCHAR(35) NOT NULL DEFAULT '' CONSTRAINT cv_versions_lang_check CHECK (lang ~ '^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$'),
    paper VARCHAR(10) NOT NULL DEFAULT ''
        CONSTRAINT cv_versions_paper_check CHECK (paper IN ('', 'a4', 'letter')),
    is_public BOOLEAN NOT NULL DEFAULT false,
    is_default BOOLEAN NOT NULL DEFAULT false,
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT cv_versions_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT cv_versions_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT cv_versions_slug_key UNIQUE (profile_id, slug)
);

CREATE UNIQUE INDEX idx_cv_versions_default ON cv_versions (profile_id) WHERE is_default;


-- Skills may name a technology of the catalogue, or anything else people can do.
CREATE TABLE technologies (
    id ulid PRIMARY KEY,
    name VARCHAR(100) NOT NULL CONSTRAINT technologies_name_check CHECK (name <> ''),
    slug VARCHAR(63) NOT NULL CONSTRAINT technologies_slug_key UNIQUE
        CONSTRAINT technologies_slug_check CHECK (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
    category VARCHAR(50) NOT NULL
        CONSTRAINT technologies_category_check CHECK (category IN ('Framework', 'Library', 'Platform', 'Service', 'System')),
    layer VARCHAR(50) NOT NULL
        CONSTRAINT technologies_layer_check CHECK (layer IN ('Backend', 'Database', 'DevOps', 'Frontend', 'Language', 'Tools')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX technologies_name_key ON technologies (lower(name));
CREATE INDEX idx_technologies_category ON technologies (category);
CREATE INDEX idx_technologies_layer ON technologies (layer);

CREATE TABLE technology_aliases (
    alias VARCHAR(100) NOT NULL CONSTRAINT technology_aliases_alias_check CHECK (alias <> ''),
    technology_id ulid NOT NULL REFERENCES technologies ON DELETE CASCADE,
    PRIMARY KEY (alias)
);
CREATE UNIQUE INDEX technology_aliases_key ON technology_aliases (lower(alias));
CREATE INDEX idx_technology_aliases_technology_id ON technology_aliases (technology_id);

CREATE TABLE skills (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id ulid NOT NULL,
    name VARCHAR(100) NOT NULL CONSTRAINT skills_name_check CHECK (name <> ''),
    group_name VARCHAR(100) NOT NULL DEFAULT '',
    technology_id ulid REFERENCES technologies ON DELETE RESTRICT,
    level INTEGER CONSTRAINT skills_level_check CHECK (level BETWEEN 1 AND 5),
    years_of_experience INTEGER CONSTRAINT skills_years_of_experience_check CHECK (years_of_experience BETWEEN 0 AND 80),
    started_using_year INTEGER CONSTRAINT skills_started_using_year_check CHECK (started_using_year BETWEEN 1900 AND 2200),
    is_primary BOOLEAN NOT NULL DEFAULT false,
    display_order INTEGER NOT NULL DEFAULT 0,
    is_featured BOOLEAN NOT NULL DEFAULT false,
    is_hidden BOOLEAN NOT NULL DEFAULT false,
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT skills_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    source_row_hash BYTEA CONSTRAINT skills_source_row_hash_check CHECK (octet_length(source_row_hash) = 32),
    source_revision INTEGER,  -- the revision the last import wrote: a later one means the person edited the row
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, id),
    CONSTRAINT skills_technology_key UNIQUE (profile_id, technology_id)
);

CREATE UNIQUE INDEX skills_name_key ON skills (profile_id, lower(name));
CREATE INDEX idx_skills_technology_id ON skills (technology_id);
CREATE INDEX idx_skills_level ON skills (profile_id, level DESC);
CREATE INDEX idx_skills_search ON skills USING gin (name gin_trgm_ops);

CREATE TABLE project_experiences (
    profile_id ulid NOT NULL,
    project_id ulid NOT NULL,
    experience_id ulid NOT NULL,
    PRIMARY KEY (profile_id, project_id, experience_id),
    FOREIGN KEY (profile_id, project_id) REFERENCES projects (profile_id, id) ON DELETE CASCADE,
    FOREIGN KEY (profile_id, experience_id) REFERENCES experiences (profile_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_project_exp_experience ON project_experiences (profile_id, experience_id);

CREATE TABLE project_technologies (
    profile_id ulid NOT NULL,
    project_id ulid NOT NULL,
    technology_id ulid NOT NULL REFERENCES technologies ON DELETE RESTRICT,
    display_order INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (profile_id, project_id, technology_id),
    FOREIGN KEY (profile_id, project_id) REFERENCES projects (profile_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_project_tech_technology ON project_technologies (technology_id);

CREATE TABLE experience_technologies (
    profile_id ulid NOT NULL,
    experience_id ulid NOT NULL,
    technology_id ulid NOT NULL REFERENCES technologies ON DELETE RESTRICT,
    display_order INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (profile_id, experience_id, technology_id),
    FOREIGN KEY (profile_id, experience_id) REFERENCES experiences (profile_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_exp_tech_technology ON experience_technologies (technology_id);

-- Texts in other languages, of the profile itself (entity_id = profile_id) or of one of its rows.
CREATE TABLE translations (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    entity_type VARCHAR(50) NOT NULL CONSTRAINT translations_entity_type_check
        CHECK (entity_type IN ('PROFILE', 'EXPERIENCE', 'PROJECT', 'EDUCATION', 'CERTIFICATION', 'ACHIEVEMENT', 'SKILL', 'INTEREST', 'CV_VERSION')),
    entity_id ulid NOT NULL,
    field VARCHAR(50) NOT NULL CONSTRAINT translations_field_check CHECK (field ~ '^[a-z_]{1,50}$'),
    lang VARCHAR(35) NOT NULL CONSTRAINT translations_lang_check CHECK (lang ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$'),
    text TEXT NOT NULL CONSTRAINT translations_text_check CHECK (length(text) <= 20000),
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, entity_type, entity_id, field, lang)
);

-- Suggestions of responsibilities, by role and seniority.
CREATE TABLE responsibilities_library (
    id ulid PRIMARY KEY,
    role_category VARCHAR(100) NOT NULL,
    responsibility TEXT NOT NULL CONSTRAINT responsibilities_library_text_check CHECK (length(responsibility) BETWEEN 1 AND 1000),
    seniority_level VARCHAR(50) NOT NULL
        CONSTRAINT responsibilities_library_seniority_check CHECK (seniority_level IN ('JUNIOR', 'MID', 'SENIOR', 'LEAD', 'EXECUTIVE')),
    usage_count INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_resp_library_role ON responsibilities_library (role_category);
CREATE INDEX idx_resp_library_usage ON responsibilities_library (usage_count DESC);

-- A translation goes with its row. The trigger's argument is the entity type.
CREATE FUNCTION drop_translations() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  DELETE FROM translations t USING old_rows o
   WHERE t.profile_id = o.profile_id AND t.entity_type = TG_ARGV[0] AND t.entity_id = o.id;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION drop_translations() FROM PUBLIC;
GRANT SELECT, DELETE ON translations TO careerhub_system;

DO $$
DECLARE
  owned record;
BEGIN
  FOR owned IN
    SELECT * FROM (VALUES ('experiences', 'EXPERIENCE'), ('projects', 'PROJECT'), ('education', 'EDUCATION'),
      ('certifications', 'CERTIFICATION'), ('achievements', 'ACHIEVEMENT'), ('skills', 'SKILL'), ('languages', NULL),
      ('references', NULL), ('interests', 'INTEREST'), ('profile_links', NULL), ('cv_versions', 'CV_VERSION')) AS t (name, entity_type)
  LOOP
    EXECUTE format('CREATE TRIGGER a_touch BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION touch_row()', owned.name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO careerhub_app', owned.name);
    EXECUTE format('GRANT SELECT ON %I TO careerhub_system', owned.name);
    CONTINUE WHEN owned.entity_type IS NULL;
    EXECUTE format('CREATE TRIGGER c_drop_translations AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION drop_translations(%L)', owned.name, owned.entity_type);
  END LOOP;
END $$;
ALTER FUNCTION drop_translations() OWNER TO careerhub_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON project_experiences, project_technologies, experience_technologies, translations TO careerhub_app;
GRANT SELECT ON technologies, technology_aliases, responsibilities_library TO careerhub_app;
GRANT SELECT ON technologies, technology_aliases, project_experiences, project_technologies, experience_technologies TO careerhub_system;
