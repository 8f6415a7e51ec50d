-- Whether what rang goes on until it is resolved.
ALTER TABLE alert ADD COLUMN lasts INTEGER NOT NULL DEFAULT 0;
