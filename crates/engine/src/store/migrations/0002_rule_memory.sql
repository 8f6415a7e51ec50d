-- What a rule remembers of a place: a key of a feed, a feed, or (feed 0) all of its feeds.
CREATE TABLE rule_memory (
    rule   TEXT NOT NULL,
    feed   INTEGER NOT NULL,
    key    TEXT NOT NULL,
    memory TEXT NOT NULL, -- rule::evaluator::Stored as JSON
    PRIMARY KEY (rule, feed, key)
) STRICT, WITHOUT ROWID;

-- Until now it was the side of a level alone: 1 beyond it, having rung or not.
INSERT INTO rule_memory (rule, feed, key, memory)
SELECT s.rule, s.feed, s.key, CASE
    WHEN s.side = 0 THEN '{"phase":"idle","when":[1],"until":[]}'
    WHEN EXISTS (
        SELECT 1 FROM alert a JOIN feed f ON f.id = a.feed
        WHERE a.rule = s.rule AND f.no = s.feed AND ifnull(a.key, '') = s.key AND a.state <> 'resolved'
    ) THEN '{"phase":"fired","when":[2],"until":[]}'
    ELSE '{"phase":"idle","when":[3],"until":[]}'
END
FROM rule_side s;
DROP TABLE rule_side;
