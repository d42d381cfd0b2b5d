-- All tables but the wide histories, whose layout differs between the engines.
-- BIGINT for every number: times are milliseconds since 1970 (UTC), days are days since 1970 (UTC),
-- flags are 0 or 1. JSON is TEXT. Every primary key begins with the tenant.

CREATE TABLE organisations (
  organisation_id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  inactive_days BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

-- The last used numbers. They never go down, so that a number is never used twice.
CREATE TABLE counters (
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  last_value BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, name)
);
INSERT INTO counters (organisation_id, name, last_value)
VALUES (1, 'integration', 0), (1, 'member', 0), (1, 'api_token', 0);

-- A sealed text that shows whether the master key is the right one.
CREATE TABLE canaries (
  organisation_id BIGINT NOT NULL PRIMARY KEY,
  sealed TEXT NOT NULL
);

CREATE TABLE members (
  organisation_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_sign_in BIGINT,
  PRIMARY KEY (organisation_id, member_id),
  UNIQUE (organisation_id, email_key)
);

CREATE TABLE sessions (
  organisation_id BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  member_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, token_hash)
);

CREATE TABLE failed_sign_ins (
  organisation_id BIGINT NOT NULL,
  throttle_key TEXT NOT NULL,
  failed_at BIGINT NOT NULL,
  times BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, throttle_key, failed_at)
);

CREATE TABLE api_tokens (
  organisation_id BIGINT NOT NULL,
  token_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  expires_at BIGINT,
  PRIMARY KEY (organisation_id, token_id),
  UNIQUE (organisation_id, token_hash)
);

CREATE TABLE audit (
  organisation_id BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (organisation_id, entry)
);

-- Its row is locked while an entry is added. It reveals missing entries at the end of the log.
CREATE TABLE audit_heads (
  organisation_id BIGINT NOT NULL PRIMARY KEY,
  entry BIGINT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO audit_heads (organisation_id, entry, hash) VALUES (1, 0, '');

CREATE TABLE oauth_apps (
  organisation_id BIGINT NOT NULL,
  application TEXT NOT NULL,
  client_id TEXT NOT NULL,
  client_secret TEXT NOT NULL,
  PRIMARY KEY (organisation_id, application)
);

CREATE TABLE authorisations (
  organisation_id BIGINT NOT NULL,
  state_hash TEXT NOT NULL,
  session_hash TEXT NOT NULL,
  verifier TEXT NOT NULL,
  integration BIGINT,
  name TEXT NOT NULL,
  plan_key TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  client_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, state_hash)
);

CREATE TABLE integrations (
  integration_id BIGINT NOT NULL PRIMARY KEY,
  application TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  state_reason TEXT,
  grant_json TEXT NOT NULL,
  plan_key TEXT NOT NULL,
  budget_percent BIGINT NOT NULL,
  interval_minutes BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_run_at BIGINT NOT NULL,
  next_trigger TEXT NOT NULL,
  first_complete_at BIGINT,
  last_complete_at BIGINT,
  run BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  lease_holder TEXT,
  lease_until BIGINT,
  erasing BIGINT NOT NULL
);

-- Secrets and tokens, sealed.
CREATE TABLE connections (
  integration_id BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  client_id TEXT NOT NULL,
  client_secret TEXT NOT NULL,
  account_id TEXT,
  access_token TEXT,
  refresh_token TEXT,
  expires_at BIGINT,
  obtained_at BIGINT,
  api_url TEXT,
  saved_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  lock_holder TEXT,
  lock_until BIGINT
);

CREATE TABLE runs (
  integration_id BIGINT NOT NULL,
  run BIGINT NOT NULL,
  state TEXT NOT NULL,
  trigger_key TEXT NOT NULL,
  reason TEXT,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  requests BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  rows_read BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  streams TEXT NOT NULL,
  PRIMARY KEY (integration_id, run)
);

CREATE TABLE streams (
  integration_id BIGINT NOT NULL,
  stream TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (integration_id, stream)
);

CREATE TABLE checkpoints (
  integration_id BIGINT NOT NULL,
  stream TEXT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (integration_id, stream, name)
);

CREATE TABLE requests (
  integration_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  category TEXT NOT NULL,
  made BIGINT NOT NULL,
  PRIMARY KEY (integration_id, day, category)
);

CREATE TABLE quarantine (
  integration_id BIGINT NOT NULL,
  stream TEXT NOT NULL,
  reason TEXT NOT NULL,
  sample_hash TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, stream, reason, sample_hash)
);

CREATE TABLE users (
  integration_id BIGINT NOT NULL,
  user_key TEXT NOT NULL,
  external_id TEXT,
  email TEXT NOT NULL,
  display_name TEXT NOT NULL,
  group_ids TEXT NOT NULL,
  created_at BIGINT,
  listed_sign_in BIGINT,
  fields TEXT NOT NULL,
  -- Hash of the columns above: an unchanged listing writes nothing.
  content BIGINT NOT NULL,
  details TEXT NOT NULL,
  details_at BIGINT,
  details_key BIGINT NOT NULL,
  -- NULL: there are none to read.
  details_due BIGINT,
  first_seen BIGINT NOT NULL,
  missing_since BIGINT,
  removed_at BIGINT,
  PRIMARY KEY (integration_id, user_key)
);
CREATE INDEX users_due ON users (integration_id, details_due, user_key)
WHERE details_due IS NOT NULL;

CREATE TABLE user_emails (
  integration_id BIGINT NOT NULL,
  email TEXT NOT NULL,
  user_key TEXT NOT NULL,
  since BIGINT NOT NULL,
  until_at BIGINT,
  PRIMARY KEY (integration_id, email, user_key, since)
);

CREATE TABLE user_groups (
  integration_id BIGINT NOT NULL,
  group_id TEXT NOT NULL,
  name TEXT NOT NULL,
  total_members BIGINT,
  PRIMARY KEY (integration_id, group_id)
);

CREATE TABLE account_settings (
  integration_id BIGINT NOT NULL,
  section TEXT NOT NULL,
  content TEXT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, section)
);

CREATE TABLE daily_usage (
  integration_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  new_users BIGINT NOT NULL,
  meetings BIGINT NOT NULL,
  participants BIGINT NOT NULL,
  meeting_minutes BIGINT NOT NULL,
  PRIMARY KEY (integration_id, day)
);

-- Words (operator, category, action) are codes of the dictionary. The hash replaces the detail
-- in the key, because the detail may be too long for an index.
CREATE TABLE admin_changes (
  integration_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  operator BIGINT NOT NULL,
  category BIGINT NOT NULL,
  action BIGINT NOT NULL,
  detail_hash BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (integration_id, at, operator, category, action, detail_hash, ordinal)
);
