"""The tables of a ballot box and the triggers that let things only be added.

A right and a ballot share no column, no order and no time finer than a day: keys are keyed
hashes, and tables are kept in key order, not in the order people came. Later columns have their
place: sealing replaces `payload` and `nonce` by one, the log refers to `commitment`.
"""

SQLITE = """
CREATE TABLE IF NOT EXISTS "right" (
  r BLOB PRIMARY KEY CHECK (length(r) = 32),
  tier TEXT NOT NULL CHECK (tier IN ('V', 'P', 'E')),
  channel TEXT NOT NULL,
  issued_day TEXT NOT NULL CHECK (length(issued_day) = 10)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ballot (
  alias BLOB NOT NULL CHECK (length(alias) = 32),
  version INTEGER NOT NULL CHECK (version >= 1),
  tier TEXT NOT NULL CHECK (tier IN ('V', 'P', 'E')),
  idem BLOB NOT NULL CHECK (length(idem) = 32),
  tracker TEXT NOT NULL UNIQUE CHECK (length(tracker) = 12),
  commitment BLOB NOT NULL CHECK (length(commitment) = 32),
  payload BLOB NOT NULL,
  nonce BLOB NOT NULL,
  PRIMARY KEY (alias, version),
  UNIQUE (alias, idem)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS closing (
  kind TEXT PRIMARY KEY CHECK (kind = 'closed'),
  day TEXT NOT NULL
) WITHOUT ROWID;
"""

SQLITE += """
CREATE TRIGGER IF NOT EXISTS ballot_in_turn BEFORE INSERT ON ballot
WHEN NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM ballot WHERE alias = NEW.alias)
BEGIN SELECT RAISE(ABORT, 'versions have no gaps'); END;
CREATE TRIGGER IF NOT EXISTS ballot_in_time BEFORE INSERT ON ballot
WHEN EXISTS (SELECT 1 FROM closing)
BEGIN SELECT RAISE(ABORT, 'the box is closed'); END;
""" + "".join(
    f"""
CREATE TRIGGER IF NOT EXISTS {name}_kept_{act} BEFORE {act} ON "{name}"
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
"""
    for name in ("right", "ballot", "closing")
    for act in ("UPDATE", "DELETE")
)

POSTGRES = (
    """
CREATE SCHEMA IF NOT EXISTS {schema};
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
"""
    + "".join(
        f"""
CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {{schema}}."{name}"
FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.refuse();
"""
        for name in ("right", "ballot", "closing")
    )
)
