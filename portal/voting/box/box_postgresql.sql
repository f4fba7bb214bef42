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
  same BYTEA NOT NULL CHECK (length(same) = 32),
  masked BYTEA NOT NULL CHECK (length(masked) = 32),
  sealed BYTEA NOT NULL,
  PRIMARY KEY (alias, version),
  UNIQUE (alias, idem)
);

CREATE TABLE {schema}.pending (
  commitment BYTEA PRIMARY KEY CHECK (length(commitment) = 32)
);

CREATE TABLE {schema}.entry (
  idx BIGINT PRIMARY KEY CHECK (idx >= 0),
  commitment BYTEA UNIQUE CHECK (length(commitment) = 32),
  line TEXT,
  CHECK ((commitment IS NULL) <> (line IS NULL))
);

CREATE TABLE {schema}.batch (
  size BIGINT PRIMARY KEY CHECK (size >= 1),
  edge BYTEA NOT NULL
);

CREATE TABLE {schema}.checkpoint (
  size BIGINT PRIMARY KEY CHECK (size >= 1),
  note TEXT NOT NULL
);

CREATE TABLE {schema}.kept (
  name TEXT PRIMARY KEY,
  content BYTEA NOT NULL
);

CREATE TABLE {schema}.exclusion (
  alias BYTEA PRIMARY KEY CHECK (length(alias) = 32),
  reason TEXT NOT NULL
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

CREATE FUNCTION {schema}.follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM {schema}.entry) THEN
    RAISE EXCEPTION 'entries have no gaps' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION {schema}.taken_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM {schema}.entry WHERE commitment = OLD.commitment) THEN
    RAISE EXCEPTION 'a ballot box only grows' USING ERRCODE = '23514';
  END IF;
  RETURN OLD;
END $$;

CREATE FUNCTION {schema}.in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {schema}.closing) THEN
    RAISE EXCEPTION 'the box is closed' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER entry_in_turn BEFORE INSERT ON {schema}.entry
FOR EACH ROW EXECUTE FUNCTION {schema}.follow();
CREATE TRIGGER exclusion_in_time BEFORE INSERT ON {schema}.exclusion
FOR EACH ROW EXECUTE FUNCTION {schema}.in_time();
CREATE TRIGGER pending_taken_in BEFORE DELETE ON {schema}.pending
FOR EACH ROW EXECUTE FUNCTION {schema}.taken_in();
CREATE TRIGGER pending_kept BEFORE UPDATE OR TRUNCATE ON {schema}.pending
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE TRIGGER entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.entry
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE TRIGGER batch_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.batch
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE TRIGGER checkpoint_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.checkpoint
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE TRIGGER kept_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.kept
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE TRIGGER exclusion_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.exclusion
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
