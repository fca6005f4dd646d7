-- Back to before: Search: people, experiences, projects and technologies, by words and by likeness.
DROP FUNCTION search_people(text, integer), search_experiences(text, integer), search_projects(text, integer), search_technologies(text, integer);
DROP FUNCTION find_people(text, text, text, boolean, integer), find_people_by_parts(text, integer), find_people_alike(text, boolean, integer);
DROP FUNCTION find_items(text, text, text, integer), find_enough_items(text, text, integer), rank_titles(text, text[], boolean);
DROP FUNCTION name_technologies(text), read_query(text), make_tsquery(text, boolean, boolean);
DROP INDEX idx_profiles_name, idx_profiles_name_search, idx_profiles_name_likeness, idx_profiles_headline_search, idx_profiles_summary_search,
  idx_translations_name_search, idx_skills_search, idx_skills_technology_level, idx_experiences_search, idx_experiences_likeness,
  idx_projects_search, idx_projects_likeness, idx_technologies_words, idx_technology_aliases_words;
DROP FUNCTION search_texts(text, text), search_names(text), search_grams(text), search_words(text);
CREATE INDEX idx_experiences_search ON experiences USING gin (to_tsvector('english'::regconfig, company_name || ' ' || position));
CREATE INDEX idx_projects_search ON projects USING gin (to_tsvector('english'::regconfig, name || ' ' || left(description, 20000)));
CREATE INDEX idx_skills_search ON skills USING gin (name gin_trgm_ops);
