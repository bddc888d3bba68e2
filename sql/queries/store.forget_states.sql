-- purpose: remove what a source remembers for good
-- parameters: organisation, source
-- columns: none
ALTER TABLE states DELETE WHERE organisation = ? AND source = ?
