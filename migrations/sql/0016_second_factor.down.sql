DROP FUNCTION list_second_factor_owners(text);
REVOKE SELECT ON user_totp FROM careerhub_system;
