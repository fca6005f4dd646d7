-- A schema of its own: the engine's names are its own business, and nothing of it mixes with people's facts.
CREATE SCHEMA jobs;
