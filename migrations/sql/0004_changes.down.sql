DO $$
DECLARE
  noted record;
BEGIN
  FOR noted IN SELECT tgname, tgrelid::regclass AS on_table FROM pg_trigger WHERE tgname LIKE 'd\_note\_%' AND NOT tgisinternal LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', noted.tgname, noted.on_table);
  END LOOP;
END $$;
DROP FUNCTION note_technology_change();
DROP FUNCTION note_changes();
DROP FUNCTION score_profiles(text[]);
DROP FUNCTION calculate_profile_completeness(text);
DROP FUNCTION raise_revisions(text[], boolean[]);
DROP FUNCTION takes_away(jsonb, jsonb);
DROP FUNCTION visible_row(text, jsonb);
DROP TABLE profile_publications, profile_revisions;
