-- How many events of a gap the server sent afterwards; NULL: it numbers nothing, so it could not.
ALTER TABLE gap ADD COLUMN recovered INTEGER;
