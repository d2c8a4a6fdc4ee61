-- The first shape. The same tables stand in migrations/postgres; only the types' names differ.
-- Nothing is deleted by the program: history never cascades.

-- A number that rises with each change of a subject; other processes see that something is new by reading it.
CREATE TABLE revisions (
    subject TEXT PRIMARY KEY NOT NULL,
    number BIGINT NOT NULL
);

-- What this store is: the root's and the center's key, so that it is never opened with others.
CREATE TABLE facts (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- Areas, stations, grid and orders as imported: append-only versions of whole documents.
CREATE TABLE schedule_documents (
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    PRIMARY KEY (kind, version)
);

CREATE TABLE bulletin_versions (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    facts TEXT NOT NULL,
    sound TEXT NOT NULL,
    findings TEXT NOT NULL,
    author TEXT NOT NULL,
    file_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE bulletin_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    by_user TEXT NOT NULL,
    reason TEXT,
    at TEXT NOT NULL,
    manifest TEXT,
    FOREIGN KEY (code, version) REFERENCES bulletin_versions (code, version)
);
CREATE INDEX bulletin_steps_of_version ON bulletin_steps (code, version);

-- Signed bytes, verbatim, by the SHA-256 of the bytes.
CREATE TABLE envelopes (
    digest TEXT PRIMARY KEY NOT NULL,
    payload_type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE rundowns (
    station TEXT NOT NULL,
    date TEXT NOT NULL,
    version BIGINT NOT NULL,
    issued_at TEXT NOT NULL,
    inputs TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (station, date, version)
);
CREATE INDEX rundowns_of_day ON rundowns (date);

CREATE TABLE standing_choices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    station TEXT NOT NULL,
    choice TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE invites (
    code_digest TEXT PRIMARY KEY NOT NULL,
    station TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    revoked_at TEXT
);

CREATE TABLE station_keys (
    key TEXT PRIMARY KEY NOT NULL,
    station TEXT NOT NULL,
    enrolled_at TEXT NOT NULL,
    revoked_at TEXT,
    last_seen_at TEXT,
    holding TEXT
);
CREATE INDEX station_keys_of_station ON station_keys (station);

-- One journal a device: a device that is enrolled anew starts a new one.
CREATE TABLE journals (
    key TEXT PRIMARY KEY NOT NULL,
    station TEXT NOT NULL,
    next_seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    head TEXT NOT NULL,
    received_at TEXT NOT NULL
);

CREATE TABLE journal_lines (
    key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    line BLOB NOT NULL,
    quarantined TEXT,
    received_at TEXT NOT NULL,
    UNIQUE (key, seq)
);

CREATE TABLE records (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    station TEXT NOT NULL,
    date TEXT NOT NULL,
    airing TEXT NOT NULL,
    rundown_version BIGINT,
    rendition TEXT,
    evidence TEXT NOT NULL,
    said TEXT NOT NULL,
    cause TEXT,
    note TEXT,
    by_whom TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    journal_key TEXT,
    journal_seq BIGINT,
    request_key TEXT UNIQUE,
    UNIQUE (journal_key, journal_seq)
);
CREATE INDEX records_of_day ON records (date, station);
CREATE INDEX records_of_airing ON records (airing);

CREATE TABLE users (
    name TEXT PRIMARY KEY NOT NULL,
    display_name TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at TEXT NOT NULL,
    disabled_at TEXT
);

CREATE TABLE user_roles (
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    PRIMARY KEY (user_name, role, area)
);

CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY NOT NULL,
    user_name TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT
);

-- Who changed what: log-ins, users, invitations, choices, imports.
CREATE TABLE acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    by_user TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
