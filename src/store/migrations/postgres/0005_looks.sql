-- Which warnings of a version an approver opened to hear, each once: an approval needs all of them.
CREATE TABLE finding_looks (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    finding TEXT NOT NULL,
    by_user TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (code, version, finding, by_user),
    FOREIGN KEY (code, version) REFERENCES bulletin_versions (code, version)
);
