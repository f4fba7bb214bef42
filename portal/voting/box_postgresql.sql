-- A ballot box as a schema of its own; the same tables and rules as box_sqlite.sql.
-- A heap keeps the order of arrival until it is rewritten in key order (tidying.py).

CREATE SCHEMA {schema};

CREATE TABLE {schema}."right" (
  r BYTEA PRIMARY KEY CHECK (length(r) = 32),
  tier TEXT NOT NULL CHECK (tier IN ('V', 'P', 'E')),
  channel TEXT NOT NULL,
  issued_day TEXT NOT NULL CHECK (length(issued_day) = 10)
);

CREATE TABLE {schema}.ballot (
  alias BYTEA NOT NULL CHECK (length(alias) = 32),
  version INTEGER NOT NULL CHECK (version >= 1),
  tier TEXT NOT NULL CHECK (tier IN ('V', 'P', 'E')),
  idem BYTEA NOT NULL CHECK (length(idem) = 32),
  tracker TEXT NOT NULL UNIQUE CHECK (length(tracker) = 12),
  commitment BYTEA NOT NULL CHECK (length(commitment) = 32),
  payload BYTEA NOT NULL,
  nonce BYTEA NOT NULL,
  PRIMARY KEY (alias, version),
  UNIQUE (alias, idem)
);

CREATE TABLE {schema}.closing (
  kind TEXT PRIMARY KEY CHECK (kind = 'closed'),
  day TEXT NOT NULL
);

CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a ballot box only grows' USING ERRCODE = '23514'; END $$;

CREATE FUNCTION {schema}.admit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {schema}.closing) THEN
    RAISE EXCEPTION 'the box is closed' USING ERRCODE = '23514';
  END IF;
  IF NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM {schema}.ballot
                         WHERE alias = NEW.alias) THEN
    RAISE EXCEPTION 'versions have no gaps' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER ballot_admitted BEFORE INSERT ON {schema}.ballot
FOR EACH ROW EXECUTE FUNCTION {schema}.admit();
CREATE TRIGGER right_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}."right"
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE TRIGGER ballot_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.ballot
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE TRIGGER closing_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.closing
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
