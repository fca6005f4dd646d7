-- Nothing is stored without a limit: what programs put into JSON columns has one too. A thousand pages of additional data
-- are more than any file of a person had. An imported file is whole, and kept for thirty days only.
DO $$
DECLARE
  kept record;
BEGIN
  FOR kept IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
               WHERE contype = 'c' AND conname LIKE '%\_extras\_check' AND connamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', kept.name, kept.conname);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (jsonb_typeof(extras) = ''object'' AND length(extras::text) <= 2000000)',
                   kept.name, kept.conname);
  END LOOP;
END $$;
ALTER TABLE cv_versions DROP CONSTRAINT cv_versions_sections_config_check;
ALTER TABLE cv_versions ADD CONSTRAINT cv_versions_sections_config_check
  CHECK (jsonb_typeof(sections_config) = 'object' AND length(sections_config::text) <= 200000);
ALTER TABLE import_history ADD CONSTRAINT import_history_error_message_check CHECK (length(error_message) <= 20000);
ALTER TABLE profiles ADD CONSTRAINT profiles_contact_encrypted_check CHECK (octet_length(contact_encrypted) <= 100000);

-- When a row was made isn't anybody's to change.
CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  derived CONSTANT text[] := '{created_at,updated_at,revision,completeness_score,is_anonymized}';
BEGIN
  NEW.created_at := OLD.created_at;
  IF to_jsonb(NEW) - derived IS DISTINCT FROM to_jsonb(OLD) - derived THEN
    NEW.updated_at := clock_timestamp();
    NEW.revision := OLD.revision + 1;
  END IF;
  RETURN NEW;
END $$;
