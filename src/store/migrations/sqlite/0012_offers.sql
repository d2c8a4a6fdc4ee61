-- What communes said of single offers of ordinary bulletins (an order at a station), and whether their own priority
-- items come before the department's. Append-only: the newest row of a station and order stands.
CREATE TABLE offer_answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    station TEXT NOT NULL,
    order_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX offer_answers_of_station ON offer_answers (station);

CREATE TABLE own_first_choices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    station TEXT NOT NULL,
    own_first BIGINT NOT NULL,
    by_user TEXT NOT NULL,
    at TEXT NOT NULL
);
