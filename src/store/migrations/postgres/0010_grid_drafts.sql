-- Changing the grid on its page: drafts that are kept at every step, and days that an issue held back until somebody says
-- that they may become so small. Rows are added, never changed or removed; the newest row says how it stands.

-- state: 'open' with the whole drafted grid, 'dropped', or 'published' as that version of the grid document.
CREATE TABLE grid_drafts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state TEXT NOT NULL,
    base BIGINT NOT NULL,
    body TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);

-- state: 'held' by the center, 'agreed' to by somebody, or 'settled' because it is no question any more.
CREATE TABLE held_days (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    station TEXT NOT NULL,
    date DATE NOT NULL,
    version BIGINT NOT NULL,
    had BIGINT NOT NULL,
    has BIGINT NOT NULL,
    state TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX held_days_of_day ON held_days (date, station);
