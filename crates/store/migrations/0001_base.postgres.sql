-- The wide histories, their dictionary and their totals. People, clients, versions and networks are
-- codes of the dictionary, which keeps a row of history small.

CREATE TABLE dictionary (
  integration_id BIGINT NOT NULL,
  code BIGINT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (integration_id, code),
  UNIQUE (integration_id, word)
);

-- The whole row is its key. The address is before the time within the day, so that one person's
-- rows of a day are stored together.
CREATE TABLE sign_ins (
  integration_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  email BIGINT NOT NULL,
  ms BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  client BIGINT NOT NULL,
  version BIGINT NOT NULL,
  network BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  PRIMARY KEY (integration_id, day, email, ms, kind, client, version, network, ordinal)
);

-- Bit n of days: signed in on day n + 1 of the month. Stays when old rows of the log are deleted.
CREATE TABLE sign_in_months (
  integration_id BIGINT NOT NULL,
  email BIGINT NOT NULL,
  month BIGINT NOT NULL,
  days BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, email, month)
);

-- Sums over the log by day: how many sign-ins, how many different people.
CREATE TABLE sign_in_days (
  integration_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  sign_ins BIGINT NOT NULL,
  people BIGINT NOT NULL,
  PRIMARY KEY (integration_id, day)
);

CREATE TABLE events (
  integration_id BIGINT NOT NULL,
  start_at BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  kind BIGINT NOT NULL,
  host BIGINT NOT NULL,
  length_ms BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  participants BIGINT NOT NULL,
  peak_viewers BIGINT,
  features BIGINT NOT NULL,
  PRIMARY KEY (integration_id, start_at, event_id)
);

-- Bit n of days: may have hosted an event on day n + 1 of the month. Finds one host's events without
-- an index on them.
CREATE TABLE hosted_months (
  integration_id BIGINT NOT NULL,
  host BIGINT NOT NULL,
  month BIGINT NOT NULL,
  days BIGINT NOT NULL,
  PRIMARY KEY (integration_id, host, month)
);

CREATE TABLE host_reports (
  integration_id BIGINT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  email BIGINT NOT NULL,
  external_id TEXT NOT NULL,
  meetings BIGINT NOT NULL,
  participants BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  PRIMARY KEY (integration_id, from_day, to_day, email, external_id)
);

CREATE TABLE coverage (
  integration_id BIGINT NOT NULL,
  stream TEXT NOT NULL,
  day BIGINT NOT NULL,
  provisional BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, stream, day)
);

-- The revision at which a row of that day last changed.
CREATE TABLE changed_days (
  integration_id BIGINT NOT NULL,
  history TEXT NOT NULL,
  day BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (integration_id, history, day)
);
