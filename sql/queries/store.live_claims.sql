-- purpose: who claims a thing at a moment; a claim that reaches too far ahead was made by a clock that was wrong
-- parameters: name, the moment, the latest that a claim can reach (both ms since 1970)
-- columns: holder
SELECT holder FROM claims FINAL WHERE name = ? AND until_ms > ? AND until_ms <= ? ORDER BY holder
