UPDATE feed SET card = '{"columns":6,"rows":2,"window":"day"}' WHERE id = 'prices';
