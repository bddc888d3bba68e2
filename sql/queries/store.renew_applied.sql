-- purpose: mark the runs that were committed until a moment as standing in the current tables
-- parameters: the mark's own moment, the moment (both ms since 1970)
-- columns: none
INSERT INTO applied (run, applied_ms)
SELECT run, toInt64(?)
FROM runs FINAL
WHERE committed_ms <= ? AND run NOT IN (SELECT run FROM applied)
