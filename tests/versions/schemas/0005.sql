-- Recent, so that nothing of it is too old to be kept.
INSERT INTO series (feed, key, minute, at, first, low, high, last)
SELECT 1, 'SOL', unixepoch() / 60 - 30, unixepoch() * 1000 - 1800000, '10', '9.5', '12', '11';
INSERT INTO gap (feed, since, until) SELECT 1, unixepoch() * 1000 - 1800000, unixepoch() * 1000 - 1740000;
