-- One word for one thing: "asks" and "requests" to employees are questions, "duties" are jobs, and
-- "notes" are named values.

ALTER TABLE asks RENAME TO questions;
ALTER TABLE questions RENAME COLUMN ask_id TO question_id;
DROP INDEX asks_due;
CREATE INDEX questions_due ON questions (due_at) WHERE due_at IS NOT NULL;
DROP INDEX asks_of_user;
CREATE INDEX questions_of_user ON questions (integration_id, user_key, licence);
UPDATE counters SET name = 'question' WHERE name = 'ask';

ALTER TABLE duties RENAME TO jobs;

ALTER TABLE notes RENAME TO named_values;
UPDATE named_values SET name = 'question_subject' WHERE name = 'ask_subject';
UPDATE named_values SET name = 'question_body' WHERE name = 'ask_body';
UPDATE named_values SET name = 'job:' || substr(name, 6) WHERE name LIKE 'memo:%';

UPDATE finding_events SET kind = 'question' WHERE kind = 'request';

-- An employee who answered. The audit log keeps "request:", because its hashes cover the actor.
UPDATE decisions SET actor = 'question:' || substr(actor, 9) WHERE actor LIKE 'request:%';
UPDATE finding_events SET actor = 'question:' || substr(actor, 9) WHERE actor LIKE 'request:%';
UPDATE changes SET decided_by = 'question:' || substr(decided_by, 9)
WHERE decided_by LIKE 'request:%';
UPDATE change_journal SET actor = 'question:' || substr(actor, 9) WHERE actor LIKE 'request:%';
