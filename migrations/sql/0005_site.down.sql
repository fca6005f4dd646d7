DO $$
DECLARE
  viewed record;
BEGIN
  FOR viewed IN SELECT format('%I.%I', c.relnamespace::regnamespace, c.relname) AS name FROM pg_class c
     WHERE c.relnamespace IN ('facts'::regnamespace, 'site'::regnamespace, 'own'::regnamespace) AND c.relkind = 'v' LOOP
    EXECUTE 'DROP VIEW IF EXISTS ' || viewed.name || ' CASCADE';
  END LOOP;
END $$;
