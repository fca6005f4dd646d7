CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  derived CONSTANT text[] := '{updated_at,revision,completeness_score,is_anonymized}';
BEGIN
  IF to_jsonb(NEW) - derived IS DISTINCT FROM to_jsonb(OLD) - derived THEN
    NEW.updated_at := clock_timestamp();
    NEW.revision := OLD.revision + 1;
  END IF;
  RETURN NEW;
END $$;
ALTER TABLE profiles DROP CONSTRAINT profiles_contact_encrypted_check;
ALTER TABLE import_history DROP CONSTRAINT import_history_error_message_check;
ALTER TABLE cv_versions DROP CONSTRAINT cv_versions_sections_config_check;
ALTER TABLE cv_versions ADD CONSTRAINT cv_versions_sections_config_check CHECK (jsonb_typeof(sections_config) = 'object');
DO $$
DECLARE
  kept record;
BEGIN
  FOR kept IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
               WHERE contype = 'c' AND conname LIKE '%\_extras\_check' AND connamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', kept.name, kept.conname);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (jsonb_typeof(extras) = ''object'')', kept.name, kept.conname);
  END LOOP;
END $$;
