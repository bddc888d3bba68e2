-- purpose: mark a run as standing in the current tables
-- parameters: a batch of the columns
-- columns: none
INSERT INTO applied (run, applied_ms)
