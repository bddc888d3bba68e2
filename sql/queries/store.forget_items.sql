-- purpose: remove items from items for good
-- parameters: organisations, items
-- columns: none
ALTER TABLE items DELETE WHERE organisation IN ? AND id IN ?
