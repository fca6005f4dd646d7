-- Search: people, experiences, projects and technologies, by words and by likeness.
-- Everything below reads what the public may see and nothing else: no index holds a hidden row or an anonymised project,
-- and every filter of schema facts stands in every query. The functions are careerhub_system's, because under a policy or a
-- view with a security barrier none of these operators may use an index.

-- The one form in which names, texts and queries are compared: lower case, without accents and marks, words parted by
-- single spaces. "O’Brien, Åse" is "obrien ase", "node.js" is "node js", "Ёлкин" is "елкин", "مُحَمَّد" is "محمد".
CREATE FUNCTION search_words(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$
  SELECT CASE WHEN octet_length(words) = length(words)  -- ASCII: most texts, at a fifth of the price
    THEN btrim(regexp_replace(replace(lower(words), '''', ''), '[^a-z0-9]+', ' ', 'g'))
    ELSE btrim(regexp_replace(
      -- letters that Arabic and Greek write in more than one way
      translate(
        normalize(regexp_replace(
          normalize(public.plain_words(translate(normalize(words, NFKC), '''’‘ʼʻʹ׳', '')), NFKD),
          -- accents, points of Hebrew, vowel marks of Arabic and its lengthening stroke: no vowel signs of other scripts
          '[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670]', '', 'g'), NFC),
        'ςىةکیٱ', 'σيهكيا'),
      '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u05be\u05f4\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2100-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ue000-\uf8ff\ufe00-\ufe0f\U0001f000-\U0001faff]+', ' ', 'g'))
    END $$;

-- Scripts that are written without spaces are searched by single characters and pairs of them.
-- PL/pgSQL, here and below: SQL functions that call each other are planned anew at every call, twenty times the price.
CREATE FUNCTION search_grams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
  AS $$
DECLARE
  letters text[];
  pairs text[] := '{}';
BEGIN
  IF octet_length(words) = length(words) THEN
    RETURN '{}';
  END IF;
  -- all but Thai, Lao, Burmese, Khmer, Kana, Han and Hangul becomes a space
  letters := string_to_array(btrim(regexp_replace(words,
    '[^\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u302f\u3031-\u30fa\u30fc-\u31ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+', ' ', 'g')), NULL);
  FOR at IN 2..cardinality(letters) LOOP
    IF letters[at - 1] <> ' ' AND letters[at] <> ' ' THEN
      pairs := pairs || (letters[at - 1] || letters[at]);
    END IF;
  END LOOP;
  RETURN array_remove(letters, ' ') || pairs;
END $$;

-- Words as they are, for names.
CREATE FUNCTION search_names(names text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
  AS $$
DECLARE
  words text := public.search_words(names);
BEGIN
  RETURN array_to_tsvector(string_to_array(words, ' ') || public.search_grams(words));
END $$;

-- Titles by their words and by the stems of these; the text below them by its stems.
CREATE FUNCTION search_texts(titles text, body text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
  AS $$
DECLARE
  words text := public.search_words(titles);
  whole text := words || ' ' || public.search_words(body);
BEGIN
  RETURN array_to_tsvector(string_to_array(words, ' ') || public.search_grams(whole))
         || strip(to_tsvector('pg_catalog.english'::regconfig, whole));
END $$;

-- Indexes instead of columns: nothing to keep up, and what isn't public isn't in them. The three of the first schema
-- get better ones under their names.
DROP INDEX idx_experiences_search, idx_projects_search, idx_skills_search;
CREATE INDEX idx_profiles_name ON profiles (search_words(full_name) text_pattern_ops) WHERE visibility = 'PUBLIC';
CREATE INDEX idx_profiles_name_search ON profiles USING gin (search_names(full_name)) WHERE visibility = 'PUBLIC';
CREATE INDEX idx_profiles_name_likeness ON profiles USING gin (search_words(full_name) gin_trgm_ops) WHERE visibility = 'PUBLIC';
CREATE INDEX idx_profiles_headline_search ON profiles
  USING gin (search_texts(headline || ' ' || location || ' ' || city || ' ' || region, '')) WHERE visibility = 'PUBLIC';
CREATE INDEX idx_profiles_summary_search ON profiles USING gin (search_texts('', summary)) WHERE visibility = 'PUBLIC';
CREATE INDEX idx_translations_name_search ON translations USING gin (search_names(text)) WHERE entity_type = 'PROFILE' AND field = 'full_name';
CREATE INDEX idx_skills_search ON skills USING gin (search_names(name)) WHERE NOT is_hidden;
CREATE INDEX idx_skills_technology_level ON skills (technology_id, level DESC NULLS LAST, profile_id) WHERE NOT is_hidden;
-- a line break in a bullet is written \n, a tab \t: their letters would join the word behind them
CREATE INDEX idx_experiences_search ON experiences
  USING gin (search_texts(company_name || ' ' || position, description || ' ' || regexp_replace(responsibilities::text, '\\[nrt]', ' ', 'g'))) WHERE NOT is_hidden;
CREATE INDEX idx_experiences_likeness ON experiences USING gin (search_words(company_name || ' ' || position) gin_trgm_ops) WHERE NOT is_hidden;
CREATE INDEX idx_projects_search ON projects USING gin (search_texts(name || ' ' || role || ' ' || organization || ' ' || keywords::text, description))
  WHERE NOT is_hidden AND visibility = 'PUBLIC';
CREATE INDEX idx_projects_likeness ON projects USING gin (search_words(name) gin_trgm_ops) WHERE NOT is_hidden AND visibility = 'PUBLIC';
CREATE INDEX idx_technologies_words ON technologies (search_words(name));
CREATE INDEX idx_technology_aliases_words ON technology_aliases (search_words(alias));

-- Only ids of technologies that the words name: by name or alias as typed ("c++" is not "c"), or else by their words.
CREATE FUNCTION name_technologies(query text) RETURNS SETOF text LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  RETURN QUERY SELECT t.id::text FROM technologies t WHERE lower(t.name) = lower(btrim(query))
    UNION SELECT a.technology_id::text FROM technology_aliases a WHERE lower(a.alias) = lower(btrim(query));
  IF NOT FOUND AND search_words(query) <> '' THEN
    RETURN QUERY SELECT t.id::text FROM technologies t WHERE search_words(t.name) = search_words(query)
      UNION SELECT a.technology_id::text FROM technology_aliases a WHERE search_words(a.alias) = search_words(query);
  END IF;
END $$;

-- The canonical words of a query. The longest name, title or headline has 200 characters: nothing longer can be found.
CREATE FUNCTION read_query(query text) RETURNS text LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
BEGIN
  IF length(query) > 200 THEN
    RAISE invalid_parameter_value USING MESSAGE = 'a query has at most 200 characters';
  END IF;
  -- more than 12 words only cost time: so many together stand in nobody's profile
  RETURN coalesce(array_to_string((string_to_array(search_words(query), ' '))[1:12], ' '), '');
END $$;

-- All words, as they are. Open: the last one may be the beginning of a word. Stemmed: English endings don't matter, and
-- words like "of" don't count. NULL when nothing is left to look for.
CREATE FUNCTION make_tsquery(words text, is_open boolean, is_stemmed boolean) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  listed text[] := string_to_array(words, ' ');
  word text;
  stems text[];
  grams text[];
  parts text[] := '{}';
BEGIN
  FOR at IN 1..cardinality(listed) LOOP
    word := listed[at];
    grams := search_grams(word);
    stems := CASE WHEN is_stemmed THEN ts_lexize('pg_catalog.english_stem', word) END;
    CONTINUE WHEN stems = '{}';
    IF grams <> '{}' THEN
      -- pairs alone where there are pairs: each of them says more than its characters
      SELECT parts || string_agg(quote_literal(g), ' & ') INTO parts FROM unnest(grams) g
       WHERE length(g) = (SELECT max(length(l)) FROM unnest(grams) l);
    ELSE
      word := quote_literal(word) || CASE WHEN is_open AND at = cardinality(listed) AND length(word) > 1 THEN ':*' ELSE '' END;
      parts := parts || CASE WHEN quote_literal(stems[1]) <> word THEN '(' || word || ' | ' || quote_literal(stems[1]) || ')' ELSE word END;
    END IF;
  END LOOP;
  RETURN nullif(array_to_string(parts, ' & '), '')::tsquery;
END $$;

-- Up to `enough` people who match in one place: the index is read, but only so many rows. A profile's visibility is
-- asked by its key, row by row: as a join it may become a walk through everybody.
CREATE FUNCTION find_people(place text, query text, words text, is_open boolean, enough integer) RETURNS SETOF text LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  wanted tsquery := make_tsquery(words, is_open, is_open AND place <> 'name' AND place <> 'skill');
BEGIN
  CASE place
  WHEN 'whole name' THEN
    RETURN QUERY SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC' AND search_words(p.full_name) ~>=~ words
      AND search_words(p.full_name) ~<~ (words || U&'\+10FFFF') ORDER BY search_words(p.full_name) USING ~<~ LIMIT enough;
  WHEN 'name' THEN
    RETURN QUERY (SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC' AND search_names(p.full_name) @@ wanted LIMIT enough)
      UNION ALL (SELECT t.profile_id::text FROM translations t WHERE t.entity_type = 'PROFILE' AND t.field = 'full_name' AND t.entity_id = t.profile_id
        AND search_names(t.text) @@ wanted AND (SELECT p.visibility FROM profiles p WHERE p.id = t.profile_id) = 'PUBLIC' LIMIT enough);
  WHEN 'headline' THEN
    RETURN QUERY SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC'
      AND search_texts(p.headline || ' ' || p.location || ' ' || p.city || ' ' || p.region, '') @@ wanted LIMIT enough;
  WHEN 'summary' THEN
    RETURN QUERY SELECT p.id::text FROM profiles p WHERE p.visibility = 'PUBLIC' AND search_texts('', p.summary) @@ wanted LIMIT enough;
  WHEN 'technology', 'symbols' THEN
    RETURN QUERY SELECT s.profile_id::text FROM name_technologies(query) n (id), LATERAL (
        SELECT s.profile_id, s.level FROM skills s WHERE s.technology_id = n.id AND NOT s.is_hidden
           AND (SELECT p.visibility FROM profiles p WHERE p.id = s.profile_id) = 'PUBLIC'
         ORDER BY s.level DESC NULLS LAST, s.profile_id LIMIT enough) s ORDER BY s.level DESC NULLS LAST, s.profile_id LIMIT enough;
  WHEN 'skill' THEN
    RETURN QUERY SELECT s.profile_id::text FROM skills s WHERE NOT s.is_hidden AND search_names(s.name) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = s.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'experience' THEN
    RETURN QUERY SELECT e.profile_id::text FROM experiences e WHERE NOT e.is_hidden
      AND search_texts(e.company_name || ' ' || e.position, e.description || ' ' || regexp_replace(e.responsibilities::text, '\\[nrt]', ' ', 'g')) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = e.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'project' THEN
    RETURN QUERY SELECT j.profile_id::text FROM projects j WHERE NOT j.is_hidden AND j.visibility = 'PUBLIC'
      AND search_texts(j.name || ' ' || j.role || ' ' || j.organization || ' ' || j.keywords::text, j.description) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = j.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'several' THEN
    RETURN QUERY SELECT find_people_by_parts(words, enough);
  END CASE;
END $$;

-- People who have every word, each in another place perhaps: whoever has the rarest of them, asked for the rest. What is
-- asked are the titles the public may know of them.
CREATE FUNCTION find_people_by_parts(words text, enough integer) RETURNS SETOF text LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  listed text[] := ARRAY(SELECT w FROM unnest(string_to_array(words, ' ')) w WHERE ts_lexize('pg_catalog.english_stem', w) <> '{}');
  wanted text[] := ARRAY(SELECT CASE WHEN search_grams(w) = '{}' THEN ' ' ELSE '' END || w FROM unnest(listed) w);
  stems text[] := ARRAY(SELECT ' ' || (ts_lexize('pg_catalog.english_stem', w))[1] FROM unnest(listed) w);
  word record;
  is_open boolean;
  those text[];
  fewest text[];
BEGIN
  IF cardinality(listed) < 2 THEN
    RETURN;
  END IF;
  -- few headlines, few people, mostly: with luck the first word is rare enough to be the last one looked up
  FOR word IN SELECT w AS letters, (SELECT count(*) FROM find_people('headline', w, w, false, enough + 1)) AS headlines
                FROM unnest(listed) w ORDER BY 2, length(w) DESC, w LOOP
    EXIT WHEN cardinality(fewest) <= enough OR (fewest IS NOT NULL AND word.headlines > enough);
    FOREACH is_open IN ARRAY ARRAY[false, true] LOOP
      those := ARRAY(SELECT DISTINCT f FROM unnest('{name,headline,skill,experience,project}'::text[]) place,
                     LATERAL find_people(place, word.letters, word.letters, is_open, enough + 1) f);
      EXIT WHEN cardinality(those) > enough;
    END LOOP;
    fewest := CASE WHEN cardinality(fewest) <= cardinality(those) THEN fewest ELSE those END;
  END LOOP;
  RETURN QUERY SELECT t.id FROM (
      -- piece by piece: most of them are ASCII, which costs a fifth
      SELECT p.id::text, concat_ws(' ', '', search_words(p.full_name), search_words(p.headline), search_words(p.location),
          search_words(p.city), search_words(p.region),
          (SELECT string_agg(search_words(s.name), ' ') FROM skills s WHERE s.profile_id = p.id AND NOT s.is_hidden),
          (SELECT string_agg(search_words(e.company_name) || ' ' || search_words(e.position), ' ') FROM experiences e
            WHERE e.profile_id = p.id AND NOT e.is_hidden),
          (SELECT string_agg(search_words(j.name) || ' ' || search_words(j.role) || ' ' || search_words(j.organization), ' ') FROM projects j
            WHERE j.profile_id = p.id AND NOT j.is_hidden AND j.visibility = 'PUBLIC')) AS titles
        FROM profiles p WHERE p.id = ANY (fewest[1:enough]) AND p.visibility = 'PUBLIC' OFFSET 0) t
    WHERE NOT EXISTS (SELECT FROM unnest(wanted, stems) w (word, stem) WHERE strpos(t.titles, w.word) = 0 AND strpos(t.titles, w.stem) = 0);
END $$;

-- People whose names look like the words: near ones; and far ones, with two wrong letters of eight, when nothing else was
-- found at all. The operator's limit is a setting, put back afterwards.
CREATE FUNCTION find_people_alike(words text, is_last_resort boolean, enough integer) RETURNS TABLE (id text, likeness real)
  LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  before text := current_setting('pg_trgm.word_similarity_threshold', true);
  threshold text;
  found_ids text[];
BEGIN
  FOREACH threshold IN ARRAY ARRAY['0.6', '0.4', '0.25'] LOOP
    PERFORM set_config('pg_trgm.word_similarity_threshold', threshold, true);
    found_ids := ARRAY(SELECT p.id FROM profiles p WHERE p.visibility = 'PUBLIC' AND words <% search_words(p.full_name) LIMIT enough);
    -- of five letters the half isn't enough to go by
    EXIT WHEN cardinality(found_ids) > 0 OR NOT is_last_resort OR length(words) < 6;
  END LOOP;
  PERFORM set_config('pg_trgm.word_similarity_threshold', before, true);
  RETURN QUERY SELECT f.id, (word_similarity(words, f.name) * 0.8 + similarity(words, f.name) * 0.2)::real
    FROM (SELECT p.id::text, search_words(p.full_name) AS name FROM profiles p WHERE p.id = ANY (found_ids) OFFSET 0) f;
END $$;

-- People, best first: by name, then by what they are, can and did; when that is too little, by several places together,
-- and by names that look alike. Equal ranks stand in the order of their slugs. Of a word that thousands have, the first
-- hundred found are ranked.
CREATE FUNCTION search_people(query text, max_results integer DEFAULT 20)
  RETURNS TABLE (slug text, full_name text, headline text, place text, rank real, why text) LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
  AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  enough CONSTANT integer := 100;
  most CONSTANT integer := least(greatest(max_results, 0), enough);
  ids text[] := '{}';
  worths real[] := '{}';
  whys text[] := '{}';
  step record;
BEGIN
  FOR step IN SELECT * FROM (VALUES ('symbols', 'skill', false, 0.98::real), ('whole name', 'name', false, 0.95), ('name', 'name', false, 0.9),
      ('name', 'name', true, 0.85), ('technology', 'skill', false, 0.75), ('headline', 'headline', false, 0.7), ('skill', 'skill', false, 0.65),
      ('experience', 'experience', false, 0.6), ('project', 'project', false, 0.55), ('headline', 'headline', true, 0.5),
      ('skill', 'skill', true, 0.45), ('experience', 'experience', true, 0.4), ('project', 'project', true, 0.35), ('summary', 'summary', true, 0.3),
      ('several', 'several', true, 0.25), ('alike', 'name', true, 0.2)) AS s (place, why, is_open, worth)
  LOOP
    EXIT WHEN cardinality(ids) >= most;
    -- "c++" is first of all what it says; "c" would be the beginning of many names
    CONTINUE WHEN step.place = 'symbols' AND words = lower(btrim(query)) OR words = '' AND step.place <> 'symbols';
    IF step.place = 'alike' THEN
      SELECT ids || array_agg(f.id), worths || array_agg(f.likeness * step.worth), whys || array_agg(step.why) INTO ids, worths, whys
        FROM find_people_alike(words, ids = '{}', enough) f WHERE f.id <> ALL (ids);
    ELSE
      SELECT ids || array_agg(f.id), worths || array_agg(step.worth), whys || array_agg(step.why) INTO ids, worths, whys
        FROM (SELECT DISTINCT f FROM find_people(step.place, query, words, step.is_open, enough) f) f (id) WHERE f.id <> ALL (ids);
    END IF;
  END LOOP;
  RETURN QUERY
    SELECT p.slug::text, p.full_name::text, p.headline::text, coalesce(nullif(p.location, ''), concat_ws(', ', nullif(p.city, ''), nullif(p.region, ''))),
           CASE WHEN f.why = 'name' AND search_words(p.full_name) = words THEN 1 ELSE f.worth END AS best, f.why
      FROM unnest(ids, worths, whys) f (id, worth, why) JOIN profiles p ON p.id = f.id AND p.visibility = 'PUBLIC'
     ORDER BY best DESC, p.slug LIMIT most;
END $$;

-- Jobs and projects of everybody, by the words they have, by beginnings and stems of words, or by titles that look alike.
CREATE FUNCTION find_items(kind text, how text, words text, enough integer) RETURNS TABLE (profile_id text, id text) LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  wanted tsquery := make_tsquery(words, how = 'stems', how = 'stems');
BEGIN
  CASE kind || ' by ' || replace(how, 'stems', 'words')
  WHEN 'experiences by words' THEN
    RETURN QUERY SELECT e.profile_id::text, e.id::text FROM experiences e WHERE NOT e.is_hidden
      AND search_texts(e.company_name || ' ' || e.position, e.description || ' ' || regexp_replace(e.responsibilities::text, '\\[nrt]', ' ', 'g')) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = e.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'experiences by likeness' THEN
    RETURN QUERY SELECT e.profile_id::text, e.id::text FROM experiences e WHERE NOT e.is_hidden
      AND words <% search_words(e.company_name || ' ' || e.position)
      AND (SELECT p.visibility FROM profiles p WHERE p.id = e.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'projects by words' THEN
    RETURN QUERY SELECT j.profile_id::text, j.id::text FROM projects j WHERE NOT j.is_hidden AND j.visibility = 'PUBLIC'
      AND search_texts(j.name || ' ' || j.role || ' ' || j.organization || ' ' || j.keywords::text, j.description) @@ wanted
      AND (SELECT p.visibility FROM profiles p WHERE p.id = j.profile_id) = 'PUBLIC' LIMIT enough;
  WHEN 'projects by likeness' THEN
    RETURN QUERY SELECT j.profile_id::text, j.id::text FROM projects j WHERE NOT j.is_hidden AND j.visibility = 'PUBLIC'
      AND words <% search_words(j.name)
      AND (SELECT p.visibility FROM profiles p WHERE p.id = j.profile_id) = 'PUBLIC' LIMIT enough;
  END CASE;
END $$;

-- The same, as far as needed: words first, likeness last.
CREATE FUNCTION find_enough_items(kind text, words text, most integer) RETURNS TABLE (profile_id text, id text, is_alike boolean) LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  before text := current_setting('pg_trgm.word_similarity_threshold', true);
  how text;
  found_keys text[] := '{}';
  alike text[] := '{}';
BEGIN
  FOREACH how IN ARRAY ARRAY['words', 'stems'] LOOP
    found_keys := found_keys || ARRAY(SELECT f.profile_id || f.id FROM find_items(kind, how, words, 100) f);
    EXIT WHEN cardinality(found_keys) >= most;
  END LOOP;
  IF cardinality(found_keys) < most AND words <> '' THEN
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.5', true);
    alike := ARRAY(SELECT f.profile_id || f.id FROM find_items(kind, 'likeness', words, 100) f);
    PERFORM set_config('pg_trgm.word_similarity_threshold', before, true);
  END IF;
  -- a ULID has 26 characters
  RETURN QUERY SELECT left(k, 26), right(k, 26), NOT k = ANY (found_keys) FROM (SELECT DISTINCT unnest(found_keys || alike) AS k) f;
END $$;

-- How well titles fit: 1 for one that is the words, less for one that begins with them, that has them all, or their stems.
CREATE FUNCTION rank_titles(words text, titles text[], is_alike boolean) RETURNS real LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, public, pg_temp
  AS $$
DECLARE
  plain CONSTANT text[] := ARRAY(SELECT search_words(t) FROM unnest(titles) t);
  whole CONSTANT text := array_to_string(plain, ' ');
BEGIN
  RETURN CASE WHEN words = ANY (plain) THEN 1
    WHEN EXISTS (SELECT FROM unnest(plain) t WHERE starts_with(t, words)) THEN 0.9
    WHEN is_alike THEN word_similarity(words, whole) * 0.3
    WHEN search_names(whole) @@ make_tsquery(words, true, false) THEN 0.8
    WHEN search_texts(whole, '') @@ make_tsquery(words, true, true) THEN 0.7
    ELSE 0.5 END;
END $$;

-- Jobs of people who are PUBLIC. Titles first, then what was done there, then titles that look alike.
CREATE FUNCTION search_experiences(query text, max_results integer DEFAULT 20)
  RETURNS TABLE (slug text, full_name text, "position" text, company_name text, is_current boolean, rank real) LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
  AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  most CONSTANT integer := least(greatest(max_results, 0), 100);
BEGIN
  RETURN QUERY SELECT p.slug::text, p.full_name::text, e.position::text, e.company_name::text, e.is_current,
      rank_titles(words, ARRAY[e.position, e.company_name], f.is_alike) AS worth
    FROM find_enough_items('experiences', words, most) f JOIN experiences e ON e.profile_id = f.profile_id AND e.id = f.id AND NOT e.is_hidden
    JOIN profiles p ON p.id = e.profile_id AND p.visibility = 'PUBLIC'
   ORDER BY worth DESC, p.slug, e.id LIMIT most;
END $$;

-- Projects that are PUBLIC, of people who are; none of an anonymised one.
CREATE FUNCTION search_projects(query text, max_results integer DEFAULT 20)
  RETURNS TABLE (slug text, full_name text, project_slug text, name text, role text, rank real) LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
  AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  most CONSTANT integer := least(greatest(max_results, 0), 100);
BEGIN
  RETURN QUERY SELECT p.slug::text, p.full_name::text, j.slug::text, j.name::text, j.role::text,
      rank_titles(words, ARRAY[j.name, j.role, j.organization], f.is_alike) AS worth
    FROM find_enough_items('projects', words, most) f
    JOIN projects j ON j.profile_id = f.profile_id AND j.id = f.id AND NOT j.is_hidden AND j.visibility = 'PUBLIC'
    JOIN profiles p ON p.id = j.profile_id AND p.visibility = 'PUBLIC'
   ORDER BY worth DESC, p.slug, j.slug LIMIT most;
END $$;

-- Technologies of the catalogue, for boxes that complete what is typed: "c+" is the beginning of C++, not of C.
CREATE FUNCTION search_technologies(query text, max_results integer DEFAULT 20)
  RETURNS TABLE (slug text, name text, alias text, category text, layer text, rank real) LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET row_security = on SET jit = off
  AS $$
#variable_conflict use_column
DECLARE
  words CONSTANT text := read_query(query);
  typed CONSTANT text := lower(btrim(query));
BEGIN
  RETURN QUERY SELECT t.slug::text, t.name::text, CASE WHEN b.called <> t.name THEN b.called ELSE '' END, t.category::text, t.layer::text, b.worth
    FROM (SELECT DISTINCT ON (r.id) r.id, r.called, r.worth FROM (
        SELECT n.id, n.called, (CASE
            WHEN lower(n.called) = typed THEN 1
            WHEN starts_with(lower(n.called), typed) THEN 0.9
            WHEN words = '' OR search_words(typed) <> typed THEN 0  -- symbols are what they are, and part of the name
            WHEN n.plain = words THEN 0.85
            WHEN starts_with(n.plain, words) THEN 0.8
            WHEN strpos(n.plain, ' ' || words) > 0 THEN 0.7
            WHEN similarity(n.plain, words) > 0.25 THEN similarity(n.plain, words) * 0.6
            ELSE 0 END - CASE WHEN n.is_alias THEN 0.05 ELSE 0 END)::real AS worth
          FROM (SELECT o.id, o.name::text AS called, false AS is_alias, search_words(o.name) AS plain FROM technologies o
                UNION ALL SELECT a.technology_id, a.alias, true, search_words(a.alias) FROM technology_aliases a) n) r
       WHERE r.worth > 0 AND typed <> '' ORDER BY r.id, r.worth DESC, r.called) b
    JOIN technologies t ON t.id = b.id
   ORDER BY b.worth DESC, lower(t.name), t.slug LIMIT least(greatest(max_results, 0), 100);
END $$;

DO $$
DECLARE
  made record;
BEGIN
  FOR made IN SELECT p.oid::regprocedure AS signature, p.prosecdef AS is_door FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace AND p.proname = ANY (ARRAY['name_technologies', 'read_query', 'make_tsquery', 'find_people',
       'find_people_by_parts', 'find_people_alike', 'find_items', 'find_enough_items', 'rank_titles', 'search_people', 'search_experiences',
       'search_projects', 'search_technologies'])
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made.signature);
    EXECUTE format('ALTER FUNCTION %s OWNER TO careerhub_system', made.signature);
    IF made.is_door THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO careerhub_app, careerhub_site', made.signature);
    END IF;
  END LOOP;
END $$;
