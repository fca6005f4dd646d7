DROP VIEW shared.profile_photos, own.profile_photos, site.profile_photos, facts.profile_photos;
ALTER TABLE profile_photos DROP COLUMN pixels;
