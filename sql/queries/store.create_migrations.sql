-- purpose: the table that tells which migrations have succeeded
-- parameters: none
-- columns: none
CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, sha256 String, applied_ms Int64) ENGINE = ReplacingMergeTree(applied_ms) ORDER BY (number)
