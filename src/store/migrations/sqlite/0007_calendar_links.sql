-- Addresses at which calendar programs, which cannot log in, read a station's issued items. The secret part comes in as
-- a digest. Rows are added and revoked, never removed.
CREATE TABLE calendar_links (
    id TEXT PRIMARY KEY NOT NULL,
    station TEXT NOT NULL,
    user_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT,
    revoked_by TEXT
);
CREATE INDEX calendar_links_of_station ON calendar_links (station);
