-- Force majeure: who said that at a station or in an area (one of the two) nothing could be aired from one moment until
-- before another, and why. Holds until a row of force_majeure_withdrawals names it; rows are added, never changed or
-- removed.
CREATE TABLE force_majeure (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    station TEXT,
    area TEXT,
    from_at TIMESTAMPTZ NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    reason TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    CHECK ((station IS NULL) <> (area IS NULL))
);
CREATE TABLE force_majeure_withdrawals (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    declaration BIGINT UNIQUE NOT NULL REFERENCES force_majeure (id),
    by_user TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
