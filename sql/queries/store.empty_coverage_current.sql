-- purpose: empty coverage_current, to make it again from the history
-- parameters: none
-- columns: none
TRUNCATE TABLE IF EXISTS coverage_current
