-- The photo, for those who may see its profile.

-- A square of so many pixels: pages say how large an image will be before it is there. What nobody measured is at least
-- as large as the smallest size.
ALTER TABLE profile_photos ADD COLUMN pixels INTEGER NOT NULL DEFAULT 96
    CONSTRAINT profile_photos_pixels_check CHECK (pixels BETWEEN 1 AND 4000);

-- The bytes are a column like the others: who doesn't ask for them never fetches them.
CREATE VIEW facts.profile_photos WITH (security_barrier) AS
  SELECT profile_id, size, sha256, pixels, bytes FROM public.profile_photos;
CREATE VIEW site.profile_photos WITH (security_barrier) AS SELECT f.* FROM facts.profile_photos f
 WHERE (SELECT p.visibility FROM public.profiles p WHERE p.id = f.profile_id) = 'PUBLIC';
CREATE VIEW own.profile_photos WITH (security_barrier) AS SELECT f.* FROM facts.profile_photos f
 WHERE f.profile_id = (SELECT p.id FROM public.profiles p WHERE p.user_id = nullif(current_setting('careerhub.actor', true), ''));
CREATE VIEW shared.profile_photos WITH (security_barrier) AS SELECT f.* FROM facts.profile_photos f WHERE f.profile_id = (
  SELECT l.profile_id FROM public.share_links l JOIN public.profiles p ON p.id = l.profile_id
   WHERE l.token_hash = CASE WHEN current_setting('careerhub.share_token', true) ~ '^[0-9a-f]{64}$'
                             THEN decode(current_setting('careerhub.share_token', true), 'hex') END
     AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp() AND p.visibility <> 'PRIVATE');
ALTER VIEW facts.profile_photos OWNER TO careerhub_system;
ALTER VIEW site.profile_photos OWNER TO careerhub_system;
ALTER VIEW own.profile_photos OWNER TO careerhub_system;
ALTER VIEW shared.profile_photos OWNER TO careerhub_system;
GRANT SELECT ON site.profile_photos TO careerhub_site;
GRANT SELECT ON own.profile_photos, shared.profile_photos TO careerhub_app;
