-- Erasing a borrower. Ciphertext stays where a chain hashes it; everything that finds it goes.

-- name: open_case
SELECT 1 FROM relief_case WHERE borrower_id = :borrower_id AND status NOT IN
    ('settled', 'lapsed', 'declined', 'withdrawn', 'rejected', 'closed_no_reply', 'expired') LIMIT 1;

-- name: uploads
DELETE FROM upload WHERE subject_id IN (SELECT chat_id FROM chat WHERE borrower_id = :borrower_id);

-- name: outbox
UPDATE outbox SET state = 'dead', claimed_until = NULL WHERE state IN ('ready', 'sending', 'unreachable')
    AND chat_id IN (SELECT chat_id FROM chat WHERE borrower_id = :borrower_id);

-- name: messages
UPDATE message SET speaker = 'erased', body = X'' WHERE borrower_id = :borrower_id;

-- name: looks
DELETE FROM look WHERE borrower_id = :borrower_id;

-- name: reminders
DELETE FROM reminder WHERE borrower_id = :borrower_id;

-- name: drafts
DELETE FROM draft WHERE subject_id = :borrower_id;

-- name: requests
UPDATE request SET state = 'answered', version = version + 1
WHERE borrower_id = :borrower_id AND state = 'open';

-- name: chats
UPDATE chat SET borrower_id = NULL, consented_at = NULL, asking = NULL, link_id = NULL, proven_at = NULL,
    human = 0, hidden_until = 0, version = version + 1
WHERE borrower_id = :borrower_id;

-- name: borrower
UPDATE borrower SET erased_at = coalesce(erased_at, :at), person = X'', phone_token = NULL,
    name_token = NULL, version = version + 1
WHERE borrower_id = :borrower_id;
