-- purpose: empty items, when a restore into an empty store was interrupted and begins anew
-- parameters: none
-- columns: none
TRUNCATE TABLE IF EXISTS items
