-- The first schema. Every row belongs to a subject: a borrower, or a chat nobody has linked yet.
-- Instants are UTC ISO-8601 text with microseconds, days are ISO days in the lender's time zone, money is
-- whole minor units. A `sealed` column is AES-256-GCM under the subject's key with table, column and row id
-- as associated data. A `token` column is an HMAC blind index: equal values have equal tokens, nothing else.

CREATE TABLE borrower (
    borrower_id  TEXT NOT NULL PRIMARY KEY,   -- UUIDv7 hex; also the subject whose key seals the rest
    ref_token    BLOB NOT NULL UNIQUE,        -- look-up by the lender's reference
    phone_token  BLOB,                        -- look-up by phone; null when the tape has none
    name_token   BLOB,                        -- look-up by whole name, folded
    person       BLOB NOT NULL,               -- sealed JSON: ref, name, phone, id_last4, email
    grade        TEXT NOT NULL,               -- the lender's credit grade
    locale       TEXT,                        -- the language the lender knows; null: unknown
    erased_at    TEXT,                        -- when the key was destroyed; null: alive
    version      INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX borrower_phone ON borrower (phone_token) WHERE phone_token IS NOT NULL;
CREATE INDEX borrower_name ON borrower (name_token) WHERE name_token IS NOT NULL;

CREATE TABLE loan (
    borrower_id     TEXT NOT NULL REFERENCES borrower,
    loan_id         TEXT NOT NULL,            -- UUIDv7 hex
    ref_token       BLOB NOT NULL UNIQUE,     -- look-up by the lender's loan reference
    ref             BLOB NOT NULL,            -- sealed: the lender's loan reference
    product         TEXT NOT NULL,
    currency        TEXT NOT NULL,
    digits          INTEGER NOT NULL,         -- of the currency's minor unit
    principal_minor INTEGER,                  -- lent; null: not told
    contract_rate   TEXT,                     -- decimal fraction a year; null: not told
    opened_on       TEXT,
    status          TEXT NOT NULL,            -- the lender's word: active, closed, fraud, legal, …
    reported_minor  INTEGER,                  -- penalty by the lender's own books; null: not told
    reported_on     TEXT,
    books_on        TEXT NOT NULL,            -- the day the books these rows came from stood at
    fingerprint     BLOB NOT NULL,            -- of the loan's rows on the last tape: unchanged means skip
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (borrower_id, loan_id)
) WITHOUT ROWID;

CREATE TABLE instalment (
    borrower_id     TEXT NOT NULL,
    loan_id         TEXT NOT NULL,
    no              INTEGER NOT NULL,         -- the lender's number, may start anywhere
    due_on          TEXT NOT NULL,
    principal_minor INTEGER NOT NULL,
    interest_minor  INTEGER NOT NULL,
    fee_minor       INTEGER NOT NULL,
    PRIMARY KEY (borrower_id, loan_id, no),
    FOREIGN KEY (borrower_id, loan_id) REFERENCES loan
) WITHOUT ROWID;

CREATE TABLE payment (
    borrower_id  TEXT NOT NULL,
    loan_id      TEXT NOT NULL,
    seq          INTEGER NOT NULL,            -- document order within the loan
    ref_token    BLOB NOT NULL,               -- the lender's payment reference
    paid_on      TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    entered_at   TEXT,                        -- when the lender booked it; null: not told
    reversed_on  TEXT,                        -- a reversed payment counts for nothing; null: stands
    PRIMARY KEY (borrower_id, loan_id, seq),
    FOREIGN KEY (borrower_id, loan_id) REFERENCES loan
) WITHOUT ROWID;

CREATE TABLE freeze (
    borrower_id TEXT NOT NULL,
    loan_id     TEXT NOT NULL,
    freeze_id   TEXT NOT NULL,                -- case id for ours, derived from the days for the lender's
    from_on     TEXT NOT NULL,
    until_on    TEXT NOT NULL,                -- inclusive
    kind        TEXT NOT NULL,                -- 'relief' for ours; the lender's word otherwise
    case_id     TEXT,                         -- null: from the tape, which alone may remove it
    PRIMARY KEY (borrower_id, loan_id, freeze_id),
    FOREIGN KEY (borrower_id, loan_id) REFERENCES loan
) WITHOUT ROWID;

CREATE TABLE waiver (
    borrower_id  TEXT NOT NULL,
    loan_id      TEXT NOT NULL,
    waiver_id    TEXT NOT NULL,               -- case id for ours, derived from waiver_ref for the lender's
    on_day       TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    case_id      TEXT,                        -- null: from the tape, which alone may remove it
    confirmed    INTEGER NOT NULL DEFAULT 0,  -- 1: a tape carried it too, named by our case reference
    PRIMARY KEY (borrower_id, loan_id, waiver_id),
    FOREIGN KEY (borrower_id, loan_id) REFERENCES loan
) WITHOUT ROWID;

CREATE TABLE import_run (
    import_id   TEXT NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL,                -- of the whole tape: the same tape resumes or changes nothing
    as_of       TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    chunks_done INTEGER NOT NULL DEFAULT 0,   -- a crash resumes after these
    finished_at TEXT
) WITHOUT ROWID;

CREATE TABLE chat (
    chat_id       TEXT NOT NULL PRIMARY KEY,  -- UUIDv7 hex; the subject until a borrower is linked
    borrower_id   TEXT REFERENCES borrower,   -- null: not linked
    channel       TEXT NOT NULL,              -- 'web', 'telegram'
    address_token BLOB NOT NULL,              -- web: of the cookie; telegram: of the chat id
    address       BLOB,                       -- sealed under the chat's own key; null for web
    locale        TEXT NOT NULL,
    consented_at  TEXT,
    asking        TEXT,                       -- flow whose question stands open here; null: none
    link_id       TEXT,                       -- a link opened here and not yet proven
    proven_at     TEXT,                       -- last act here of somebody who had given the digits
    hidden_until  INTEGER NOT NULL DEFAULT 0, -- messages up to this seq wait for the digits; 0: none
    heard_at      TEXT,                       -- when a person last wrote here
    human         INTEGER NOT NULL DEFAULT 0, -- 1: a person has taken over
    unreachable_at TEXT,                      -- the channel said the chat cannot be reached
    last_seq      INTEGER NOT NULL DEFAULT 0,
    version       INTEGER NOT NULL DEFAULT 1,
    UNIQUE (channel, address_token)
) WITHOUT ROWID;
CREATE INDEX chat_borrower ON chat (borrower_id) WHERE borrower_id IS NOT NULL;

CREATE TABLE inbox (
    source      TEXT NOT NULL,                -- 'web:<chat id>', 'telegram', 'staff', 'system'
    key         TEXT NOT NULL,                -- the sender's own identifier of the update
    received_at TEXT NOT NULL,
    kind        TEXT NOT NULL,                -- what it is, for routing before it is opened
    subject_id  TEXT NOT NULL,                -- chat or borrower it is for
    body        BLOB,                         -- under the ingestion key; blanked when the turn commits
    state       TEXT NOT NULL,                -- 'waiting', 'done', 'quarantined'
    attempts    INTEGER NOT NULL DEFAULT 0,
    error       TEXT,                         -- kind of the last failure, never its words
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE INDEX inbox_waiting ON inbox (received_at) WHERE state = 'waiting';

CREATE TABLE message (
    chat_id     TEXT NOT NULL REFERENCES chat,
    seq         INTEGER NOT NULL,             -- order within the chat
    message_id  TEXT NOT NULL,                -- UUIDv7 hex
    borrower_id TEXT,                         -- whose transcript it is in; null before a link
    subject_id  TEXT NOT NULL,                -- whose key seals the body
    turn_id     TEXT NOT NULL,
    at          TEXT NOT NULL,
    speaker     TEXT NOT NULL,                -- 'me', 'reprieve', 'person'
    body        BLOB NOT NULL,                -- sealed JSON: html, buttons with what they do, picture values
    replaces    INTEGER,                      -- seq of the message this one edits in place
    PRIMARY KEY (chat_id, seq)
) WITHOUT ROWID;
CREATE INDEX message_borrower ON message (borrower_id, at) WHERE borrower_id IS NOT NULL;

CREATE TABLE outbox (
    message_id  TEXT NOT NULL PRIMARY KEY,    -- sorts by time: a chat's messages go out in this order
    chat_id     TEXT NOT NULL,
    seq         INTEGER NOT NULL,             -- of the message to deliver
    channel     TEXT NOT NULL,
    state       TEXT NOT NULL,                -- 'ready', 'sending', 'sent', 'dead', 'unreachable'
    attempts    INTEGER NOT NULL DEFAULT 0,
    not_before  TEXT,                         -- wait until then; null: at once
    claimed_until TEXT,                       -- a claim left behind by a crash is taken up after this
    may_repeat  INTEGER NOT NULL DEFAULT 0,   -- 1: may have been accepted before
    external_id TEXT,                         -- the channel's own id, to edit it later
    FOREIGN KEY (chat_id, seq) REFERENCES message
) WITHOUT ROWID;
CREATE INDEX outbox_open ON outbox (chat_id, message_id) WHERE state IN ('ready', 'sending');
CREATE UNIQUE INDEX outbox_external ON outbox (chat_id, seq);

CREATE TABLE draft (
    subject_id TEXT NOT NULL,                 -- borrower, or chat before a link
    draft_id   TEXT NOT NULL,
    flow       TEXT NOT NULL,
    answers    BLOB NOT NULL,                 -- sealed JSON: raw answers by step, the step being changed
    state      TEXT NOT NULL,                 -- 'open', 'submitted', 'withdrawn', 'expired'
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version    INTEGER NOT NULL,
    PRIMARY KEY (subject_id, draft_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX draft_open ON draft (subject_id, flow) WHERE state = 'open';

CREATE TABLE relief_case (
    borrower_id  TEXT NOT NULL REFERENCES borrower,
    case_id      TEXT NOT NULL,
    loan_id      TEXT NOT NULL,
    draft_id     TEXT UNIQUE,                 -- one application per draft
    reference    TEXT NOT NULL UNIQUE,
    status       TEXT NOT NULL,
    submitted_on TEXT,
    answer_due   TEXT,                        -- day the borrower was promised an answer
    pay_by       TEXT,
    facts        BLOB NOT NULL,               -- sealed JSON of CaseFacts
    version      INTEGER NOT NULL,            -- equals the number of its events
    PRIMARY KEY (borrower_id, case_id),
    FOREIGN KEY (borrower_id, loan_id) REFERENCES loan
) WITHOUT ROWID;
CREATE UNIQUE INDEX case_open ON relief_case (loan_id)
    WHERE status NOT IN ('settled', 'lapsed', 'declined', 'withdrawn', 'rejected', 'closed_no_reply', 'expired');
CREATE INDEX case_queue ON relief_case (status, answer_due);
CREATE UNIQUE INDEX case_by_id ON relief_case (case_id);

CREATE TABLE case_event (
    borrower_id TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    seq         INTEGER NOT NULL,             -- 1 upwards; append-only
    at          TEXT NOT NULL,
    body        BLOB NOT NULL,                -- sealed JSON of CaseEvent
    hash        BLOB NOT NULL,                -- SHA-256 of the previous hash and this row's ciphertext
    PRIMARY KEY (borrower_id, case_id, seq),
    FOREIGN KEY (borrower_id, case_id) REFERENCES relief_case
) WITHOUT ROWID;
CREATE TRIGGER case_event_is_append_only BEFORE UPDATE ON case_event
    BEGIN SELECT RAISE(ABORT, 'case events are append-only'); END;
CREATE TRIGGER case_event_stays BEFORE DELETE ON case_event
    BEGIN SELECT RAISE(ABORT, 'case events are append-only'); END;

CREATE TABLE audit (
    subject_id TEXT NOT NULL,                 -- borrower, chat, or 'system'
    seq        INTEGER NOT NULL,              -- 1 upwards within the subject; append-only
    at         TEXT NOT NULL,
    actor      TEXT NOT NULL,                 -- 'borrower', 'staff:<id>', 'system'
    kind       TEXT NOT NULL,                 -- never personal
    body       BLOB NOT NULL,                 -- sealed: what it was about
    hash       BLOB NOT NULL,                 -- SHA-256 of the previous hash and this row's ciphertext
    PRIMARY KEY (subject_id, seq)
) WITHOUT ROWID;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;

CREATE TABLE upload (
    subject_id TEXT NOT NULL,                 -- chat it came from
    upload_id  TEXT NOT NULL,
    kind       TEXT NOT NULL,                 -- sniffed: 'jpeg', 'png', 'webp', 'pdf'
    size       INTEGER NOT NULL,              -- bytes before sealing
    at         TEXT NOT NULL,
    name       BLOB NOT NULL,                 -- sealed: as the person's device called it
    content    BLOB NOT NULL,                 -- sealed
    PRIMARY KEY (subject_id, upload_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX upload_by_id ON upload (upload_id);

CREATE TABLE link (
    link_id     TEXT NOT NULL PRIMARY KEY,
    token_hash  BLOB NOT NULL UNIQUE,         -- SHA-256 of the 128-bit token, which is nowhere stored
    borrower_id TEXT NOT NULL REFERENCES borrower,
    expires_at  TEXT NOT NULL,
    opened_at   TEXT,                         -- pressed: consumed; null: still good
    proven_at   TEXT                          -- the digits matched
) WITHOUT ROWID;

CREATE TABLE code (
    chat_id     TEXT NOT NULL PRIMARY KEY,    -- one code at a time a chat
    borrower_id TEXT,                         -- whose the phone is; null: nobody's, and nothing was sent
    code        BLOB NOT NULL,                -- sealed under the chat's key
    expires_at  TEXT NOT NULL,
    passed_at   TEXT                          -- the code was given; the digits are asked next
) WITHOUT ROWID;

CREATE TABLE attempt (
    token        BLOB NOT NULL PRIMARY KEY,   -- of a chat, a phone or a borrower
    tries        INTEGER NOT NULL,            -- wrong digits or codes in a row
    locked_until TEXT                         -- none are taken before then; null: not locked
) WITHOUT ROWID;

CREATE TABLE post (
    post_id    TEXT NOT NULL PRIMARY KEY,     -- UUIDv7 hex; the receiver tells repeats apart by it
    body       BLOB,                          -- sealed under 'system'; blanked when accepted
    state      TEXT NOT NULL,                 -- 'waiting', 'accepted'
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before TEXT NOT NULL,
    until      TEXT NOT NULL                  -- given up after this
) WITHOUT ROWID;
CREATE INDEX post_waiting ON post (not_before) WHERE state = 'waiting';

CREATE TABLE request (
    borrower_id TEXT NOT NULL,                -- subject: borrower, or chat before a link
    request_id  TEXT NOT NULL,
    chat_id     TEXT NOT NULL,                -- where it was asked
    kind        TEXT NOT NULL,                -- 'person', 'already_paid', 'not_my_loan', 'erase'
    loan_id     TEXT,
    urgent      INTEGER NOT NULL DEFAULT 0,
    state       TEXT NOT NULL,                -- 'open', 'answered'
    at          TEXT NOT NULL,
    body        BLOB NOT NULL,                -- sealed JSON: words, upload ids
    version     INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (borrower_id, request_id)
) WITHOUT ROWID;
CREATE INDEX request_open ON request (urgent DESC, at) WHERE state = 'open';

CREATE TABLE rating (
    borrower_id TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    at          TEXT NOT NULL,
    PRIMARY KEY (borrower_id, case_id)
) WITHOUT ROWID;

CREATE TABLE staff (
    staff_id      TEXT NOT NULL PRIMARY KEY,
    login         TEXT NOT NULL UNIQUE,       -- lower case
    name          TEXT NOT NULL,              -- as colleagues see it
    password_hash TEXT NOT NULL,              -- Argon2id
    role          TEXT NOT NULL,              -- viewer, reviewer, approver, policy_owner, auditor, admin
    locale        TEXT NOT NULL,
    tries         INTEGER NOT NULL DEFAULT 0,
    locked_until  TEXT,
    disabled_at   TEXT,
    version       INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;

CREATE TABLE staff_session (
    token_hash BLOB NOT NULL PRIMARY KEY,     -- SHA-256 of the cookie
    staff_id   TEXT NOT NULL REFERENCES staff,
    csrf       TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    seen_at    TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,          -- 'clock_offset', 'alive_at', …
    value TEXT NOT NULL
) WITHOUT ROWID;
