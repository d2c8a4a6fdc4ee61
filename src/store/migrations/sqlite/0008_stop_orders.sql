-- Stop orders: who silenced which station or area (one of the two), only one bulletin or everything, and why. In force
-- until a row of stop_lifts names it; rows are added, never changed or removed.
CREATE TABLE stop_orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    station TEXT,
    area TEXT,
    bulletin TEXT,
    reason TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK ((station IS NULL) <> (area IS NULL))
);
CREATE TABLE stop_lifts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stop BIGINT UNIQUE NOT NULL REFERENCES stop_orders (id),
    by_user TEXT NOT NULL,
    at TEXT NOT NULL
);
