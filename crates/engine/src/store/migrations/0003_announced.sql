-- How alerts were announced, what became of that, and until when the user wants nothing of them.
ALTER TABLE alert ADD COLUMN announced TEXT NOT NULL DEFAULT '{"how":"rung"}'; -- model::Announced as JSON
ALTER TABLE alert ADD COLUMN answer TEXT;
ALTER TABLE alert ADD COLUMN snoozed_until INTEGER;
CREATE INDEX alert_event ON alert (event);
CREATE INDEX alert_held ON alert (id) WHERE announced LIKE '{"how":"held"%';
