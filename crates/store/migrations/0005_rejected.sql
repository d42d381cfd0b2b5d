-- Records of the application of which a value could not be understood, counted. Nothing is concluded
-- from the absence of other records of their days. They replace the records that were only counted.
DROP TABLE quarantine;

-- from_day and to_day are the days that the record may be about, -1 when it is not about days. person
-- is an address or an id of the application, empty when it is unknown. mapper is the version of the
-- code that could not understand it.
CREATE TABLE rejected (
  integration_id BIGINT NOT NULL,
  stream TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  records BIGINT NOT NULL,
  mapper BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, stream, from_day, to_day, person, reason)
);

-- Some of these records as the application sent them, sealed with the master key, because they are
-- personal. They are read again after an upgrade.
CREATE TABLE rejected_texts (
  integration_id BIGINT NOT NULL,
  stream TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  person TEXT NOT NULL,
  text_hash TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (integration_id, stream, from_day, to_day, person, text_hash)
);

-- Earlier versions stored passcodes and tokens among the settings. The next sync reads the rest again.
DELETE FROM account_settings
WHERE section NOT IN ('plan_usage', 'managed_domains', 'trusted_domains');
