-- The five roles of CareerHub. They belong to the cluster: created if missing, never dropped.
-- Run as a superuser (or a role that may create roles) in CareerHub's own database. Give the four that log in a
-- password or another way to sign in; careerhub_system never logs in.
DO $roles$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('careerhub_system', 'NOLOGIN'),
      ('careerhub_owner', 'LOGIN'),
      ('careerhub_app', 'LOGIN'),
      ('careerhub_site', 'LOGIN'),
      ('careerhub_backup', 'LOGIN BYPASSRLS')) AS w (name, options)
  LOOP
    CONTINUE WHEN to_regrole(wanted.name) IS NOT NULL;
    BEGIN
      EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.options);
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;  -- another run was faster
      -- managed servers give nobody BYPASSRLS: there a policy lets the backup read
      WHEN insufficient_privilege THEN
        IF wanted.name <> 'careerhub_backup' THEN RAISE; END IF;
        EXECUTE format('CREATE ROLE %I LOGIN', wanted.name);
    END;
  END LOOP;
  -- the owner hands views and triggers over to careerhub_system
  IF NOT pg_has_role('careerhub_owner', 'careerhub_system', 'MEMBER') THEN
    GRANT careerhub_system TO careerhub_owner;
  END IF;
  IF (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()) <> 'careerhub_owner' THEN
    EXECUTE format('ALTER DATABASE %I OWNER TO careerhub_owner', current_database());
  END IF;
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO careerhub_owner, careerhub_app, careerhub_site, careerhub_backup', current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  GRANT USAGE, CREATE ON SCHEMA public TO careerhub_owner WITH GRANT OPTION;
  GRANT pg_read_all_data TO careerhub_backup;
END
$roles$;
