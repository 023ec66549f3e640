-- Every statement a turn needs, by name. Parameters are named; versions guard what changes.

-- name: chat
SELECT * FROM chat WHERE chat_id = :chat_id;

-- name: chats_beside
-- The chat and, once it is a borrower's, all the others of that borrower.
SELECT * FROM chat
WHERE chat_id = :chat_id OR borrower_id = (SELECT borrower_id FROM chat WHERE chat_id = :chat_id)
ORDER BY heard_at DESC NULLS LAST, chat_id;

-- name: there
-- What of a turn's subject most have not: a statement each is spared where there is none.
SELECT
    (SELECT state FROM inbox WHERE source = :source AND key = :key) AS seen,
    (SELECT attempts FROM inbox WHERE source = :source AND key = :key) AS attempts,
    EXISTS (SELECT 1 FROM draft WHERE subject_id = :subject_id AND state = 'open') AS drafts,
    EXISTS (SELECT 1 FROM code WHERE chat_id = :chat_id) AS code,
    EXISTS (SELECT 1 FROM freeze WHERE borrower_id = :subject_id) AS freezes,
    EXISTS (SELECT 1 FROM waiver WHERE borrower_id = :subject_id) AS waivers,
    EXISTS (SELECT 1 FROM relief_case WHERE borrower_id = :subject_id) AS cases,
    EXISTS (SELECT 1 FROM rating WHERE borrower_id = :subject_id) AS rated;

-- name: chats_of_borrower
SELECT * FROM chat WHERE borrower_id = :borrower_id ORDER BY heard_at DESC NULLS LAST, chat_id;

-- name: borrower
SELECT * FROM borrower WHERE borrower_id = :borrower_id;

-- name: loans
SELECT * FROM loan WHERE borrower_id = :borrower_id ORDER BY loan_id;

-- name: instalments
SELECT loan_id, no, due_on, principal_minor, interest_minor, fee_minor
FROM instalment WHERE borrower_id = :borrower_id ORDER BY loan_id, due_on, no;

-- name: payments
SELECT loan_id, paid_on, amount_minor, entered_at, reversed_on
FROM payment WHERE borrower_id = :borrower_id ORDER BY loan_id, seq;

-- name: freezes
SELECT loan_id, freeze_id, from_on, until_on, kind, case_id
FROM freeze WHERE borrower_id = :borrower_id ORDER BY loan_id, from_on, freeze_id;

-- name: waivers
SELECT loan_id, waiver_id, on_day, amount_minor, case_id
FROM waiver WHERE borrower_id = :borrower_id ORDER BY loan_id, on_day, waiver_id;

-- name: looks
SELECT loan_id, seen FROM look WHERE borrower_id = :borrower_id;

-- name: put_look
INSERT INTO look (borrower_id, loan_id, seen, at) VALUES (:borrower_id, :loan_id, :seen, :at)
ON CONFLICT (borrower_id, loan_id) DO UPDATE SET seen = :seen, at = :at;

-- name: unanswered
SELECT DISTINCT loan_id FROM request WHERE borrower_id = :borrower_id AND state = 'open';

-- name: reminders
SELECT loan_id, event, last_day, told_on FROM reminder WHERE borrower_id = :borrower_id;

-- name: new_reminder
INSERT INTO reminder (borrower_id, loan_id, event, last_day, told_on)
VALUES (:borrower_id, :loan_id, :event, :last_day, :told_on);

-- name: want_reminders
UPDATE borrower SET reminders_off_at = :at WHERE borrower_id = :borrower_id;

-- name: drafts
SELECT * FROM draft WHERE subject_id = :subject_id AND state = 'open';

-- name: cases
SELECT * FROM relief_case WHERE borrower_id = :borrower_id ORDER BY case_id;

-- name: last_events
SELECT case_id, seq, hash FROM case_event
WHERE borrower_id = :borrower_id AND seq = (
    SELECT max(seq) FROM case_event AS later
    WHERE later.borrower_id = case_event.borrower_id AND later.case_id = case_event.case_id);

-- name: rated
SELECT case_id FROM rating WHERE borrower_id = :borrower_id;

-- name: last_audit
SELECT seq, hash FROM audit WHERE subject_id = :subject_id ORDER BY seq DESC LIMIT 1;

-- name: link
SELECT * FROM link WHERE link_id = :link_id;

-- name: message_by_id
-- What was said to a borrower is for them alone: whoever unlinks a chat, or links it anew, leaves it
-- behind, here and below. What was said before a link (borrower_id null) stays in sight.
SELECT message.* FROM message JOIN chat USING (chat_id)
WHERE speaker <> 'erased' AND chat_id = :chat_id AND message_id = :message_id
    AND (message.borrower_id IS NULL OR message.borrower_id = chat.borrower_id);

-- name: recent_cards
SELECT message.* FROM message JOIN chat USING (chat_id)
WHERE chat_id = :chat_id AND speaker = 'reprieve'
    AND (message.borrower_id IS NULL OR message.borrower_id = chat.borrower_id)
ORDER BY seq DESC LIMIT 3;

-- name: messages_after
SELECT message.* FROM message JOIN chat USING (chat_id)
WHERE speaker <> 'erased' AND chat_id = :chat_id AND seq > :after
    AND (message.borrower_id IS NULL OR message.borrower_id = chat.borrower_id)
ORDER BY seq LIMIT :most;

-- name: see_new
INSERT INTO inbox (source, key, received_at, kind, subject_id, body, state, attempts)
VALUES (:source, :key, :at, :kind, :subject_id, NULL, 'done', 1);

-- name: see_waiting
UPDATE inbox SET state = 'done', body = NULL, attempts = attempts + 1
WHERE source = :source AND key = :key AND state = 'waiting';

-- name: keep_waiting
INSERT INTO inbox (source, key, received_at, kind, subject_id, body, state, attempts, error)
VALUES (:source, :key, :at, :kind, :subject_id, :body, 'waiting', :attempts, :error)
ON CONFLICT (source, key) DO UPDATE SET attempts = :attempts, error = :error
WHERE state = 'waiting';

-- name: quarantine
UPDATE inbox SET state = 'quarantined', attempts = attempts + 1, error = :error
WHERE source = :source AND key = :key AND state = 'waiting';

-- name: waiting
SELECT * FROM inbox WHERE state = 'waiting' ORDER BY received_at, key LIMIT :most;

-- name: new_chat
INSERT INTO chat (chat_id, channel, address_token, address, locale)
VALUES (:chat_id, :channel, :address_token, :address, :locale)
ON CONFLICT (channel, address_token) DO NOTHING;

-- name: chat_by_address
SELECT * FROM chat WHERE channel = :channel AND address_token = :address_token;

-- name: move_chat
UPDATE chat SET borrower_id = :borrower_id, locale = :locale, consented_at = :consented_at,
    asking = :asking, link_id = :link_id, proven_at = :proven_at,
    hidden_until = :hidden_until, heard_at = :heard_at, human = :human, last_seq = :last_seq,
    version = version + 1
WHERE chat_id = :chat_id AND version = :version;

-- name: new_message
INSERT INTO message (chat_id, seq, message_id, borrower_id, subject_id, turn_id, at, speaker, body, replaces)
VALUES (:chat_id, :seq, :message_id, :borrower_id, :subject_id, :turn_id, :at, :speaker, :body, :replaces);

-- name: new_outbox
INSERT INTO outbox (message_id, chat_id, seq, channel, state)
VALUES (:message_id, :chat_id, :seq, :channel, 'ready');

-- name: new_claimed
-- Claimed by the commit that writes it, unless something of its chat is still before it.
INSERT INTO outbox (message_id, chat_id, seq, channel, state, attempts, claimed_until)
SELECT :message_id, :chat_id, :seq, :channel,
    iif(is_first, 'sending', 'ready'), is_first, iif(is_first, :until, NULL)
FROM (SELECT NOT EXISTS (SELECT 1 FROM outbox
    WHERE chat_id = :chat_id AND state IN ('ready', 'sending')) AS is_first)
RETURNING state = 'sending';

-- name: new_draft
INSERT INTO draft (subject_id, draft_id, flow, answers, state, created_at, updated_at, version)
VALUES (:subject_id, :draft_id, :flow, :answers, :state, :created_at, :updated_at, :version);

-- name: move_draft
UPDATE draft SET answers = :answers, state = :state, updated_at = :updated_at, version = version + 1
WHERE subject_id = :subject_id AND draft_id = :draft_id AND version = :version AND state = 'open';

-- name: new_case
INSERT INTO relief_case (borrower_id, case_id, loan_id, draft_id, reference, status, submitted_on,
    answer_due, pay_by, facts, version)
VALUES (:borrower_id, :case_id, :loan_id, :draft_id, :reference, :status, :submitted_on, :answer_due,
    :pay_by, :facts, :version);

-- name: move_case
UPDATE relief_case SET status = :status, answer_due = :answer_due, pay_by = :pay_by, facts = :facts,
    version = :version
WHERE borrower_id = :borrower_id AND case_id = :case_id AND version = :version - 1;

-- name: new_event
INSERT INTO case_event (borrower_id, case_id, seq, at, body, hash, head)
VALUES (:borrower_id, :case_id, :seq, :at, :body, :hash,
    (SELECT coalesce(max(number), 0) + 1 FROM audit_head));

-- name: put_waiver
INSERT INTO waiver (borrower_id, loan_id, waiver_id, on_day, amount_minor, case_id)
VALUES (:borrower_id, :loan_id, :waiver_id, :on_day, :amount_minor, :case_id);

-- name: remove_waiver
DELETE FROM waiver WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id = :case_id;

-- name: put_freeze
INSERT INTO freeze (borrower_id, loan_id, freeze_id, from_on, until_on, kind, case_id)
VALUES (:borrower_id, :loan_id, :freeze_id, :from_on, :until_on, 'relief', :case_id)
ON CONFLICT (borrower_id, loan_id, freeze_id) DO UPDATE SET until_on = :until_on;

-- name: end_freeze
UPDATE freeze SET until_on = :until_on
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id = :case_id;

-- name: remove_freeze
DELETE FROM freeze WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id = :case_id;

-- name: move_loan
UPDATE loan SET version = version + 1
WHERE borrower_id = :borrower_id AND loan_id = :loan_id;

-- name: use_link
UPDATE link SET proven_at = :at
WHERE link_id = :link_id AND proven_at IS NULL;

-- name: new_request
INSERT INTO request (borrower_id, request_id, chat_id, kind, loan_id, urgent, state, at, body)
VALUES (:subject_id, :request_id, :chat_id, :kind, :loan_id, :urgent, 'open', :at, :body);

-- name: new_request_once
INSERT INTO request (borrower_id, request_id, chat_id, kind, loan_id, urgent, state, at, body)
SELECT :subject_id, :request_id, :chat_id, :kind, :loan_id, :urgent, 'open', :at, :body
WHERE NOT EXISTS (
    SELECT 1 FROM request WHERE borrower_id = :subject_id AND kind = :kind AND state = 'open');

-- name: answer_request
UPDATE request SET state = 'answered', version = version + 1
WHERE borrower_id IN (:subject_id, :chat_id) AND request_id = :request_id AND state = 'open';

-- name: new_rating
INSERT INTO rating (borrower_id, case_id, stars, at) VALUES (:borrower_id, :case_id, :stars, :at);

-- name: new_audit
INSERT INTO audit (subject_id, seq, at, actor, kind, body, hash, head)
VALUES (:subject_id, :seq, :at, :actor, :kind, :body, :hash,
    (SELECT coalesce(max(number), 0) + 1 FROM audit_head));

-- name: new_link
INSERT INTO link (link_id, token_hash, borrower_id, expires_at)
VALUES (:link_id, :token_hash, :borrower_id, :expires_at);

-- name: link_by_token
SELECT link_id, expires_at, opened_at FROM link WHERE token_hash = :token_hash;

-- name: open_link
UPDATE link SET opened_at = :at WHERE link_id = :link_id AND opened_at IS NULL;

-- name: claim_link
UPDATE chat SET link_id = :link_id, version = version + 1 WHERE chat_id = :chat_id;

-- name: link_pressed_here
SELECT 1 FROM link JOIN chat USING (link_id)
WHERE link.token_hash = :token_hash AND chat.chat_id = :chat_id AND link.proven_at IS NULL;

-- name: borrower_by_token
SELECT borrower_id FROM borrower WHERE ref_token = :ref_token;

-- name: loan_by_token
SELECT borrower_id, loan_id FROM loan WHERE ref_token = :ref_token;

-- name: new_upload
INSERT INTO upload (subject_id, upload_id, kind, size, at, name, content)
VALUES (:subject_id, :upload_id, :kind, :size, :at, :name, :content);

-- name: upload
SELECT * FROM upload WHERE upload_id = :upload_id;

-- name: take_ready
-- A claim that ran out may have been sent: whoever takes it up says so. The state that is said twice
-- and the order by an expression make SQLite read the few open rows, not all that were ever sent.
UPDATE outbox SET may_repeat = may_repeat OR state = 'sending', state = 'sending',
    attempts = attempts + 1, claimed_until = :until
WHERE message_id IN (
    SELECT message_id FROM outbox AS first
    WHERE state IN ('ready', 'sending') AND :channels LIKE '%|' || channel || '|%'
    AND ((state = 'ready' AND (not_before IS NULL OR not_before <= :now))
        OR (state = 'sending' AND claimed_until < :now))
    AND NOT EXISTS (
        SELECT 1 FROM outbox AS earlier WHERE earlier.chat_id = first.chat_id
        AND earlier.message_id < first.message_id AND earlier.state IN ('ready', 'sending'))
    ORDER BY message_id || '' LIMIT :most)
RETURNING message_id, chat_id, seq, channel, attempts, may_repeat;

-- name: release_claims
UPDATE outbox SET state = 'ready', claimed_until = NULL, may_repeat = 1
WHERE state IN ('ready', 'sending') AND state = 'sending';

-- name: mark_sent
UPDATE outbox SET state = 'sent', claimed_until = NULL, external_id = :external_id
WHERE message_id = :message_id AND state = 'sending';

-- name: mark_later
-- A claim after which the channel only asked to wait was no attempt.
UPDATE outbox SET state = :state, claimed_until = NULL, not_before = :not_before,
    attempts = attempts - :asked_to_wait, may_repeat = may_repeat OR :may_repeat
WHERE message_id = :message_id AND state = 'sending';

-- name: due_cases
SELECT DISTINCT borrower_id FROM relief_case
WHERE status NOT IN ('settled', 'lapsed', 'declined', 'withdrawn', 'rejected', 'closed_no_reply', 'expired')
UNION SELECT DISTINCT subject_id FROM draft JOIN borrower ON borrower.borrower_id = draft.subject_id
WHERE state = 'open' AND updated_at < :stale;

-- name: transcript
SELECT * FROM message WHERE speaker <> 'erased' AND borrower_id = :borrower_id ORDER BY at, chat_id, seq;

-- name: any_ready
SELECT 1 FROM outbox WHERE state IN ('ready', 'sending') AND :channels LIKE '%|' || channel || '|%'
    AND ((state = 'ready' AND (not_before IS NULL OR not_before <= :now))
        OR (state = 'sending' AND claimed_until < :now)) LIMIT 1;

-- name: keep_once
INSERT INTO inbox (source, key, received_at, kind, subject_id, body, state, attempts, error)
VALUES (:source, :key, :at, :kind, :subject_id, :body, 'waiting', :attempts, :error)
ON CONFLICT (source, key) DO NOTHING;

-- name: message_by_seq
SELECT * FROM message WHERE speaker <> 'erased' AND chat_id = :chat_id AND seq = :seq;

-- name: outgoing
SELECT message.*, chat.address, chat.locale FROM message JOIN chat USING (chat_id)
WHERE speaker <> 'erased' AND chat_id = :chat_id AND seq = :seq;

-- name: external_id
SELECT external_id FROM outbox WHERE chat_id = :chat_id AND seq = :seq;

-- name: talking
-- Whoever wrote or was written to since then; the newest first, and not more than can be told soon.
SELECT chat_id FROM chat WHERE channel = :channel AND unreachable_at IS NULL
    AND (heard_at >= :since OR EXISTS (
        SELECT 1 FROM message
        WHERE message.chat_id = chat.chat_id AND seq = last_seq AND message.at >= :since))
ORDER BY heard_at DESC NULLS LAST LIMIT :most;

-- name: set_unreachable
UPDATE chat SET unreachable_at = :at, version = version + 1
WHERE chat_id = :chat_id AND unreachable_at IS NULL;

-- name: set_reachable
UPDATE chat SET unreachable_at = NULL, version = version + 1
WHERE chat_id = :chat_id AND unreachable_at IS NOT NULL;

-- name: revive
UPDATE outbox SET state = 'ready', not_before = NULL WHERE chat_id = :chat_id AND state = 'unreachable';

-- name: new_post
INSERT INTO post (post_id, body, state, not_before, until) VALUES (:post_id, :body, 'waiting', :not_before, :until);

-- name: due_posts
SELECT * FROM post WHERE state = 'waiting' AND not_before <= :now AND until > :now
ORDER BY post_id LIMIT :most;

-- name: post_done
UPDATE post SET state = 'accepted', body = NULL WHERE post_id = :post_id;

-- name: any_post_over
SELECT 1 FROM post WHERE until <= :now OR state = 'accepted' LIMIT 1;

-- name: drop_posts_over
DELETE FROM post WHERE until <= :now OR state = 'accepted';

-- name: post_later
UPDATE post SET attempts = attempts + 1, not_before = :not_before WHERE post_id = :post_id;

-- name: put_code
INSERT INTO code (chat_id, borrower_id, code, expires_at) VALUES (:chat_id, :borrower_id, :code, :expires_at)
ON CONFLICT (chat_id) DO UPDATE SET borrower_id = :borrower_id, code = :code, expires_at = :expires_at,
    passed_at = NULL;

-- name: code
SELECT * FROM code WHERE chat_id = :chat_id;

-- name: pass_code
UPDATE code SET passed_at = :at WHERE chat_id = :chat_id AND passed_at IS NULL;

-- name: remove_code
DELETE FROM code WHERE chat_id = :chat_id;

-- name: attempts
SELECT max(tries) AS tries, max(locked_until) AS locked_until FROM attempt
WHERE token IN (:first, :second, :third);

-- name: count_attempt
INSERT INTO attempt (token, tries, locked_until) VALUES (:token, 1, :locked_until)
ON CONFLICT (token) DO UPDATE SET tries = tries + 1, locked_until = :locked_until;

-- name: forget_attempt
DELETE FROM attempt WHERE token = :token;

-- name: borrowers_by_phone
SELECT borrower_id FROM borrower WHERE phone_token = :phone_token AND erased_at IS NULL LIMIT 2;
