-- Extensions stay: they belong to the database, as roles belong to the cluster.
DROP FUNCTION touch_row();
DROP FUNCTION plain_words(text);
DROP FUNCTION is_reserved_slug(text);
DROP FUNCTION is_partial_date(date, text);
DROP FUNCTION last_day(date, text);
DROP FUNCTION is_contact(jsonb);
DROP FUNCTION is_text_array(jsonb);
DROP FUNCTION is_web_address(text);
DROP FUNCTION current_actor();
DROP DOMAIN ulid;
DROP SCHEMA own;
DROP SCHEMA site;
DROP SCHEMA facts;
