-- A ballot box: rights and ballots share no column, no order and no time finer than a day.
-- Tables are kept in key order (WITHOUT ROWID), and every key is a keyed hash.
-- A ballot and its entry in the log are tied by the key only: `masked` is the commitment under it.

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
  same BLOB NOT NULL CHECK (length(same) = 32),
  masked BLOB NOT NULL CHECK (length(masked) = 32),
  sealed BLOB NOT NULL,
  PRIMARY KEY (alias, version),
  UNIQUE (alias, idem)
) WITHOUT ROWID;

-- commitments that wait for the log; they leave only into it
CREATE TABLE IF NOT EXISTS pending (
  commitment BLOB PRIMARY KEY CHECK (length(commitment) = 32)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS entry (
  idx INTEGER PRIMARY KEY CHECK (idx >= 0),
  commitment BLOB UNIQUE CHECK (length(commitment) = 32),
  line TEXT,
  CHECK ((commitment IS NULL) <> (line IS NULL))
);

-- the tree's right edge after each portion of entries, so that adding costs the same at any size
CREATE TABLE IF NOT EXISTS batch (
  size INTEGER PRIMARY KEY CHECK (size >= 1),
  edge BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS checkpoint (
  size INTEGER PRIMARY KEY CHECK (size >= 1),
  note TEXT NOT NULL
);

-- what the log holds the hash of: config.json, results.json
CREATE TABLE IF NOT EXISTS kept (
  name TEXT PRIMARY KEY,
  content BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS exclusion (
  alias BLOB PRIMARY KEY CHECK (length(alias) = 32),
  reason TEXT NOT NULL
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

CREATE TRIGGER IF NOT EXISTS entry_in_turn BEFORE INSERT ON entry
WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM entry)
BEGIN SELECT RAISE(ABORT, 'entries have no gaps'); END;
CREATE TRIGGER IF NOT EXISTS pending_stays BEFORE UPDATE ON pending
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS pending_remains BEFORE DELETE ON pending
WHEN NOT EXISTS (SELECT 1 FROM entry WHERE commitment = OLD.commitment)
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS entry_remains BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS batch_stays BEFORE UPDATE ON batch
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS batch_remains BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS checkpoint_stays BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS checkpoint_remains BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS kept_stays BEFORE UPDATE ON kept
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS kept_remains BEFORE DELETE ON kept
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS exclusion_stays BEFORE UPDATE ON exclusion
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS exclusion_remains BEFORE DELETE ON exclusion
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS exclusion_in_time BEFORE INSERT ON exclusion
WHEN EXISTS (SELECT 1 FROM closing)
BEGIN SELECT RAISE(ABORT, 'the box is closed'); END;

-- who saw a voter at a desk, by what, and whether the voter asked that no other door changes it
CREATE TABLE IF NOT EXISTS vouched (
  r BLOB NOT NULL CHECK (length(r) = 32),
  final INTEGER NOT NULL CHECK (final IN (0, 1)),
  operator TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (r, final)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS vouched_stays BEFORE UPDATE ON vouched
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS vouched_remains BEFORE DELETE ON vouched
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;

-- Signs of concerted voting, all but the alias under the box's key: how a ballot came (for a day),
-- what was found of it, what its voter answered. `watch` holds what many days taught, by name;
-- `spent` what was used up at the door, by keyed hash.
CREATE TABLE IF NOT EXISTS spent (
  name BLOB PRIMARY KEY CHECK (length(name) = 32),
  day TEXT NOT NULL CHECK (length(day) = 10)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trace (
  alias BLOB PRIMARY KEY CHECK (length(alias) = 32),
  sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watch (
  name TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flag (
  alias BLOB PRIMARY KEY CHECK (length(alias) = 32),
  sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS appeal (
  alias BLOB PRIMARY KEY CHECK (length(alias) = 32),
  sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS flag_stays BEFORE UPDATE ON flag
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS flag_remains BEFORE DELETE ON flag
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS flag_in_time BEFORE INSERT ON flag
WHEN EXISTS (SELECT 1 FROM closing)
BEGIN SELECT RAISE(ABORT, 'the box is closed'); END;
CREATE TRIGGER IF NOT EXISTS appeal_stays BEFORE UPDATE ON appeal
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS appeal_remains BEFORE DELETE ON appeal
BEGIN SELECT RAISE(ABORT, 'a ballot box only grows'); END;
CREATE TRIGGER IF NOT EXISTS appeal_in_time BEFORE INSERT ON appeal
WHEN EXISTS (SELECT 1 FROM closing)
BEGIN SELECT RAISE(ABORT, 'the box is closed'); END;
