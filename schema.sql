-- The ledger: one append-only log, and projections of it that can be thrown away and rebuilt.
--
-- An auditor needs only seq, body and hash of `event`: hash = SHA-256(0x00 || body). Its column medium and the columns
-- of the view `entry` are computed from body, so that none can say other than the bytes that were hashed. Every other
-- table but `kept` is a projection: `kuraban verify` compares it with the log, `kuraban rebuild` restores it.
-- Times in projections are milliseconds since 1970-01-01T00:00:00Z. This file is never altered in place:
-- its fingerprint is checked whenever a ledger is opened.

CREATE TABLE event (
  seq    INTEGER PRIMARY KEY,
  body   TEXT NOT NULL,
  hash   BLOB NOT NULL CHECK (length(hash) = 32),
  -- the key stands there once, for an entry has one spelling; null is no number. ANY: no check of the file computes it.
  medium ANY GENERATED ALWAYS AS
    (nullif(CAST(substr(body, instr(body, '"medium":') + 9, 16) AS INTEGER), 0)) VIRTUAL
) STRICT;

CREATE VIEW entry AS SELECT
  seq, body ->> 'kind' AS kind, medium, body ->> 'at' AS at, body ->> 'by' AS actor, body, hash
FROM event;

-- One medium's history among millions of events. Every index on event costs each scan; this is the only one.
CREATE INDEX event_of_medium ON event (medium) WHERE medium IS NOT NULL;

-- These stop accidents, not insiders; what stops insiders is the hash chain and whoever remembers its head.
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
-- Where each has the one before it and none is there twice, the next can only be the last. AFTER and ROLLBACK, for then
-- SQLite need not compute the row twice, nor keep what to go back to after each entry.
CREATE TRIGGER event_is_only_appended AFTER INSERT ON event
WHEN NEW.seq IS NOT 1 AND (NEW.seq < 1 OR NOT EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq - 1))
BEGIN SELECT RAISE(ROLLBACK, 'an event is only appended, with the next number'); END;

-- What may have to be forgotten: names, free texts. The log holds id = SHA-256(salt || value).
CREATE TABLE kept (
  id    BLOB PRIMARY KEY CHECK (length(id) = 32),
  salt  BLOB NOT NULL CHECK (length(salt) = 32),
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The end of the log, written and signed at every commit; a writer checks it before it extends the log. frontier has
-- the roots of the tree's complete subtrees, the largest first; key is the public key in force.
CREATE TABLE head (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  size        INTEGER NOT NULL,
  hash        BLOB NOT NULL CHECK (length(hash) = 32),
  at          INTEGER NOT NULL,
  held        INTEGER NOT NULL,
  -- how many media were registered
  media       INTEGER NOT NULL,
  ledger      TEXT NOT NULL,
  site        TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  key         BLOB NOT NULL CHECK (length(key) = 32),
  frontier    BLOB NOT NULL,
  signature   BLOB NOT NULL DEFAULT x''
) STRICT;

-- Roots of complete subtrees of 256^level leaves, so that a proof need not read every hash.
CREATE TABLE tile (
  level  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  root   BLOB NOT NULL CHECK (length(root) = 32),
  PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

-- The signed note of each checkpoint that the log tells of; worth something only where a copy is kept outside.
CREATE TABLE checkpoint (
  size  INTEGER PRIMARY KEY,
  note  TEXT NOT NULL,
  -- the root over the media, where it names one
  heads BLOB,
  -- an answer of a time stamp authority over the note (RFC 3161), where one was attached
  stamp BLOB
) STRICT;

CREATE INDEX checkpoint_of_media ON checkpoint (size) WHERE heads IS NOT NULL;

-- The keys of the ledger, each with the entry from which on it is in force.
CREATE TABLE key (
  began INTEGER PRIMARY KEY,
  key   BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

-- Each time that a backup was put in the ledger's place: by which entry, and how far the ledger had come before.
CREATE TABLE incarnation (
  number INTEGER PRIMARY KEY,
  began  INTEGER NOT NULL,
  lost   INTEGER NOT NULL,
  head   BLOB
) STRICT;

CREATE TABLE policy (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
  id        INTEGER PRIMARY KEY,
  -- a temporary badge is given out again after its end: the newest row counts
  badge     TEXT NOT NULL,
  name      BLOB NOT NULL,
  org       TEXT,
  host_org  TEXT,
  roles     TEXT NOT NULL,
  suspended INTEGER NOT NULL,
  -- until when a temporary badge holds
  until     INTEGER,
  -- the hash of the PIN in kept, wrong PINs since the last right one, and until when none is taken
  pin       BLOB,
  wrong     INTEGER NOT NULL,
  locked    INTEGER
) STRICT;

CREATE INDEX person_badge ON person (badge);

CREATE TABLE place (
  id       INTEGER PRIMARY KEY,
  code     TEXT NOT NULL UNIQUE,
  kind     TEXT NOT NULL,
  parent   INTEGER,
  capacity INTEGER,
  resident INTEGER NOT NULL,
  vault    INTEGER,
  retired  INTEGER NOT NULL,
  -- when it was added; of a vault, when it was last certified whole, and the day set for the next stocktake
  added    INTEGER NOT NULL,
  audited  INTEGER,
  due      INTEGER
) STRICT;

CREATE INDEX place_in ON place (parent) WHERE parent IS NOT NULL AND retired = 0;

CREATE TABLE barcode (
  text   TEXT PRIMARY KEY,
  volser TEXT NOT NULL,
  medium INTEGER NOT NULL,
  given  INTEGER NOT NULL,
  ended  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX barcode_volser ON barcode (volser) WHERE ended IS NULL;

CREATE TABLE medium (
  id              INTEGER PRIMARY KEY,
  barcode         TEXT NOT NULL,
  serial          TEXT,
  registered      INTEGER NOT NULL,
  -- where it is
  state           TEXT NOT NULL,
  place           INTEGER,
  custodian       INTEGER,
  since           INTEGER NOT NULL,
  origin          TEXT,
  element         TEXT,
  out_left        INTEGER,
  out_due         INTEGER,
  -- by what leave (intake, none, order, override), and the number of the order or of the override's entry
  out_leave       TEXT,
  out_under       INTEGER,
  out_ejected     INTEGER,
  -- the step that a void would take back, and where it was before
  prior_event     INTEGER,
  prior_kind      TEXT,
  prior_by        INTEGER,
  prior_at        INTEGER,
  prior_state     TEXT,
  prior_place     INTEGER,
  prior_custodian INTEGER,
  prior_since     INTEGER,
  prior_origin    TEXT,
  prior_element   TEXT,
  prior_left      INTEGER,
  prior_due       INTEGER,
  prior_leave     TEXT,
  prior_under     INTEGER,
  prior_ejected   INTEGER,
  prior_line      INTEGER,
  prior_marks     INTEGER,
  -- who has really seen it
  seen_at         INTEGER,
  seen_place      INTEGER,
  seen_how        TEXT,
  read_at         INTEGER,
  -- the day since 1970 on which it was, else on which it was registered; nothing once it is destroyed
  read_day        INTEGER,
  wrong_since     INTEGER,
  wrong_place     INTEGER,
  -- what is on it
  class           TEXT,
  system          TEXT,
  period_from     TEXT,
  period_until    TEXT,
  info            TEXT,
  persons         INTEGER,
  encrypted       TEXT,
  legal_hold      INTEGER,
  -- taken out without an order and not ratified: a line of entry, person and moment for each time
  overrides       TEXT,
  -- its own chain
  stepped_by      INTEGER,
  mseq            INTEGER NOT NULL,
  mhash           BLOB NOT NULL CHECK (length(mhash) = 32)
) STRICT;

CREATE UNIQUE INDEX medium_serial ON medium (serial) WHERE serial IS NOT NULL;
CREATE INDEX medium_at ON medium (place) WHERE state IN ('vaulted', 'in_device');
CREATE INDEX medium_watched ON medium (id)
  WHERE out_left IS NOT NULL OR state = 'missing' OR wrong_since IS NOT NULL OR overrides IS NOT NULL;
CREATE INDEX medium_read ON medium (read_day) WHERE read_day IS NOT NULL;
CREATE INDEX medium_unseen ON medium (id) WHERE seen_at IS NULL AND state <> 'destroyed';

-- Movement orders. Who asked, decided and closed are people; parent is the standing order of a night.
CREATE TABLE movement_order (
  id          INTEGER PRIMARY KEY,
  requester   INTEGER NOT NULL,
  requested   INTEGER NOT NULL,
  purpose     TEXT NOT NULL,
  begins      INTEGER NOT NULL,
  ends        INTEGER NOT NULL,
  destination TEXT,
  state       TEXT NOT NULL,
  decided_by  INTEGER,
  closed_by   INTEGER,
  decided     INTEGER,
  parent      INTEGER,
  -- of a standing order: the most media of a night, the last night that had a list, and how many it named
  nightly     INTEGER,
  night       INTEGER,
  used        INTEGER
) STRICT;

CREATE INDEX order_open ON movement_order (id) WHERE state IN ('requested', 'approved');
CREATE INDEX order_nights ON movement_order (parent) WHERE parent IS NOT NULL AND state = 'approved';

-- What each order lists, and how far it has come: 1 taken out, 2 ejected, 4 checked in since.
CREATE TABLE order_line (
  movement INTEGER NOT NULL,
  medium   INTEGER NOT NULL,
  marks    INTEGER NOT NULL,
  open     INTEGER NOT NULL,
  PRIMARY KEY (movement, medium)
) STRICT, WITHOUT ROWID;

CREATE INDEX order_of_medium ON order_line (medium) WHERE open = 1;

-- Stocktakes. scope is a place, or nothing for the whole site; a sample has a share, the head that was fixed for it
-- and the auditor's number. The expected set is the state after entry `size`: what has moved since is in audit_move.
CREATE TABLE audit (
  id          INTEGER PRIMARY KEY,
  scope       INTEGER,
  percent     INTEGER,
  draw_head   BLOB,
  number      INTEGER,
  state       TEXT NOT NULL,
  size        INTEGER NOT NULL,
  head        BLOB NOT NULL CHECK (length(head) = 32),
  expected    INTEGER NOT NULL,
  opened      INTEGER NOT NULL,
  opened_by   INTEGER NOT NULL,
  recounted   INTEGER,
  incident    INTEGER,
  closed      INTEGER,
  closing     INTEGER,
  closed_by   INTEGER,
  closed_with INTEGER
) STRICT;

CREATE INDEX audit_open ON audit (id) WHERE state = 'open';

-- The media of a sample.
CREATE TABLE audit_sample (
  audit  INTEGER NOT NULL,
  medium INTEGER NOT NULL,
  PRIMARY KEY (audit, medium)
) STRICT, WITHOUT ROWID;

-- Every label that was read in a count: none takes the place of another, for two that contradict each other both count.
CREATE TABLE audit_count (
  audit   INTEGER NOT NULL,
  medium  INTEGER NOT NULL,
  place   INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  how     TEXT NOT NULL,
  at      INTEGER NOT NULL,
  recount INTEGER NOT NULL,
  PRIMARY KEY (audit, medium, place, counter, seq)
) STRICT, WITHOUT ROWID;

-- Who has read a label in a stocktake, and whether already in its first count.
CREATE TABLE audit_counter (
  audit  INTEGER NOT NULL,
  person INTEGER NOT NULL,
  first  INTEGER NOT NULL,
  PRIMARY KEY (audit, person)
) STRICT, WITHOUT ROWID;

-- Every step of a medium while a stocktake was open: where it stood before, and when its label was read with it.
CREATE TABLE audit_move (
  audit     INTEGER NOT NULL,
  medium    INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  state     TEXT NOT NULL,
  place     INTEGER,
  custodian INTEGER,
  read      INTEGER,
  PRIMARY KEY (audit, medium, seq)
) STRICT, WITHOUT ROWID;

-- Labels in a count that name no medium.
CREATE TABLE audit_label (
  audit   INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  text    TEXT NOT NULL,
  place   INTEGER,
  why     TEXT NOT NULL,
  counter INTEGER,
  recount INTEGER NOT NULL,
  PRIMARY KEY (audit, seq)
) STRICT, WITHOUT ROWID;

-- What a closed stocktake found, but for what was simply read where it belongs.
CREATE TABLE audit_finding (
  audit      INTEGER NOT NULL,
  medium     INTEGER NOT NULL,
  expected   INTEGER NOT NULL,
  class      TEXT NOT NULL,
  state      TEXT NOT NULL,
  place      INTEGER,
  custodian  INTEGER,
  seen       INTEGER,
  also       INTEGER,
  counter    INTEGER,
  how        TEXT,
  settled_by INTEGER,
  proved     INTEGER,
  PRIMARY KEY (audit, medium)
) STRICT, WITHOUT ROWID;
