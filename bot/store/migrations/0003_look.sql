-- What a borrower was last shown of a loan, so that the next answer can say what changed since.

CREATE TABLE look (
    borrower_id TEXT NOT NULL,
    loan_id     TEXT NOT NULL,
    seen        BLOB NOT NULL,                -- sealed JSON of Seen: day, figures, the books behind them
    at          TEXT NOT NULL,
    PRIMARY KEY (borrower_id, loan_id),
    FOREIGN KEY (borrower_id, loan_id) REFERENCES loan
) WITHOUT ROWID;
