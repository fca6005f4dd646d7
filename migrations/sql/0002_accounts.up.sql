-- Accounts, profiles, and what hangs on them directly.
CREATE TABLE users (
    id ulid PRIMARY KEY,
    email VARCHAR(255) NOT NULL CONSTRAINT users_email_check CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    password_hash VARCHAR(255) NOT NULL DEFAULT '!',  -- '!' matches nothing: no password until the person sets one
    is_active BOOLEAN NOT NULL DEFAULT true,
    is_verified BOOLEAN NOT NULL DEFAULT false,
    plan VARCHAR(20) NOT NULL DEFAULT 'FREE' CONSTRAINT users_plan_check CHECK (plan IN ('FREE', 'PRO', 'EXPERT')),
    plan_expires_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    last_login_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE INDEX idx_users_plan ON users (plan) WHERE plan <> 'FREE';

CREATE TABLE user_tokens (
    token_hash BYTEA PRIMARY KEY CONSTRAINT user_tokens_hash_check CHECK (octet_length(token_hash) = 32),
    user_id ulid NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose VARCHAR(20) NOT NULL
        CONSTRAINT user_tokens_purpose_check CHECK (purpose IN ('VERIFY_EMAIL', 'RESET_PASSWORD', 'CHANGE_EMAIL')),
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_user_tokens_user_id ON user_tokens (user_id);

CREATE TABLE profiles (
    id ulid PRIMARY KEY,
    user_id ulid NOT NULL CONSTRAINT profiles_user_id_key UNIQUE REFERENCES users ON DELETE CASCADE,
    slug VARCHAR(63) CONSTRAINT profiles_slug_key UNIQUE
        CONSTRAINT profiles_slug_check CHECK (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$')
        CONSTRAINT profiles_slug_reserved CHECK (NOT is_reserved_slug(slug)),
    full_name VARCHAR(200) NOT NULL DEFAULT '',
    sort_name VARCHAR(200) NOT NULL DEFAULT '',
    pronouns VARCHAR(50) NOT NULL DEFAULT '',
    headline VARCHAR(200) NOT NULL DEFAULT '',
    summary TEXT NOT NULL DEFAULT '' CONSTRAINT profiles_summary_check CHECK (length(summary) <= 20000),
    location VARCHAR(100) NOT NULL DEFAULT '',
    city VARCHAR(100) NOT NULL DEFAULT '',
    region VARCHAR(100) NOT NULL DEFAULT '',
    country_code VARCHAR(2) NOT NULL DEFAULT '' CONSTRAINT profiles_country_code_check CHECK (country_code ~ '^([A-Z]{2})?$'),
    visibility VARCHAR(20) NOT NULL DEFAULT 'PRIVATE'
        CONSTRAINT profiles_visibility_check CHECK (visibility IN ('PRIVATE', 'FRIENDS', 'PUBLIC')),
    contact JSONB NOT NULL DEFAULT '{}' CONSTRAINT profiles_contact_check CHECK (is_contact(contact)),  -- only what is published
    contact_encrypted BYTEA,  -- everything else; encrypted by the application
    contact_key_id VARCHAR(40),
    draft_data JSONB CONSTRAINT profiles_draft_data_check CHECK (length(draft_data::text) <= 1000000),
    theme VARCHAR(40) NOT NULL DEFAULT 'modern' CONSTRAINT profiles_theme_check CHECK (theme ~ '^[a-z0-9-]{1,40}$'),
    lang VARCHAR(35) NOT NULL DEFAULT 'en' CONSTRAINT profiles_lang_check CHECK (lang ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$'),
    is_indexable BOOLEAN NOT NULL DEFAULT true,
    allows_ai BOOLEAN NOT NULL DEFAULT false,
    open_to_work_until DATE CONSTRAINT profiles_open_to_work_check CHECK (isfinite(open_to_work_until)),
    completeness_score INTEGER NOT NULL DEFAULT 0 CONSTRAINT profiles_completeness_check CHECK (completeness_score BETWEEN 0 AND 100),
    extras JSONB NOT NULL DEFAULT '{}' CONSTRAINT profiles_extras_check CHECK (jsonb_typeof(extras) = 'object'),
    source VARCHAR(50),
    imported_at TIMESTAMPTZ,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT profiles_public_check CHECK (visibility <> 'PUBLIC' OR (slug IS NOT NULL AND full_name <> '')),
    CONSTRAINT profiles_contact_key_check CHECK ((contact_encrypted IS NULL) = (contact_key_id IS NULL))
);
CREATE INDEX idx_profiles_visibility ON profiles (visibility) WHERE visibility = 'PUBLIC';
CREATE INDEX idx_profiles_completeness ON profiles (completeness_score);

-- Old addresses. No foreign key: a slug stays taken for 90 days even when its profile is gone.
CREATE TABLE slug_history (
    id ulid PRIMARY KEY,
    slug VARCHAR(63),
    slug_hash BYTEA NOT NULL CONSTRAINT slug_history_hash_check CHECK (octet_length(slug_hash) = 32),
    profile_id ulid,
    released_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_slug_history_slug_hash ON slug_history (slug_hash, released_at DESC);
CREATE INDEX idx_slug_history_profile_id ON slug_history (profile_id);

CREATE TABLE share_links (
    id ulid PRIMARY KEY,
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    token_hash BYTEA NOT NULL CONSTRAINT share_links_token_hash_key UNIQUE
        CONSTRAINT share_links_hash_check CHECK (octet_length(token_hash) = 32),
    label VARCHAR(100) NOT NULL DEFAULT '',
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_share_links_profile_id ON share_links (profile_id);

CREATE TABLE profile_photos (
    profile_id ulid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    size VARCHAR(10) NOT NULL CONSTRAINT profile_photos_size_check CHECK (size IN ('small', 'medium', 'large')),
    sha256 BYTEA NOT NULL CONSTRAINT profile_photos_sha256_check CHECK (octet_length(sha256) = 32),
    bytes BYTEA NOT NULL CONSTRAINT profile_photos_bytes_check CHECK (octet_length(bytes) BETWEEN 1 AND 2000000),
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (profile_id, size)
);

CREATE TABLE import_history (
    id ulid PRIMARY KEY,
    user_id ulid NOT NULL REFERENCES users ON DELETE CASCADE,
    source VARCHAR(50) NOT NULL,
    status VARCHAR(50) NOT NULL DEFAULT 'PENDING'
        CONSTRAINT import_history_status_check CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED')),
    items_imported INTEGER NOT NULL DEFAULT 0 CONSTRAINT import_history_items_check CHECK (items_imported >= 0),
    error_message TEXT,
    import_data JSONB,  -- what the file said, for thirty days
    file_sha256 BYTEA CONSTRAINT import_history_sha256_check CHECK (octet_length(file_sha256) = 32),
    report JSONB,
    started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    completed_at TIMESTAMPTZ
);
CREATE INDEX idx_import_history_user_id ON import_history (user_id);
CREATE INDEX idx_import_history_status ON import_history (status);

-- Written by triggers that come with the next revisions; no foreign key, because history isn't rewritten.
CREATE TABLE audit_log (
    id ulid PRIMARY KEY,
    user_id ulid,  -- who did it
    profile_id ulid,
    action VARCHAR(100) NOT NULL,
    entity_type VARCHAR(50),
    entity_id TEXT,
    old_values JSONB,
    new_values JSONB,
    salt BYTEA,
    values_digest BYTEA,
    ip_address INET,
    user_agent TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idx_audit_log_user_id ON audit_log (user_id);
CREATE INDEX idx_audit_log_profile_id ON audit_log (profile_id, created_at DESC);
CREATE INDEX idx_audit_log_entity ON audit_log (entity_type, entity_id);
CREATE INDEX idx_audit_log_created ON audit_log (created_at DESC);

CREATE TRIGGER a_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch_row();
CREATE TRIGGER a_touch BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION touch_row();

-- A slug that was somebody's stays theirs for 90 days: links to it must not lead to somebody else.
CREATE FUNCTION hold_slug() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.slug IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.slug IS DISTINCT FROM OLD.slug) THEN
    IF EXISTS (SELECT FROM slug_history h
               WHERE h.slug_hash = sha256(convert_to(NEW.slug, 'UTF8')) AND h.profile_id IS DISTINCT FROM NEW.id
                 AND h.released_at > now() - interval '90 days') THEN
      RAISE unique_violation USING CONSTRAINT = 'profiles_slug_held', MESSAGE = 'slug is held for its former owner';
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' AND OLD.slug IS NOT NULL AND (TG_OP = 'DELETE' OR NEW.slug IS DISTINCT FROM OLD.slug) THEN
    INSERT INTO slug_history (id, slug, slug_hash, profile_id)
    VALUES (make_ulid(), OLD.slug, sha256(convert_to(OLD.slug, 'UTF8')), OLD.id);
  END IF;
  RETURN NULL;
END $$;

-- A ULID made by the database, for rows that triggers write: 48 bits of milliseconds, 80 of randomness.
CREATE FUNCTION make_ulid() RETURNS text LANGUAGE plpgsql VOLATILE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  milliseconds bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
  random_bytes bytea := gen_random_bytes(16);
  made text := '';
BEGIN
  FOR i IN 0..9 LOOP
    made := substr(alphabet, (milliseconds & 31)::int + 1, 1) || made;
    milliseconds := milliseconds >> 5;
  END LOOP;
  FOR i IN 0..15 LOOP
    made := made || substr(alphabet, (get_byte(random_bytes, i) & 31) + 1, 1);
  END LOOP;
  RETURN made;
END $$;

CREATE TRIGGER b_hold_slug AFTER INSERT OR UPDATE OF slug OR DELETE ON profiles FOR EACH ROW EXECUTE FUNCTION hold_slug();
REVOKE ALL ON FUNCTION hold_slug(), make_ulid() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_ulid() TO careerhub_system;
ALTER FUNCTION hold_slug() OWNER TO careerhub_system;
GRANT SELECT, INSERT ON slug_history TO careerhub_system;

GRANT SELECT ON users, profiles TO careerhub_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON users, user_tokens, profiles, share_links, profile_photos, import_history TO careerhub_app;
GRANT SELECT ON slug_history, audit_log TO careerhub_app;
