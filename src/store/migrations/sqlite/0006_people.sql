-- Accounts: dated grants, first passwords, second factors, sessions that can be told apart, tokens, back-off.

-- Roles with their days. Rows are added and ended, never removed or changed otherwise.
CREATE TABLE grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    given_by TEXT NOT NULL,
    given_at TEXT NOT NULL,
    ended_at TEXT,
    ended_by TEXT,
    acting_for TEXT,
    reason TEXT
);
CREATE INDEX grants_of_user ON grants (user_name);
-- What was granted until now goes on from the day the user was added. user_roles is not written any more.
INSERT INTO grants (user_name, role, area, from_day, given_by, given_at)
SELECT user_roles.user_name, user_roles.role, user_roles.area, substr(users.created_at, 1, 10), 'migration', users.created_at
FROM user_roles JOIN users ON users.name = user_roles.user_name
ORDER BY user_roles.user_name, user_roles.role, user_roles.area;

-- 1: the password was given by somebody else and must be changed before anything else.
ALTER TABLE users ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_set_at TEXT;

-- stage: 'code' while the second factor is awaited, else 'full'.
ALTER TABLE sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';
ALTER TABLE sessions ADD COLUMN last_seen_at TEXT;
ALTER TABLE sessions ADD COLUMN proved_at TEXT;
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
-- 1: no earlier session of the user came from such a device; until the user says they saw it.
ALTER TABLE sessions ADD COLUMN new_device BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN noticed_at TEXT;
CREATE INDEX sessions_of_user ON sessions (user_name);

-- One at a time in force for a user. The secret is sealed; a step of time counts once.
CREATE TABLE second_factors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name TEXT NOT NULL,
    secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    confirmed_at TEXT,
    ended_at TEXT,
    ended_by TEXT
);
CREATE INDEX second_factors_of_user ON second_factors (user_name);

CREATE TABLE recovery_codes (
    digest TEXT PRIMARY KEY NOT NULL,
    factor BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    used_at TEXT,
    replaced_at TEXT
);
CREATE INDEX recovery_codes_of_factor ON recovery_codes (factor);

-- Failed attempts in a row, by subject. A good one sets the count to 0.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    last_at TEXT NOT NULL
);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    user_name TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT,
    revoked_by TEXT
);
CREATE INDEX api_tokens_of_user ON api_tokens (user_name);

CREATE INDEX acts_of_user ON acts (by_user);
CREATE INDEX acts_of_subject ON acts (subject);
