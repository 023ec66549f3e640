-- What keeps the books safe: daily heads, verifying, backups.

-- name: close_head
INSERT INTO audit_head (number, day, closed_at)
SELECT coalesce(max(number), 0) + 1, :day, :at FROM audit_head
HAVING coalesce(max(day), '') < :day;

-- name: seal_head
UPDATE audit_head SET hmac = :hmac WHERE number = :number AND hmac IS NULL;

-- name: newest_head
SELECT * FROM audit_head ORDER BY number DESC LIMIT 1;

-- name: head_hmac
SELECT hmac FROM audit_head WHERE number = :number;

-- name: heads
SELECT * FROM audit_head ORDER BY number;

-- name: audit_ends
-- The last row each chain has under one head: with max(), SQLite answers `hash` of that row.
SELECT 'audit', subject_id, '', max(seq), hash FROM audit
WHERE head = :number GROUP BY subject_id ORDER BY subject_id;

-- name: case_ends
SELECT 'case_event', borrower_id, case_id, max(seq), hash FROM case_event
WHERE head = :number GROUP BY borrower_id, case_id ORDER BY borrower_id, case_id;

-- name: audit_rows
SELECT subject_id, '', seq, body, hash, head FROM audit ORDER BY subject_id, seq;

-- name: case_rows
SELECT borrower_id, case_id, seq, body, hash, head FROM case_event ORDER BY borrower_id, case_id, seq;

-- name: versions
SELECT c.case_id, c.version, count(e.seq)
FROM relief_case c LEFT JOIN case_event e USING (borrower_id, case_id)
GROUP BY c.borrower_id, c.case_id HAVING c.version <> count(e.seq);

-- name: without_key
-- Subjects with something sealed, whose key is neither there nor was destroyed.
WITH alive (subject) AS (
    SELECT borrower_id FROM borrower WHERE erased_at IS NULL
    UNION SELECT chat_id FROM chat
    UNION SELECT 'ingestion:' || substr(received_at, 1, 10) FROM inbox
        WHERE state = 'waiting' AND length(body) > 0
    UNION SELECT 'system' FROM post
    UNION SELECT 'system' FROM audit WHERE subject_id = 'system')
SELECT subject FROM alive
WHERE NOT EXISTS (SELECT 1 FROM keys.data_key WHERE subject_id = subject)
    AND NOT EXISTS (SELECT 1 FROM keys.destroyed_key WHERE subject_id = subject);

-- name: kept_key
SELECT borrower_id FROM borrower JOIN keys.data_key ON subject_id = borrower_id
WHERE erased_at IS NOT NULL;

-- name: erased_since
SELECT borrower_id FROM borrower JOIN keys.destroyed_key ON subject_id = borrower_id
WHERE erased_at IS NULL;

-- name: note
INSERT INTO meta (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: noted
SELECT value FROM meta WHERE name = :name;

-- name: is_listed
SELECT 1 FROM borrower WHERE borrower_id = :borrower_id AND erased_at IS NULL;

-- name: may_repeat
UPDATE outbox SET may_repeat = 1 WHERE state IN ('ready', 'sending');

-- name: inbox_states
SELECT 'waiting', (SELECT count(*) FROM inbox WHERE state = 'waiting')
UNION ALL SELECT 'quarantined', (SELECT count(*) FROM inbox WHERE state = 'quarantined');

-- name: outbox_states
WITH states (state) AS (VALUES ('ready'), ('sending'), ('dead'), ('unreachable')),
    counted AS (
        SELECT state, count(*) AS times FROM outbox WHERE state IN ('ready', 'sending') GROUP BY state
        UNION ALL
        SELECT state, count(*) FROM outbox WHERE state IN ('dead', 'unreachable') GROUP BY state)
SELECT state, coalesce(times, 0) FROM states LEFT JOIN counted USING (state);

-- name: oldest_waiting
SELECT min(received_at) FROM inbox WHERE state = 'waiting';

-- name: oldest_unsent
-- Sorted by an expression, so that the few open rows are read by their index, not the many by their key.
SELECT min(at) FROM message WHERE (chat_id, seq) IN (
    SELECT chat_id, seq FROM outbox WHERE state IN ('ready', 'sending')
    ORDER BY message_id || '' LIMIT 1);

-- name: backed_up
SELECT value FROM meta WHERE name = 'backed_up_at';

-- name: last_head_at
SELECT closed_at FROM audit_head ORDER BY number DESC LIMIT 1;

-- name: newest_message
SELECT max(message_id) FROM outbox;

-- name: products
SELECT DISTINCT product FROM loan ORDER BY product;
