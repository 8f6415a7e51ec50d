-- How the user wants a feed's card (model::Card as JSON); NULL: as suits its view.
ALTER TABLE feed ADD COLUMN card TEXT;
