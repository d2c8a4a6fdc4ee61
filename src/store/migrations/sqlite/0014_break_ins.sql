-- Break-in orders as their first approver signed them, the one answer of a second person to each (a signed word to
-- break in, or a refusal without one), and the duty list. Rows are added, never changed or removed.
CREATE TABLE break_ins (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT UNIQUE NOT NULL,
    asked_by TEXT NOT NULL,
    at TEXT NOT NULL,
    envelope TEXT NOT NULL,
    repeats TEXT
);
CREATE TABLE break_in_answers (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    break_in TEXT UNIQUE NOT NULL REFERENCES break_ins (id),
    by_user TEXT NOT NULL,
    at TEXT NOT NULL,
    envelope TEXT
);
CREATE TABLE duties (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name TEXT NOT NULL,
    from_at TEXT NOT NULL,
    to_at TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE duty_ends (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    duty BIGINT UNIQUE NOT NULL REFERENCES duties (id),
    by_user TEXT NOT NULL,
    at TEXT NOT NULL
);
