-- Recent, so that nothing of it is too old to be kept.
CREATE TEMP TABLE moment AS SELECT unixepoch() * 1000 - 3600000 AS at;

INSERT INTO feed (no, id, place, config, guessed_view, last_event_id, read_seq, bytes) VALUES
    (1, 'prices', 0, '{"id":"prices","name":"Prices","url":"http://127.0.0.1:9/prices","map":{"value":"$.price"},"notify":"rules","enabled":false}', 'price', 'p-3', 2, 96),
    (2, 'chat', 1, '{"id":"chat","name":"Chat","url":"http://127.0.0.1:9/chat","view":"chat","notify":"all","enabled":false}', NULL, '', 0, 51);

INSERT INTO event (seq, feed, at, event, id, data)
SELECT value ->> 0, value ->> 1, (SELECT at FROM moment) + 60000 * (value ->> 0), value ->> 2, value ->> 3, value ->> 4
FROM json_each('[
    [1, 1, "message", "p-1", "{\"symbol\":\"BTC\",\"price\":59000.5}"],
    [2, 1, "message", "p-2", "{\"symbol\":\"BTC\",\"price\":61000.25}"],
    [3, 1, "message", "p-3", "{\"symbol\":\"ETH\",\"price\":3000}"],
    [4, 2, "chat", "", "{\"username\":\"mia\",\"message\":\"看起来一切正常\"}"]
]');

INSERT INTO reading (event, part, key, title, body, value, unit, progress, total, priority, link, time, state, score) VALUES
    (1, 0, 'BTC', NULL, NULL, '59000.5', 'USD', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (2, 0, 'BTC', NULL, NULL, '61000.25', 'USD', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 0, 'ETH', NULL, NULL, '3000', 'USD', 0.5, 1.0, 4, 'https://a.example/eth', 1700000000000, 'done', '{"home":"A","away":"B","home_score":"1","away_score":"2"}'),
    (4, 0, 'mia', 'mia', '看起来一切正常', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO latest (feed, key, event) VALUES (1, 'BTC', 2), (1, 'ETH', 3);
INSERT INTO event_words (rowid, words) VALUES (1, 'BTC 59000.5'), (2, 'BTC 61000.25'), (3, 'ETH 3000'), (4, 'mia 看 起 来 一 切 正 常');

INSERT INTO rule (id, place, config) VALUES
    ('high', 0, '{"id":"high","name":"High","feeds":["prices"],"when":{"value":{"crosses_above":60000}},"notify":{}}');

INSERT INTO rule_side (rule, feed, key, side) VALUES ('high', 1, 'BTC', 1), ('high', 1, 'ETH', 0);

INSERT INTO alert (id, feed, rule, key, event, at, title, body, link, urgency, state, resolved_at, read)
SELECT value ->> 0, 'prices', 'high', value ->> 1, value ->> 2, (SELECT at FROM moment), 'High', value ->> 3,
       value ->> 4, 'normal', value ->> 5, value ->> 6, value ->> 7
FROM json_each('[
    [1, "BTC", 2, "61000.25", "https://a.example/btc", "firing", null, 0],
    [2, "ETH", 3, "3000", null, "acknowledged", null, 1],
    [3, "BTC", 1, "59000.5", null, "resolved", 1700000000000, 1]
]');

INSERT INTO setting (name, value) VALUES
    ('installation', '"0123456789abcdef"'),
    ('preferences', '{"theme":"dark","language":"en","paused":false,"do_not_disturb_until":null}');
