-- Tables that came after the first release; boxes made before get them when they are next used.

-- who saw a voter at a desk, by what, and whether the voter asked that no other door changes it
CREATE TABLE IF NOT EXISTS {schema}.vouched (
  r BYTEA NOT NULL CHECK (length(r) = 32),
  final INTEGER NOT NULL CHECK (final IN (0, 1)),
  operator TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (r, final)
);
CREATE OR REPLACE TRIGGER vouched_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.vouched
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();

-- Signs of concerted voting, all but the alias under the box's key: how a ballot came (for a day),
-- what was found of it, what its voter answered. `watch` holds what many days taught, by name;
-- `spent` what was used up at the door, by keyed hash.
CREATE TABLE IF NOT EXISTS {schema}.spent (
  name BYTEA PRIMARY KEY CHECK (length(name) = 32),
  day TEXT NOT NULL CHECK (length(day) = 10)
);
CREATE TABLE IF NOT EXISTS {schema}.trace (
  alias BYTEA PRIMARY KEY CHECK (length(alias) = 32),
  sealed BYTEA NOT NULL
);
CREATE TABLE IF NOT EXISTS {schema}.watch (
  name TEXT PRIMARY KEY,
  sealed BYTEA NOT NULL
);
CREATE TABLE IF NOT EXISTS {schema}.flag (
  alias BYTEA PRIMARY KEY CHECK (length(alias) = 32),
  sealed BYTEA NOT NULL
);
CREATE TABLE IF NOT EXISTS {schema}.appeal (
  alias BYTEA PRIMARY KEY CHECK (length(alias) = 32),
  sealed BYTEA NOT NULL
);
CREATE OR REPLACE TRIGGER flag_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.flag
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE OR REPLACE TRIGGER flag_in_time BEFORE INSERT ON {schema}.flag
FOR EACH ROW EXECUTE FUNCTION {schema}.in_time();
CREATE OR REPLACE TRIGGER appeal_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.appeal
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse();
CREATE OR REPLACE TRIGGER appeal_in_time BEFORE INSERT ON {schema}.appeal
FOR EACH ROW EXECUTE FUNCTION {schema}.in_time();
