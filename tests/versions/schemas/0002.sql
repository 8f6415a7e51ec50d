INSERT INTO rule_memory (rule, feed, key, memory) VALUES ('high', 1, 'SOL', '{"phase":"idle","when":[1],"until":[]}');
