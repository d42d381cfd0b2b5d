-- Employees that a directory pushes one by one (SCIM), instead of an imported list. Only the identity
-- of each person and whether they have left are stored.

-- The decision revision at which the list of employees or the directory last changed.
ALTER TABLE integrations ADD COLUMN people_revision BIGINT NOT NULL DEFAULT 0;

-- Has a row while a directory pushes; never together with a row of people_imports.
CREATE TABLE directories (
  integration_id BIGINT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- The key of a name is the name in lower case. left_on is the day on which the directory reported the
-- deactivation; NULL while active.
CREATE TABLE directory_people (
  integration_id BIGINT NOT NULL,
  person_id TEXT NOT NULL,
  user_name TEXT NOT NULL,
  user_name_key TEXT NOT NULL,
  external_id TEXT,
  email TEXT,
  active BIGINT NOT NULL,
  left_on BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (integration_id, person_id),
  UNIQUE (integration_id, user_name_key)
);
CREATE INDEX directory_people_by_external_id ON directory_people (integration_id, external_id);
CREATE INDEX directory_people_by_email ON directory_people (integration_id, email);

-- People who were deleted there: their address and last day, and whether that is the day of the
-- deactivation or of the deletion.
CREATE TABLE directory_removals (
  integration_id BIGINT NOT NULL,
  email TEXT NOT NULL,
  left_on BIGINT NOT NULL,
  deactivated BIGINT NOT NULL,
  PRIMARY KEY (integration_id, email)
);
