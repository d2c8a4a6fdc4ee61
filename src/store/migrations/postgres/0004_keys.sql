-- Public keys that people ask the root to name or to revoke, and what was decided. Nothing is removed.
CREATE TABLE key_requests (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    user_name TEXT NOT NULL,
    key TEXT NOT NULL,
    asks TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    decision TEXT,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    UNIQUE (key, asks)
);
CREATE INDEX key_requests_of_user ON key_requests (user_name);
