-- A daily head over all chains. Whoever can write to the file but does not hold the master secret can neither
-- cut the end off a chain nor write one anew without `reprieve verify` telling. A row belongs to the head that
-- was open when it was committed, not to its own moment: an import stamps its rows with the time it began.

CREATE TABLE audit_head (
    number    INTEGER NOT NULL PRIMARY KEY,   -- 1 upwards, without a gap
    day       TEXT NOT NULL UNIQUE,           -- the lender's day on which the jobs closed it
    closed_at TEXT NOT NULL,                  -- rows committed later belong to the next head
    hmac      BLOB                            -- over the head before and the chains' ends; null: being computed
);
CREATE TRIGGER audit_head_is_append_only BEFORE UPDATE ON audit_head WHEN OLD.hmac IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'audit heads are append-only'); END;
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'audit heads are append-only'); END;

ALTER TABLE audit ADD COLUMN head INTEGER NOT NULL DEFAULT 1;      -- number of the head that covers the row
ALTER TABLE case_event ADD COLUMN head INTEGER NOT NULL DEFAULT 1; -- the same

-- What operators are told of at every scrape: few rows, found without reading the many.
CREATE INDEX inbox_quarantined ON inbox (received_at) WHERE state = 'quarantined';
CREATE INDEX outbox_given_up ON outbox (state) WHERE state IN ('dead', 'unreachable');
