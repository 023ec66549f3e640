-- Reminders: who wants none, and what somebody was reminded of, so that nobody is told twice.

ALTER TABLE borrower ADD COLUMN reminders_off_at TEXT;  -- when they asked for none; null: they get them

CREATE TABLE reminder (
    borrower_id TEXT NOT NULL,
    loan_id     TEXT NOT NULL,
    event       TEXT NOT NULL,                -- 'due', 'turning', 'window', 'offer', 'pay_by'
    last_day    TEXT NOT NULL,                -- the last day to do something about it
    told_on     TEXT NOT NULL,                -- the lender's day of the reminder
    PRIMARY KEY (borrower_id, loan_id, event, last_day),
    FOREIGN KEY (borrower_id, loan_id) REFERENCES loan
) WITHOUT ROWID;
