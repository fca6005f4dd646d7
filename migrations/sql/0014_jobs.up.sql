-- What the queue's users need beside the engine's tables: who works, which run is current, what workers report.

-- Processes that take jobs; the engine's heartbeat says who lives, and forgets whoever doesn't.
CREATE TABLE jobs.hands (
    worker_id BIGINT PRIMARY KEY REFERENCES jobs.procrastinate_workers ON DELETE CASCADE,
    queue VARCHAR(128) NOT NULL,
    cvs VARCHAR(64) NOT NULL
);
CREATE INDEX idx_hands_queue ON jobs.hands (queue);

-- The run that may write on a target; a worker of any other stops.
CREATE TABLE jobs.runs (
    target TEXT PRIMARY KEY,
    token VARCHAR(64) NOT NULL,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- What became of a batch of profiles, until the run has taken it over: nothing but what gets published anyway.
CREATE TABLE jobs.reports (
    token VARCHAR(64) NOT NULL,
    batch INTEGER NOT NULL,
    is_whole BOOLEAN NOT NULL,
    report JSONB NOT NULL,
    PRIMARY KEY (token, batch)
);

GRANT USAGE ON SCHEMA jobs TO careerhub_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO careerhub_site;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA jobs TO careerhub_site;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO careerhub_site;
