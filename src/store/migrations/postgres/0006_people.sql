-- Accounts: dated grants, first passwords, second factors, sessions that can be told apart, tokens, back-off.

-- Roles with their days. Rows are added and ended, never removed or changed otherwise.
CREATE TABLE grants (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    given_by TEXT NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by TEXT,
    acting_for TEXT,
    reason TEXT
);
CREATE INDEX grants_of_user ON grants (user_name);
-- What was granted until now goes on from the day the user was added. user_roles is not written any more.
INSERT INTO grants (user_name, role, area, from_day, given_by, given_at)
SELECT user_roles.user_name, user_roles.role, user_roles.area, to_char(users.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'migration', users.created_at
FROM user_roles JOIN users ON users.name = user_roles.user_name
ORDER BY user_roles.user_name, user_roles.role, user_roles.area;

-- 1: the password was given by somebody else and must be changed before anything else.
ALTER TABLE users ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_set_at TIMESTAMPTZ;

-- stage: 'code' while the second factor is awaited, else 'full'.
ALTER TABLE sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';
ALTER TABLE sessions ADD COLUMN last_seen_at TIMESTAMPTZ;
ALTER TABLE sessions ADD COLUMN proved_at TIMESTAMPTZ;
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
-- 1: no earlier session of the user came from such a device; until the user says they saw it.
ALTER TABLE sessions ADD COLUMN new_device BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN noticed_at TIMESTAMPTZ;
CREATE INDEX sessions_of_user ON sessions (user_name);

-- One at a time in force for a user. The secret is sealed; a step of time counts once.
CREATE TABLE second_factors (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_name TEXT NOT NULL,
    secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    ended_by TEXT
);
CREATE INDEX second_factors_of_user ON second_factors (user_name);

CREATE TABLE recovery_codes (
    digest TEXT PRIMARY KEY NOT NULL,
    factor BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    replaced_at TIMESTAMPTZ
);
CREATE INDEX recovery_codes_of_factor ON recovery_codes (factor);

-- Failed attempts in a row, by subject. A good one sets the count to 0.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    user_name TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    revoked_by TEXT
);
CREATE INDEX api_tokens_of_user ON api_tokens (user_name);

CREATE INDEX acts_of_user ON acts (by_user);
CREATE INDEX acts_of_subject ON acts (subject);
