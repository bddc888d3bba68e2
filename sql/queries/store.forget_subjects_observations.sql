-- purpose: remove the numbers of items from observations for good
-- parameters: organisation, items
-- columns: none
ALTER TABLE observations DELETE WHERE organisation = ? AND subject IN ?
