-- What a rundown was planned from: how far each input stood (JSON), and which number of issue it came with. Times do not
-- tell: what another process wrote at the same moment may have been committed before or after it was read. Rundowns
-- issued before this have neither.
ALTER TABLE rundowns ADD COLUMN planned_from TEXT;
ALTER TABLE rundowns ADD COLUMN issue BIGINT;
