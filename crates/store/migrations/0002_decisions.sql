-- From data to decisions: contracts and prices, rules, decisions, questions to employees, changes and
-- their savings, notifications. Amounts are in the smallest unit of their currency; amount and
-- currency are NULL where the amount is not known.

-- Goes up with every decision, contract, price, question, change and import.
ALTER TABLE integrations ADD COLUMN decision_revision BIGINT NOT NULL DEFAULT 0;

-- The licences that the user is known to have and not to have; NULL until a sync recorded them.
ALTER TABLE users ADD COLUMN licences TEXT;

INSERT INTO counters (organisation_id, name, last_value)
VALUES (1, 'contract', 0), (1, 'attachment', 0), (1, 'rule_settings', 0), (1, 'finding_event', 0),
  (1, 'ask', 0), (1, 'change', 0), (1, 'channel', 0), (1, 'message', 0);

CREATE TABLE contracts (
  integration_id BIGINT NOT NULL,
  contract_id BIGINT NOT NULL,
  licence TEXT NOT NULL,
  name TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  price_minor BIGINT,
  price_currency TEXT,
  billing_cycle TEXT NOT NULL,
  starts_on BIGINT NOT NULL,
  ends_on BIGINT NOT NULL,
  auto_renews BIGINT NOT NULL,
  notice_days BIGINT NOT NULL,
  minimum BIGINT NOT NULL,
  reducible_each_cycle BIGINT NOT NULL,
  owner TEXT NOT NULL,
  notes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, contract_id)
);

-- Content in base64.
CREATE TABLE attachments (
  integration_id BIGINT NOT NULL,
  contract_id BIGINT NOT NULL,
  attachment_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  content TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, contract_id, attachment_id)
);

CREATE TABLE prices (
  integration_id BIGINT NOT NULL,
  licence TEXT NOT NULL,
  yearly_minor BIGINT NOT NULL,
  yearly_currency TEXT NOT NULL,
  as_of BIGINT NOT NULL,
  source TEXT NOT NULL,
  confidence TEXT NOT NULL,
  PRIMARY KEY (integration_id, licence)
);

CREATE TABLE rule_settings (
  organisation_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  content TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, version)
);

-- The id of a finding is rule, licence and user; user_key is NULL for findings about the account.
CREATE TABLE decisions (
  integration_id BIGINT NOT NULL,
  finding TEXT NOT NULL,
  user_key TEXT,
  state TEXT NOT NULL,
  until_day BIGINT,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  assignee TEXT NOT NULL,
  scope TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, finding)
);

-- The timelines of findings.
CREATE TABLE finding_events (
  integration_id BIGINT NOT NULL,
  finding TEXT NOT NULL,
  entry BIGINT NOT NULL,
  user_key TEXT,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (integration_id, finding, entry)
);

-- The time at which each finding first appeared, to detect new ones.
CREATE TABLE seen_findings (
  integration_id BIGINT NOT NULL,
  finding TEXT NOT NULL,
  user_key TEXT,
  since BIGINT NOT NULL,
  PRIMARY KEY (integration_id, finding)
);

-- Questions to employees about their licences.
CREATE TABLE asks (
  integration_id BIGINT NOT NULL,
  ask_id BIGINT NOT NULL,
  finding TEXT NOT NULL,
  user_key TEXT NOT NULL,
  email TEXT NOT NULL,
  licence TEXT NOT NULL,
  message TEXT NOT NULL,
  state TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  remind_at BIGINT,
  on_silence TEXT NOT NULL,
  silence_at BIGINT,
  sent_at BIGINT,
  reminded_at BIGINT,
  ended_at BIGINT,
  answer TEXT,
  hand_over_to TEXT,
  note TEXT NOT NULL,
  -- Time of the next action; NULL when it has ended.
  due_at BIGINT,
  PRIMARY KEY (integration_id, ask_id),
  UNIQUE (ask_id)
);
CREATE INDEX asks_due ON asks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX asks_of_user ON asks (integration_id, user_key, licence);

CREATE TABLE changes (
  integration_id BIGINT NOT NULL,
  change_id BIGINT NOT NULL,
  finding TEXT NOT NULL,
  user_key TEXT,
  external_id TEXT,
  email TEXT NOT NULL,
  licence TEXT NOT NULL,
  from_value TEXT NOT NULL,
  to_value TEXT NOT NULL,
  state TEXT NOT NULL,
  seats BIGINT NOT NULL,
  evidence TEXT NOT NULL,
  saving_minor BIGINT,
  saving_currency TEXT,
  seat_free_on BIGINT,
  invoice_lower_on BIGINT,
  decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  executed_at BIGINT,
  result TEXT NOT NULL,
  before_values TEXT,
  PRIMARY KEY (integration_id, change_id)
);
CREATE INDEX changes_of_finding ON changes (integration_id, finding);

CREATE TABLE change_journal (
  integration_id BIGINT NOT NULL,
  change_id BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  user_key TEXT,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (integration_id, change_id, entry)
);

-- The saving of each change: promised, realised or lost.
CREATE TABLE ledger (
  integration_id BIGINT NOT NULL,
  change_id BIGINT NOT NULL,
  finding TEXT NOT NULL,
  user_key TEXT,
  licence TEXT NOT NULL,
  seats BIGINT NOT NULL,
  promised_minor BIGINT,
  promised_currency TEXT,
  promised_on BIGINT NOT NULL,
  seat_free_on BIGINT,
  invoice_lower_on BIGINT,
  realised_on BIGINT,
  lost_on BIGINT,
  PRIMARY KEY (integration_id, change_id)
);

-- The app with which changes are made at the application; its secret is sealed.
CREATE TABLE write_access (
  integration_id BIGINT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL,
  client_secret TEXT NOT NULL,
  account_id TEXT NOT NULL,
  saved_at BIGINT NOT NULL
);

CREATE TABLE people_imports (
  integration_id BIGINT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  read_at BIGINT NOT NULL
);

CREATE TABLE imported_people (
  integration_id BIGINT NOT NULL,
  email TEXT NOT NULL,
  left_on BIGINT,
  PRIMARY KEY (integration_id, email)
);

CREATE TABLE upcoming (
  integration_id BIGINT NOT NULL,
  start_at BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  host_id TEXT NOT NULL,
  kind BIGINT NOT NULL,
  PRIMARY KEY (integration_id, start_at, event_id)
);

CREATE TABLE upcoming_known (
  integration_id BIGINT NOT NULL PRIMARY KEY,
  until_day BIGINT NOT NULL
);

CREATE TABLE delegations (
  integration_id BIGINT NOT NULL,
  user_key TEXT NOT NULL,
  assistants BIGINT NOT NULL,
  PRIMARY KEY (integration_id, user_key)
);

CREATE TABLE licence_spans (
  integration_id BIGINT NOT NULL,
  user_key TEXT NOT NULL,
  licence TEXT NOT NULL,
  since BIGINT NOT NULL,
  exact BIGINT NOT NULL,
  until_at BIGINT,
  PRIMARY KEY (integration_id, user_key, licence, since)
);

CREATE TABLE smtp (
  organisation_id BIGINT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,
  port BIGINT NOT NULL,
  security TEXT NOT NULL,
  user_name TEXT NOT NULL,
  password TEXT,
  sender TEXT NOT NULL
);

-- Targets are sealed like secrets, because the address of a chat's webhook is enough to write there.
CREATE TABLE channels (
  organisation_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  secret TEXT,
  events TEXT NOT NULL,
  min_minor BIGINT,
  min_currency TEXT,
  enabled BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, channel_id)
);

-- The payload is sealed, and deleted after delivery.
CREATE TABLE messages (
  organisation_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  message_key TEXT NOT NULL,
  integration_id BIGINT,
  user_key TEXT,
  channel_id BIGINT,
  recipient TEXT NOT NULL,
  payload TEXT,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  -- NULL: nothing more is tried.
  next_at BIGINT,
  ended_at BIGINT,
  lease_holder TEXT,
  lease_until BIGINT,
  PRIMARY KEY (organisation_id, message_id),
  UNIQUE (organisation_id, message_key)
);
CREATE INDEX messages_due ON messages (organisation_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX messages_of_integration ON messages (integration_id, message_id)
WHERE integration_id IS NOT NULL;

-- The organisation's mail template, and values of jobs. Integration 0: for all of them.
CREATE TABLE notes (
  organisation_id BIGINT NOT NULL,
  integration_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (organisation_id, integration_id, name)
);

CREATE TABLE duties (
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  lease_holder TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, name)
);
