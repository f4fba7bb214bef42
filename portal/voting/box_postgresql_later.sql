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
