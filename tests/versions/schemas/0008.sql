UPDATE feed SET config = json_set(config, '$.dialect', json('{"resume":"none","at_most":5}'), '$.preset', json('{"id":"ntfy","answers":{"topics":"a"}}'));
