-- purpose: who claims a thing at a moment
-- parameters: name, the moment (ms since 1970)
-- columns: holder
SELECT holder FROM claims FINAL WHERE name = ? AND until_ms > ? ORDER BY holder
