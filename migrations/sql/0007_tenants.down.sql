DROP SCHEMA shared CASCADE;
DROP FUNCTION list_contact_owners(text), change_account(text, boolean, text, text), list_accounts(), open_share_link(bytea),
  use_token(bytea, text), free_slugs(text[], text), find_owner(text), find_account(text);
REVOKE UPDATE ON users, user_tokens, share_links FROM careerhub_system;
REVOKE SELECT ON user_tokens, share_links FROM careerhub_system;
DROP TRIGGER b_doubt_email ON users;
DROP FUNCTION doubt_email();
DROP TRIGGER b_check_sections ON cv_versions;
DROP FUNCTION check_sections();

ALTER FUNCTION hold_slug() RESET row_security;
ALTER FUNCTION drop_translations() RESET row_security;
ALTER FUNCTION raise_revisions(text[], boolean[]) RESET row_security;
ALTER FUNCTION score_profiles(text[]) RESET row_security;
ALTER FUNCTION note_changes() RESET row_security;
ALTER FUNCTION note_technology_change() RESET row_security;

REVOKE UPDATE ON users, user_tokens, profiles FROM careerhub_app;
GRANT UPDATE ON users, user_tokens, profiles TO careerhub_app;
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT polname, polrelid::regclass AS on_table FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
                WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition LOOP
    EXECUTE format('DROP POLICY %I ON %s', given.polname, given.on_table);
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', given.on_table);
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', given.on_table);
  END LOOP;
END $$;
DROP FUNCTION own_profile();
