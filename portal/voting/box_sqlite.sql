-- A ballot box: rights and ballots share no column, no order and no time finer than a day.
-- Tables are kept in key order (WITHOUT ROWID), and every key is a keyed hash.
-- Sealing will replace payload and nonce by one column; a log will refer to the commitment.

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

CREATE TRIGGER IF NOT EXISTS ballot_in_turn BEFORE INSERT ON ballot
WHEN NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM ballot WHERE alias = NEW.alias)
BEGIN SELECT RAISE(ABORT, 'versions have no gaps'); END;

CREATE TRIGGER IF NOT EXISTS ballot_in_time BEFORE INSERT ON ballot
WHEN EXISTS (SELECT 1 FROM closing)
BEGIN SELECT RAISE(ABORT, 'the box is closed'); END;

CREATE TRIGGER IF NOT EXISTS right_stays BEFORE UPDATE ON "right"
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS right_remains BEFORE DELETE ON "right"
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS ballot_stays BEFORE UPDATE ON ballot
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS ballot_remains BEFORE DELETE ON ballot
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS closing_stays BEFORE UPDATE ON closing
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS closing_remains BEFORE DELETE ON closing
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
