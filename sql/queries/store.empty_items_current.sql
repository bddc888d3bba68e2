-- purpose: empty items_current, to make it again from the history
-- parameters: none
-- columns: none
TRUNCATE TABLE IF EXISTS items_current
