-- Extensions, schemas, the ULID domain and the small functions that constraints are written with.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS unaccent;

GRANT USAGE ON SCHEMA public TO careerhub_app, careerhub_site, careerhub_backup;
GRANT USAGE, CREATE ON SCHEMA public TO careerhub_system;
GRANT SELECT ON alembic_version TO careerhub_app, careerhub_site, careerhub_backup;

CREATE SCHEMA facts;  -- every column the public may know, every filter of an item; nobody logs in here
CREATE SCHEMA site;   -- the facts of PUBLIC profiles, for the builder
CREATE SCHEMA own;    -- the facts of the actor's own profile, for previews and exports
GRANT USAGE, CREATE ON SCHEMA facts, site, own TO careerhub_system;
GRANT USAGE ON SCHEMA site TO careerhub_site;
GRANT USAGE ON SCHEMA own TO careerhub_app;

CREATE DOMAIN ulid AS text COLLATE "C" CHECK (VALUE ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$');

-- Who acts in this transaction; '' is nobody: a pooled connection sees '' once the first transaction has set it.
CREATE FUNCTION current_actor() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  AS $$ SELECT nullif(current_setting('careerhub.actor', true), '') $$;

CREATE FUNCTION is_web_address(address text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT address ~* '^https?://[^/?#@[:space:]]+([/?#]|$)' AND address !~ '[[:space:]<>"`\\]' $$;

CREATE FUNCTION is_text_array(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT jsonb_typeof(value) = 'array' AND length(value::text) <= 100000
          AND NOT jsonb_path_exists(value, '$[*] ? (@.type() != "string")') $$;

-- What an owner publishes: strings under these keys, nothing else.
CREATE FUNCTION is_contact(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT jsonb_typeof(value) = 'object' AND length(value::text) <= 4000
          AND value - '{email,phone,website,linkedin,address}'::text[] = '{}'::jsonb
          AND NOT jsonb_path_exists(value, '$.* ? (@.type() != "string")')
          AND coalesce(public.is_web_address(value ->> 'website'), true)
          AND coalesce(public.is_web_address(value ->> 'linkedin'), true) $$;

-- The last day a partial date may mean: 2014 ends on its 31st of December.
CREATE FUNCTION last_day(day date, day_precision text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE day_precision
          WHEN 'Y' THEN make_date(extract(year FROM day)::int, 12, 31)
          WHEN 'M' THEN (day + interval '1 month')::date - 1
          ELSE day END $$;

-- A date and its precision belong together: the first day of what is known, finite, from 1900.
CREATE FUNCTION is_partial_date(day date, day_precision text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE
          WHEN day IS NULL OR day_precision IS NULL THEN day IS NULL AND day_precision IS NULL
          WHEN NOT isfinite(day) OR day < DATE '1900-01-01' OR day >= DATE '2201-01-01' THEN false
          WHEN day_precision = 'D' THEN true
          WHEN day_precision = 'M' THEN extract(day FROM day) = 1
          WHEN day_precision = 'Y' THEN extract(day FROM day) = 1 AND extract(month FROM day) = 1
          ELSE false END $$;

-- Words an address may not be: the site's own, and names that servers or file systems treat as special.
CREATE FUNCTION is_reserved_slug(slug text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT slug = ANY (ARRAY['about','account','admin','api','app','assets','aux','careerhub','con','contact','cv','export','feed',
          'help','home','import','imprint','index','languages','legal','login','logout','mail','me','new','nul','null','p','page',
          'places','prn','privacy','profile','profiles','root','robots','s','search','settings','signin','signup','sitemap','site',
          'static','status','support','technologies','terms','undefined','user','users','well-known','www']) $$;

-- unaccent() isn't immutable because its dictionary might change; ours is named, so indexes may use it.
CREATE FUNCTION plain_words(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, words)) $$;

-- Every change of a row raises its revision and its time; a change of what is derived doesn't.
CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql
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
