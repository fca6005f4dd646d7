-- The rows stay, and the order among them by their time; the seals go, and with them the proof.
DO $$
DECLARE
  noted record;
BEGIN
  FOR noted IN SELECT tgname, tgrelid::regclass AS on_table FROM pg_trigger WHERE tgname LIKE 'e\_audit\_%' AND NOT tgisinternal LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', noted.tgname, noted.on_table);
  END LOOP;
END $$;
DROP TRIGGER b_allow_emptying ON audit_log;
DROP TRIGGER a_refuse_rewriting ON audit_log;
DROP FUNCTION tidy();
DROP FUNCTION tidy(timestamptz);
DROP FUNCTION forget_audit_values(text, text);
DROP FUNCTION empty_audit_values(timestamptz);
DROP FUNCTION verify_audit_log();
DROP FUNCTION seal_audit_log(bigint);
DROP FUNCTION find_audit_end();
DROP TABLE audit_seals;
DROP FUNCTION allow_emptying();
DROP FUNCTION refuse_rewriting();
DROP FUNCTION audit_table(regclass, text, text[], text[]);
DROP FUNCTION note_audit();
DROP FUNCTION append_audit(text, text, text[], text[], jsonb[], jsonb[]);
DROP FUNCTION current_address();
DROP FUNCTION digest_facts(audit_log);
DROP FUNCTION digest_values(bytea, jsonb, jsonb);
DROP FUNCTION logged_values(jsonb, jsonb);
ALTER TABLE audit_log DROP COLUMN position;
ALTER TABLE audit_log ALTER COLUMN created_at SET DEFAULT clock_timestamp();
REVOKE INSERT, UPDATE, SELECT ON audit_log FROM careerhub_system;
REVOKE UPDATE (import_data) ON import_history FROM careerhub_system;
REVOKE DELETE ON user_tokens, share_links, slug_history FROM careerhub_system;
