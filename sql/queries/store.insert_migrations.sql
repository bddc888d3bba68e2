-- purpose: record a migration that has succeeded
-- parameters: a batch of the columns
-- columns: none
INSERT INTO migrations (number, name, sha256, applied_ms)
