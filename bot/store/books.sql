-- Every statement an import needs, by name. Rows with a case_id are our cases' and never touched here.
-- What is written by the million takes its values by position: names cost as much as the row itself.

-- name: borrowers_by_ref
SELECT ref_token, borrower_id, person, grade, locale, erased_at FROM borrower
WHERE ref_token IN (:tokens);

-- name: new_borrower
INSERT INTO borrower (borrower_id, ref_token, phone_token, name_token, person, grade, locale)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: move_borrower
UPDATE borrower SET phone_token = :phone_token, name_token = :name_token, person = :person,
    grade = :grade, locale = :locale, version = version + 1
WHERE borrower_id = :borrower_id;

-- name: owners_of_loans
SELECT loan.ref_token, borrower.ref_token FROM loan JOIN borrower USING (borrower_id)
WHERE loan.ref_token IN (:tokens);

-- name: loans_by_ref
SELECT ref_token, loan_id, books_on, fingerprint FROM loan WHERE ref_token IN (:tokens);

-- name: new_loan
INSERT INTO loan (borrower_id, loan_id, ref_token, ref, product, currency, digits, principal_minor,
    contract_rate, opened_on, status, reported_minor, reported_on, books_on, fingerprint)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: change_loan
UPDATE loan SET product = :product, currency = :currency, digits = :digits,
    principal_minor = :principal_minor, contract_rate = :contract_rate, opened_on = :opened_on,
    status = :status, reported_minor = :reported_minor, reported_on = :reported_on,
    books_on = :books_on, fingerprint = :fingerprint, version = version + 1
WHERE borrower_id = :borrower_id AND loan_id = :loan_id;

-- name: books_stand
UPDATE loan SET books_on = :books_on
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND books_on < :books_on;

-- name: stored_instalment
SELECT borrower_id, loan_id, no, due_on, principal_minor, interest_minor, fee_minor FROM instalment
WHERE borrower_id = :borrower_id AND loan_id = :loan_id ORDER BY no;

-- name: drop_instalment
DELETE FROM instalment WHERE borrower_id = :borrower_id AND loan_id = :loan_id;

-- name: tell_instalment
INSERT INTO instalment (borrower_id, loan_id, no, due_on, principal_minor, interest_minor, fee_minor)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: stored_payment
SELECT borrower_id, loan_id, ref_token, paid_on, amount_minor, entered_at, reversed_on FROM payment
WHERE borrower_id = :borrower_id AND loan_id = :loan_id ORDER BY seq;

-- name: drop_payment
DELETE FROM payment WHERE borrower_id = :borrower_id AND loan_id = :loan_id;

-- name: tell_payment
INSERT INTO payment (borrower_id, loan_id, ref_token, paid_on, amount_minor,
    entered_at, reversed_on, seq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: stored_freeze
SELECT borrower_id, loan_id, freeze_id, from_on, until_on, kind FROM freeze
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id IS NULL ORDER BY freeze_id;

-- name: drop_freeze
DELETE FROM freeze
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id IS NULL;

-- name: tell_freeze
INSERT INTO freeze (borrower_id, loan_id, freeze_id, from_on, until_on, kind)
VALUES (?, ?, ?, ?, ?, ?);

-- name: stored_waiver
SELECT borrower_id, loan_id, waiver_id, on_day, amount_minor FROM waiver
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id IS NULL ORDER BY waiver_id;

-- name: drop_waiver
DELETE FROM waiver
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id IS NULL;

-- name: tell_waiver
INSERT INTO waiver (borrower_id, loan_id, waiver_id, on_day, amount_minor)
VALUES (?, ?, ?, ?, ?);

-- name: our_waiver
SELECT waiver.case_id FROM waiver JOIN relief_case USING (borrower_id, loan_id, case_id)
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND reference = :reference;

-- name: unconfirm
UPDATE waiver SET confirmed = 0
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id IS NOT NULL;

-- name: confirm
UPDATE waiver SET confirmed = 1
WHERE borrower_id = :borrower_id AND loan_id = :loan_id AND case_id = :case_id;

-- name: is_known_here
SELECT EXISTS (SELECT 1 FROM chat WHERE borrower_id = :borrower_id)
    OR EXISTS (SELECT 1 FROM relief_case WHERE borrower_id = :borrower_id);

-- name: wake
INSERT INTO inbox (source, key, received_at, kind, subject_id, state)
VALUES ('system', :key, :at, 'books_changed', :borrower_id, 'waiting');

-- name: keep_run
INSERT INTO import_run (import_id, fingerprint, as_of, started_at, chunks_done)
VALUES (:import_id, :fingerprint, :as_of, :at, 1)
ON CONFLICT (import_id) DO UPDATE SET chunks_done = chunks_done + 1;

-- name: finish_runs
UPDATE import_run SET finished_at = :at WHERE fingerprint = :fingerprint AND finished_at IS NULL;
