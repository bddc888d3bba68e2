-- purpose: remove items from items_current for good
-- parameters: organisations, items
-- columns: none
ALTER TABLE items_current DELETE WHERE organisation IN ? AND id IN ?
