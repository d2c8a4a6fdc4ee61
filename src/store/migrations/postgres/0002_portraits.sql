-- Which recording and which rendition each version holds, so that both are found without reading every version.
CREATE TABLE bulletin_sounds (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    original TEXT NOT NULL,
    rendition TEXT NOT NULL,
    PRIMARY KEY (code, version),
    FOREIGN KEY (code, version) REFERENCES bulletin_versions (code, version)
);
CREATE INDEX bulletin_sounds_by_original ON bulletin_sounds (original);
CREATE INDEX bulletin_sounds_by_rendition ON bulletin_sounds (rendition);
INSERT INTO bulletin_sounds (code, version, original, rendition)
SELECT code, version, CAST(sound AS json) ->> 'original', CAST(sound AS json) ->> 'rendition' FROM bulletin_versions;

-- What each rendition looks and sounds like.
CREATE TABLE sound_portraits (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    rendition TEXT NOT NULL UNIQUE,
    original TEXT NOT NULL,
    waveform TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Which portraits hold a mark of a fingerprint: few marks of each, chosen by their value, so that two recordings of
-- the same sound choose the same ones.
CREATE TABLE sound_marks (
    mark BIGINT NOT NULL,
    portrait BIGINT NOT NULL REFERENCES sound_portraits (id),
    PRIMARY KEY (mark, portrait)
);
