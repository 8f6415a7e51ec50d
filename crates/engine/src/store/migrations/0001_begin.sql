-- Feeds in the order of the dashboard. `no` stands for a feed in the large tables and is never used again.
CREATE TABLE feed (
    no            INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    place         INTEGER NOT NULL,
    config        TEXT NOT NULL,              -- model::Feed as JSON
    guessed_view  TEXT,                       -- model::View
    last_event_id TEXT NOT NULL DEFAULT '',   -- where the subscription stands
    read_seq      INTEGER NOT NULL DEFAULT 0, -- the newest event that the user has seen
    bytes         INTEGER NOT NULL DEFAULT 0  -- data kept, for the retention by size
) STRICT;

-- Events as they came. `seq` ascends over all feeds and is never used again.
CREATE TABLE event (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    feed  INTEGER NOT NULL,
    at    INTEGER NOT NULL, -- received, milliseconds since 1970
    event TEXT NOT NULL,
    id    TEXT NOT NULL,
    data  TEXT NOT NULL
) STRICT;
CREATE INDEX event_feed ON event (feed, seq);

-- What an event was understood as; most have one part.
CREATE TABLE reading (
    event    INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    key      TEXT,
    title    TEXT,
    body     TEXT,
    value    TEXT, -- a decimal, exact
    unit     TEXT,
    progress REAL,
    total    REAL,
    priority INTEGER,
    link     TEXT,
    time     INTEGER,
    state    TEXT,
    score    TEXT, -- model::Score as JSON
    PRIMARY KEY (event, part)
) STRICT, WITHOUT ROWID;

-- The newest event with a figure or a state of each key: what a card shows of prices, jobs and tasks.
CREATE TABLE latest (
    feed  INTEGER NOT NULL,
    key   TEXT NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX latest_event ON latest (event);

-- The words of each event, for search; the text itself is not kept a second time.
CREATE VIRTUAL TABLE event_words USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE rule (
    id     TEXT PRIMARY KEY,
    place  INTEGER NOT NULL,
    config TEXT NOT NULL -- model::Rule as JSON
) STRICT, WITHOUT ROWID;

-- On which side of its level a rule last saw a key's value.
CREATE TABLE rule_side (
    rule TEXT NOT NULL,
    feed INTEGER NOT NULL,
    key  TEXT NOT NULL,
    side INTEGER NOT NULL,
    PRIMARY KEY (rule, feed, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    feed        TEXT NOT NULL,
    rule        TEXT,
    key         TEXT,
    event       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    title       TEXT NOT NULL,
    body        TEXT NOT NULL,
    link        TEXT,
    urgency     TEXT NOT NULL,
    state       TEXT NOT NULL,
    resolved_at INTEGER,
    read        INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_open ON alert (state) WHERE state <> 'resolved';
CREATE INDEX alert_unread ON alert (id) WHERE read = 0;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
