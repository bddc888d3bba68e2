-- purpose: remove items from aliases for good
-- parameters: organisations, items
-- columns: none
ALTER TABLE aliases DELETE WHERE organisation IN ? AND item IN ?
