DROP TABLE audit_log, import_history, profile_photos, share_links, slug_history, profiles, user_tokens, users;
DROP FUNCTION hold_slug();
DROP FUNCTION make_ulid();
