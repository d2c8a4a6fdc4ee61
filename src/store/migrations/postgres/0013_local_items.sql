-- What communes ask for their own bulletins (tin địa phương): the order that was made with each when it was submitted. It
-- stands apart from the department's document of orders, which every import replaces whole. Append-only.
CREATE TABLE local_items (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    area TEXT NOT NULL,
    order_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    upload TEXT NOT NULL UNIQUE,
    by_user TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX local_items_of_area ON local_items (area);

-- Why a commune declines an offer, in its own words.
ALTER TABLE offer_answers ADD COLUMN reason TEXT;
