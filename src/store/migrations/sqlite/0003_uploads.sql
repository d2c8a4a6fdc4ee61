-- Uploads on their way to a version. The same table stands in migrations/postgres; only the types' names differ.
-- How much of a file is there is told by the disk, never by the row. `verdict` and `draft` are JSON of the center's.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY NOT NULL,
    by_user TEXT NOT NULL,
    unit TEXT NOT NULL,
    file_name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    head TEXT NOT NULL,
    trim_silence BIGINT NOT NULL,
    draft TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    verdict TEXT,
    code TEXT,
    version BIGINT,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX uploads_of_user ON uploads (by_user, state);
CREATE INDEX uploads_in_state ON uploads (state, changed_at);
CREATE INDEX uploads_of_unit ON uploads (unit, created_at);
