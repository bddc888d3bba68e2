-- purpose: empty applied, to make it again from the history
-- parameters: none
-- columns: none
TRUNCATE TABLE IF EXISTS applied
