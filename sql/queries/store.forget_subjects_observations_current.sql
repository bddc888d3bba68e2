-- purpose: remove the numbers of items from observations_current for good
-- parameters: organisation, items
-- columns: none
ALTER TABLE observations_current DELETE WHERE organisation = ? AND subject IN ?
