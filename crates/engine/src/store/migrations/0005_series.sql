-- The values of each key, a minute in one row: what a chart of a long time is drawn from.
CREATE TABLE series (
    feed   INTEGER NOT NULL,
    key    TEXT NOT NULL,    -- empty: readings without one
    minute INTEGER NOT NULL, -- since 1970
    at     INTEGER NOT NULL, -- when the last one was received, milliseconds since 1970
    first  TEXT NOT NULL,    -- decimals, exact
    low    TEXT NOT NULL,
    high   TEXT NOT NULL,
    last   TEXT NOT NULL,
    PRIMARY KEY (feed, key, minute)
) STRICT, WITHOUT ROWID;

INSERT INTO series (feed, key, minute, at, first, low, high, last)
SELECT DISTINCT e.feed, ifnull(r.key, ''), e.at / 60000, max(e.at) OVER whole, first_value(r.value) OVER whole,
       first_value(r.value) OVER (PARTITION BY e.feed, r.key, e.at / 60000 ORDER BY CAST(r.value AS REAL)),
       first_value(r.value) OVER (PARTITION BY e.feed, r.key, e.at / 60000 ORDER BY CAST(r.value AS REAL) DESC),
       last_value(r.value) OVER whole
FROM event e JOIN reading r ON r.event = e.seq
WHERE r.value IS NOT NULL
WINDOW whole AS (
    PARTITION BY e.feed, r.key, e.at / 60000 ORDER BY e.seq, r.part
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
);

-- When a feed was not listened to, from an open connection to the next.
CREATE TABLE gap (
    feed  INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (feed, since)
) STRICT, WITHOUT ROWID;
